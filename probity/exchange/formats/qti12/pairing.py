"""Matching in one place to answer, as ILIAS writes it: `varsubset` of two labels is one pair."""

from collections import Counter

from probity.exchange.formats.qti.body import english
from probity.exchange.formats.qti.parts import Part, letter
from probity.exchange.formats.qti.proving import Space
from probity.exchange.formats.qti.terms import Table
from probity.exchange.formats.qti.tree import kids, words
from probity.exchange.formats.qti.values import PAIR, Declaration, NotOurs
from probity.exchange.formats.qti12.choosing import by_terms
from probity.exchange.formats.qti12.conditions import Scoring, is_sum, needed_or_zero, pair_of
from probity.exchange.formats.qti12.presentation import Place, flow, material
from probity.exchange.formats.qti12.reader import Draft, Reader
from probity.exchange.xml import Element, name_of


def is_pairs(place: Place, scoring: Scoring) -> bool:
    """Whether the conditions name pairs of the labels of this place."""
    labels = {name for name, _ in place.labels}
    found = [pair for pair, _ in _pairs(place, scoring)]
    return bool(found) and all(len(pair) == PAIR and labels.issuperset(pair) for pair in found)


def pairs(reader: Reader, place: Place) -> Draft:
    """Labels with a `match_group` are the left pieces, the others the right ones."""
    place.answer.pairs = True
    sides: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for label in (e for e in place.element.iter() if name_of(e) == "response_label"):
        side = sides[label.get("match_group") is not None]
        if side.setdefault(label.get("ident") or "", material(label)) != material(label):
            raise NotOurs("qti_identifiers")
    left, right = ({name: letter(n) for n, name in enumerate(side)} for side in sides.values())
    earning = [pair for pair, worth in _pairs(place, reader.scoring) if worth]
    swap = not all(pair[0] in left and pair[1] in right for pair in earning)
    ends = [tuple(reversed(pair)) if swap else pair for pair in earning]
    if not all(one in left and other in right for one, other in ends):
        raise NotOurs("qti_no_key")
    if max(Counter(one for one, _ in ends).values(), default=0) > 1 or not is_sum(reader.scoring):
        raise NotOurs("qti_mixed_marking")  # a left piece with several partners
    content = {
        "kind": "matching",
        "left": _pieces(reader, sides[True], left),
        "right": _pieces(reader, sides[False], right),
        "reuse_right": max(Counter(other for _, other in ends).values(), default=0) > 1,
    }
    table: Table = {
        "form": "pairs", "response": place.answer.identifier, "left": left, "right": right,
        "swap": swap, "comma": True,
    }  # fmt: skip
    groups = [[f"{one} {other}" for other in right.values()] for one in left.values()]
    part = Part("matching", content, table, Declaration(place.answer.identifier), Space(groups, 1))
    proof = by_terms(part, reader)
    content["stem"] = reader.stem(flow(reader.presentation) + place.title)
    return Draft(content, table, proof.base, proof.best)


def _pieces(reader: Reader, side: dict[str, str], ids: dict[str, str]) -> list[dict[str, object]]:
    return [
        {"id": ids[name], "text": english(reader.words.line(html) or name)}
        for name, html in side.items()
    ]


def _pairs(place: Place, scoring: Scoring) -> list[tuple[tuple[str, ...], bool]]:
    """What the conditions about a place compare with, and whether it earns anything."""
    return [
        (pair_of(words(part)), any(needed_or_zero(setter) for setter in kids(condition, "setvar")))
        for condition in scoring.conditions
        for part in _subsets(condition)
        if part.get("respident") == place.answer.identifier
    ]


def _subsets(condition: Element) -> list[Element]:
    return [part for part in condition.iter() if name_of(part) == "varsubset"]
