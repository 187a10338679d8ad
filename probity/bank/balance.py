"""Where the keys of a set of items stand: a paper whose keys are mostly C is half told. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from probity.bank.shapes import AnyItem, Case, Single

LEAST, MOST = Fraction(15, 100), Fraction(35, 100)
"""Of four options each should be the key of 15 to 35 per cent; of more or fewer in proportion."""

ENOUGH, LONG_RUN = 12, 4


@dataclass(frozen=True, slots=True)
class Positions:
    """How often the key stands first, second, …; `uneven` are positions out of bounds, from 1.

    `run` is the longest run of equal positions in the order of the items.
    """

    counts: Sequence[int]
    uneven: Sequence[int]
    run: int

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def is_even(self) -> bool:
        return not self.uneven and self.run < LONG_RUN


def key_positions(items: Iterable[AnyItem]) -> Positions:
    """The positions of the keys of all items with one key, parts of case sets included."""
    places = [place for item in items for place in _places(item)]
    counted = Counter(place for place, _options in places)
    most = max((options for _place, options in places), default=0)
    counts = [counted[place] for place in range(most)]
    uneven = []
    if len(places) >= ENOUGH:
        for place in range(most):
            expected = sum((Fraction(1, n) for _p, n in places if place < n), Fraction(0))
            low, high = expected * LEAST * 4, expected * MOST * 4
            if not low <= counts[place] <= high:
                uneven.append(place + 1)
    return Positions(counts, uneven, _longest_run([place for place, _options in places]))


def _places(item: AnyItem) -> list[tuple[int, int]]:
    if isinstance(item, Case):
        return [place for child in item.items for place in _places(child)]
    if not isinstance(item, Single):
        return []
    keys = [place for place, option in enumerate(item.options) if option.correct]
    return [(keys[0], len(item.options))] if len(keys) == 1 else []


def _longest_run(places: Sequence[int]) -> int:
    longest = run = 0
    last = -1
    for place in places:
        run = run + 1 if place == last else 1
        longest, last = max(longest, run), place
    return longest
