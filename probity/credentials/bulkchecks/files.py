"""Result files: CSV and XLSX, in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from probity.exchange.formats.sheet.kept import harmless

WIDTHS = (8, 20, 28, 14, 16, 14, 26, 60)


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook whose cells are all text; an apostrophe before a formula keeps it one."""
    import xlsxwriter  # noqa: PLC0415 (large, seldom needed)

    out = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, settings)
    bold = book.add_format({"bold": True, "bg_color": "#DCE8F5"})
    sheet = book.add_worksheet()
    for column, words in enumerate(headings):
        sheet.write_string(0, column, words, bold)
        sheet.set_column(column, column, WIDTHS[column])
    for number, row in enumerate(rows, start=1):
        for column, words in enumerate(row):
            sheet.write_string(number, column, harmless(words))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, sheet.dim_rowmax or 1), len(headings) - 1)
    book.close()
    return out.getvalue()
