"""Tables: headings by meaning, answers in every style, every row taken or refused with its place."""

import io
import time
import zipfile
from fractions import Fraction

import pytest
from openpyxl import Workbook

from probity.bank.marking import key_response, mark
from probity.bank.shapes import parse_item
from probity.exchange.completing import Choices, completed
from probity.exchange.formats import format_named
from probity.exchange.formats.sheet import cells, kept, writing
from probity.exchange.found import Source
from probity.exchange.sentences import say
from tests.factories.exchange import csv_of, read_all, workbook_of

TABLE, BOOK = format_named("csv"), format_named("xlsx")


def read(*rows):
    return read_all(TABLE, Source("table.csv", data=csv_of(*rows)))


def item_of(found):
    content = completed(found.content, Choices(), author="–")
    return parse_item({**content, "id": "IMP-5001"})


def only(*rows):
    reading = read(*rows)
    assert len(reading.found) == 1, reading
    return reading.found[0]


def refused(*rows):
    found = only(*rows)
    assert found.content is None
    return found.refusal.code, found.refusal.where, say(found.refusal)


@pytest.mark.parametrize(
    ("headings", "answer", "right"),
    [
        (("Question", "A", "B", "C", "Answer"), "B", [1]),
        (("题干", "选项A", "选项B", "选项C", "答案"), "AC", [0, 2]),
        (("Pertanyaan", "A", "B", "C", "Jawaban Benar"), "c", [2]),
        (("Question Text", "Option 1", "Option 2", "Option 3", "Correct Answer"), "3", [2]),
        (("question", "choice_1", "choice_2", "choice_3", "correct_answer"), "choice_2", [1]),
        (("Pregunta", "Opción A", "Opción B", "Opción C", "Respuesta"), "blue sky", [1]),
        (("试题内容", "选项A", "选项B", "选项C", "正确答案"), "Ａ、Ｂ", [0, 1]),
    ],
)
def test_headings_are_found_by_meaning(headings, answer, right):
    found = only(headings, ("Which one?", "red sea", "blue sky", "green grass", answer))
    chosen = [n for n, one in enumerate(found.content["options"]) if one["correct"]]
    assert chosen == right
    assert found.kind == ("single" if len(right) == 1 else "multiple")
    assert mark(item_of(found), key_response(item_of(found))).share == 1


def test_rows_above_the_headings_are_told():
    reading = read(("Group:", "G1"), ("Question", "A", "B", "Answer"), ("Which?", "x", "y", "A"))
    assert [other.what for other in reading.others] == ["row_above"]
    assert len(reading.found) == 1


def test_the_right_option_may_have_a_column_of_its_own():
    found = only(("Pergunta", "Opção Correta", "Opção Errada 1", "Opção Errada 2"),
                 ("Porta?", "80", "53", "25"))  # fmt: skip
    assert [one["correct"] for one in found.content["options"]] == [True, False, False]


def test_options_may_share_a_cell():
    found = only(("questiontext", "choices", "answer"), ("Which?", "&&;and;or;||", "or"))
    assert [one["text"]["en"] for one in found.content["options"]][2] == "or"
    assert found.content["options"][2]["correct"]


def test_a_table_without_headings_is_read_by_what_stands_in_it():
    rows = [
        (f"Question number {n}?", "one", "two", "three", "four", "ABCD"[n % 4]) for n in range(8)
    ]
    reading = read(*rows)
    assert [found.kind for found in reading.found] == ["single"] * 8
    assert reading.found[5].content["options"][1]["correct"]


def test_letters_before_options_go():
    found = only(("Question", "A", "B", "Answer"), ("Which?", "A. red", "B. blue", "A"))
    assert [one["text"]["en"] for one in found.content["options"]] == ["red", "blue"]


def test_words_are_shown_as_they_stand():
    found = only(("Question", "A", "B", "Answer"), ("What is **?", "2*3*4", "a_b_", "A"))
    assert found.content["stem"]["en"] == r"What is \*\*?"


def test_html_becomes_markdown():
    found = only(("question", "choice_1", "choice_2", "correct_answer"),
                 ("The <strong>largest</strong>?", "x", "y", "choice_1"))  # fmt: skip
    assert found.content["stem"]["en"] == "The **largest**?"


def test_chinese_words_stand_in_both_languages():
    found = only(("题干", "选项A", "选项B", "答案"), ("天空是什么颜色？", "红色", "蓝色", "B"))
    assert found.content["stem"]["zh-Hans"] == found.content["stem"]["en"] == "天空是什么颜色？"
    assert "language_chinese" in [note.code for note in found.notes]


