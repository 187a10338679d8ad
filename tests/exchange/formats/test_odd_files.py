"""Files as people really write them: odd signs become the right question, or a reason with its place."""

import io

import pytest
from openpyxl import load_workbook

from probity.exchange.formats import format_named
from probity.exchange.found import Source
from probity.exchange.sentences import say
from tests.factories.exchange import csv_of, read_all, workbook_of

AIKEN = "What is it?\nA) one\nB) two\nANSWER: B\n"
QUESTION = (
    '<question type="{}"><name><text>Q</text></name>'
    "<questiontext><text>{}</text></questiontext>{}</question>"
)


def read(name, data):
    return read_all(format_named(name), Source("x", data=data.encode()))


def moodle(kind, stem, inside=""):
    return only(read("moodle-xml", f"<quiz>{QUESTION.format(kind, stem, inside)}</quiz>"))


def only(reading):
    assert len(reading.found) == 1, reading
    return reading.found[0]


def keys(found):
    assert found.refusal is None, say(found.refusal)
    return [one["id"] for one in found.content["options"] if one["correct"]]


def words(found):
    return [one["text"]["en"] for one in found.content["options"]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ANSWER: B", "Answer: b"),
        ("ANSWER: B", "ANSWER:B."),
        ("ANSWER: B", "ANSWER : B) two"),
        ("ANSWER: B", "ANSWER：Ｂ"),
        ("ANSWER: B", "\u200bANSWER:\u00a0B"),
        (") ", ")"),
        (") ", ".\u00a0"),
        ("A) one\nB) two", "a) one\nb) two"),
        ("A) one\nB) two", "Ａ）one\nＢ）two"),
    ],
)
def test_aiken_as_people_write_it(before, after):
    text = AIKEN.replace(before, after)
    assert format_named("aiken").sniff("x.txt", text.encode())
    found = only(read("aiken", text))
    assert (keys(found), words(found)) == (["b"], ["one", "two"])


@pytest.mark.parametrize("key", ["C", "A, B", "A and B", "two"])
def test_an_answer_of_aiken_that_names_no_option_is_said(key):
    found = only(read("aiken", AIKEN.replace("ANSWER: B", f"ANSWER: {key}")))
    assert (found.refusal.code, found.where) == ("key_unknown", "line 1")
    assert f"“ANSWER: {key}”" in say(found.refusal)


@pytest.mark.parametrize("apart", ["\n", "\n\n"])
def test_small_letters_above_the_options_are_a_list_in_the_question(apart):
    stem = "Look at these:\na) sun\nthat is warm\nb) moon\nAnd now?"
    found = only(read("aiken", f"{stem}{apart}{AIKEN.removeprefix('What is it?' + chr(10))}"))
    assert (keys(found), words(found)) == (["b"], ["one", "two"])
    assert all(piece in found.content["stem"]["en"] for piece in ("sun", "warm", "moon", "now"))


@pytest.mark.parametrize("weight", ["%50%", "% 50 %", "%50,0%"])
def test_a_weight_of_gift_may_hold_spaces_and_a_comma(weight):
    found = only(read("gift", f"Which? {{~{weight}one ~{weight}two ~three}}"))
    assert (keys(found), words(found)) == (["a", "b"], ["one", "two", "three"])


@pytest.mark.parametrize(
    ("inside", "codes"),
    [
        ("=one ~ ~three", ["option_empty"]),
        ("~=one ~three", []),
        ("=one ~three ~", []),
        ("~three =one", []),
    ],
)
def test_an_empty_option_of_gift_is_said(inside, codes):
    found = only(read("gift", f"Which? {{{inside}}}"))
    assert sorted(words(found)) == ["one", "three"]
    assert [note.code for note in found.notes] == codes


def test_shares_with_a_sign_are_read_and_words_for_them_refused():
    answers = (
        '<answer fraction="{}"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'
    )
    assert keys(moodle("multichoice", "Which?", answers.format("100%"))) == ["a"]
    refused = moodle("multichoice", "Which?", answers.format("half")).refusal
    assert (refused.code, refused.facts["number"]) == ("number_unreadable", "half")


@pytest.mark.parametrize(("said", "changed"), [("", False), ("2,5", False), ("much", True)])
def test_points_that_are_no_number_are_said(said, changed):
    inside = f"<defaultgrade>{said}</defaultgrade><answer fraction='100'><text>a</text></answer>"
    found = moodle("shortanswer", "Which?", inside)
    assert ("points_changed" in [note.code for note in found.notes]) is changed


def test_a_tolerance_that_is_no_number_is_refused():
    inside = "<answer fraction='100'><text>1</text><tolerance>about</tolerance></answer>"
    assert "“about”" in say(moodle("numerical", "How many?", inside).refusal)


