"""Tables of strangers: which columns are meant, what is odd, and why one cannot be read."""

import io

import openpyxl
import pytest
import xlsxwriter

from probity.credentials.bulkchecks import reading, wording
from probity.credentials.bulkchecks.reading import NotRead
from probity.kernel import limits

A, B = ["PRB-2026-000001", "Ada Lim"], ["PRB-2026-000002", "Bob"]


def csv_of(*rows):
    return "\n".join(",".join(row) for row in rows).encode()


def book(rows, *, merge=None, formula=None, sheets=1):
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    for _ in range(sheets):
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    if formula:
        sheet.write_formula(*formula)
    if merge:
        sheet.merge_range(merge, "PRB-2026-000001")
    made.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([["Certificate number", "Name"], A], (0, 1)),
        ([["Dept", "Holder's name", "Certificate No."], ["x", *reversed(A)]], (2, 1)),
        ([["部门", "姓名", "证书编号"], ["采购", "林薇", "PRB-2026-000001"]], (2, 1)),
        ([A, B], (0, 1)),
        ([["2026", "Ada", *A]], (2, None)),
        ([["a", "b"], ["c", "d"]], (None, None)),
        ([["编号", "姓名", "证书"], ["77", "林薇", "PRB-2026-000001"]], (2, 1)),
        ([["Name", "Remarks", "Score"], ["Ada", "x", "PRB-2026-000001"]], (2, 0)),
        ([["number", "number 2"], A], (0, 1)),
        ([["Number", "Name"], ["none", "of"], ["them", "is"]], (0, 1)),
    ],
)
def test_columns_are_found_by_heading_then_by_content(rows, columns):
    found = reading.read(csv_of(*rows)).found
    assert (found.number, found.name) == columns


def test_a_title_above_the_headings_does_no_harm():
    table = reading.read(book([["List of 2026"], [], ["Number", "Name"], A, [], B]))
    assert [row.number for row in table.rows] == [4, 6]
    assert table.headings == ["Number", "Name"]


def test_swapped_headings_are_turned_round_and_told():
    table = reading.read(csv_of(["Number", "Name"], A[::-1], B[::-1]))
    assert (table.found.number, table.found.name) == (1, 0)
    assert [hint.code for hint in table.hints] == ["swapped"]


def test_formulas_merged_cells_and_further_sheets_are_told():
    rows = [["Number", "Name"], A, ["", "Bob"], ["PRB-2026-000003", "Cy"]]
    table = reading.read(book(rows, merge="A2:A3", formula=(3, 1, "=A2", None, "Cy")))
    assert [(hint.code, hint.facts["cells"]) for hint in table.hints] == [
        ("formulas", "B4"),
        ("merged", "A2:A3"),
    ]
    assert table.rows[1].cell(0) == ""
    assert [hint.code for hint in reading.read(book(rows, sheets=2)).hints] == ["other-sheets"]
    many = [["Number", "Name"], *([["x", "y"]] * 9)]
    wide = book(many, formula=(1, 1, "=A1"))
    assert reading.read(wide).hints[-1].facts == {"cells": "B2"}


def test_many_odd_cells_are_not_all_named():
    sheet = openpyxl.Workbook()
    sheet.active.append(["Number", "Name"])
    for number in range(2, 10):
        sheet.active.append([f"=B{number}", "x"])
    out = io.BytesIO()
    sheet.save(out)
    assert reading.read(out.getvalue()).hints[0].facts["cells"] == "A2, A3, A4, A5, A6 …"


def test_a_merged_title_is_nothing_to_tell():
    table = reading.read(book([["", ""], ["", ""], ["Number", "Name"], A], merge="A1:B2"))
    assert table.hints == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n,,\n", "empty"),
        (b"\xd0\xcf\x11\xe0 old", "old-workbook"),
        (b"%PDF-1.7", "no-table"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "no-table"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "no-table"),
        (b"PK\x03\x04" + b"\0" * 60, "no-table"),
        (b"Number,Name\n", "only-heading"),
        (csv_of(["Number", "Name"], *([A] * 10_001)), "too-many-rows"),
        (csv_of(*([A] * 200_000)), "too-many-rows"),
        (book([A])[:-400], "damaged"),
        (b'Number,Name\n"' + b"x" * 300_000, "csv-broken"),
        (b"\xff\xfeN\x00u", "encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_unreadable_table_has_a_sentence(app, data, code):
    with pytest.raises(NotRead) as told:
        reading.read(data)
    assert told.value.code == code
    with app.test_request_context():
        assert str(wording.PROBLEMS[code] % told.value.facts)


def test_as_many_rows_as_are_allowed_are_read():
    assert len(reading.read(csv_of(["Number", "Name"], *([A] * 10_000))).rows) == 10_000


def test_what_takes_too_long_is_broken_off(monkeypatch):
    def late(_data):
        raise limits.TookTooLong

    monkeypatch.setattr(reading, "_read", late)
    with pytest.raises(NotRead, match="too-long"):
        reading.read(b"x")
