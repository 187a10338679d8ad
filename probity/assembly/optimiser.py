"""Automated test assembly as one mixed integer program, solved by HiGHS.

A binary variable says whether an item enters a form. Contents, lengths, case sets, enemies, exposure
and overlap are linear in these variables (van der Linden 2005, Linear Models for Optimal Test Design,
chapters 2 to 7, 9 for sets of items, 6 for parallel forms). The forms are made parallel by minimising
the largest deviation of any form from its target (minimax, ibid. section 3.3; Diao and van der Linden
2011, Automated Test Assembly Using lp_Solve, APM 35, 398-409); with `maximise` the least information
at the given points is made as large as possible (maximin; van der Linden and Boekkooi-Timminga 1989,
Psychometrika 54, 237-247). Where nothing fits, limits are given slack at a price and the cheapest
violations name what is missing (Timminga 1998; Huitzing, Veldkamp and Verschoor 2005, JEM 42, 223-243).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from probity.assembly import rules
from probity.assembly.rules import Cell, Check, Offer, Specification
from probity.assembly.solver import Program, Progress, Settings, Terms, solve

Weigh = Callable[[Offer], float]
CELL, TOTAL, OVERLAP, EQUAL, MEASURE = 1.0, 0.1, 2.0, 0.05, 0.5
"""Prices of a violation, by question: what the cheapest way out gives up first costs least."""


@dataclass(frozen=True, slots=True)
class Found:
    """Forms that keep every limit, and how near the best possible ones they are.

    `value` is the largest deviation as a share, or the least information; `bound` what no set of
    forms can surpass; `is_proved` that the difference is within the gap asked for.
    """

    forms: tuple[tuple[Offer, ...], ...]
    value: float
    bound: float
    gap: float
    is_proved: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Shortage:
    """A limit that cannot be kept together with the others, and the nearest it can come.

    `wanted` and `reached` are sums over the forms; `supply` is what the bank has for a cell.
    """

    kind: str
    name: str
    wanted: float
    reached: float
    forms: int
    supply: float = 0.0
    spare: str = ""
    """A cell of the same domain or level that has more to give."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """No forms keep every limit; these are the fewest changes that would let them."""

    shortages: tuple[Shortage, ...]


@dataclass(frozen=True, slots=True)
class OutOfTime:
    """Neither forms nor a proof that there are none came in time."""

    seconds: float


Outcome = Found | Impossible | OutOfTime


def assemble(
    spec: Specification,
    offers: Sequence[Offer],
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Choose the items of every form, or say what stands in the way."""
    settings = settings or Settings()
    fitting = sorted(
        (offer for offer in offers if rules.is_eligible(spec, offer)), key=lambda offer: offer.id
    )
    model = _Model(spec, fitting)
    model.limits()
    model.aim()
    solved = solve(model.program, settings, progress, maximise=spec.maximise)
    if solved is None:
        return OutOfTime(settings.seconds)
    if solved.values is None:
        return _relaxed(spec, fitting, settings)
    forms = model.forms_in(solved.values)
    return Found(
        forms=forms,
        value=solved.value,
        bound=solved.bound,
        gap=abs(solved.value - solved.bound),
        is_proved=solved.is_optimal,
        seconds=solved.seconds,
    )


