"""Written items keep the order, the attributes and the content that the specification asks for."""

import re

import pytest
from hypothesis import given, settings

from probity.bank.shapes import dump_item
from probity.exchange.formats.qti.bundling import QTI3, to_version_3
from probity.exchange.formats.qti.making import MATH, QTI
from probity.exchange.formats.qti.tree import kebab
from probity.exchange.formats.qti.writing import item_of
from probity.exchange.xml import name_of
from tests.bank import strategies
from tests.factories import bank

ORDER = ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing",
         "modalFeedback"]  # fmt: skip
BLOCKS = frozenset(
    [
        "p",
        "div",
        "ul",
        "ol",
        "pre",
        "blockquote",
        "table",
        "hr",
        "rubricBlock",
        "choiceInteraction",
        "matchInteraction",
        "gapMatchInteraction",
        "hotspotInteraction",
        "selectPointInteraction",
        "orderInteraction",
        "extendedTextInteraction",
        "uploadInteraction",
        "math",
    ]
)
NEEDED = {
    "assessmentItem": {"identifier", "title", "adaptive", "timeDependent"},
    "responseDeclaration": {"identifier", "cardinality"},
    "outcomeDeclaration": {"identifier", "cardinality"},
    "choiceInteraction": {"responseIdentifier", "shuffle", "maxChoices"},
    "orderInteraction": {"responseIdentifier", "shuffle"},
    "matchInteraction": {"responseIdentifier", "shuffle", "maxAssociations"},
    "gapMatchInteraction": {"responseIdentifier", "shuffle"},
    "inlineChoiceInteraction": {"responseIdentifier", "shuffle"},
    "textEntryInteraction": {"responseIdentifier"},
    "hotspotInteraction": {"responseIdentifier", "maxChoices"},
    "selectPointInteraction": {"responseIdentifier", "maxChoices"},
    "hotspotChoice": {"identifier", "shape", "coords"},
    "simpleChoice": {"identifier"},
    "simpleAssociableChoice": {"identifier", "matchMax"},
    "gapText": {"identifier", "matchMax"},
    "gap": {"identifier"},
    "mapEntry": {"mapKey", "mappedValue"},
    "areaMapEntry": {"shape", "coords", "mappedValue"},
    "equal": {"toleranceMode"},
    "equalRounded": {"figures"},
    "stringMatch": {"caseSensitive"},
    "substring": {"caseSensitive"},
    "index": {"n"},
    "baseValue": {"baseType"},
    "modalFeedback": {"outcomeIdentifier", "identifier", "showHide"},
    "feedbackInline": {"outcomeIdentifier", "identifier", "showHide"},
    "rubricBlock": {"view"},
    "img": {"src", "alt"},
    "object": {"data", "type"},
}
WORDS_ONLY = frozenset({"inlineChoice", "gapText", "value", "baseValue"})
IDENTIFIER = re.compile(r"[A-Za-z_][\w.\-]*")


def elements(root):
    return [element for element in root.iter() if isinstance(element.tag, str)]


def assert_sound(root):
    names = [name_of(child) for child in root]
    assert names == sorted(names, key=ORDER.index)
    body = root[names.index("itemBody")]
    assert {name_of(child) for child in body} <= BLOCKS
    assert not (body.text or "").strip()
    declared = {e.get("identifier") for e in root if name_of(e).endswith("Declaration")}
    assert len(declared) == sum(name.endswith("Declaration") for name in names)
    for element in elements(root):
        name = name_of(element)
        assert element.tag.startswith((f"{{{QTI}}}", f"{{{MATH}}}")), element.tag
        assert NEEDED.get(name, set()) <= set(element.attrib), (name, dict(element.attrib))
        assert name not in WORDS_ONLY or not len(element)
        if name.endswith("Interaction"):
            assert element.get("responseIdentifier") in declared
        if name in {"variable", "correct", "mapResponse", "mapResponsePoint", "setOutcomeValue"}:
            assert element.get("identifier") in declared, (name, element.get("identifier"))
        if element.get("identifier"):
            assert IDENTIFIER.fullmatch(element.get("identifier"))


@settings(max_examples=150, deadline=None)
@given(item=strategies.ITEMS | strategies.mapped() | strategies.farther_orderings())
def test_items_of_every_kind_are_sound(item):
    root, _ = item_of(dump_item(item), "i1", lambda name: f"media/{name}")
    assert_sound(root)


@pytest.mark.parametrize("kind", ["essay", "upload", "case"])
def test_items_that_people_mark_and_case_sets_are_sound(kind):
    root, _ = item_of(dump_item(bank.item(kind)), "i1", lambda name: name)
    assert_sound(root)


@settings(max_examples=50, deadline=None)
@given(item=strategies.ITEMS)
def test_version_3_has_the_same_elements_by_other_names(item):
    root, _ = item_of(dump_item(item), "i1", lambda name: name)
    twin = to_version_3(root)
    ours = [name_of(e) for e in elements(root)]
    theirs = [name_of(e).removeprefix("qti-") for e in elements(twin)]
    theirs = [name for name in theirs if name != "content-body"]
    assert [kebab(name) for name in ours] == theirs
    for element in elements(twin):
        in_math = element.tag.startswith(f"{{{MATH}}}")
        assert in_math or element.tag.startswith(f"{{{QTI3}}}")
        assert in_math or not any(re.search("[A-Z]", key) for key in element.attrib)
