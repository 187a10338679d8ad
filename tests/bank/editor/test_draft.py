import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from probity.bank.editor import draft as drafts
from probity.bank.editor.items import fields_of
from probity.bank.editor.layout import OWN
from probity.bank.shapes_base import MOST_OPTIONS

SINGLE = fields_of("single", new=True)
MATCHING = fields_of("matching", new=True)
CLOZE = fields_of("cloze", new=True)
CASE = fields_of("case", new=True)
NAMES = [
    "options",
    "options.1",
    "options.x",
    "gaps.0.choose",
    "items.0.options.1",
    "stem",
    "",
    "a.b.c",
]


def test_a_blank_draft_has_the_rows_an_item_needs():
    assert len(drafts.blank(SINGLE)["options"]) == 3
    assert len(drafts.blank(CASE)["items"][0]["options"]) == 3
    assert drafts.blank(CLOZE)["gaps"][0]["by"] == "choosing"


def test_rows_without_an_id_get_a_word_of_their_text():
    rows = [{"text": {"en": words, "zh-Hans": ""}, "id": name} for words, name in
            [("The whole purchase", ""), ("the whole purchase!", ""), ("30 days", ""), ("采购", ""), ("x", "kept"), ("", "")]]  # fmt: skip
    blank = drafts.blank(SINGLE)["options"][0]
    draft = {**drafts.blank(SINGLE), "options": [{**blank, **row} for row in rows]}
    ids = [row.get("id") for row in drafts.write(SINGLE, draft)["options"]]
    assert ids == ["the_whole_purchase", "the_whole_purchase_2", "n30_days", "part", "kept", None]


def test_numbers_may_be_full_width_and_negative():
    draft = {**drafts.blank(OWN["numeric"]), "answer": "−１８．５", "decimals": "２"}
    written = drafts.write(OWN["numeric"], draft)
    assert (written["answer"], written["decimals"]) == ("-18.5", 2)
    assert "unit" not in written


def test_codes_are_split_at_commas_of_either_script():
    facts = next(field for field in SINGLE if field.name == "facts")
    assert drafts.write([facts], {"facts": "GP-001，GP-002, ;GP-003"}) == {
        "facts": ["GP-001", "GP-002", "GP-003"]
    }


def test_removing_a_right_side_moves_the_partners_of_the_left():
    draft = drafts.blank(MATCHING)
    for _more in range(2):
        drafts.press(MATCHING, draft, "add:right")
    for row, partner in zip(draft["left"], ("0", "1", "3"), strict=True):
        row["partner"] = partner
    drafts.press(MATCHING, draft, "remove:right.1")
    assert [row["partner"] for row in draft["left"]] == ["0", "", "2"]


def test_a_list_does_not_grow_beyond_its_end():
    draft = drafts.blank(SINGLE)
    for _more in range(MOST_OPTIONS):
        drafts.press(SINGLE, draft, "add:options")
    assert len(draft["options"]) == MOST_OPTIONS


def test_rows_inside_rows_are_pressed():
    draft = drafts.blank(CASE)
    drafts.press(CASE, draft, "add:items.1.options")
    assert [len(item["options"]) for item in draft["items"]] == [3, 4]
    draft["items"][0]["mark"] = "first"
    drafts.press(CASE, draft, "down:items.0")
    drafts.press(CASE, draft, "up:items.0")
    assert draft["items"][1]["mark"] == "first"


def test_another_way_to_fill_a_gap_brings_its_fields():
    form = MultiDict({"gaps.rows": "1", "gaps.0.id": "days", "gaps.0.by": "writing"})
    row = drafts.read(CLOZE, form)["gaps"][0]
    assert row["accept"][0]["share"] == "1/1"
    assert "choose" not in row


def test_a_forged_number_of_rows_is_bounded():
    for rows in ("99999999", "-1", "٣", "x"):
        draft = drafts.read(SINGLE, MultiDict({"options.rows": rows}))
        assert len(draft["options"]) in {0, MOST_OPTIONS}


@given(
    st.sampled_from(["add", "remove", "up", "down", "", "drop"]),
    st.sampled_from(NAMES),
    st.sampled_from([SINGLE, MATCHING, CLOZE, CASE]),
)
def test_any_button_leaves_a_draft_that_can_be_written(verb, path, fields):
    draft = drafts.blank(fields)
    drafts.press(fields, draft, f"{verb}:{path}")
    assert isinstance(drafts.write(fields, draft), dict)


@pytest.mark.parametrize(
    ("command", "partners"),
    [
        ("remove:choices.0", ["", "0"]),
        ("remove:choices.1", ["0", ""]),
        ("down:choices.0", ["1", "0"]),
        ("up:choices.1", ["1", "0"]),
        ("up:choices.0", ["0", "1"]),
        ("remove:choices.x", ["0", "1"]),
        ("add:choices", ["0", "1"]),
    ],
)
def test_partners_follow_rows_that_move_or_go(command, partners):
    fields = fields_of("gap_match", new=True)
    draft = drafts.blank(fields)
    draft["gaps"] = [{"partner": "0"}, {"partner": "1"}]
    drafts.press(fields, draft, command)
    assert [row["partner"] for row in draft["gaps"]] == partners


def test_crosses_follow_columns():
    fields = fields_of("matrix", new=True)
    draft = drafts.blank(fields)
    draft["rows"] = [{"crosses": ["0", "1"]}]
    drafts.press(fields, draft, "remove:columns.0")
    assert draft["rows"] == [{"crosses": ["0"]}]


def test_lines_of_names_and_values():
    fields = OWN["numeric"]
    draft = {
        **drafts.blank(fields),
        "unit": {"code": "m", "factors": "km = 1000\n\ncm = 0.01\nodd"},
    }
    assert drafts.write(fields, draft)["unit"]["factors"] == {"km": 1000, "cm": "0.01", "": "odd"}
    group = next(field for field in fields if field.name == "unit")
    assert (
        drafts.show([group], {"unit": {"factors": {"km": 1000}}})["unit"]["factors"] == "km = 1000"
    )
