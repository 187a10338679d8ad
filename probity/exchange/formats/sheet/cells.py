"""The cells of a workbook or of a CSV file as text, row by row, within bounds."""

import csv
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from probity.exchange import encoding
from probity.exchange.found import MIB, Source, Unreadable

MOST_ROWS = 100_000
MOST_COLUMNS = 256
MOST_ENTRIES = 2_000
MOST_UNPACKED = 256 * MIB
MOST_RATIO = 200
SMALL = MIB
HEAD = 8192
LARGEST_CELL = 200_000
DELIMITERS = ",;\t|"
SAMPLE_LINES = 30
SAMPLE = 1_000_000
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb"<f[ />]")
_PERCENT = re.compile(r"^0(\.0+)?%$")

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError, struct.error),
)
"""What the archive module raises for files that are cut or spoilt."""

csv.field_size_limit(LARGEST_CELL)


@dataclass(slots=True)
class Row:
    """One row: its number from 1, its cells as text, the columns of formulas and of errors."""

    number: int
    cells: list[str]
    formulas: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(self.cells)

    def cell(self, column: int) -> str:
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(slots=True)
class Sheet:
    """One sheet; a CSV file is one without a name. Of hidden ones only the name is read."""

    name: str
    rows: list[Row] = field(default_factory=list)
    is_hidden: bool = False

    def where(self, row: int, column: int | None = None) -> str:
        """The place of a row or a cell, as spreadsheets name it."""
        from openpyxl.utils import get_column_letter  # noqa: PLC0415 (large, seldom needed)

        cell = f"{get_column_letter(column + 1)}{row}" if column is not None else str(row)
        return f"{self.name}!{cell}" if self.name else cell


def is_workbook(head: bytes) -> bool:
    """Tell whether the first bytes may be those of an XLSX file: by its first entry."""
    if not head.startswith(b"PK\x03\x04") or b"imsmanifest" in head[:4096]:
        return False
    length = int.from_bytes(head[26:28], "little")
    return head[30 : 30 + length].startswith((b"[Content_Types]", b"_rels/", b"docProps/", b"xl/"))


def workbook_sheets(source: Source) -> Iterator[Sheet]:
    """Every sheet, with the values as last computed. Raises Unreadable."""
    data = source.whole()
    with_formulas = _look_inside(data)
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 (large, seldom needed)

        values = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(data), read_only=True) if with_formulas else None
    except Exception as error:
        raise Unreadable("sheet_broken") from error
    for number, worksheet in enumerate(values.worksheets):
        if worksheet.sheet_state != "visible":
            yield Sheet(str(worksheet.title), is_hidden=True)
            continue
        twin = formulas.worksheets[number] if formulas else None
        yield _sheet(worksheet, _formula_cells(twin))


def csv_sheet(source: Source) -> Sheet:
    """The rows of a CSV file. Raises Unreadable."""
    sheet = Sheet("")
    try:
        with encoding.opened(source, newline="") as file:
            delimiter, skipped = _delimiter(file)
            _read_rows(csv.reader(file, delimiter=delimiter), sheet, skipped)
    except UnicodeDecodeError as error:
        raise Unreadable("encoding_broken", place=error.start) from error
    return sheet


def _read_rows(reader: Any, sheet: Sheet, skipped: int) -> None:
    number = 1
    try:
        for cells in reader:
            _bound(len(sheet.rows))
            tidy = [_tidy(cell) for cell in cells[:MOST_COLUMNS]]
            sheet.rows.append(Row(number + skipped, tidy))
            number = reader.line_num + 1
    except csv.Error as error:
        where = str(number + skipped)
        raise Unreadable("csv_broken", where=where, row=where) from error


def _look_inside(data: bytes) -> bool:
    """Refuse archives that unfold beyond bounds or declare entities; tell of formulas."""
    found = False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(archive.infolist())
            for entry in archive.infolist():
                with archive.open(entry) as stream:
                    head = stream.read(HEAD)
                if _DECLARED.search(head.replace(b"\x00", b"")):
                    raise Unreadable("xml_entities", where=entry.filename)
                if not found and "worksheets/" in entry.filename:
                    found = _FORMULA.search(archive.read(entry)) is not None
    except DAMAGED as error:
        raise Unreadable("sheet_broken") from error
    return found


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Unreadable("sheet_crowded", most=MOST_ENTRIES)
    total = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if total > MOST_UNPACKED or swollen:
        raise Unreadable("sheet_bomb", most=MOST_UNPACKED // MIB)


def _sheet(worksheet: Any, formulas: Iterator[tuple[int, tuple[int, ...]]] | None) -> Sheet:
    sheet = Sheet(str(worksheet.title))
    in_formulas = dict(formulas) if formulas is not None else {}
    try:
        for number, cells in _filled(worksheet):
            texts = [_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts or in_formulas.get(number):
                _bound(len(sheet.rows))
                wrong = tuple(at for at, cell in enumerate(cells) if _type_of(cell) == "e")
                sheet.rows.append(Row(number, texts, in_formulas.get(number, ()), wrong))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("sheet_broken", where=sheet.name) from error
    return sheet


def _filled(worksheet: Any) -> Iterator[tuple[int, Any]]:
    """The rows with their numbers, without the millions of empty ones that a far cell makes."""
    empty = None
    for number, cells in enumerate(worksheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if cells is empty:  # the library gives the same one for all
            continue
        if all(cell.value is None for cell in cells):
            empty = cells
        else:
            yield number, cells


def _formula_cells(worksheet: Any) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The rows that hold formulas, and in which columns; nothing of them is ever computed."""
    if worksheet is None:
        return
    for number, cells in _filled(worksheet):
        found = tuple(place for place, cell in enumerate(cells) if _type_of(cell) == "f")
        if found:
            yield number, found


def _type_of(cell: Any) -> str:
    return getattr(cell, "data_type", "") or ""


def _bound(rows: int) -> None:
    if rows >= MOST_ROWS:
        raise Unreadable("sheet_too_long", most=MOST_ROWS)


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return _tidy(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return _number(value, str(getattr(cell, "number_format", "") or ""))
    return _tidy(str(value))


def _number(value: float, shown_as: str) -> str:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return str(value)
    if _PERCENT.match(shown_as):
        return f"{_plain(number * 100)}%"
    return _plain(number)


def _plain(number: Decimal) -> str:
    words = f"{number:f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def _tidy(words: str) -> str:
    """Without what no cell shows: outer spaces, old line ends, control characters."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return "".join(sign for sign in words if sign >= " " or sign in "\n\t").strip()


def _delimiter(file: io.TextIOBase) -> tuple[str, int]:
    """What parts the cells, and how many lines say so; the file stands before its first row."""
    head = file.read(SAMPLE)
    text = head.removeprefix("\ufeff")
    file.seek(0)
    first = text.split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == len("sep=") + 1:
        file.readline()
        return first[-1], 1
    if text != head:
        file.read(1)
    lines = [line[:LARGEST_CELL] for line in text.splitlines()[:SAMPLE_LINES] if line.strip()]
    best, most = ",", 0.0
    for sign in DELIMITERS:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=sign))
        width, times = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(1, 0))
        score = times * (width - 1) / max(len(lines), 1)
        if width > 1 and score > most:
            best, most = sign, score
    return best, 0
