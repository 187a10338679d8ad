"""The states of an attempt, each border by itself."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from probity.exams import lifecycle
from probity.exams.lifecycle import AttemptState, Ending, Phase, Times, Verdict

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
GRACE = 10 * SECOND


@dataclass(frozen=True)
class Standing:
    """An attempt of 60 minutes with 10 seconds of grace."""

    state: AttemptState = AttemptState.OPEN
    ending: Ending | None = None
    paused_at: datetime | None = None
    pause_until: datetime | None = None
    deadline: datetime = START + 60 * MINUTE
    accept_until: datetime = START + 60 * MINUTE + GRACE
    step: int = 1
    step_until: datetime | None = None


OPEN = Standing()
LAST = OPEN.accept_until
PAUSED = replace(OPEN, paused_at=START + 30 * MINUTE)
BREAK = replace(PAUSED, pause_until=START + 40 * MINUTE)
TIMED = replace(OPEN, step_until=START + 20 * MINUTE + GRACE)


def closed(ending):
    return replace(OPEN, state=AttemptState.CLOSED, ending=ending)


@pytest.mark.parametrize(
    ("attempt", "now", "phase"),
    [
        (OPEN, START, Phase.OPEN),
        (OPEN, LAST, Phase.OPEN),
        (OPEN, LAST + SECOND, Phase.OVER),
        (PAUSED, LAST + 60 * MINUTE, Phase.PAUSED),
        (BREAK, START + 39 * MINUTE, Phase.PAUSED),
        (BREAK, START + 40 * MINUTE, Phase.OPEN),
        (BREAK, LAST + 10 * MINUTE, Phase.OPEN),
        (BREAK, LAST + 10 * MINUTE + SECOND, Phase.OVER),
        (closed(Ending.HANDED_IN), START, Phase.CLOSED),
    ],
)
def test_the_phase_follows_from_the_times(attempt, now, phase):
    assert lifecycle.phase(attempt, now) is phase
    assert lifecycle.is_over(attempt, now) is (phase in (Phase.OVER, Phase.CLOSED))


@pytest.mark.parametrize(
    ("attempt", "step", "now", "verdict"),
    [
        (OPEN, 1, START, Verdict.COUNTS),
        (OPEN, 0, START, Verdict.LATE),
        (OPEN, 2, START, Verdict.LATE),
        (OPEN, 1, LAST + SECOND, Verdict.LATE),
        (TIMED, 1, START + 20 * MINUTE + GRACE, Verdict.COUNTS),
        (TIMED, 1, START + 21 * MINUTE, Verdict.LATE),
        (PAUSED, 1, START + 31 * MINUTE, Verdict.PAUSED),
        (PAUSED, 0, START + 31 * MINUTE, Verdict.PAUSED),
        (BREAK, 1, START + 41 * MINUTE, Verdict.PAUSED),
        (BREAK, 1, LAST + 11 * MINUTE, Verdict.LATE),
        (closed(Ending.HANDED_IN), 1, START, Verdict.CLOSED),
        (closed(Ending.TIME_OVER), 1, START, Verdict.LATE),
        (closed(Ending.ENDED_BY_STAFF), 1, START, Verdict.LATE),
    ],
)
def test_what_becomes_of_an_answer(attempt, step, now, verdict):
    assert lifecycle.save(attempt, step, now) is verdict


def test_it_ends_as_asked_unless_its_time_was_over():
    over = LAST + SECOND
    assert lifecycle.ending(OPEN, LAST, Ending.HANDED_IN) is Ending.HANDED_IN
    assert lifecycle.ending(PAUSED, over, Ending.ENDED_BY_STAFF) is Ending.ENDED_BY_STAFF
    assert lifecycle.ending(OPEN, over, Ending.HANDED_IN) is Ending.TIME_OVER
    cut = lifecycle.ending(OPEN, over, Ending.HANDED_IN, cut_by_window=True)
    assert cut is Ending.WINDOW_CLOSED


def test_it_never_ends_later_than_its_deadline():
    assert lifecycle.closed_at(OPEN, START + MINUTE) == START + MINUTE
    assert lifecycle.closed_at(OPEN, LAST) == OPEN.deadline
    assert lifecycle.closed_at(PAUSED, START + 90 * MINUTE) == START + 90 * MINUTE


def test_a_pause_gives_back_its_exact_length_to_all_three_times():
    paused = replace(TIMED, paused_at=START + 10 * MINUTE)
    after = lifecycle.resumed(paused, START + 13 * MINUTE)
    by = 3 * MINUTE
    assert after == Times(OPEN.deadline + by, LAST + by, TIMED.step_until + by)
    assert not lifecycle.is_step_over(paused, START + 60 * MINUTE)
    assert lifecycle.resumed(OPEN, LAST) == Times(OPEN.deadline, LAST, None)


def test_time_is_added_and_never_taken_away():
    assert lifecycle.extended(OPEN, MINUTE) == Times(OPEN.deadline + MINUTE, LAST + MINUTE, None)
    assert lifecycle.extended(OPEN, -MINUTE) == Times(OPEN.deadline, LAST, None)


@pytest.mark.parametrize(
    ("step", "over", "wanted"),
    [(0, False, 1), (0, True, 2), (1, True, 2), (2, False, None), (2, True, None)],
)
def test_the_next_step_passes_over_a_section_whose_time_is_over(step, over, wanted):
    assert lifecycle.next_step(["a", "a", "b"], step, step_over=over) == wanted


@pytest.mark.parametrize(
    ("minutes", "factor", "ends"),
    [
        (None, 1, None),
        (10, 1, START + 10 * MINUTE),
        (10, Fraction(5, 4), START + 12.5 * MINUTE),
        (1, Fraction(10, 9), START + 67 * SECOND),
        (90, 1, OPEN.deadline),
    ],
)
def test_the_time_of_a_section_has_factor_grace_and_the_exams_end(minutes, factor, ends):
    until = lifecycle.step_until(OPEN, minutes, Fraction(factor), START)
    assert until == (ends + GRACE if ends else None)
    assert lifecycle.step_ends(replace(OPEN, step_until=until)) == ends
