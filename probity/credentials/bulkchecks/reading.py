"""Reads a table of a stranger: what is in it, what is odd about it, or why it cannot be read."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from probity.credentials.bulkchecks import columns
from probity.credentials.bulkchecks.columns import Columns
from probity.credentials.checks import inspection
from probity.exchange.formats.sheet import cells
from probity.exchange.formats.sheet.cells import DAMAGED, Row, Sheet
from probity.exchange.found import Source, Unreadable
from probity.kernel import limits

MOST_ROWS = 10_000
SECONDS = timedelta(seconds=30)
FIRST_ROWS = 6
MOST_SHOWN = 8
LONGEST_SHOWN = 80
MOST_NAMED = 5

_OLD, _PDF = b"\xd0\xcf\x11\xe0", b"%PDF"
_MERGED = re.compile(rb'<mergeCell[^>]*\sref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


class NotRead(Exception):
    """The table cannot be read; the code says why."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Hint:
    """Something about a table that its owner should know before the check."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> list[Any]:
        return [self.code, self.facts]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below the heading, and which columns are meant."""

    sheet: str
    headings: list[str]
    rows: list[Row]
    found: Columns
    hints: tuple[Hint, ...]

    @property
    def width(self) -> int:
        widest = max((len(row.cells) for row in self.rows[:MOST_ROWS]), default=0)
        return min(max(widest, len(self.headings)), columns.MOST_COLUMNS)

    def as_seen(self) -> dict[str, Any]:
        """What the page shows of it before the check."""
        return {
            "sheet": self.sheet,
            "headings": [words[:LONGEST_SHOWN] for words in self.headings],
            "width": self.width,
            "first": [
                [row.number, [cell[:LONGEST_SHOWN] for cell in row.cells[: columns.MOST_COLUMNS]]]
                for row in self.rows[:FIRST_ROWS]
            ],
            "hints": [hint.as_json() for hint in self.hints],
        }


def read(data: bytes) -> Table:
    """The table in a file. Raises NotRead."""
    try:
        with limits.within(SECONDS):
            return _read(data)
    except Unreadable as error:
        raise NotRead(_reason(error), most=MOST_ROWS) from error
    except (limits.TookTooLong, MemoryError) as error:
        raise NotRead("too-long") from error


def _read(data: bytes) -> Table:
    if not data.strip():
        raise NotRead("empty")
    if data.startswith(_OLD):
        raise NotRead("old-workbook")
    if (
        data.startswith(_PDF)
        or inspection.is_picture(data)
        or (data.startswith(b"PK") and not cells.is_workbook(data))
    ):
        raise NotRead("no-table")
    is_workbook = cells.is_workbook(data)
    sheets = _workbook(data) if is_workbook else [cells.csv_sheet(Source("table", data))]
    filled = [sheet for sheet in sheets if any(not row.is_empty for row in sheet.rows)]
    if not filled:
        raise NotRead("empty")
    sheet = filled[0]
    rows = [row for row in sheet.rows if not row.is_empty or row.formulas]
    found = columns.find(rows)
    heading = rows[found.heading] if found.heading is not None else None
    below = rows[found.heading + 1 :] if found.heading is not None else rows
    if len(below) > MOST_ROWS:
        raise NotRead("too-many-rows", most=MOST_ROWS)
    if not below:
        raise NotRead("only-heading")
    merged = _merged(data, below) if is_workbook else []
    hints = tuple(_hints(sheet, below, found, merged, len(filled)))
    return Table(sheet.name, heading.cells if heading else [], below, found, hints)


def _workbook(data: bytes) -> Iterable[Sheet]:
    return list(cells.workbook_sheets(Source("table", data)))


def _reason(error: Unreadable) -> str:
    """Our own code for what the reader of question tables found."""
    known = {
        "sheet_too_long": "too-many-rows",
        "csv_broken": "csv-broken",
        "encoding_broken": "encoding",
        "sheet_bomb": "bomb",
        "sheet_crowded": "bomb",
        "xml_entities": "bomb",
    }
    return known.get(error.note.code, "damaged")


def _hints(
    sheet: Sheet, rows: Sequence[Row], found: Columns, merged: Sequence[str], sheets: int
) -> Iterable[Hint]:
    if sheets > 1:
        yield Hint("other-sheets", {"sheet": sheet.name})
    if found.swapped:
        yield Hint("swapped")
    elif found.number is None or found.name is None:
        yield Hint("columns")
    wanted = {column for column in (found.number, found.name) if column is not None}
    for code, places in (("formulas", _formulas(sheet, rows, wanted)), ("merged", merged)):
        if places:
            more = len(places) > MOST_NAMED
            named = ", ".join(places[:MOST_NAMED]) + (" …" if more else "")
            yield Hint(code, {"cells": named})


def _formulas(sheet: Sheet, rows: Sequence[Row], wanted: set[int]) -> list[str]:
    bare = Sheet("", sheet.rows)
    return [
        bare.where(row.number, column)
        for row in rows
        for column in row.formulas
        if column in wanted
    ]


def _merged(data: bytes, rows: Sequence[Row]) -> list[str]:
    """Merged cells over several rows of the table: only the first of these rows has the value."""
    first, last = rows[0].number, rows[-1].number
    found = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in sorted(archive.namelist()):
                if name.startswith("xl/worksheets/sheet"):
                    found += _MERGED.findall(archive.read(name))
                    break
    except DAMAGED as error:
        raise NotRead("damaged") from error
    return [
        f"{left.decode()}{int(top)}:{right.decode()}{int(bottom)}"
        for left, top, right, bottom in found
        if int(top) < int(bottom) and int(bottom) >= first and int(top) <= last
    ]
