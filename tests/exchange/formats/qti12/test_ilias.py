"""What ILIAS writes that others do not: pairs in one place, places of an order from nought."""

import pytest

from probity.bank.marking import mark
from probity.exchange.formats import format_named
from tests.exchange.formats.qti.cases import one, whole
from tests.exchange.formats.qti12.test_reading import ABC, document, lid, when

QTI = format_named("qti-1.2")
TERMS = {"1": "Paris", "2": "Rome", "3": "Bonn"}
DEFINITIONS = {"1": "France", "12": "Italy"}


def label(name, words, more=""):
    return (
        f'<response_label ident="{name}" {more}><material><mattext>{words}</mattext></material>'
        "</response_label>"
    )


def group():
    """Definitions and terms are numbered apart, so that labels may be called alike."""
    left = (label(n, w, 'match_max="1" match_group="1,2,3"') for n, w in DEFINITIONS.items())
    right = (label(n, w) for n, w in TERMS.items())
    return (
        '<response_grp ident="MQ" rcardinality="Multiple"><render_choice shuffle="Yes">'
        f"{''.join(left)}{''.join(right)}</render_choice></response_grp>"
    )


def pair(words, points, response="MQ"):
    return when(f'<varsubset respident="{response}">{words}</varsubset>', points, "Add")


def test_pairs_of_one_place_are_a_matching():
    found = one(document(group(), pair("1,1", "2") + pair("2,12", "1")), "12")
    made = whole(found)
    assert made.kind == "matching"
    assert [piece.text["en"] for piece in made.left] == ["France", "Italy"]
    assert [piece.text["en"] for piece in made.right] == ["Paris", "Rome", "Bonn"]
    assert made.pairs == {"a": "a", "b": "b"}
    for given, score in ((["1,1", "2,12"], 3), (["1, 1", "3,12"], 2), (["2,1", "1,12"], 0)):
        response = QTI.respond(found, {"MQ": given})
        assert QTI.native_score(found, mark(made, response)) == score


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        (pair("1,1", "1") + pair("2,1", "1"), "qti_mixed_marking"),
        (pair("1,9", "1"), "qti_identifiers"),
        (pair("1,1", "0"), "qti_no_key"),
        (pair("1,12,3", "1"), "qti_identifiers"),
    ],
)
def test_pairs_that_are_no_matching_of_ours_are_refused(conditions, code):
    assert one(document(group(), conditions), "12").refusal.code == code


def test_the_places_of_an_order_may_begin_with_nought():
    adds = "".join(
        when(f'<varequal respident="OQ" index="{place}">{name}</varequal>', "1", "Add")
        for place, name in enumerate(("x2", "x1", "x3"))
    )
    found = one(document(lid("OQ", *ABC, cardinality="Ordered"), adds), "12")
    made = whole(found)
    assert (made.kind, made.credit) == ("ordering", "positions")
    assert [step.text["en"] for step in made.steps] == ["Two", "One", "Three"]
    response = QTI.respond(found, {"OQ": ["x2", "x3", "x1"]})
    assert QTI.native_score(found, mark(made, response)) == 1


def test_places_counted_from_one_stay_so():
    adds = "".join(
        when(f'<varequal respident="OQ" index="{place}">{name}</varequal>', "1", "Add")
        for place, name in enumerate(("x2", "x1", "x3"), start=1)
    )
    made = whole(one(document(lid("OQ", *ABC, cardinality="Ordered"), adds), "12"))
    assert [step.text["en"] for step in made.steps] == ["Two", "One", "Three"]
