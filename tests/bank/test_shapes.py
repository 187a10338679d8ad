"""Every rule of the format refuses with its code, a sentence, and how to mend."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from probity.bank.rules import digest
from probity.bank.shapes import Questions, dump_item, parse_item, shortcomings
from probity.catalogue.files import read_tree
from probity.catalogue.problems import Report
from probity.catalogue.sources import read_course
from tests.factories import bank
from tests.factories.bank import content, options, text

WORDS = {"en": "Words"}


def broken(model, **changes):
    """What is wrong with an item by its shape, or else by the house standard."""
    try:
        item = parse_item({**content(model), **changes})
    except ValidationError as refusal:
        return refusal.errors()
    found = [problem.details() for problem in shortcomings(item)]
    assert found, "nothing is wrong with it"
    return found


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


DIGESTS = {
    "single": "5cc6de50e91adaead5fb31372436234e125ffb2dcc2a2217aa297d7f3e6f9e0c",
    "multiple": "f836ad78276f3dfca24da1d6ecfe0535ef3a3ae0497c0a13b1bf6dc08db2b82a",
    "true_false": "e617c485cd6e11d4ca7212055bc1a8941b2005084786f92cd6549d2e78d2ce22",
    "numeric": "12685240c830809269b685a4af9823f7a2eb5bb7561abcebdb709d8feac9582c",
    "short_text": "8716ea5ae247a946d62a389b9e38785e06257b79730c36cfd75b4f5fbb654222",
    "matching": "482ea15cd6ed5cffe449ab7f69c75571cd5cb28f3bb4c6b20ece4d3541b36914",
    "ordering": "04acdd31d30a3f08572efd6ad915f2a2f1966b90a9c8cdc506676ee4a934cc0f",
    "cloze": "2562826a499fe337e79cec36c87c734319a62363abf9e4064a2bf8b099ba2972",
    "case": "40d368482c2902fabbd113be04b2705392d17a36be16811f30508d2707b8915e",
    "essay": "dbcb211496b57da857d35acbc270e8b45fcc1d79b6eb1a8e7d62b9cb30946911",
    "upload": "4178655daab62f35ecc57fb4d96bbcedc48320c66363d90b64cf8ca3caee44a9",
}
LATER = {"name", "tags", "feedback", "hints", "media", "foreign", "mapping", "wildcards", "weight"}
LATER |= {"lower", "max_words", "lines", "factors", "low", "high", "figures"}


@pytest.mark.parametrize("kind", DIGESTS)
def test_items_stored_before_fields_came_keep_their_digest(kind):
    assert digest(dump_item(bank.item(kind))) == DIGESTS[kind]


def names_in(value):
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()), set())
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()


def test_course_items_are_stored_without_the_fields_that_came_later():
    report = Report()
    tree = read_tree(Path("courses"), report)
    sources = [read_course(tree, folder, report) for folder in tree.courses()]
    items = [read.value for source in sources for read in source.items]
    assert len(items) > 100
    for item in items:
        stored = dump_item(item)
        assert not LATER & names_in(stored)
        assert parse_item(stored) == item
        assert shortcomings(item) == []


BARE = {"competency": "", "cognitive": "", "facts": [], "legal_basis": [], "status": "draft"}


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("single", {"options": options("a", "b", correct={"a"})}),
        ("multiple", {"options": options(*"abcdefghi", correct=set("a"))}),
        ("multiple", {"options": options("a", "b", correct={"a", "b"}), "choose": 2}),
        ("matching", {"left": [{"id": "x", "text": WORDS}], "pairs": {"x": "goods"}}),
        ("ordering", {"steps": [{"id": "x", "text": WORDS}, {"id": "y", "text": WORDS}]}),
        ("numeric", {"traps": [{"value": "18.955"}], "why": None}),
        ("essay", {"rubric": []}),
        ("case", {"material": []}),
        ("single", {"id": "ITM-9999999", "points": "2.5"}),
    ],
)
def test_drafts_may_fall_short_of_the_house_standard(kind, changes):
    item = parse_item({**content(kind), **BARE, **changes})
    assert {"competency", "cognitive", "facts"} <= {problem.path for problem in shortcomings(item)}
    assert parse_item(dump_item(item)) == item


def test_a_file_is_held_to_the_house_standard_at_the_place_of_the_fault():
    raw = dump_item(bank.item("single", options=options("a", "b", correct={"a"})))
    typed = {**raw, "legal_basis": [], "expected_p": None}
    with pytest.raises(ValidationError) as caught:
        Questions.model_validate({"format": "probity/1", "items": [typed]})
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [
        (("items", 0, "single", "options"), "too_short")
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [(2, 2), ("2.0", 2), ("2.5000", Decimal("2.5")), ("0.0001", Decimal("0.0001"))],
)
def test_points_are_exact(given, kept):
    item = bank.item(points=given)
    assert item.points == kept
    assert type(item.points) is type(kept)
    assert parse_item(dump_item(item)) == item


@pytest.mark.parametrize("points", [0, -1, "0.00001", 10_001, "1e30", "NaN"])
def test_points_out_of_reach_are_refused(points):
    with pytest.raises(ValidationError):
        bank.item(points=points)


@pytest.mark.parametrize(
    ("code", "kind", "changes"),
    [
        ("I17", "single", {"credit": "mapping"}),
        ("I17", "single", {"mapping": {"entries": {"whole": "1/1"}}}),
        ("I17", "single", {"credit": "mapping", "mapping": {"entries": {"moon": "1/1"}}}),
        ("I17", "single", {"credit": "mapping", "mapping": {"entries": {"whole": "1/2"}}}),
        ("I17", "matrix", {"credit": "mapping", "mapping": {"entries": {}, "upper": "0/1"}}),
        ("I18", "single", {"points": "0.00001"}),
        ("I19", "matrix", {"cells": ["bid moon"]}),
        ("I19", "matrix", {"cells": ["bid yes", "bid no"]}),
        ("I11", "matrix", {"cells": ["bid yes", "bid yes"]}),
        ("I20", "hotspot", {"image": "other.png"}),
        ("I20", "hotspot", {"areas": [{"id": "a", "shape": "rect", "coords": [1, 2, 3], "label": WORDS}]}),
        ("I20", "hotspot", {"areas": [{"id": "a", "shape": "rect", "coords": [9, 2, 3, 4], "label": WORDS}]}),
        ("I21", "single", {"stem": {"en": "See ![it](media:gone.png)"}}),
        ("I03", "gap_match", {"pairs": {"who": "buyer"}}),
        ("I03", "gap_match", {"pairs": {"who": "buyer", "what": "buyer"}}),
        ("I04", "gap_match", {"text": {"en": "None."}}),
        ("I06", "numeric", {"tolerance": {"low": 20, "high": 30}}),
        ("I06", "numeric", {"tolerance": {"low": 20}}),
        ("I12", "hotspot", {"choose": 9}),
        ("missing", "hotspot", {"why": None}),
        ("missing", "gap_match", {"gaps": [{"id": "who"}, {"id": "what"}]}),
    ],
)  # fmt: skip
def test_a_broken_item_of_a_later_kind_is_refused(code, kind, changes):
    assert code in {error["type"] for error in broken(kind, **changes)}
