"""What the bank has for the cells of a blueprint, and whether it fills all of them at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.catalogue.shapes import Cell
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import drawing, matrix

GENEROUS = 2
"""An exam ought to have this many times the items it draws, or papers are much alike."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A cell and the items that fit it (item id to version id); `lacking` once it was proved."""

    name: str
    cell: Cell
    fitting: dict[int, int]
    lacking: int = 0

    @property
    def state(self) -> str:
        """One word: `short` cannot be filled, `thin` makes papers much alike, `ok` is neither."""
        if self.lacking:
            return "short"
        return "thin" if len(self.fitting) < GENEROUS * self.cell.draw else "ok"


def shelves(
    session: Session, cells: Iterable[tuple[str, Cell]], *, demonstration: bool
) -> list[Shelf]:
    """The shelf of every named cell."""
    return [
        Shelf(name, cell, bank.drawable(session, cell, demonstration=demonstration))
        for name, cell in cells
    ]


def of_exam(session: Session, content: ExamContent) -> list[Shelf]:
    """The shelves of an exam, named by their sections; approved forms need none."""
    sections = [] if content.forms else content.sections
    cells = [(section.id, cell) for section in sections for cell in section.cells]
    return shelves(session, cells, demonstration=content.demonstration)


def proved(found: Sequence[Shelf]) -> list[Shelf]:
    """The same shelves with what each lacks when all are filled at once."""
    try:
        drawing.draw(demands(found), Random(0))  # noqa: S311 (any draw proves that one exists)
    except drawing.Unfillable as error:
        lacking = {int(number): count for number, count in error.missing}
    else:
        lacking = {}
    return [replace(shelf, lacking=lacking.get(n, 0)) for n, shelf in enumerate(found)]


def demands(found: Sequence[Shelf]) -> list[drawing.Demand]:
    """The shelves as drawing takes them, named by their numbers."""
    return [
        drawing.Demand(str(number), shelf.cell.draw, sorted(shelf.fitting))
        for number, shelf in enumerate(found)
    ]


def stock(
    session: Session, rows: Iterable[str], *, demonstration: bool
) -> dict[matrix.Place, frozenset[int]]:
    """The items that fit each place of a matrix."""
    return {
        (row, column): frozenset(
            bank.drawable(
                session,
                Cell.model_validate(matrix.cell_of(row, column, 1)),
                demonstration=demonstration,
            )
        )
        for row in rows
        for column in (*matrix.COLUMNS, matrix.CASE)
    }
