"""The parts an item's form is built of; each has a name that is also its place in the item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask_babel import LazyString


@dataclass(frozen=True, slots=True)
class Line:
    """One control. `as_` says how its text becomes a value, and what control is drawn.

    text, int, number, date, choice, truth, check, codes (between commas), lines (one a line),
    numbers (between commas), entries (name = value, one a line), checks (several boxes), partner
    (a row of the list named by `of`), crosses (several of its rows), medium (a picture of the
    item), kept (sent along, not to be changed). `start` is what a new one holds.
    """

    name: str
    label: LazyString
    as_: str = "text"
    hint: LazyString | str = ""
    choices: Sequence[tuple[str, Any]] = ()
    of: str = ""
    optional: bool = False
    start: str | None = None
    type: ClassVar[str] = "line"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in every language, side by side."""

    name: str
    label: LazyString
    hint: LazyString | str = ""
    tall: bool = False
    optional: bool = False
    type: ClassVar[str] = "words"


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; left out of the item when the field `needs` is empty.

    `*` leaves it out when all of them are. `wide` gives each a line of its own.
    """

    name: str
    legend: LazyString
    fields: "Sequence[Field]"
    hint: LazyString | str = ""
    needs: str = ""
    wide: bool = False
    type: ClassVar[str] = "group"


@dataclass(frozen=True, slots=True)
class Rows:
    """A list that grows and shrinks.

    `flag` marks right rows: `one` of them or `many`. `cases` adds the fields that a row has
    because of its value of `switch`. A `flat` list holds texts instead of mappings.
    """

    name: str
    legend: LazyString
    one: LazyString
    fields: "Sequence[Field]"
    least: int = 0
    most: int = 8
    flag: str = ""
    ordered: bool = False
    flat: bool = False
    hint: LazyString | str = ""
    switch: str = ""
    cases: "Mapping[str, Sequence[Field]]" = field(default_factory=dict)
    type: ClassVar[str] = "rows"

    def of_row(self, row: Mapping[str, Any]) -> "list[Field]":
        """The fields of one row."""
        return [*self.fields, *self.cases.get(str(row.get(self.switch)), ())]


Field = Line | Words | Group | Rows


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form with a heading of its own."""

    id: str
    legend: LazyString
    fields: Sequence[Field]


def chunks(fields: "Sequence[Field]") -> list[list[Field]]:
    """Fields in their order, short ones that follow each other together: they share a line."""
    found: list[list[Field]] = []
    for one in fields:
        if found and _is_short(one) and _is_short(found[-1][-1]):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _is_short(one: Field) -> bool:
    return isinstance(one, Line) and one.as_ not in {"check", "checks", "crosses", "entries"}
