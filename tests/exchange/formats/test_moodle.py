"""Moodle XML: every question type, once, and what becomes of it."""

from fractions import Fraction

import pytest

from probity.bank import marking
from probity.exchange.formats import format_named
from probity.exchange.found import Source
from probity.exchange.items import as_item
from probity.exchange.sentences import say
from tests.factories.exchange import read_all

MOODLE = format_named("moodle-xml")


@pytest.fixture(scope="module")
def reading(own_files):
    return read_all(MOODLE, Source("x.xml", path=own_files / "moodle-every-type.xml"))


@pytest.fixture(scope="module")
def named(reading):
    return {found.ref: found for found in reading.found}


def score(found, response):
    mark = marking.mark(as_item(found.content), MOODLE.respond(found, response))
    return MOODLE.native_score(found, mark)


def quiz(inside, kind="multichoice"):
    text = f'<quiz><question type="{kind}"><name><text>Q</text></name>{inside}</question></quiz>'
    return read_all(MOODLE, Source("x.xml", data=text.encode()))


def test_every_question_is_read_or_refused_with_its_reason(reading):
    assert reading.problems == []
    assert [found.index for found in reading.found] == list(range(20))
    refused = {found.ref: say(found.refusal) for found in reading.found if found.refusal}
    assert list(refused) == ["Sum", "Any", "Code", "Map", "Survey"]
    assert "calculated" in refused["Sum"]
    assert "coderunner" in refused["Code"]
    assert "no key" in refused["Survey"]
    assert [other.what for other in reading.others] == ["category", "description"]


def test_refused_questions_are_kept_word_for_word(named):
    assert "<text>{a} + {b}</text>" in named["Sum"].native["verbatim"]


def test_folders_names_tags_and_points(named):
    found = named["Threshold"]
    assert found.folder == ("Thresholds", "Works / services")
    assert found.content["tags"] == ["thresholds", "values"]
    assert found.content["points"] == "2.5"
    assert found.content["foreign"]["id"] == "T-1"
    assert found.content["hints"] == [{"en": "Look at the value."}]
    assert found.content["feedback"]["general"] == {"en": "See the table."}


def test_a_picture_goes_with_its_question(named):
    found = named["Threshold"]
    assert "![A red dot](media:dot-red.png)" in found.content["stem"]["en"]
    assert [(file.name, file.type) for file in found.media] == [("dot-red.png", "image/png")]


@pytest.mark.parametrize(
    ("name", "response", "earned"),
    [
        ("Threshold", [0], "5/2"),
        ("Threshold", [1], "5/6"),
        ("Threshold", [2], "-5/12"),
        ("Threshold", [3], "0"),
        ("Two of four", [0, 1], "1"),
        ("Two of four", [0, 2], "0"),
        ("Two of four", [0], "1/2"),
        ("Open", True, "1"),
        ("Open", False, "0"),
        ("Official", "Contract procurement OFFICER", "1"),
        ("Official", " officer ", "2/3"),
        ("Official", "an officer", "0"),
        ("Deposit", "8400.5", "1"),
        ("Deposit", "8.45e3", "1/2"),
        ("Deposit", "0.84 wan", "1"),
        ("Deposit", "84000", "0"),
        ("Pairs", [["Open tender", "20 days"], ["Enquiry", "3 days"]], "2"),
        ("Pairs", [["Open tender", "90 days"]], "0"),
        ("Steps", [0, 1, 2], "1"),
        ("Steps", [2, 1, 0], "0"),
        ("Gaps", ["publishes", "20", "Open"], "4"),
        ("Gaps", ["announces", "24", "open}"], "2"),
        ("Gaps", ["hides", "", "open"], "-1/2"),
        ("Select", ["fox", "cat"], "1/2"),
        ("Drag", ["buyer", "supplier"], "1"),
        ("Drag", ["buyer", ""], "1/2"),
        ("Two languages", [0], "1"),
    ],
)
def test_responses_earn_what_moodle_gives(named, name, response, earned):
    assert score(named[name], response) == Fraction(earned)


def test_both_languages_of_a_text_are_kept(named):
    stem = named["Two languages"].content["stem"]
    assert stem == {"en": "Which is *right*?", "zh-Hans": "哪个对？"}
    chinese = named["中文"]
    assert chinese.content["stem"]["zh-Hans"] == "采购人应当公开招标。"
    assert "language_chinese" in [note.code for note in chinese.notes]


def test_markers_and_rows_become_points_and_a_table(named):
    assert named["Point"].kind == "hotspot"
    assert named["Point"].content["areas"][0]["coords"] == [0, 0, 5]
    assert named["Rows"].content["cells"] == ["r1 a", "r2 b"]


def test_the_first_answer_counts_where_ranges_overlap():
    reading = quiz(
        "<questiontext><text>How many?</text></questiontext>"
        '<answer fraction="50"><text>10</text><tolerance>2</tolerance></answer>'
        '<answer fraction="100"><text>11</text><tolerance>2</tolerance></answer>',
        "numerical",
    )
    found = reading.found[0]
    given = {"8": "1/2", "11": "1/2", "12": "1/2", "12.1": "1", "13": "1", "13.1": "0"}
    assert {words: str(score(found, words)) for words in given} == given
    assert [note.code for note in found.notes] == ["first_answer_counts"]


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<answer fraction="100"><text>only</text></answer>', "one_option"),
        (
            '<answer fraction="100"><text></text></answer><answer><text>a</text></answer>',
            "key_empty",
        ),
        ("", "no_key"),
    ],
)
def test_broken_questions_are_refused_with_a_sentence(inside, code):
    reading = quiz(f"<questiontext><text>Which?</text></questiontext>{inside}")
    assert reading.found[0].refusal.code == code
    assert say(reading.found[0].refusal).endswith(".")


def test_a_response_of_another_form_is_not_understood(named):
    for name, response in [("Threshold", [7]), ("Open", "yes"), ("Pairs", [["x", "y"]])]:
        with pytest.raises(ValueError, match=r"\w"):
            MOODLE.respond(named[name], response)
