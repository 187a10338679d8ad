"""Every rule of the format refuses with its code, a sentence, and how to mend."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from probity.bank.shapes import Questions, dump_item, parse_item
from tests.factories import bank
from tests.factories.bank import content, options, text

WORDS = {"en": "Words"}


def broken(model, **changes):
    with pytest.raises(ValidationError) as caught:
        parse_item({**content(model), **changes})
    return caught.value.errors()


def gap(**ways):
    return [{"id": "days", "why": WORDS, **ways}]


ONE_GAP = {"en": "In [[days]] days."}
CHOICES = [{"id": "a", "text": WORDS, "correct": True}, {"id": "b", "text": WORDS, "correct": True}]
TOLERANCE_BOTH = {"absolute": 0, "relative": "1/10"}
BASIS_C = [{**bank.COMMON["legal_basis"][0], "confidence": "C"}]
TWINS = [{"id": "same", "text": WORDS} for _ in range(3)]


@pytest.mark.parametrize(
    ("code", "kind", "changes"),
    [
        ("I01", "single", {"options": options("a", "b", "c", correct={"a", "b"})}),
        ("I01", "single", {"options": options("a", "b", "c", correct=set())}),
        ("I01", "cloze", {"text": ONE_GAP, "gaps": gap(choose=CHOICES)}),
        ("I02", "multiple", {"options": options("a", "b", "c", "d", correct={"a"})}),
        ("I02", "multiple", {"options": options("a", "b", "c", "d", correct={*"abcd"})}),
        ("I03", "matching", {"pairs": {"fuel": "goods", "boiler": "works"}}),
        ("I03", "matching", {"pairs": {"fuel": "goods", "boiler": "works", "care": "moon"}}),
        ("I03", "matching", {"pairs": {"fuel": "goods", "boiler": "works", "care": "works"}}),
        ("I04", "cloze", {"text": {"en": "In [[days]] days."}}),
        ("I04", "cloze", {"text": {"en": "In $[[days]]$ days."}, "gaps": gap(number=3)}),
        ("I05", "numeric", {"traps": [{"value": "18.955", "why": WORDS}]}),
        ("I05", "short_text", {"traps": [{"text": "Procurement limit."}]}),
        ("I06", "numeric", {"tolerance": {}}),
        ("I06", "numeric", {"tolerance": TOLERANCE_BOTH}),
        ("I06", "numeric", {"tolerance": {"absolute": -1}}),
        ("I07", "cloze", {"text": ONE_GAP, "gaps": gap()}),
        ("I07", "cloze", {"text": ONE_GAP, "gaps": gap(number=3, accept=[{"text": "three"}])}),
        ("I11", "single", {"options": options("a", "a", "b", correct={"b"})}),
        ("I11", "ordering", {"steps": TWINS}),
        ("I12", "multiple", {"choose": 3}),
        ("I13", "short_text", {"accept": [{"text": "limit", "share": "1/2"}]}),
        ("I13", "short_text", {"accept": [{"text": "limit", "share": "3/2"}]}),
        ("I13", "short_text", {"accept": [{"text": "limit"}, {"text": "..."}]}),
        ("I14", "numeric", {"answer": "1e13"}),
        ("I14", "numeric", {"answer": 10**18}),
        ("I15", "single", {"expected_p": "1.5"}),
        ("I16", "numeric", {"unit": {"code": "5 m"}}),
        ("L02", "single", {"legal_basis": BASIS_C}),
        ("S05", "single", {"stem": "Words without a language"}),
        ("S08", "single", {"stem": {"zh-Hans": "中文"}}),
        ("extra_forbidden", "single", {"shufle": True}),
        ("missing", "single", {"stem": WORDS, "facts": [], "why": WORDS} | {"options": [{}] * 3}),
        ("union_tag_invalid", "single", {"kind": "riddle"}),
    ],
)
def test_a_broken_item_is_refused(code, kind, changes):
    found = broken(kind, **changes)
    assert code in {error["type"] for error in found}
    for error in found:
        if error["type"] == code and code[1:].isdigit():
            assert error["ctx"]["message"].endswith(".")
            assert error["ctx"]["mend"].endswith(".")


def test_a_case_needs_an_id_for_each_of_its_items():
    twice = [content("single", "GPP-0002"), content("numeric", "GPP-0002")]
    assert broken("case", items=twice)[0]["type"] == "I11"


def test_a_file_must_have_its_numbers_and_dates_as_such():
    raw = content("numeric")
    with pytest.raises(ValidationError):
        Questions.model_validate({"format": "probity/1", "items": [raw]})
    law = [
        {
            **raw["legal_basis"][0],
            "effective_from": date(2015, 3, 1),
            "checked_on": date(2026, 11, 22),
        }
    ]
    typed = {
        "answer": Decimal("18.95"),
        "tolerance": {"absolute": Decimal("0.01")},
        "traps": [{"value": 18, "why": text("why")}],
        "expected_p": Decimal("0.65"),
        "legal_basis": law,
    }
    file = Questions.model_validate({"format": "probity/1", "items": [{**raw, **typed}]})
    assert dump_item(file.items[0])["answer"] == "18.95"
    assert dump_item(file.items[0])["legal_basis"][0]["checked_on"] == "2026-11-22"


def test_practice_only_is_a_use():
    assert bank.item(use="practice_only").use == "practice_only"
