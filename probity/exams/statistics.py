"""Classical figures of an exam: scores, pass rate, reliability, items. Pure, over plain values.

Sources: Cronbach 1951 (alpha, which is KR-20 for items that are right or wrong), Kuder and
Richardson 1937 (KR-21), Bonett 2002 (interval of alpha), Wilson 1927 (interval of a share),
Fisher 1921 (interval of a correlation).
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Mark = tuple[float, float]
"""What was earned of what was possible; exact marks decide verdicts, not these."""

Z95 = 1.959964
LEAST_SITTINGS = 10
LEAST_FOR_RELIABILITY = 30
LEAST_FOR_ITEMS = 30
FLAT, EASY, HARD = 0.1, 0.95, 0.2
BAND = 5


@dataclass(frozen=True, slots=True)
class Sitting:
    """One marked paper: the mark of each question that counts and of each on trial, the verdict."""

    marks: Mapping[Hashable, Mark]
    passed: bool
    pilots: Mapping[Hashable, Mark] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The score as a share of the points of the paper."""
        earned, possible = _sums(self.marks)
        return max(earned, 0.0) / possible if possible else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and where it lies with 95 per cent confidence."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scores:
    """How a group did; shares run from 0 to 1."""

    sittings: int
    passes: int
    mean: float
    deviation: float
    pass_rate: Interval


@dataclass(frozen=True, slots=True)
class Reliability:
    """How much of the differences between scores is not chance.

    `same_paper` tells alpha (KR-20), for one paper that all sat, from KR-21 generalised to partial
    credit, for papers drawn anew for everybody. `error` is the standard error of one score.
    """

    figure: Interval
    error: float
    same_paper: bool


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What answers say about one item; `discrimination` correlates it with the rest of the paper."""

    key: Hashable
    answers: int
    facility: Interval
    discrimination: Interval | None
    flag: str | None


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `low` per cent up to the next band."""

    low: int
    sittings: int
    passes: int


def _sums(marks: Mapping[Hashable, Mark]) -> Mark:
    earned = math.fsum(earned for earned, _possible in marks.values())
    return earned, math.fsum(possible for _earned, possible in marks.values())


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def variance(values: Sequence[float]) -> float:
    """The sample variance; 0 for a single value."""
    middle = mean(values)
    squares = math.fsum((value - middle) ** 2 for value in values)
    return squares / (len(values) - 1) if len(values) > 1 else 0.0


def wilson(hits: int, trials: int) -> Interval:
    """A share of `trials` with its interval after Wilson."""
    share, z2 = hits / trials, Z95**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    reach = Z95 / (1 + z2 / trials)
    reach *= math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return Interval(share, max(0.0, middle - reach), min(1.0, middle + reach))


def scores(sittings: Sequence[Sitting]) -> Scores | None:
    """Mean, deviation and pass rate; None of nobody."""
    if not sittings:
        return None
    shares = [one.share for one in sittings]
    passes = sum(one.passed for one in sittings)
    return Scores(
        sittings=len(sittings),
        passes=passes,
        mean=mean(shares),
        deviation=math.sqrt(variance(shares)),
        pass_rate=wilson(passes, len(sittings)),
    )


