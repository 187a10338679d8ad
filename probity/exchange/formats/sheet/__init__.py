"""XLSX and CSV: our own table and template, and the tables of others, read by their headings."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from probity.bank.marking import Mark
from probity.exchange.formats.sheet import writing
from probity.exchange.formats.sheet.building import name_of
from probity.exchange.formats.sheet.cells import csv_sheet, is_workbook, workbook_sheets
from probity.exchange.formats.sheet.dialects import dialect_of
from probity.exchange.formats.sheet.headings import find_headings
from probity.exchange.formats.sheet.rows import read_sheet
from probity.exchange.formats.sheet.sniffing import looks_like_csv
from probity.exchange.found import Content, Format, Found, LoadMedia, Other, Source, Written

HELP_SHEETS = frozenset({"help", "帮助"})


class Table:
    """What workbooks and CSV files have in common. Options are named by their place from 0."""

    name = "csv"

    def respond(self, found: Found, response: Any) -> Any:
        """Turn places of options into their ids; other answers are written as they are."""
        if found.kind not in {"single", "multiple"} or not isinstance(response, list):
            return response
        chosen = [name_of(int(place)) for place in response]
        return (chosen[0] if chosen else None) if found.kind == "single" else chosen

    def native_score(self, found: Found, mark: Mark) -> Fraction:  # noqa: ARG002
        return mark.earned

    def native_max(self, found: Found) -> Fraction:
        return Fraction(str((found.content or {}).get("points", 1)))


class CsvTable(Table):
    """Tables as text, whatever parts the cells and whatever encoding they have."""

    def sniff(self, name: str, head: bytes) -> bool:
        return looks_like_csv(name, head)

    def read(self, source: Source) -> Iterator[Found | Other]:
        sheet = csv_sheet(source)
        source.dialect = dialect_of(find_headings(sheet.rows))
        yield from read_sheet(sheet, 0)

    def write(self, items: Sequence[Content], load: LoadMedia) -> Written:  # noqa: ARG002
        data, notes = writing.csv_file(items)
        return Written("questions.csv", data, writing.CSV, notes)


class Workbook(Table):
    """Workbooks of one or several sheets."""

    name = "xlsx"

    def sniff(self, name: str, head: bytes) -> bool:  # noqa: ARG002
        return is_workbook(head)

    def read(self, source: Source) -> Iterator[Found | Other]:
        index = 0
        for sheet in workbook_sheets(source):
            if sheet.is_hidden:
                yield Other(sheet.name, "sheet_hidden")
                continue
            if sheet.name.casefold() in HELP_SHEETS:
                yield Other(sheet.name, "sheet_help")
                continue
            source.dialect = source.dialect or dialect_of(find_headings(sheet.rows))
            for thing in read_sheet(sheet, index):
                index += isinstance(thing, Found)
                yield thing

    def write(self, items: Sequence[Content], load: LoadMedia) -> Written:  # noqa: ARG002
        data, notes = writing.workbook(items)
        return Written("questions.xlsx", data, writing.XLSX, notes)


FORMATS: dict[str, Format] = {"csv": CsvTable(), "xlsx": Workbook()}
