import pytest
from pydantic import ValidationError

from probity.bank.editor import items as editor
from probity.bank.editor.sentences import sentence
from probity.bank.shapes import dump_item, parse_item, shortcomings
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
        ({"options": bank.options("a", "b", correct={"a"})}, "at least 3"),
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
    content = bank.content("single", **changes)
    try:
        found = [problem.details() for problem in shortcomings(parse_item(content))]
    except ValidationError as refusal:
        found = refusal.errors()
    assert any(words in sentence(error) for error in found)


FULL = {
    "name": "Seals",
    "tags": ["paper", "seal"],
    "hints": [bank.text("Look down.")],
    "feedback": {"right": bank.text("Yes")},
    "foreign": {"format": "other", "id": "7", "data": {"x": [1]}},
    "points": "2.5",
}
MAPPINGS = [
    ("single", {"entries": {"whole": "1/1", "none": "-1/3"}, "lower": None}),
    ("matching", {"entries": {"fuel goods": "1/3", "boiler works": "1/3", "care services": "1/3"}}),
    ("hotspot", {"entries": {"seal": "1/1", "foot": "-1/2"}, "lower": "-1/2", "default": "0/1"}),
]


@pytest.mark.parametrize("kind", [kind for kind in EVERY_KIND if kind != "case"])
def test_what_came_later_survives_the_form(kind):
    item = bank.item(kind, **FULL)
    content = dump_item(item)
    written = editor.content_of(kind, editor.draft_of(content), content, author="")
    assert editor.checked(kind, editor.draft_of(content), written, new=False) == item


@pytest.mark.parametrize(("kind", "mapping"), MAPPINGS)
def test_a_table_of_shares_survives_the_form(kind, mapping):
    item = bank.item(kind, credit="mapping", mapping=mapping)
    content = dump_item(item)
    written = editor.content_of(kind, editor.draft_of(content), content, author="")
    assert editor.checked(kind, editor.draft_of(content), written, new=False) == item


def test_what_rows_hold_and_the_form_does_not_show_stays_with_them():
    gaps = [
        {"id": "x", "number": 3, "also": [{"value": 4, "share": "1/2"}], "why": bank.why()},
        {"id": "y", "accept": [{"text": "A"}], "normalise": ["trim"], "why": bank.why()},
    ]
    item = bank.item("cloze", text=bank.text("[[x]] [[y]]", "[[x]][[y]]"), gaps=gaps, lower=None)
    content = dump_item(item)
    draft = editor.draft_of(content)
    written = editor.content_of("cloze", draft, content, author="")
    assert editor.checked("cloze", draft, written, new=False) == item
    draft["gaps"][0]["by"] = "writing"
    draft["gaps"][0]["accept"] = [{"text": "three", "also": "", "share": "1/1"}]
    written = editor.content_of("cloze", draft, content, author="")
    assert "also" not in written["gaps"][0]


def test_a_draft_may_fall_short_and_is_told_what_it_lacks():
    content = dump_item(bank.item("single", status="draft", facts=[]))
    draft = editor.draft_of(content)
    draft["options"] = draft["options"][:2]
    draft["competency"] = ""
    written = editor.content_of("single", draft, content, author="")
    item = editor.checked("single", draft, written, new=False)
    assert item.competency == ""
    wanting = editor.wanting("single", draft, item, new=False)
    assert set(wanting) == {"competency", "facts", "options"}
    asked = {**written, "status": "in_review"}
    assert editor.checked("single", draft, asked, new=False) == wanting


def test_a_picture_question_in_a_case_takes_its_picture_from_the_files_of_the_case():
    hotspot = bank.content("hotspot", "GPP-0009", media=None)
    medium = bank.item("hotspot").model_dump(mode="json")["media"][0]
    case = bank.content("case", "GPP-0008", media=[medium], status="draft")
    parts = [*case["items"], {**hotspot, "media": [medium]}]
    case["items"] = [{**part, "status": "draft"} for part in parts]
    content = dump_item(parse_item(case))
    draft = editor.draft_of(content)
    written = editor.content_of("case", draft, content, author="")
    assert editor.checked("case", draft, written, new=False) == parse_item(case)
    draft["items"][-1]["image"] = "other.png"
    written = editor.content_of("case", draft, content, author="")
    problems = editor.checked("case", draft, written, new=False)
    assert list(problems) == ["items.3.image"]
