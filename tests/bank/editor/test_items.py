import pytest
from pydantic import ValidationError

from probity.bank.editor import items as editor
from probity.bank.editor.sentences import sentence
from probity.bank.shapes import dump_item, parse_item
from tests.factories import bank

EVERY_KIND = [*bank.SCORABLE, "essay", "upload"]


def rebuilt(kind, **changes):
    """An item taken through the form: shown, changed, written and checked."""
    content = dump_item(bank.item(kind))
    draft = editor.draft_of(content)
    draft.update(changes)
    written = editor.content_of(kind, draft, content, author="Somebody")
    return editor.checked(kind, draft, written, new=False)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_an_item_survives_its_form(kind):
    assert rebuilt(kind) == bank.item(kind)


def test_what_the_form_does_not_show_is_kept():
    content = dump_item(bank.item("single", figure="tests.svg", reviewers=["Reviewer"]))
    written = editor.content_of("single", editor.draft_of(content), content, author="Somebody")
    assert (written["figure"], written["reviewers"]) == ("tests.svg", ["Reviewer"])
    assert written["author"] == content["author"]


def test_parts_of_a_case_keep_their_law_and_take_the_place_of_the_case():
    content = dump_item(bank.item("case"))
    content["items"][0]["legal_basis"] = []
    draft = editor.draft_of(content)
    draft["domain"] = "GPP-9"
    draft["items"][1]["facts"] = ""
    written = editor.content_of("case", draft, content, author="Somebody")
    assert written["items"][0]["legal_basis"] == []
    assert {part["domain"] for part in written["items"]} == {"GPP-9"}
    assert written["items"][1]["facts"] == content["facts"]


@pytest.mark.parametrize(
    ("kind", "change", "place"),
    [
        ("matching", {"reuse_right": "", "left": []}, "left"),
        ("numeric", {"answer": "much"}, "answer"),
        ("numeric", {"tolerance": {"absolute": "", "relative": ""}}, "tolerance"),
        ("numeric", {"tolerance": {"absolute": "1", "relative": "ten"}}, "tolerance.relative"),
        ("cloze", {"text": {"en": "No gap", "zh-Hans": ""}}, "text.en"),
        ("true_false", {"answer": ""}, "answer"),
        ("single", {"domain": ""}, "domain"),
        ("single", {"sources": [{"text": {"en": "", "zh-Hans": "只有中文"}}]}, "sources.0.text.en"),
        ("ordering", {"steps": []}, "steps"),
    ],
)
def test_a_fault_is_placed_at_its_field(kind, change, place):
    assert place in rebuilt(kind, **change)


def test_a_wrong_partner_is_placed_at_the_left_side():
    content = dump_item(bank.item("matching"))
    draft = editor.draft_of(content)
    draft["left"][0]["partner"] = draft["left"][1]["partner"]
    written = editor.content_of("matching", draft, content, author="")
    assert list(editor.checked("matching", draft, written, new=False)) == ["left"]


def test_a_fault_inside_a_part_of_a_case_is_placed_there():
    content = dump_item(bank.item("case"))
    draft = editor.draft_of(content)
    draft["items"][0]["options"][1]["text"] = {"en": "", "zh-Hans": "只有中文"}
    written = editor.content_of("case", draft, content, author="")
    problems = editor.checked("case", draft, written, new=False)
    assert problems == {"items.0.options.1.text.en": "The English text is missing."}


def test_a_fault_in_what_the_form_does_not_show_is_told_all_the_same():
    content = {**dump_item(bank.item()), "author": ""}
    draft = editor.draft_of(content)
    written = editor.content_of("single", draft, content, author="Somebody")
    assert editor.checked("single", draft, written, new=False) == {"": "Fill this in."}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"options": []}, "at least 3"),
        ({"competency": "law"}, "PR01.F"),
        ({"points": "many"}, "whole number"),
        ({"points": 0}, "above 0"),
        ({"expected_p": "2"}, "0.65"),
        ({"cognitive": "guess"}, "list"),
        ({"facts": []}, "at least 1"),
        ({"legal_basis": [{**bank.COMMON["legal_basis"][0], "checked_on": "soon"}]}, "date"),
        ({"options": bank.options("Big", "b", "c", correct={"b"})}, "small letters"),
        ({"stem": {"de": "x"}}, "language"),
        ({"unknown": 1}, "expected form"),
    ],
)
def test_complaints_are_sentences_for_a_form(changes, words):
    with pytest.raises(ValidationError) as caught:
        parse_item(bank.content("single", **changes))
    assert any(words in sentence(error) for error in caught.value.errors())
