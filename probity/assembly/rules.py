"""Forms against their specification: what counts for what, and whether every limit is kept. Pure.

Difficulty is the expected share of right answers (p). Information follows the two-parameter logistic
model; where only p is known, the Rasch model with b = -logit(p) stands in for it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

CASE = "case"
ROUNDING = 1e-6
"""What a solver's arithmetic may miss a limit by."""
SURE = (0.02, 0.98)
"""An expected share beyond these says nothing more of the place on the scale."""


class Measure(StrEnum):
    """What a cell counts; a case set counts by its questions, except as a set."""

    QUESTIONS = "questions"
    POINTS = "points"
    SETS = "sets"


@dataclass(frozen=True, slots=True)
class Part:
    """One question of an item: the item itself, or one question of a case set."""

    domain: str
    competency: str
    cognitive: str
    kind: str
    points: Fraction = Fraction(1)
    p: float | None = None
    a: float | None = None
    b: float | None = None
    key: int = 0
    """Place of the key among the options, from 1; 0 where the kind has no such place."""
    options: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """One item that the bank offers; it is chosen whole or not at all."""

    id: int
    ref: str
    version: int
    parts: tuple[Part, ...]
    domain: str = ""
    enemies: frozenset[int] = frozenset()
    exposure: int = 0
    """In how many live forms it is already."""
    is_set: bool = False

    @property
    def points(self) -> Fraction:
        return sum((part.points for part in self.parts), Fraction(0))


@dataclass(frozen=True, slots=True)
class Cell:
    """How much of one place a form holds. Empty `domain`, `levels`, `kinds` mean any.

    A `content` cell is part of the grid: only what falls into one is chosen at all.
    """

    name: str
    domain: str = ""
    competency: str = ""
    levels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    measure: Measure = Measure.QUESTIONS
    least: Fraction = Fraction(0)
    most: Fraction | None = None
    content: bool = True

    def holds(self, part: Part) -> bool:
        """Tell whether a question belongs here."""
        return (
            self.domain in ("", part.domain)
            and (not self.levels or part.cognitive in self.levels)
            and (not self.kinds or part.kind in self.kinds)
            and _is_under(part.competency, self.competency)
        )

    def weight(self, offer: Offer) -> Fraction:
        """What an item adds here."""
        here = [part for part in offer.parts if self.holds(part)]
        if self.measure is Measure.SETS:
            return Fraction(1 if offer.is_set and self.domain in ("", offer.domain) else 0)
        if self.measure is Measure.POINTS:
            return sum((part.points for part in here), Fraction(0))
        return Fraction(len(here))


def _is_under(code: str, wanted: str) -> bool:
    return not wanted or code == wanted or code.startswith(f"{wanted}.")


@dataclass(frozen=True, slots=True)
class Level:
    """Where the mean, or the spread, of the expected shares is to lie, give or take `off`."""

    wanted: float
    off: float


@dataclass(frozen=True, slots=True)
class Information:
    """Test information wanted at one point of the ability scale."""

    theta: float
    least: float


@dataclass(frozen=True, slots=True)
class Specification:
    """What every form has to be. `points` and `questions` are limits of one form."""

    cells: tuple[Cell, ...]
    questions: tuple[int, int]
    forms: int = 1
    points: tuple[Fraction, Fraction] | None = None
    mean: Level | None = None
    spread: Level | None = None
    """Around the wanted mean, so it needs one."""
    information: tuple[Information, ...] = ()
    maximise: bool = False
    """Make the least information over the points as large as the bank allows."""
    overlap: int = 0
    """Questions that any two forms may share at most."""
    exposure: int | None = None
    """Live forms that one item may be in at most, these included."""
    assumed_p: float = 0.6
    """Stands in where nobody estimated an item."""


def p_of(part: Part, assumed: float) -> float:
    return assumed if part.p is None else part.p


def curve(part: Part, assumed: float) -> tuple[float, float]:
    """Discrimination and difficulty of a question."""
    if part.b is not None:
        return (1.0 if part.a is None else part.a), part.b
    p = min(max(p_of(part, assumed), SURE[0]), SURE[1])
    return 1.0, -math.log(p / (1 - p))


def information(part: Part, theta: float, assumed: float) -> float:
    """Fisher information of a question at one ability."""
    a, b = curve(part, assumed)
    chance = 1 / (1 + math.exp(-a * (theta - b)))
    return a * a * chance * (1 - chance)


def is_eligible(spec: Specification, offer: Offer) -> bool:
    """Tell whether each question of an item falls into a cell that asks for some."""
    content = [cell for cell in spec.cells if cell.content and cell.most != 0]
    grid = [cell for cell in content if cell.measure is not Measure.SETS]
    if offer.is_set and not any(
        cell.weight(offer) for cell in content if cell.measure is Measure.SETS
    ):
        return False
    if spec.exposure is not None and offer.exposure >= spec.exposure:
        return False
    return all(any(cell.holds(part) for cell in grid) for part in offer.parts)


Form = Sequence[Offer]


def parts_of(form: Form) -> list[Part]:
    return [part for offer in form for part in offer.parts]


def mean_p(form: Form, assumed: float) -> float:
    parts = parts_of(form)
    return math.fsum(p_of(part, assumed) for part in parts) / len(parts) if parts else 0.0


