from hypothesis import given
from hypothesis import strategies as st

from probity.bank.history import changes, words
from probity.bank.shapes import dump_item
from tests.factories import bank


def test_the_same_content_has_no_changes():
    assert changes(bank.content("case"), bank.content("case")) == []
    stored = dump_item(bank.item("case"))
    assert changes(stored, {**stored, "figure": "a.svg"})[0].place == "figure"


def test_a_changed_word_is_named_with_its_place():
    after = bank.content("single")
    after["options"][1]["text"]["en"] = "Option half"
    (change,) = changes(bank.content("single"), after)
    assert change.place == "options › whole › text › en"
    assert change.parts == [("same", "Option "), ("gone", "whole"), ("new", "half")]


def test_added_removed_and_moved_rows_are_told_apart():
    before, after = bank.content("ordering"), bank.content("ordering")
    after["steps"].append(after["steps"].pop(0))
    assert [change.place for change in changes(before, after)] == ["steps"]
    del after["steps"][0]
    places = [change.place for change in changes(before, after)]
    assert "steps › money › text › en" in places


def test_state_and_author_are_not_changes_of_the_item():
    assert changes(bank.content("single"), bank.content("single", status="approved")) == []


def test_chinese_is_compared_by_characters():
    assert words("采购人", "采购方") == [("same", "采购"), ("gone", "人"), ("new", "方")]


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_runs_give_back_both_texts(before, after):
    runs = words(before, after)
    assert "".join(text for run, text in runs if run != "new") == before
    assert "".join(text for run, text in runs if run != "gone") == after
