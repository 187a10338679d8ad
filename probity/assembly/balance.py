"""Where the keys of a form stand: one whose keys are mostly C is half told. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from probity.assembly.rules import Form, parts_of

LEAST, MOST = Fraction(15, 25), Fraction(35, 25)
"""Of four options each should be the key of 15 to 35 per cent; of more or fewer in proportion."""

ENOUGH, LONG_RUN = 12, 4


@dataclass(frozen=True, slots=True)
class Balance:
    """How often the key stands first, second, …; `uneven` are places out of bounds, from 1.

    `run` is the longest run of one place in the order of the questions.
    """

    counts: Sequence[int]
    uneven: Sequence[int]
    run: int

    @property
    def is_run_long(self) -> bool:
        return self.run >= LONG_RUN


def key_balance(form: Form) -> Balance:
    """Over all questions with one key among options, those of case sets included."""
    found = [(part.key, part.options) for part in parts_of(form) if part.key]
    counted = Counter(place for place, _options in found)
    places = range(1, max((options for _place, options in found), default=0) + 1)
    uneven = []
    if len(found) >= ENOUGH:
        for place in places:
            expected = sum((Fraction(1, n) for _place, n in found if place <= n), Fraction(0))
            if not expected * LEAST <= counted[place] <= expected * MOST:
                uneven.append(place)
    counts = [counted[place] for place in places]
    return Balance(counts, uneven, _longest_run([place for place, _options in found]))


def _longest_run(places: Sequence[int]) -> int:
    longest = run = last = 0
    for place in places:
        run = run + 1 if place == last else 1
        longest, last = max(longest, run), place
    return longest