class _Model:
    """The program of one specification over the items that fit it."""

    def __init__(
        self, spec: Specification, offers: Sequence[Offer], *, elastic: bool = False
    ) -> None:
        self.spec, self.offers, self.elastic = spec, offers, elastic
        self.program = Program()
        self.chosen = [
            [self.program.variable(0, 1, whole=True) for _offer in offers]
            for _form in range(spec.forms)
        ]

    def forms_in(self, values: Sequence[float]) -> tuple[tuple[Offer, ...], ...]:
        return tuple(
            tuple(
                offer
                for offer, variable in zip(self.offers, row, strict=True)
                if values[variable] > 0.5  # noqa: PLR2004 (a binary variable)
            )
            for row in self.chosen
        )

    def terms(self, form: int, weigh: Weigh) -> Terms:
        """What the items of a form add up to by some weight."""
        return {
            variable: weight
            for offer, variable in zip(self.offers, self.chosen[form], strict=True)
            if (weight := weigh(offer))
        }

    def limits(self) -> None:
        for form in range(self.spec.forms):
            for cell in self.spec.cells:
                self._cell(form, cell)
            low, high = self.spec.questions
            self._between(self.terms(form, _size), low, high, TOTAL)
            if self.spec.points:
                low_points, high_points = map(float, self.spec.points)
                terms = self.terms(form, lambda offer: float(offer.points))
                self._between(terms, low_points, high_points, TOTAL)
            self._levels(form)
            self._enemies(form)
        self._overlaps()
        self._exposure()
        self._equal()

    def _cell(self, form: int, cell: Cell) -> None:
        terms = self.terms(form, lambda offer: float(cell.weight(offer)))
        most = math.inf if cell.most is None else float(cell.most)
        self._between(terms, float(cell.least), most, CELL)

    def _between(self, terms: Terms, low: float, high: float, price: float) -> None:
        """Keep a sum within limits; an elastic program may miss them at a price."""
        if self.elastic:
            terms = dict(terms)
            for sign, limit in ((1.0, low), (-1.0, high)):
                if math.isfinite(limit):
                    terms[self.program.variable(0, math.inf, cost=price)] = sign
        self.program.row(terms, low, high)

    def _levels(self, form: int) -> None:
        """Mean and spread of p are ratios; multiplied by the number of questions they are linear."""
        mean, spread = self.spec.mean, self.spec.spread
        if mean:
            low, high, centre = mean.wanted - mean.off, mean.wanted + mean.off, mean.wanted
            self._between(self.by_p(form, lambda p: p - low), 0, math.inf, MEASURE)
            self._between(self.by_p(form, lambda p: p - high), -math.inf, 0, MEASURE)
            if spread:
                near, far = (
                    max(spread.wanted - spread.off, 0) ** 2,
                    (spread.wanted + spread.off) ** 2,
                )
                near_terms = self.by_p(form, lambda p: (p - centre) ** 2 - near)
                self._between(near_terms, 0, math.inf, MEASURE)
                far_terms = self.by_p(form, lambda p: (p - centre) ** 2 - far)
                self._between(far_terms, -math.inf, 0, MEASURE)
        for goal in self.spec.information:
            self._between(self._information(form, goal.theta), goal.least, math.inf, MEASURE)

    def by_p(self, form: int, of: Callable[[float], float]) -> Terms:
        return self.terms(form, _by_p(of, self.spec.assumed_p))

    def _information(self, form: int, theta: float) -> Terms:
        return self.terms(form, _informs(theta, self.spec.assumed_p))

    def _enemies(self, form: int) -> None:
        place = {offer.id: number for number, offer in enumerate(self.offers)}
        pairs = {
            (min(here, place[enemy]), max(here, place[enemy]))
            for here, offer in enumerate(self.offers)
            for enemy in offer.enemies
            if enemy in place and place[enemy] != here
        }
        row = self.chosen[form]
        for one, other in sorted(pairs):
            self.program.row({row[one]: 1.0, row[other]: 1.0}, upper=1)

    def _overlaps(self) -> None:
        pairs = list(combinations(range(self.spec.forms), 2))
        if pairs and self.spec.overlap == 0 and not self.elastic:
            for number in range(len(self.offers)):
                self.program.row({row[number]: 1.0 for row in self.chosen}, upper=1)
            return
        for one, other in pairs:
            both: Terms = {}
            for number, offer in enumerate(self.offers):
                twice = self.program.variable(0, 1)
                terms = {self.chosen[one][number]: 1.0, self.chosen[other][number]: 1.0}
                self.program.row({**terms, twice: -1.0}, upper=1)
                both[twice] = _size(offer)
            high = float(self.spec.overlap)
            self._between(both, -math.inf, high, OVERLAP)

    def _exposure(self) -> None:
        if self.spec.exposure is None:
            return
        for number, offer in enumerate(self.offers):
            left = self.spec.exposure - offer.exposure
            if left < self.spec.forms:
                self.program.row({row[number]: 1.0 for row in self.chosen}, upper=left)

    def _equal(self) -> None:
        """Forms that stand for each other have the same number of questions."""
        for form in range(1, self.spec.forms):
            terms = self.terms(form, _size)
            for variable, size in self.terms(0, _size).items():
                terms[variable] = -size
            self._between(terms, 0, 0, EQUAL)

    def aim(self) -> None:
        """Make the largest deviation small, or the least information large."""
        if self.spec.maximise and self.spec.information:
            least = self.program.variable(0, math.inf, cost=-1.0)
            for form in range(self.spec.forms):
                for goal in self.spec.information:
                    self.program.row({**self._information(form, goal.theta), least: -1.0}, lower=0)
            return
        largest = self.program.variable(0, math.inf, cost=1.0)
        for weigh, target, scale in self._attributes():
            level = None if target is not None else self.program.variable(-math.inf, math.inf)
            for form in range(self.spec.forms):
                for sign in (1, -1):
                    terms = {v: sign * w for v, w in self.terms(form, weigh).items()}
                    if level is not None:
                        terms[level] = -sign
                    terms[largest] = -scale
                    self.program.row(terms, upper=sign * (target or 0.0))

    def _attributes(self) -> Iterator[tuple[Weigh, float | None, float]]:
        """What is to be alike: a weight, its target (None: alike among the forms), one whole of it."""
        spec, assumed = self.spec, self.spec.assumed_p
        size = float(spec.questions[1])
        middle = spec.mean.wanted if spec.mean else assumed
        if spec.mean or spec.forms > 1:
            yield _by_p(lambda p: p - middle, assumed), 0.0 if spec.mean else None, size
        if spec.forms > 1:
            yield _by_p(lambda p: (p - middle) ** 2, assumed), None, size
            yield lambda offer: float(offer.points), None, size * _usual_points(self.offers)
            for goal in spec.information:
                yield _informs(goal.theta, assumed), None, max(goal.least, 1.0)


