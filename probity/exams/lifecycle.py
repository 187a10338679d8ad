"""The life of an attempt: its states and what may happen in each. Drawn in docs/attempt-lifecycle.md.

Only open and closed are stored; every other phase follows from the times, so that nobody has to
be awake for an exam to end. Pure: the caller brings the present moment and writes down the outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Protocol

from probity.exams import rules


class AttemptState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Ending(StrEnum):
    """How an attempt ended; the routine is the same for all."""

    HANDED_IN = "handed-in"
    TIME_OVER = "time-over"
    WINDOW_CLOSED = "window-closed"
    ENDED_BY_STAFF = "ended-by-staff"


class Phase(StrEnum):
    """Where an attempt stands at one moment."""

    OPEN = "open"
    PAUSED = "paused"
    OVER = "over"
    CLOSED = "closed"


class Verdict(StrEnum):
    """What becomes of an answer that arrives; all but the first are reasons the protocol names."""

    COUNTS = "counts"
    PAUSED = "paused"
    LATE = "late-kept"
    CLOSED = "closed"


class Standing(Protocol):
    """What of an attempt decides; `accept_until` and `step_until` hold the grace already."""

    @property
    def state(self) -> AttemptState: ...
    @property
    def ending(self) -> Ending | None: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def pause_until(self) -> datetime | None: ...
    @property
    def deadline(self) -> datetime: ...
    @property
    def accept_until(self) -> datetime: ...
    @property
    def step(self) -> int: ...
    @property
    def step_until(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Times:
    """The three moments that move together."""

    deadline: datetime
    accept_until: datetime
    step_until: datetime | None


def phase(attempt: Standing, now: datetime) -> Phase:
    """A pause stops the time, so whoever is paused cannot be over."""
    if attempt.state is AttemptState.CLOSED:
        return Phase.CLOSED
    if attempt.paused_at is not None and (attempt.pause_until is None or now < attempt.pause_until):
        return Phase.PAUSED
    in_time = now <= attempt.accept_until + paused_for(attempt, now)
    return Phase.OPEN if in_time else Phase.OVER


def paused_for(attempt: Standing, now: datetime) -> timedelta:
    """What a pause that is still on, or whose end nobody wrote down yet, gives back by now."""
    return rules.given_back(attempt.paused_at, attempt.pause_until, now)


def is_over(attempt: Standing, now: datetime) -> bool:
    """Tell whether nothing can be answered any more, whether or not that was written down yet."""
    return phase(attempt, now) in (Phase.OVER, Phase.CLOSED)


def is_step_over(attempt: Standing, now: datetime) -> bool:
    """Tell whether the time of the present section is over; a pause stops that clock too."""
    if attempt.step_until is None:
        return False
    return now > attempt.step_until + paused_for(attempt, now)


def save(attempt: Standing, step: int, now: datetime) -> Verdict:
    """What becomes of an answer to a question of this step that arrives now."""
    if attempt.ending is Ending.HANDED_IN:
        return Verdict.CLOSED
    if is_over(attempt, now):
        return Verdict.LATE
    if attempt.paused_at is not None:  # also where it ended by itself and nobody wrote that down
        return Verdict.PAUSED
    here = step == attempt.step and not is_step_over(attempt, now)
    return Verdict.COUNTS if here else Verdict.LATE


def ending(
    attempt: Standing, now: datetime, asked: Ending, *, cut_by_window: bool = False
) -> Ending:
    """How an open attempt ends now: as `asked`, unless its time, cut by a window or not, was over."""
    if phase(attempt, now) is Phase.OVER:
        return Ending.WINDOW_CLOSED if cut_by_window else Ending.TIME_OVER
    return asked


def closed_at(attempt: Standing, now: datetime) -> datetime:
    """When it ended: never later than its deadline, however late that is written down."""
    return min(now, attempt.deadline + paused_for(attempt, now))


def resumed(attempt: Standing, now: datetime) -> Times:
    """The times after a pause that ends now: all later by its exact length."""
    return _later(attempt, paused_for(attempt, now))


def extended(attempt: Standing, by: timedelta) -> Times:
    """The times after more time was granted; there is no taking away."""
    return _later(attempt, max(by, timedelta()))


def _later(attempt: Standing, by: timedelta) -> Times:
    step_until = attempt.step_until + by if attempt.step_until is not None else None
    return Times(attempt.deadline + by, attempt.accept_until + by, step_until)


def next_step(sections: Sequence[str], step: int, *, step_over: bool) -> int | None:
    """The step after this one, None after the last; `sections` names the section of every step.

    Where the time of a section is over, what is left of it is passed over.
    """
    for number in range(step + 1, len(sections)):
        if not step_over or sections[number] != sections[step]:
            return number
    return None


def step_until(
    attempt: Standing, minutes: int | None, factor: Fraction, now: datetime
) -> datetime | None:
    """Until when answers of a section entered now are accepted; None if it has no time of its own.

    Its time ends no later than the exam's, and has the same grace.
    """
    if minutes is None:
        return None
    end = now + timedelta(seconds=ceil(minutes * 60 * factor))
    return min(end, attempt.deadline) + grace(attempt)


def step_ends(attempt: Standing) -> datetime | None:
    """When the time of the present section ends as its clock shows it."""
    return attempt.step_until - grace(attempt) if attempt.step_until is not None else None


def grace(attempt: Standing) -> timedelta:
    """How long an answer may be on its way; pauses and extensions leave it as it is."""
    return attempt.accept_until - attempt.deadline
