"""Workbooks and CSV files made of items, and the template to fill in."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from probity.exchange.formats.sheet import kept
from probity.exchange.formats.sheet.guide import EXAMPLES, HELP
from probity.exchange.found import Note

Content = dict[str, Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
KINDS = ["single", "multiple", "true_false", "short_text", "numeric", "matching", "ordering",
         "cloze", "essay", "upload"]  # fmt: skip
CHOICES = {
    "Kind": KINDS,
    "Credit": ["right_minus_wrong", "per_option", "all_or_nothing"],
    "Cognitive level": ["remember", "understand", "apply", "analyse", "evaluate"],
    "Use": ["practice", "practice_only", "secure"],
}
WIDTHS = {"Question": 60, "Question (zh-Hans)": 40, "Explanation": 40, kept.DATA: 12}
LAST_ROW = 5000


def table(items: Sequence[Content]) -> tuple[list[str], list[list[str]], dict[int, list[Note]]]:
    """Headings, one row an item, and what a row cannot hold."""
    options = max([kept.LEAST_OPTIONS, *(kept.options_of(item) for item in items)])
    rows = [
        kept.cells(
            {name: value for name, value in item.items() if name != "folder"},
            options,
            item.get("folder", ()),
        )
        for item in items
    ]
    notes: dict[int, list[Note]] = {}
    for place, (item, row) in enumerate(zip(items, rows, strict=True)):
        if item.get("media"):
            files = [medium["name"] for medium in item["media"]]
            notes.setdefault(place, []).append(Note("lost", "sheet_no_media", {"files": files}))
        if not row[-1]:
            notes.setdefault(place, []).append(Note("lost", "sheet_data_long"))
    return kept.titles(options), rows, notes


def csv_file(items: Sequence[Content]) -> tuple[bytes, dict[int, list[Note]]]:
    """A CSV file with a byte order mark, so that spreadsheets read it as UTF-8."""
    headings, rows, notes = table(items)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([kept.harmless(words) for words in row] for row in rows)
    return out.getvalue().encode("utf-8-sig"), notes


def workbook(items: Sequence[Content]) -> tuple[bytes, dict[int, list[Note]]]:
    """An XLSX file; every cell is text, so that nothing is ever computed."""
    headings, rows, notes = table(items)
    return _book(headings, rows, chinese=False), notes


def template(*, chinese: bool = False) -> bytes:
    """An empty workbook with headings, lists to choose from, and a sheet of help."""
    return _book(kept.titles(kept.LEAST_OPTIONS, chinese=chinese), [], chinese=chinese)


def csv_template(*, chinese: bool = False) -> bytes:
    """The headings alone, as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(kept.titles(kept.LEAST_OPTIONS, chinese=chinese))
    return out.getvalue().encode("utf-8-sig")


def _book(headings: Sequence[str], rows: Sequence[Sequence[str]], *, chinese: bool) -> bytes:
    out = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    import xlsxwriter  # noqa: PLC0415 (large, seldom needed)

    book = xlsxwriter.Workbook(out, settings)
    bold = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE8F5"}
    )
    wrap = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet("题目" if chinese else "Questions")
    english = kept.titles((len(headings) - len(kept.BEFORE) - len(kept.AFTER) - 1) // 2)
    for column, words in enumerate(headings):
        name = english[column]
        sheet.write_string(0, column, words, bold)
        sheet.set_column(column, column, WIDTHS.get(name, 16), wrap)
        if name in CHOICES:
            rule = {"validate": "list", "source": CHOICES[name], "ignore_blank": True}
            sheet.data_validation(1, column, LAST_ROW, column, rule)
    for number, row in enumerate(rows, start=1):
        for column, words in enumerate(row):
            if words:
                sheet.write_string(number, column, words)
    sheet.freeze_panes(1, 4)
    _help(book, bold, wrap, chinese=chinese)
    book.close()
    return out.getvalue()


def _help(book: Any, bold: Any, wrap: Any, *, chinese: bool) -> None:
    """What each kind wants, and one example of each."""
    sheet = book.add_worksheet("帮助" if chinese else "Help")
    sheet.set_column(0, 0, 24, wrap)
    sheet.set_column(1, 12, 34, wrap)
    row = 0
    for heading, words in HELP["zh-Hans" if chinese else "en"]:
        sheet.write_string(row, 0, heading, bold)
        sheet.write_string(row, 1, words, wrap)
        row += 1
    for example in EXAMPLES:
        row += 1
        for column, words in enumerate(example):
            sheet.write_string(row, column, words, wrap)