def test_scores_of_options_are_a_mapping():
    headings = ("question", "max_choices", "choice_1", "choice_1_score", "choice_2",
                "choice_2_score", "choice_3", "choice_3_score", "correct_answer")  # fmt: skip
    one, several = read(
        headings,
        ("Highest?", "1", "a", "0", "b", "2", "c", "5", "choice_3"),
        ("Which?", "", "a", "1", "b", "1", "c", "-1", "choice_1,choice_2"),
    ).found
    assert (one.kind, one.content["points"]) == ("single", 5)
    assert mark(item_of(one), "b").earned == 2
    assert (several.kind, several.content["points"]) == ("multiple", 2)
    assert mark(item_of(several), ["a", "b"]).earned == 2
    assert mark(item_of(several), ["a", "c"]).earned == 0


def test_a_penalty_is_kept_as_a_share():
    found = only(("Question Text", "Question Answers", "Correct_Awnser", "Points_Given", "Points_Taken"),
                 ("Which?", "1;2;3", "2", "100", "-25"))  # fmt: skip
    assert mark(item_of(found), "a").earned == -25
    assert mark(item_of(found), "b").earned == 100


@pytest.mark.parametrize(
    ("kind", "question", "cells", "answer", "response", "share"),
    [
        ("判断题", "It is.", (), "对", True, 1),
        ("true/false", "It is.", (), "FALSE", True, 0),
        ("填空题", "Which?", (), "red | %50%reddish", "reddish", Fraction(1, 2)),
        ("numeric", "How much?", (), "18.5", "18.5", 1),
        ("numeric", "How much?", (), "18..19", "18.7", 1),
        ("matching", "Each?", ("a => b", "c => d", "=> e"), "", {"l1": "r1", "l2": "r3"}, Fraction(1, 2)),
        ("排序题", "Order.", ("one", "two", "three"), "", ["a", "b", "c"], 1),
        ("cloze", "In [[n]] days by [[who]].", ("n = 30 | thirty", "who = buyer / seller"), "",
         {"n": "thirty", "who": "a"}, 1),
    ],
)  # fmt: skip
def test_every_kind_is_marked_as_written(kind, question, cells, answer, response, share):
    padded = (*cells, "", "", "")[:3]
    found = only(("Kind", "Question", "Option A", "Option B", "Option C", "Answer"),
                 (kind, question, *padded, answer))  # fmt: skip
    assert mark(item_of(found), response).share == share


@pytest.mark.parametrize("kind", ["essay", "简答题", "upload"])
def test_open_questions_keep_their_model_answer(kind):
    found = only(("Kind", "Question", "Answer"), (kind, "Why?", "Because."))
    assert found.content["model_answer"]["en"] == "Because."