def bands(sittings: Iterable[Sitting], cut: float = 1.0, width: int = BAND) -> list[Band]:
    """How many sittings scored in each band, from the lowest score or the cut to 100 per cent."""
    counts: defaultdict[int, list[bool]] = defaultdict(list)
    for one in sittings:
        percent = math.floor(one.share * 100 + 1e-9)
        counts[min(percent // width * width, 100 - width)].append(one.passed)
    if not counts:
        return []
    first = min(*counts, math.floor(cut * 100 / width) * width)
    return [Band(low, len(counts[low]), sum(counts[low])) for low in range(first, 100, width)]


def reliability(sittings: Sequence[Sitting]) -> Reliability | None:
    """Alpha of one paper, KR-21 of many; None where neither can be had."""
    papers = [one.marks for one in sittings if len(one.marks) > 1]
    if len(papers) < 3:  # noqa: PLR2004 (the interval needs a degree of freedom)
        return None
    same = all(paper.keys() == papers[0].keys() for paper in papers)
    value = _alpha(papers) if same else _kr21(papers)
    if value is None:
        return None
    shares = [one.share for one in sittings]
    error = math.sqrt(variance(shares) * (1 - max(value, 0.0)))
    questions = mean([len(paper) for paper in papers])
    return Reliability(_bonett(value, questions, len(papers)), error, same)


def _alpha(papers: Sequence[Mapping[Hashable, Mark]]) -> float | None:
    total = variance([_sums(paper)[0] for paper in papers])
    if not total:
        return None
    questions = len(papers[0])
    single = math.fsum(variance([paper[key][0] for paper in papers]) for key in papers[0])
    return questions / (questions - 1) * (1 - single / total)


def _kr21(papers: Sequence[Mapping[Hashable, Mark]]) -> float | None:
    """One-way analysis of variance of questions within candidates; KR-21 where all is 0 or 1."""
    rows = [[e / p if p else 0.0 for e, p in paper.values()] for paper in papers]
    everything = mean([value for row in rows for value in row])
    between = math.fsum(len(row) * (mean(row) - everything) ** 2 for row in rows) / len(rows)
    within = math.fsum(variance(row) for row in rows) / len(rows)
    return 1 - within / between if between else None


def _bonett(alpha: float, questions: float, papers: int) -> Interval:
    if alpha >= 1:
        return Interval(alpha, alpha, alpha)
    reach = Z95 * math.sqrt(2 * questions / ((questions - 1) * (papers - 2)))
    return Interval(alpha, 1 - (1 - alpha) * math.exp(reach), 1 - (1 - alpha) * math.exp(-reach))


def items(sittings: Iterable[Sitting]) -> list[ItemFigures]:
    """Figures of every item with enough answers, those to look at first."""
    seen: defaultdict[Hashable, list[tuple[float, float]]] = defaultdict(list)
    for one in sittings:
        earned, possible = _sums(one.marks)
        for key, (mark, most) in one.marks.items():
            rest = (earned - mark) / (possible - most) if possible > most else 0.0
            seen[key].append((mark / most if most else 0.0, rest))
        whole = earned / possible if possible else 0.0
        for key, (mark, most) in one.pilots.items():
            seen[key].append((mark / most if most else 0.0, whole))
    found = [_figures(key, pairs) for key, pairs in seen.items() if len(pairs) >= LEAST_FOR_ITEMS]
    return sorted(found, key=_urgency)


def _urgency(figures: ItemFigures) -> tuple[bool, float]:
    value = figures.discrimination.value if figures.discrimination else 0.0
    return figures.flag is None, value


def _figures(key: Hashable, pairs: Sequence[tuple[float, float]]) -> ItemFigures:
    own = [share for share, _rest in pairs]
    middle = mean(own)
    reach = Z95 * math.sqrt(variance(own) / len(own))
    facility = Interval(middle, max(0.0, middle - reach), min(1.0, middle + reach))
    discrimination = correlation(pairs)
    return ItemFigures(key, len(own), facility, discrimination, _flag(middle, discrimination))


def _flag(facility: float, discrimination: Interval | None) -> str | None:
    """Why an item deserves a look; chance alone is no reason to accuse its key."""
    if discrimination is not None and discrimination.value < 0 and discrimination.high < FLAT:
        return "reversed"
    if facility > EASY:
        return "easy"
    if facility < HARD:
        return "hard"
    if discrimination is not None and discrimination.value < FLAT:
        return "flat"
    return None


def correlation(pairs: Sequence[tuple[float, float]]) -> Interval | None:
    """Pearson's correlation with its interval after Fisher; None if one side never varies."""
    left, right = [one for one, _other in pairs], [other for _one, other in pairs]
    spread = math.sqrt(variance(left) * variance(right))
    if not spread or len(pairs) < 4:  # noqa: PLR2004 (the interval needs a degree of freedom)
        return None
    a, b = mean(left), mean(right)
    product = math.fsum((x - a) * (y - b) for x, y in pairs) / (len(pairs) - 1)
    value = max(-1.0, min(1.0, product / spread))
    if abs(value) >= 1:
        return Interval(value, value, value)
    reach = Z95 / math.sqrt(len(pairs) - 3)
    return Interval(
        value, math.tanh(math.atanh(value) - reach), math.tanh(math.atanh(value) + reach)
    )