def _size(offer: Offer) -> float:
    return float(len(offer.parts))


def _by_p(of: Callable[[float], float], assumed: float) -> Weigh:
    """Weigh an item by some figure of the expected share of each of its questions."""
    return lambda offer: math.fsum(of(rules.p_of(part, assumed)) for part in offer.parts)


def _informs(theta: float, assumed: float) -> Weigh:
    return lambda offer: rules.total_information((offer,), theta, assumed)


def _usual_points(offers: Sequence[Offer]) -> float:
    points = [float(part.points) for offer in offers for part in offer.parts]
    return math.fsum(points) / len(points) if points else 1.0


def _relaxed(spec: Specification, offers: Sequence[Offer], settings: Settings) -> Outcome:
    """The fewest changes that would let forms exist."""
    model = _Model(spec, offers, elastic=True)
    model.limits()
    solved = solve(model.program, settings, None)
    if solved is None or solved.values is None:
        return OutOfTime(settings.seconds)
    found = rules.checks(spec, model.forms_in(solved.values))
    return Impossible(tuple(_shortages(spec, offers, found)))


def _shortages(
    spec: Specification, offers: Sequence[Offer], everything: Sequence[Check]
) -> Iterator[Shortage]:
    """One for each limit that some form misses; what only follows from a cell is left out.

    What a cell lacks is told over all forms, for items could move between them.
    """
    missed = rules.broken(everything)
    cells = {cell.name: cell for cell in spec.cells}
    by_limit: dict[tuple[str, str], list[Check]] = {}
    for check in missed:
        by_limit.setdefault((check.kind, check.name), []).append(check)
    if any(kind == "cell" for kind, _name in by_limit):
        short = _missing(check for check in missed if check.kind == "cell")
        if _missing(by_limit.get(("questions", ""), ())) <= short + rules.ROUNDING:
            by_limit.pop(("questions", ""), None)
    if len(by_limit) > 1:
        by_limit.pop(("equal", ""), None)
    for (kind, name), found in by_limit.items():
        cell = cells.get(name) if kind == "cell" else None
        concerned = [one for one in everything if one.name == name] if cell else found
        yield Shortage(
            kind=kind,
            name=name,
            wanted=math.fsum(_nearest_limit(check) for check in concerned),
            reached=math.fsum(check.found for check in concerned),
            forms=len(concerned),
            supply=float(rules.supply(cell, offers)) if cell else 0.0,
            spare=_spare(spec, offers, cell) if cell else "",
        )


def _missing(found: Iterable[Check]) -> float:
    return math.fsum(abs(_nearest_limit(check) - check.found) for check in found)


def _nearest_limit(check: Check) -> float:
    """What would keep the limit with the least change."""
    if check.is_kept:
        return check.found
    if check.least is not None and check.found < check.least:
        return check.least
    return check.found if check.most is None else check.most


def _spare(spec: Specification, offers: Sequence[Offer], short: Cell) -> str:
    """The cell nearest in kind that the bank could fill more of."""
    left = {
        cell.name: float(rules.supply(cell, offers) - spec.forms * cell.least)
        for cell in spec.cells
        if cell.content
        and cell is not short
        and cell.measure is short.measure
        and (cell.domain == short.domain or cell.levels == short.levels)
    }
    name = max(left, key=lambda one: left[one], default="")
    return name if name and left[name] > 0 else ""
