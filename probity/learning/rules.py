"""Progress through a course, what is locked and why, and when practice comes back. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

INTERVAL_DAYS = (0, 1, 3, 7, 16, 35)
"""How long an item rests in each box; a wrong answer sends it back to the first box."""

WELL_KNOWN = 3
"""From this box on an item counts as known."""


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Whole percent, never 100 before everything is done."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.done == self.total


def progress(lessons: Collection[str], completed: Collection[str]) -> Progress:
    return Progress(len(set(lessons) & set(completed)), len(lessons))


def resume_at(lessons: Sequence[str], completed: Collection[str], last: str | None) -> str | None:
    """Where to go on: the lesson last opened if it is not done, else the next one that is not."""
    if last in lessons and last not in completed:
        return last
    start = lessons.index(last) + 1 if last in lessons else 0
    ahead = [*lessons[start:], *lessons[:start]]
    return next((code for code in ahead if code not in completed), None)


def neighbours(lessons: Sequence[str], code: str) -> tuple[str | None, str | None]:
    """The lessons before and after one."""
    place = lessons.index(code)
    before = lessons[place - 1] if place else None
    after = lessons[place + 1] if place + 1 < len(lessons) else None
    return before, after


def requirements(modules: Sequence[Mapping[str, Any]], module: str) -> list[str]:
    """The lessons that a module asks for; a required module stands for all its lessons."""
    inside = {part["id"]: [lesson["id"] for lesson in part["lessons"]] for part in modules}
    wanted: list[str] = next((part["requires"] for part in modules if part["id"] == module), [])
    expanded = [lesson for name in wanted for lesson in inside.get(name, [name])]
    return list(dict.fromkeys(expanded))


def missing(wanted: Sequence[str], completed: Collection[str]) -> list[str]:
    return [code for code in wanted if code not in completed]


def next_box(box: int, state: str) -> int:
    """The box of an item after an answer that was `right`, `partial`, `wrong` or `empty`."""
    if state == "right":
        return min(box + 1, len(INTERVAL_DAYS) - 1)
    return min(box, 1) if state == "partial" else 0


def due_at(box: int, answered_at: datetime) -> datetime:
    return answered_at + timedelta(days=INTERVAL_DAYS[box])


def practice_order(
    refs: Sequence[str], due: Mapping[str, datetime], now: datetime, skip: str | None = None
) -> list[str]:
    """Due items first, the longest waiting before the others; then new ones; then early ones.

    The item just answered comes last, so that it is not asked twice in a row.
    """

    def place(ref: str) -> tuple[bool, int, datetime, str]:
        moment = due.get(ref)
        if moment is None:
            return ref == skip, 1, now, ref
        return ref == skip, 0 if moment <= now else 2, moment, ref

    return sorted(refs, key=place)