@pytest.mark.parametrize(
    ("row", "code", "where"),
    [
        (("single", "Which?", "x", "y", "E"), "row_answer_unknown", "E2"),
        (("single", "Which?", "x", "y", ""), "row_no_answer", "E2"),
        (("single", "", "x", "y", "A"), "row_no_stem", "B2"),
        (("single", "Which?", "x", "", "A"), "row_one_option", "C2"),
        (("single", "Which?", "x", "y", "AB"), "row_two_keys", "E2"),
        (("riddle", "Which?", "x", "y", "A"), "row_kind_unknown", "2"),
        (("hotspot", "Which?", "x", "y", "A"), "row_kind_needs_more", "2"),
        (("true_false", "Is it?", "", "", "perhaps"), "row_no_truth", "E2"),
        (("numeric", "How much?", "", "", "much"), "row_no_number", "E2"),
        (("matching", "Each?", "x", "y", ""), "row_no_pair", "C2"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(row, code, where):
    told, place, sentence = refused(("Kind", "Question", "Option A", "Option B", "Answer"), row)
    assert (told, place) == (code, where)
    assert sentence.startswith("Row 2")


def test_a_table_that_nobody_understands_is_refused_row_by_row():
    reading = read(("Name", "Town"), ("Ada", "London"), ("Bob", "Lagos"))
    assert {found.refusal.code for found in reading.found} == {"sheet_no_headings"}
    assert len(reading.found) == 3


def test_unknown_columns_are_named():
    found = only(("Question", "A", "B", "Answer", "Mood"), ("Which?", "x", "y", "A", "sunny"))
    note = found.notes[-1]
    assert (note.code, note.where, note.facts["words"]) == ("row_cell_unknown", "E2", "sunny")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_encodings_and_separators_are_found(encoding, sign):
    lines = [sign.join(("题干", "选项A", "选项B", "答案"))]
    lines += [sign.join((f"第{n}题天空是什么颜色", "红色", "蓝色", "B")) for n in range(4)]
    reading = read_all(TABLE, Source("t.csv", data="\n".join(lines).encode(encoding)))
    assert [found.kind for found in reading.found] == ["single"] * 4, reading.problems


def test_formulas_are_not_computed():
    book = Workbook()
    book.active.append(("Question", "A", "B", "Answer"))
    book.active.append(("How much is 1 + 1?", "=1+1", "3", "A"))
    out = io.BytesIO()
    book.save(out)
    found = read_all(BOOK, Source("f.xlsx", data=out.getvalue())).found[0]
    assert (found.refusal.code, found.refusal.where) == ("row_formula_empty", "Sheet!B2")


def test_numbers_percents_and_days_are_read_as_shown():
    book = Workbook()
    book.active.append(("Question", "A", "B", "Answer"))
    book.active.append(("How much?", 0.3, 0.00001, "A"))
    book.active["B2"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    found = read_all(BOOK, Source("n.xlsx", data=out.getvalue())).found[0]
    assert [one["text"]["en"] for one in found.content["options"]] == ["30%", "0.00001"]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return out.getvalue()


def entities():
    plain = zipfile.ZipFile(io.BytesIO(workbook_of(("Question", "A", "B", "Answer"))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for entry in plain.infolist():
            data = plain.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a "b">]>' + data
            archive.writestr(entry.filename, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(), "sheet_bomb"),
        (entities(), "xml_entities"),
        (workbook_of(("Question",))[:-60], "sheet_broken"),
    ],
)
def test_hostile_workbooks_are_refused(data, code):
    reading = read_all(BOOK, Source("x.xlsx", data=data))
    assert [note.code for note in reading.problems] == [code]
    assert say(reading.problems[0])


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("probity.exchange.formats.sheet.cells.MOST_ROWS", 3)
    reading = read(("Question", "A", "B", "Answer"), *[("Which?", "x", "y", "A")] * 5)
    assert [note.code for note in reading.problems] == ["sheet_too_long"]


@pytest.mark.parametrize("chinese", [False, True])
def test_the_template_is_read_as_empty(chinese):
    reading = read_all(BOOK, Source("t.xlsx", data=writing.template(chinese=chinese)))
    assert (reading.found, reading.problems, reading.dialect) == ([], [], "probity")
    assert [other.what for other in reading.others] == ["sheet_help"]


def test_a_template_filled_in_by_hand_is_read():
    headings = kept.titles(kept.LEAST_OPTIONS, chinese=True)
    row = dict.fromkeys(headings, "") | {"题型": "single", "题干": "哪个？", "选项A": "甲",
                                         "选项B": "乙", "答案": "B", "分值": "2.5"}  # fmt: skip
    found = only(headings, [row[name] for name in headings])
    assert (found.content["points"], found.content["options"][1]["correct"]) == ("2.5", True)


def test_edited_cells_win_over_the_kept_item():
    plain = {"kind": "single", "id": "GPP-0001", "stem": {"en": "Which?"}, "points": 1,
             "options": [{"id": "x", "text": {"en": "a"}, "correct": True},
                         {"id": "y", "text": {"en": "b"}, "correct": False}]}  # fmt: skip
    data = TABLE.write([plain], lambda _sha: b"").data
    same = read_all(TABLE, Source("t.csv", data=data)).found[0]
    assert same.content == plain
    edited = read_all(TABLE, Source("t.csv", data=data.replace(b"Which?", b"Who?", 1))).found[0]
    assert edited.content["stem"] == {"en": "Who?"}
    assert [one["id"] for one in edited.content["options"]] == ["a", "b"]


def test_a_cell_far_away_costs_nothing():
    book = Workbook()
    sheet = book.active
    for place, cell in enumerate(("Question", "Option A", "Option B", "Answer"), start=1):
        sheet.cell(1, place, cell)
        sheet.cell(900_000, place, ("Which?", "one", "two", "A")[place - 1])
    stream = io.BytesIO()
    book.save(stream)
    started = time.process_time()
    (found,) = read_all(BOOK, Source("t.xlsx", data=stream.getvalue())).found
    assert (found.native["row"], found.kind) == (900_000, "single")
    assert time.process_time() - started < 3


def test_a_workbook_of_many_files_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(2_001):
            archive.writestr(f"xl/{number}", "")
    reading = read_all(BOOK, Source("t.xlsx", data=stream.getvalue()))
    assert [note.code for note in reading.problems] == ["sheet_crowded"]


def test_large_tables_are_read_as_they_come():
    row = b"Which?,one,two,A\r\n"
    head = b"\xef\xbb\xbfsep=;\r\nQuestion;Option A;Option B;Answer\r\n"
    data = head + row.replace(b",", b";") * 15_000
    source = Source("t.csv", data=data)
    sheet = cells.csv_sheet(source)
    assert (len(sheet.rows), source.encoding) == (15_001, "utf-8")
    assert (sheet.rows[0].number, sheet.rows[0].cells[0]) == (2, "Question")
