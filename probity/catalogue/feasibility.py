"""Whether the bank can fill all cells of a blueprint at once, proved by matching."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from probity.bank import standards
from probity.bank.marking import is_scorable
from probity.bank.shapes import AnyItem
from probity.catalogue.problems import Report
from probity.catalogue.shapes import Cell, Exam
from probity.catalogue.sources import Read

GENEROUS = 3
ONLY_WHEN_NAMED = frozenset({"case"})
DRAWABLE_STATUSES = frozenset({"approved", "in_review"})


@dataclass(frozen=True, slots=True)
class Supply:
    """A cell, how many items it got in the best matching, and how many fit it at all."""

    section: int
    cell: int
    drawn: int
    filled: int
    fitting: int


def is_drawable(item: AnyItem, *, demonstration: bool) -> bool:
    """A demonstration draws practice items, a real exam secure ones that load as active."""
    if not is_scorable(item):
        return False
    if demonstration:
        return item.use == "practice" and item.status in DRAWABLE_STATUSES
    in_use = item.use == "secure" and item.status == "approved"
    return in_use and not standards.lacking(item)


def fits(item: AnyItem, cell: Cell) -> bool:
    return (
        item.domain == cell.domain
        and item.cognitive in cell.cognitive
        and (cell.competency is None or item.competency.partition(".")[0] == cell.competency)
        and (item.kind in cell.kinds if cell.kinds else item.kind not in ONLY_WHEN_NAMED)
    )


def fill(cells: Sequence[Cell], pool: Sequence[AnyItem]) -> list[int]:
    """How many places of each cell can be filled when no item is used twice."""
    shelves = [[n for n, item in enumerate(pool) if fits(item, cell)] for cell in cells]
    holders: dict[int, int] = {}

    def seat(cell: int, asked: set[int]) -> bool:
        """Find an item for one place; a cell that holds one may move over to another item."""
        asked.add(cell)
        for item in shelves[cell]:
            holder = holders.get(item)
            if holder is None or (holder not in asked and seat(holder, asked)):
                holders[item] = cell
                return True
        return False

    return [
        sum(seat(number, set()) for _ in range(min(cell.draw, len(shelves[number]))))
        for number, cell in enumerate(cells)
    ]


def supplies(exam: Exam, pool: Iterable[AnyItem]) -> list[Supply]:
    usable = [item for item in pool if is_drawable(item, demonstration=exam.demonstration)]
    places = [
        (section, cell, rule)
        for section, part in enumerate(exam.sections)
        for cell, rule in enumerate(part.cells)
    ]
    filled = fill([rule for *_where, rule in places], usable)
    return [
        Supply(section, cell, rule.draw, got, sum(fits(item, rule) for item in usable))
        for (section, cell, rule), got in zip(places, filled, strict=True)
    ]


def check_exam(read: Read[Exam], pool: Sequence[AnyItem], report: Report) -> None:
    _check_supply(read, pool, report)
    _check_sections(read, report)


def _check_sections(read: Read[Exam], report: Report) -> None:
    """Warn of times of sections that cannot be used in full, and of a seal that closes nothing."""
    exam, limit = read.value, read.value.time.minutes
    times = [section.minutes or 0 for section in exam.sections]
    place, total = read.place("time", "minutes"), sum(times)
    if total > limit:
        message = f"The sections take {total} minutes in all, the exam {limit}."
        mend = "Who uses the time of every section has too little for the last: lower them or raise `time`."
        report.add(read.file, place, "E09", message, mend, "warning")
    if all(times) and total < limit:
        message = f"The sections take {total} minutes in all, so the exam's {limit} are never used."
        mend = "Raise the `minutes` of sections, or lower `time`."
        report.add(read.file, place, "E09", message, mend, "warning")
    if exam.navigation.sections == "sealed" and len(times) == 1:
        message = "There is only one section, so nothing is ever sealed."
        mend = "Leave `sections: sealed` out, or divide the exam."
        place = read.place("navigation", "sections")
        report.add(read.file, place, "E10", message, mend, "warning")


def _check_supply(read: Read[Exam], pool: Sequence[AnyItem], report: Report) -> None:
    exam = read.value
    for supply in supplies(exam, pool):
        place = read.place("sections", supply.section, "cells", supply.cell)
        cell = exam.sections[supply.section].cells[supply.cell]
        if supply.filled < supply.drawn:
            lacking = supply.drawn - supply.filled
            message = f"This cell draws {supply.drawn}, the bank can fill {supply.filled}."
            shelf = f"{cell.domain} ({', '.join(cell.cognitive)})"
            report.add(
                read.file,
                place,
                "E01",
                message,
                f"Write {lacking} more items of {shelf}, or draw fewer.{_reserve(exam, cell, pool)}",
            )
        elif supply.fitting < GENEROUS * supply.drawn:
            message = f"This cell draws {supply.drawn} of only {supply.fitting} items."
            mend = f"Aim for {GENEROUS} times as many as are drawn."
            report.add(read.file, place, "E02", message, mend, "warning")


def _reserve(exam: Exam, cell: Cell, pool: Sequence[AnyItem]) -> str:
    """Say why items that seem to fit were not counted."""
    reasons = []
    fitting = [item for item in pool if fits(item, cell)]
    if any(item.use == "practice_only" for item in fitting):
        reasons.append("items with `use: practice_only` are never drawn")
    if not exam.demonstration and any(item.use == "practice" for item in fitting):
        reasons.append("practice items need `demonstration: true`")
    return f" Note: {'; '.join(reasons)}." if reasons else ""
