"""One word for a candidate, and what an incident took."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.sittings.console_rules import (
    Facts,
    Span,
    State,
    downtime,
    proposal,
    silent_since,
    state,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LEAST = 25 * SECOND


def running(**changes):
    known = {"authorised": True, "started_at": NOON - MINUTE, "watched": True, "seen_at": NOON}
    return Facts(**(known | changes))


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        (Facts(authorised=False), State.ABSENT),
        (Facts(authorised=True), State.AUTHORISED),
        (running(), State.WORKING),
        (running(waiting=2), State.UNSENT),
        (running(seen_at=NOON - 26 * SECOND), State.LOST),
        (running(seen_at=NOON - 25 * SECOND), State.WORKING),
        (running(seen_at=None), State.LOST),
        (running(seen_at=None, watched=False), State.WORKING),
        (running(paused=True, seen_at=None), State.PAUSED),
        (running(paused=True, on_break=True), State.BREAK),
        (running(handed_in=True), State.HANDED_IN),
        (running(handed_in=False), State.ENDED),
    ],
)
def test_one_word_for_a_candidate(facts, word):
    assert state(facts, NOON) is word


def test_silence_counts_from_the_last_call_or_the_start():
    assert silent_since(running(seen_at=NOON - MINUTE), NOON) == NOON - MINUTE
    assert silent_since(running(seen_at=None), NOON) == NOON - MINUTE
    assert silent_since(running(), NOON) is None
    assert silent_since(running(handed_in=True, seen_at=None), NOON) is None
    assert silent_since(Facts(authorised=True), NOON) is None


def span(start, end):
    """A stretch in seconds after noon."""
    return Span(NOON + start * SECOND, NOON + end * SECOND)


def lost(*, silences, signs=(), pauses=()):
    moments = [NOON + sign * SECOND for sign in signs]
    found = downtime(
        span(0, 600),
        [span(*one) for one in silences],
        moments,
        [span(*one) for one in pauses],
        LEAST,
    )
    return found / SECOND


@pytest.mark.parametrize(
    ("silences", "signs", "pauses", "seconds"),
    [
        ([], [], [], 0),
        ([(-100, 200)], [], [], 200),
        ([(500, 900)], [], [], 100),
        ([(-50, -10), (700, 800)], [], [], 0),
        ([(0, 24)], [], [], 0),
        ([(0, 25)], [], [], 25),
        ([(0, 100), (50, 150)], [], [], 150),
        ([(0, 100)], [20, 40, 60, 80], [], 0),
        ([(0, 100)], [50], [], 100),
        ([(0, 100)], [10], [], 90),
        ([(0, 300)], [], [(100, 200)], 200),
        ([(0, 300)], [], [(100, 200), (150, 250)], 150),
        ([(0, 300)], [], [(-10, 400)], 0),
        ([(0, 100), (200, 300)], [], [(50, 250)], 100),
    ],
)
def test_what_an_incident_took(silences, signs, pauses, seconds):
    assert lost(silences=silences, signs=signs, pauses=pauses) == seconds


@given(
    st.lists(st.tuples(st.integers(-99, 700), st.integers(-99, 700))),
    st.lists(st.integers(-99, 700)),
    st.lists(st.tuples(st.integers(-99, 700), st.integers(-99, 700))),
)
def test_nobody_loses_more_than_the_incident_or_less_than_nothing(silences, signs, pauses):
    assert 0 <= lost(silences=silences, signs=signs, pauses=pauses) <= 600


@pytest.mark.parametrize(
    ("seconds", "minutes"), [([], 0), ([0], 0), ([1], 1), ([60], 1), ([61], 2), ([30, 150, 90], 3)]
)
def test_the_proposal_leaves_nobody_short(seconds, minutes):
    assert proposal([one * SECOND for one in seconds]) == minutes * MINUTE
