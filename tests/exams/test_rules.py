from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.exams.rules import (
    History,
    Policy,
    Refusal,
    SlotMark,
    Tally,
    Terms,
    answers_digest,
    by_domain,
    is_empty,
    percent,
    refusal,
    shown,
    tally,
    weak_domains,
)

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FREE = Policy(
    allowed=3,
    cooling_off=timedelta(0),
    opens_at=None,
    closes_at=None,
    prerequisites=frozenset(),
)
FRESH = History(ended_at=(), completed=frozenset(), name_confirmed=True)


def policy(**changes):
    return Policy(**({name: getattr(FREE, name) for name in Policy.__slots__} | changes))


def history(**changes):
    return History(**({name: getattr(FRESH, name) for name in History.__slots__} | changes))


def test_nothing_stands_in_the_way_of_a_first_attempt():
    assert refusal(FREE, FRESH, NOON) is None


def test_the_window_opens_and_closes():
    window = policy(opens_at=NOON, closes_at=NOON + HOUR)
    assert refusal(window, FRESH, NOON - timedelta(microseconds=1)) == Refusal("window", NOON)
    assert refusal(window, FRESH, NOON) is None
    assert refusal(window, FRESH, NOON + HOUR) == Refusal("window")


def test_an_unconfirmed_name_stops_the_start():
    assert refusal(FREE, history(name_confirmed=False), NOON) == Refusal("name-not-confirmed")


def test_a_missing_lesson_stops_the_start():
    asks = policy(prerequisites=frozenset({"GP-M01-L1", "GP-M01-L2"}))
    assert refusal(asks, history(completed=frozenset({"GP-M01-L1"})), NOON) == Refusal(
        "prerequisite"
    )
    assert refusal(asks, history(completed=frozenset({"GP-M01-L1", "GP-M01-L2"})), NOON) is None


def test_attempts_run_out():
    three = history(ended_at=(NOON, NOON, NOON))
    assert refusal(FREE, three, NOON) == Refusal("attempts")
    assert refusal(policy(allowed=None), three, NOON) is None


def test_cooling_off_counts_from_the_last_ending():
    cooling = policy(cooling_off=HOUR)
    once = history(ended_at=(NOON,))
    assert refusal(cooling, once, NOON + HOUR - timedelta(seconds=1)) == Refusal(
        "cooling-off", NOON + HOUR
    )
    assert refusal(cooling, once, NOON + HOUR) is None


def terms(closes_at=None, **changes):
    return Terms(limit=HOUR, grace=timedelta(0), closes_at=closes_at, **changes)


def test_the_window_cuts_the_time_limit_off():
    assert terms().deadline(NOON) == NOON + HOUR
    assert terms(NOON + HOUR / 2).deadline(NOON) == NOON + HOUR / 2
    assert terms(NOON + 2 * HOUR).deadline(NOON) == NOON + HOUR


def test_a_window_that_limits_the_start_leaves_the_time_whole():
    assert terms(NOON + HOUR / 2, window_limits_end=False).deadline(NOON) == NOON + HOUR


def test_reaching_the_cut_score_is_passing():
    assert Tally(Fraction(7), Fraction(10)).passes(Fraction(7, 10))
    assert not Tally(Fraction(699999, 100000), Fraction(10)).passes(Fraction(7, 10))


def test_a_paper_worth_nothing_is_never_passed():
    assert not tally([]).passes(Fraction(0))
    assert tally([]).share == 0


def test_a_domain_is_weak_below_its_least_share():
    marks = [
        SlotMark("GPP-1", Fraction(1), Fraction(2)),
        SlotMark("GPP-3", Fraction(1, 3), Fraction(1)),
        SlotMark("GPP-4", Fraction(0), Fraction(0)),
        SlotMark("GPP-5", Fraction(0), Fraction(1), scored=False),
    ]
    assert weak_domains(marks, Fraction(1, 2)) == ["GPP-3"]
    assert weak_domains(marks, Fraction(1, 3)) == []
    assert weak_domains(marks, None) == []


def test_marks_are_summed_by_domain():
    marks = [
        SlotMark("GPP-3", Fraction(1, 3), Fraction(1)),
        SlotMark("GPP-1", Fraction(1), Fraction(1)),
        SlotMark("GPP-3", Fraction(2, 3), Fraction(1)),
    ]
    assert by_domain(marks) == {
        "GPP-1": Tally(Fraction(1), Fraction(1)),
        "GPP-3": Tally(Fraction(1), Fraction(2)),
    }
    assert list(by_domain(marks)) == ["GPP-1", "GPP-3"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Fraction(0), "0"),
        (Fraction(31), "31"),
        (Fraction(63, 2), "31.5"),
        (Fraction(1, 3), "0.33"),
        (Fraction(1, 200), "0.01"),
    ],
)
def test_marks_are_shown_half_up_without_idle_zeros(value, words):
    assert shown(value) == words


def test_percentages_have_one_decimal_at_most():
    assert percent(Fraction(31, 40)) == "77.5"
    assert percent(Fraction(1)) == "100"
    assert percent(Fraction(2, 3)) == "66.7"


@given(st.fractions(min_value=0, max_value=1000))
def test_a_shown_mark_is_never_further_off_than_half_a_unit(value):
    assert abs(Fraction(shown(value)) - value) <= Fraction(1, 200)


def test_the_digest_depends_on_every_version_and_answer_but_not_on_order():
    one = answers_digest({"q1": (1, "a"), "q2": (2, ["b", "c"])})
    assert one == answers_digest({"q2": (2, ["b", "c"]), "q1": (1, "a")})
    assert one != answers_digest({"q1": (2, "a"), "q2": (2, ["b", "c"])})
    assert one != answers_digest({"q1": (1, "a"), "q2": (2, ["c", "b"])})


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_saying_nothing_is_empty(value):
    assert is_empty(value)


@pytest.mark.parametrize("value", [False, 0, "0", ["a"], {"a": "b"}])
def test_no_and_zero_are_answers(value):
    assert not is_empty(value)


def test_a_paper_never_falls_below_nothing_and_a_question_may():
    marks = [
        SlotMark("A", Fraction(-5, 6), Fraction(5, 2)),
        SlotMark("B", Fraction(1, 3), Fraction(1)),
    ]
    assert tally(marks) == Tally(Fraction(0), Fraction(7, 2))
    assert by_domain(marks)["B"].earned == Fraction(1, 3)
    assert by_domain(marks)["A"].earned == 0


@pytest.mark.parametrize(
    ("value", "words"), [(Fraction(-5, 6), "-0.83"), (Fraction(-1), "-1"), (Fraction(5, 2), "2.5")]
)
def test_marks_below_nothing_are_told_as_such(value, words):
    assert shown(value) == words