def spread_p(form: Form, assumed: float, centre: float | None = None) -> float:
    """Root mean square distance of the expected shares from `centre`, by default their mean."""
    parts = parts_of(form)
    middle = mean_p(form, assumed) if centre is None else centre
    squares = math.fsum((p_of(part, assumed) - middle) ** 2 for part in parts)
    return math.sqrt(squares / len(parts)) if parts else 0.0


def expected_share(form: Form, assumed: float) -> float:
    """The score an average candidate is expected to reach, as a share of the points."""
    parts = parts_of(form)
    total = sum((part.points for part in parts), Fraction(0))
    earned = math.fsum(float(part.points) * p_of(part, assumed) for part in parts)
    return earned / float(total) if total else 0.0


def total_information(form: Form, theta: float, assumed: float) -> float:
    return math.fsum(information(part, theta, assumed) for part in parts_of(form))


def shared(one: Form, other: Form) -> int:
    """Questions that two forms have in common."""
    ids = {offer.id for offer in other}
    return sum(len(offer.parts) for offer in one if offer.id in ids)


def joins(spec: Specification, offer: Offer, rest: Form, others: Iterable[Form]) -> bool:
    """Tell whether an item may join the rest of a form: no enemy, and not too much shared.

    An item that no other form has is never to blame for what they share already.
    """
    if any(one.id in offer.enemies or offer.id in one.enemies for one in rest):
        return False
    return all(
        offer.id not in {one.id for one in other} or shared((*rest, offer), other) <= spec.overlap
        for other in others
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One limit and how a set of forms keeps it. `form` is None for what concerns several."""

    kind: str
    name: str
    form: int | None
    least: float | None
    most: float | None
    found: float
    facts: tuple[str, ...] = field(default=())

    @property
    def is_kept(self) -> bool:
        low = self.least is None or self.found >= self.least - ROUNDING
        return low and (self.most is None or self.found <= self.most + ROUNDING)


def checks(spec: Specification, forms: Sequence[Form]) -> list[Check]:
    """Every limit of the specification against these forms."""
    return [
        *(check for number, form in enumerate(forms) for check in _of_form(spec, number, form)),
        *_between(spec, forms),
    ]


def _of_form(spec: Specification, number: int, form: Form) -> Iterator[Check]:
    for cell in spec.cells:
        found = sum((cell.weight(offer) for offer in form), Fraction(0))
        most = None if cell.most is None else float(cell.most)
        yield Check("cell", cell.name, number, float(cell.least), most, float(found))
    low, high = spec.questions
    yield Check("questions", "", number, low, high, len(parts_of(form)))
    if spec.points:
        total = sum((offer.points for offer in form), Fraction(0))
        yield Check(
            "points", "", number, float(spec.points[0]), float(spec.points[1]), float(total)
        )
    if spec.mean:
        reach = (spec.mean.wanted - spec.mean.off, spec.mean.wanted + spec.mean.off)
        yield Check("mean", "", number, *reach, mean_p(form, spec.assumed_p))
    if spec.spread and spec.mean:
        reach = (spec.spread.wanted - spec.spread.off, spec.spread.wanted + spec.spread.off)
        yield Check("spread", "", number, *reach, spread_p(form, spec.assumed_p, spec.mean.wanted))
    for goal in spec.information:
        found_at = total_information(form, goal.theta, spec.assumed_p)
        yield Check("information", f"{goal.theta:g}", number, goal.least, None, found_at)
    yield from _apart(number, form)


def _apart(number: int, form: Form) -> Iterator[Check]:
    twice = [ref for ref, count in Counter(offer.ref for offer in form).items() if count > 1]
    yield Check("twice", "", number, None, 0, len(twice), tuple(twice))
    pairs = [
        f"{one.ref} – {other.ref}"
        for one, other in combinations(form, 2)
        if other.id in one.enemies or one.id in other.enemies
    ]
    yield Check("enemies", "", number, None, 0, len(pairs), tuple(pairs))


def _between(spec: Specification, forms: Sequence[Form]) -> Iterator[Check]:
    if len(forms) > 1:
        sizes = [len(parts_of(form)) for form in forms]
        yield Check("equal", "", None, None, 0, max(sizes) - min(sizes))
    for one, other in combinations(range(len(forms)), 2):
        found = shared(forms[one], forms[other])
        yield Check("overlap", f"{one} {other}", None, None, spec.overlap, found)
    if spec.exposure is not None:
        used = Counter(offer.id for form in forms for offer in form)
        offers = {offer.id: offer for form in forms for offer in form}
        over = [
            offers[one].ref
            for one, times in used.items()
            if times + offers[one].exposure > spec.exposure
        ]
        yield Check("exposure", "", None, None, 0, len(over), tuple(sorted(over)))


def broken(found: Iterable[Check]) -> list[Check]:
    return [check for check in found if not check.is_kept]


def supply(cell: Cell, offers: Iterable[Offer]) -> Fraction:
    """What all offers together would add to a cell."""
    return sum((cell.weight(offer) for offer in offers), Fraction(0))


def standard_error(form: Form, assumed: float) -> float:
    """How far an average candidate's score may lie from the expected one, in per cent of points."""
    parts = parts_of(form)
    total = float(sum((part.points for part in parts), Fraction(0)))
    shares = [(float(part.points), p_of(part, assumed)) for part in parts]
    variance = math.fsum(points**2 * p * (1 - p) for points, p in shares)
    return 100 * math.sqrt(variance) / total if total else 0.0
