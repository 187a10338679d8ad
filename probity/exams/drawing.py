"""Drawing a paper from a blueprint: random, never an item twice, unseen items first.

Filling all cells at once is a bipartite matching; augmenting paths (Kuhn 1955) find one whenever
one exists, so an exam that can be filled is always filled.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Demand:
    """One cell: how many items it needs and which ones fit."""

    name: str
    draw: int
    fitting: Sequence[int]


class Unfillable(Exception):
    """The bank cannot fill these cells all at once: pairs of cell name and missing items."""

    def __init__(self, missing: list[tuple[str, int]]) -> None:
        super().__init__(", ".join(f"{name} lacks {count}" for name, count in missing))
        self.missing = missing


def draw(
    cells: Sequence[Demand], rng: Random, seen: AbstractSet[int] = frozenset()
) -> list[list[int]]:
    """Choose items for every cell, in the cells' order. Raises Unfillable."""
    preference = {
        number: sorted(rng.sample(cell.fitting, len(cell.fitting)), key=lambda i: i in seen)
        for number, cell in enumerate(cells)
    }
    taken: dict[int, int] = {}
    for number, cell in enumerate(cells):
        for _ in range(cell.draw):
            _seat(number, preference, taken, set())
    chosen: list[list[int]] = [[] for _ in cells]
    for item, number in taken.items():
        chosen[number].append(item)
    missing = [
        (cell.name, cell.draw - len(got))
        for cell, got in zip(cells, chosen, strict=True)
        if len(got) < cell.draw
    ]
    if missing:
        raise Unfillable(missing)
    for got in chosen:
        rng.shuffle(got)
    return chosen


def _seat(
    number: int, preference: dict[int, list[int]], taken: dict[int, int], tried: set[int]
) -> bool:
    for item in preference[number]:
        if item not in taken:
            taken[item] = number
            return True
    for item in preference[number]:
        if item in tried:
            continue
        tried.add(item)
        holder = taken[item]
        if holder != number and _seat(holder, preference, taken, tried):
            taken[item] = number
            return True
    return False
