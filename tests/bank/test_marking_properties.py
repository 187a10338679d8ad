"""What must hold for every item and every response, whatever their kind."""

import json
from contextlib import suppress
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probity.bank import marking
from probity.bank.shapes import dump_item, parse_item
from tests.bank.strategies import ANSWERED, ITEMS, JSON, farther_orderings, mapped, responses
from tests.factories import bank

LOCALES = st.sampled_from(["en", "zh-Hans"])
TELLING = {"correct", "answer", "why", "pairs", "accept", "share", "traps", "rationale"} | {
    "expected_p",
    "credit",
    "tolerance",
    "key",
    "rubric",
    "model_answer",
    "facts",
    "legal_basis",
    "sources",
    "author",
    "status",
}


def keys_in(value):
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()), set())
    if isinstance(value, list):
        return set().union(*map(keys_in, value))
    return set()


@given(ITEMS)
def test_the_key_always_earns_full_marks(item):
    mark = marking.mark(item, marking.key_response(item))
    assert mark.earned == mark.possible > 0
    assert mark.state == "right"


@given(ANSWERED)
def test_any_response_earns_between_nothing_and_everything_however_often_checked(answered):
    item, response = answered
    mark = marking.mark(item, response)
    assert 0 <= mark.earned <= mark.possible
    once = marking.check_response(item, response)
    assert marking.check_response(item, once) == once
    assert marking.mark(item, once) == mark


@given(ITEMS, JSON)
def test_absurd_responses_are_marked_or_refused_and_never_fail(item, response):
    with suppress(marking.BadResponse):
        mark = marking.mark(item, response)
        assert 0 <= mark.earned <= mark.possible


@given(ITEMS, LOCALES, st.integers())
def test_what_a_candidate_sees_holds_nothing_of_the_key(item, locale, seed):
    order = marking.presentation_order(item, Random(seed))
    view = marking.candidate_view(item, locale, order)
    assert bank.HIDDEN not in json.dumps(view, ensure_ascii=False)
    assert not TELLING & keys_in(view)


@pytest.mark.parametrize("kind", ["essay", "upload"])
def test_open_items_show_no_rubric_and_are_left_to_people(kind):
    item = bank.item(kind)
    assert bank.HIDDEN not in json.dumps(marking.candidate_view(item, "en"))
    assert not marking.is_scorable(item)
    assert marking.feedback(item, "text", "en")["state"] == "kept"
    with pytest.raises(marking.MarkedByPeople):
        marking.mark(item, "text")
    with pytest.raises(marking.MarkedByPeople):
        marking.key_response(item)
    with pytest.raises(marking.MarkedByPeople):
        marking.KINDS[kind].share(item, "text", "en")


@given(st.integers())
def test_another_key_gives_the_same_view(seed):
    for kind in ("single", "multiple"):
        ids = ("a", "b", "c", "d")
        views = []
        for correct in ({"a", "b"}, {"c", "d"}):
            keys = set(sorted(correct)[: 1 if kind == "single" else 2])
            item = bank.item(kind, options=bank.options(*ids, correct=keys))
            order = marking.presentation_order(item, Random(seed))
            views.append(marking.candidate_view(item, "en", order))
        assert views[0] == views[1]


@given(ITEMS, st.integers())
def test_a_drawn_order_shows_everything_and_survives_json(item, seed):
    order = json.loads(json.dumps(marking.presentation_order(item, Random(seed))))
    view, plain = (marking.candidate_view(item, "en", drawn) for drawn in (order, None))
    for side in ("options", "left", "right", "steps"):
        by_id = lambda pieces: sorted(pieces, key=lambda piece: piece["id"])  # noqa: E731
        assert by_id(view.get(side, [])) == by_id(plain.get(side, []))


@given(ITEMS, st.integers())
def test_steps_are_never_shown_in_the_right_order(item, seed):
    if item.kind == "ordering":
        for order in (marking.presentation_order(item, Random(seed)), None):
            steps = [step["id"] for step in marking.candidate_view(item, "en", order)["steps"]]
            assert steps != marking.key_response(item)


@settings(max_examples=50)
@given(ANSWERED, LOCALES)
def test_feedback_is_json_and_agrees_with_the_mark(answered, locale):
    item, response = answered
    feedback = json.loads(json.dumps(marking.feedback(item, response, locale)))
    assert feedback["earned"] == str(marking.mark(item, response, locale).earned)
    assert feedback["state"] in {"right", "partial", "wrong", "empty"}
    assert feedback["law"][0]["instrument"] == "REG"


@given(ITEMS)
def test_an_item_survives_storage_without_loss(item):
    content = dump_item(item)
    assert parse_item(json.loads(json.dumps(content))) == item
    assert dump_item(parse_item(content)) == content


MAPPED = mapped().flatmap(lambda item: st.tuples(st.just(item), responses(item)))


@given(MAPPED)
def test_a_mapping_stays_inside_its_bounds_and_may_only_then_cost_points(answered):
    item, response = answered
    mark = marking.mark(item, response)
    assert mark.earned <= mark.possible == Fraction(3, 2)
    if item.mapping.lower is not None:
        assert mark.earned >= Fraction(item.mapping.lower) * mark.possible
    if not {"gift", "sales"} & set(response):
        assert mark.earned == Fraction(3, 4) * len(response)
    if mark.earned < 0:
        assert mark.state == "wrong"


@given(farther_orderings(), st.data())
def test_an_order_earns_all_only_when_it_is_right(item, data):
    response = data.draw(responses(item))
    mark = marking.mark(item, response)
    assert 0 <= mark.earned <= mark.possible
    assert (mark.earned == mark.possible) is (response == marking.key_response(item))


@given(farther_orderings())
def test_steps_from_the_last_to_the_first_earn_nothing_by_distance(item):
    if item.credit == "distance":
        assert marking.mark(item, marking.key_response(item)[::-1]).earned == 0