@pytest.mark.parametrize("gap", ["{1:REGEXP:=b.*}", "{1:mc:=b~c}"])
def test_a_gap_of_no_known_type_never_shows_its_answer(gap):
    found = moodle("cloze", f"{{1:SA:=a}} and {gap}")
    assert found.refusal.code == "gap_kind_unknown"
    assert only(read("gift", f"{{1:SA:=a}} and {gap}")).refusal.code == "gap_kind_unknown"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk"])
def test_blank_lines_before_the_declaration_of_xml_do_no_harm(encoding, tmp_path):
    answers = "<answer fraction='100'><text>天空</text></answer>"
    text = QUESTION.format("shortanswer", "天空是什么颜色的", answers)
    declared = f"\n\n<?xml version='1.0' encoding='{encoding}'?>\n<quiz>\n{text}</quiz>"
    path = tmp_path / "x.xml"
    path.write_bytes(declared.encode(encoding))
    found = only(read_all(format_named("moodle-xml"), Source("x.xml", path=path)))
    assert (found.refusal, found.where) == (None, "line 5")


TABLE = ("Question", "Option A", "Option B", "Option C", "Answer")


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (("red", "", "green", "C"), "green"),
        (("", "blue", "green", "B"), "blue"),
        (("\u00a0", "blue", "green", "B"), "blue"),
        (("red", "", "green", "3"), "green"),
        (("red", "", "green", "Option C"), "green"),
        (("red", "", "green", "green"), "green"),
    ],
)
def test_letters_are_those_of_the_columns_where_a_cell_is_empty(cells, right):
    found = only(read_all(format_named("csv"), Source("x.csv", data=csv_of(TABLE, ("Q?", *cells)))))
    assert [text for text, key in zip(words(found), "ab", strict=True) if [key] == keys(found)] == [
        right
    ]


@pytest.mark.parametrize("answer", ["B", "A, B", "2"])
def test_a_letter_whose_cell_is_empty_is_refused(answer):
    data = csv_of(TABLE, ("Q?", "red", "", "green", answer))
    found = only(read_all(format_named("csv"), Source("x.csv", data=data)))
    assert (found.refusal.code, found.refusal.where) == ("row_answer_unknown", "E2")


def test_errors_and_hidden_sheets_of_workbooks_are_said():
    book = load_workbook(io.BytesIO(workbook_of(TABLE, ("Q?", "#REF!", "b", "c", "B"))))
    book.active["B2"].data_type = "e"
    hidden = book.create_sheet("Old")
    hidden.append(TABLE)
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    reading = read_all(format_named("xlsx"), Source("x.xlsx", data=out.getvalue()))
    found = only(reading)
    assert (found.refusal.code, found.refusal.where) == ("row_cell_error", "Questions!B2")
    assert "#REF!" in say(found.refusal)
    assert [(other.where, other.what) for other in reading.others] == [("Old", "sheet_hidden")]


def back(name, content):
    form = format_named(name)
    return only(read_all(form, Source("x", data=form.write([content], {}.__getitem__).data)))


@pytest.mark.parametrize("name", ["gift", "aiken"])
def test_options_that_look_like_something_else_come_back(name):
    odd = ["%50% of all", "%0%", "Look:\\\nc)what", "See\\\nAnswer: d", "Why?\\\nＥ）so"]
    options = [
        {"id": letter, "text": {"en": text}} for letter, text in zip("abcde", odd, strict=True)
    ]
    options[1]["correct"] = True
    content = {"kind": "single", "stem": {"en": "ANSWER: what is it?"}, "options": options}
    found = back(name, content)
    assert keys(found) == ["b"]
    assert ["".join(text.split()) for text in words(found)] == [
        "".join(text.replace("\\\n", "" if name == "aiken" else "\\").split()) for text in odd
    ]
    assert found.content["stem"] == content["stem"]


def test_a_word_that_looks_like_a_share_comes_back():
    content = {"kind": "short_text", "stem": {"en": "How much?"}, "normalise": ["trim", "case"]}
    content["accept"] = [{"text": "%50% off"}]
    assert [one["text"] for one in back("gift", content).content["accept"]] == ["%50% off"]


@pytest.mark.parametrize("end", ["{=a ~b}", "{\n=a\n~b\n}", "{=a ~b} so", "{=a ~b\\}"])
def test_a_name_below_answers_begins_a_question_of_gift(end):
    text = f"// {{}}\n::one::First {end}\n// [id:2]\n::two::Second {{T}}\n:: c:: Third {{F}}"
    found = read("gift", text).found
    named = [(one.ref, one.content["foreign"]["id"]) for one in found if one.content]
    assert named == ([("one", "2")] if "\\" in end else [("one", ""), ("two", "2"), ("c", "")])


@pytest.mark.parametrize(("text", "code"), [("{1:SA:=a", "braces"), ("nothing", "no_gaps")])
def test_a_gap_that_does_not_end_is_said(text, code):
    assert moodle("cloze", text).refusal.code == code
