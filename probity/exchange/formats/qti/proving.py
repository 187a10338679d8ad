"""Proving by trial what a foreign scoring does, until it is one of our credit rules or refused.

`score` gives the file's own score for a response of ours. Where all responses can be tried, they
are; where they are too many, the rules must look at the response through its mapping or its
declared answer alone, so that every case that makes a difference can still be tried.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod

from probity.exchange.formats.qti.values import NotOurs

MOST_TRIALS = 2048
MOST_SUMS = 1500

Chosen = frozenset[str]
Score = Callable[[Chosen], Fraction]


@dataclass(slots=True)
class Known:
    """What the file declares of a response: how the rules look at it, key, mapping."""

    ways: frozenset[str] = frozenset({"other"})
    key: Chosen | None = None
    entries: dict[str, Fraction] | None = None
    lower: Fraction | None = None
    upper: Fraction | None = None


@dataclass(slots=True)
class Proof:
    """What was proved: scores above `base`, up to `best`, by a rule of ours."""

    base: Fraction
    best: Fraction
    key: Chosen
    all_or_nothing: bool = False
    entries: dict[str, Fraction] = field(default_factory=dict)
    lower: Fraction | None = Fraction(0)
    upper: Fraction | None = None


@dataclass(slots=True)
class Space:
    """What may be chosen: at most `most` of each group, at most `choose` in all."""

    groups: Sequence[Sequence[str]]
    most: int | None = 1
    choose: int | None = None
    is_once: bool = False
    """Whether the second half of a pair may be used once only."""

    @property
    def elements(self) -> list[str]:
        return [element for group in self.groups for element in group]

    def size(self) -> int:
        sizes = [_ways(len(group), self.most) for group in self.groups]
        return prod(sizes)

    def all(self) -> Iterable[Chosen]:
        """Every response; call only when `size` is small."""
        picks = [
            [
                part
                for count in range(_limit(group, self.most) + 1)
                for part in combinations(group, count)
            ]
            for group in self.groups
        ]
        for parts in product(*picks):
            chosen = frozenset(element for part in parts for element in part)
            if self.allows(chosen):
                yield chosen

    def allows(self, chosen: Chosen) -> bool:
        if self.choose and len(chosen) > self.choose:
            return False
        if not self.is_once:
            return True
        seconds = [element.rpartition(" ")[2] for element in chosen]
        return len(set(seconds)) == len(seconds)


def _limit(group: Sequence[str], most: int | None) -> int:
    return len(group) if most is None else min(most, len(group))


def _ways(count: int, most: int | None) -> int:
    limit = count if most is None else min(most, count)
    return min(MOST_TRIALS + 1, sum(comb(count, taken) for taken in range(limit + 1)))


def prove(space: Space, score: Score, known: Known) -> Proof:
    """Find our rule that gives what the file gives. Raises NotOurs."""
    base = score(frozenset())
    if known.entries is not None and known.ways <= {"map", "point", "null"}:
        proof = _by_mapping(space, score, known, base)
        if proof:
            return proof
    if known.key and known.ways <= {"match", "null"}:
        return _by_key(space, score, known.key, base)
    if space.size() > MOST_TRIALS:
        raise NotOurs("qti_unproved")
    tried = {chosen: score(chosen) for chosen in space.all()}
    return _whole(tried, base, known) or _sum(tried, base, space)


def _by_key(space: Space, score: Score, key: Chosen, base: Fraction) -> Proof:
    """The rules only ask whether the response is the declared one: three trials show all."""
    wrong = next((c for c in _others(space, key)), None)
    best = score(key) - base
    if wrong is not None and score(wrong) != base:
        return _with_wrong_marks(score(wrong))
    if best <= 0:
        raise NotOurs("qti_no_key")
    return Proof(base, best, key, all_or_nothing=True)


def _with_wrong_marks(_: Fraction) -> Proof:
    raise NotOurs("qti_wrong_scores")


def _others(space: Space, key: Chosen) -> Iterable[Chosen]:
    for element in space.elements:
        if frozenset({element}) != key:
            yield frozenset({element})


def _by_mapping(space: Space, score: Score, known: Known, base: Fraction) -> Proof | None:
    """The rules only see the mapped sum: one response for each sum that can come about."""
    entries = known.entries or {}
    sums = _sums(space, entries)
    if sums is None:
        return None
    values = {total: score(chosen) for total, chosen in sums.items()}
    factor = _factor(known, values, base)
    if factor is None or any(
        value - base != factor * _clip(total, known) for total, value in values.items()
    ):
        return None
    best = max(values.values()) - base
    if best <= 0:
        raise NotOurs("qti_no_key")
    peak = max(sums, key=lambda total: (values[total], -len(sums[total])))
    return Proof(
        base,
        best,
        sums[peak],
        entries={element: factor * entries[element] for element in space.elements},
        lower=None if known.lower is None else factor * known.lower,
        upper=None if known.upper is None else factor * known.upper,
    )


def _clip(total: Fraction, known: Known) -> Fraction:
    if known.lower is not None:
        total = max(total, known.lower)
    return total if known.upper is None else min(total, known.upper)


def _factor(known: Known, values: dict[Fraction, Fraction], base: Fraction) -> Fraction | None:
    for total, value in values.items():
        clipped = _clip(total, known)
        if clipped:
            factor = (value - base) / clipped
            return factor if factor > 0 else None
    return None


def _sums(space: Space, entries: dict[str, Fraction]) -> dict[Fraction, Chosen] | None:
    """One response for each sum of entries that can come about, the shortest first."""
    found: dict[Fraction, Chosen] = {Fraction(0): frozenset()}
    for group in space.groups:
        steps: list[Chosen] = []
        if space.most == 1:
            steps = [frozenset({element}) for element in group]
            found = _grown(found, steps, entries, space)
        else:
            for element in group:
                found = _grown(found, [frozenset({element})], entries, space)
        if len(found) > MOST_SUMS:
            return None
    return found


def _grown(
    found: dict[Fraction, Chosen],
    steps: list[Chosen],
    entries: dict[str, Fraction],
    space: Space,
) -> dict[Fraction, Chosen]:
    grown = dict(found)
    for total, chosen in found.items():
        for step in steps:
            wider = chosen | step
            if not space.allows(wider):
                continue
            value = total + sum((entries[element] for element in step), Fraction(0))
            if value not in grown or len(wider) < len(grown[value]):
                grown[value] = wider
    return grown


def _best(tried: dict[Chosen, Fraction], known: Known | None = None) -> Chosen:
    peak = max(tried.values())
    if known and known.key in tried and tried[known.key] == peak:
        return known.key
    return min(
        (chosen for chosen, value in tried.items() if value == peak),
        key=lambda chosen: (len(chosen), sorted(chosen)),
    )


def _whole(tried: dict[Chosen, Fraction], base: Fraction, known: Known) -> Proof | None:
    key = _best(tried, known)
    best = tried[key] - base
    if best <= 0:
        raise NotOurs("qti_no_key")
    if any(value != base for chosen, value in tried.items() if chosen != key):
        return None
    return Proof(base, best, key, all_or_nothing=True)


def _sum(tried: dict[Chosen, Fraction], base: Fraction, space: Space) -> Proof:
    """Each choice adds its own share; the sum stays between the extremes."""
    key = _best(tried)
    best = tried[key] - base
    entries: dict[str, Fraction] = {}
    for element in space.elements:
        worth = _worth(element, key, tried, space)
        if worth is None:
            raise NotOurs("qti_not_additive")
        entries[element] = worth
    lower = min(tried.values()) - base
    free = {chosen: sum((entries[e] for e in chosen), Fraction(0)) for chosen in tried}
    if any(value - base != min(best, max(lower, free[c])) for c, value in tried.items()):
        raise NotOurs("qti_not_additive")
    floor = lower if any(total < lower for total in free.values()) or lower == 0 else None
    roof = best if any(total > best for total in free.values()) else None
    return Proof(base, best, key, entries=entries, lower=floor, upper=roof)


def _worth(
    element: str, key: Chosen, tried: dict[Chosen, Fraction], space: Space
) -> Fraction | None:
    """What one choice adds, seen where no bound hides it: beside the rest of the best response."""
    rivals = next(set(group) for group in space.groups if element in group)
    with_it: list[Chosen] = []
    if element in key:
        with_it.append(key)
    rest = key - {element}
    if space.most == 1:
        rest = rest - rivals
    with_it.append(rest | {element})
    with_it.extend(frozenset({element, other}) for other in sorted(key) if other != element)
    with_it.append(frozenset({element}))
    for chosen in with_it:
        without = chosen - {element}
        if chosen in tried and without in tried:
            return tried[chosen] - tried[without]
    return None
