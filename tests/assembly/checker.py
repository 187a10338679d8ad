"""Checks forms against a specification by counting from scratch, without the product's own rules."""

import math
from collections import Counter
from itertools import combinations

from probity.assembly.rules import Measure


def faults(spec, forms):
    """Everything that a set of forms misses, in words for whoever reads a failing test."""
    found = []
    for number, form in enumerate(forms):
        found += [f"form {number}: {fault}" for fault in form_faults(spec, form)]
    lengths = {sum(len(offer.parts) for offer in form) for form in forms}
    if len(lengths) > 1:
        found.append(f"lengths differ: {lengths}")
    for one, other in combinations(forms, 2):
        common = {offer.id for offer in one} & {offer.id for offer in other}
        questions = sum(len(offer.parts) for offer in one if offer.id in common)
        if questions > spec.overlap:
            found.append(f"{questions} shared questions")
    if spec.exposure is not None:
        used = Counter(offer.id for form in forms for offer in form)
        for offer in {offer.id: offer for form in forms for offer in form}.values():
            if used[offer.id] + offer.exposure > spec.exposure:
                found.append(f"{offer.ref} too often")
    return found


def form_faults(spec, form):
    ids = [offer.id for offer in form]
    parts = [part for offer in form for part in offer.parts]
    if len(set(ids)) < len(ids):
        yield "an item twice"
    for offer in form:
        if offer.enemies & set(ids):
            yield f"{offer.ref} with an enemy"
    if not spec.questions[0] <= len(parts) <= spec.questions[1]:
        yield f"{len(parts)} questions"
    for cell in spec.cells:
        amount = _amount(cell, form)
        if amount < cell.least or (cell.most is not None and amount > cell.most):
            yield f"{cell.name} has {amount}"
    if spec.points and not spec.points[0] <= sum(part.points for part in parts) <= spec.points[1]:
        yield "points"
    yield from difficulty_faults(spec, parts)


def difficulty_faults(spec, parts):
    shares = [spec.assumed_p if part.p is None else part.p for part in parts]
    if spec.mean and abs(math.fsum(shares) / len(shares) - spec.mean.wanted) > spec.mean.off + 1e-6:
        yield "mean"
    if spec.mean and spec.spread:
        spread = math.sqrt(math.fsum((p - spec.mean.wanted) ** 2 for p in shares) / len(shares))
        if abs(spread - spec.spread.wanted) > spec.spread.off + 1e-6:
            yield "spread"
    for goal in spec.information:
        if math.fsum(_information(part, goal.theta, spec) for part in parts) < goal.least - 1e-6:
            yield f"information at {goal.theta}"


def _amount(cell, form):
    if cell.measure is Measure.SETS:
        return sum(offer.is_set and cell.domain in ("", offer.domain) for offer in form)
    here = [
        part
        for offer in form
        for part in offer.parts
        if cell.domain in ("", part.domain)
        and (not cell.levels or part.cognitive in cell.levels)
        and (not cell.kinds or part.kind in cell.kinds)
        and (not cell.competency or part.competency.split(".")[0] == cell.competency)
    ]
    return sum(part.points for part in here) if cell.measure is Measure.POINTS else len(here)


def _information(part, theta, spec):
    share = min(max(spec.assumed_p if part.p is None else part.p, 0.02), 0.98)
    a = part.a if part.a is not None and part.b is not None else 1.0
    b = part.b if part.b is not None else math.log((1 - share) / share)
    odds = math.exp(a * (theta - b))
    return a * a * odds / (1 + odds) ** 2
