"""How a candidate stands in the room, and what an incident took from them: pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from probity.exams.rules import LOST_AFTER

QUIET_AFTER = timedelta(minutes=2)
"""Who is not watched may think this long between two answers without being cut off."""


class State(StrEnum):
    """In the order in which an invigilator wants to know of them."""

    LOST = "lost"
    UNSENT = "unsent"
    PAUSED = "paused"
    BREAK = "break"
    WORKING = "working"
    AUTHORISED = "authorised"
    ABSENT = "absent"
    HANDED_IN = "handed-in"
    ENDED = "ended"


RUNNING = frozenset({State.LOST, State.UNSENT, State.PAUSED, State.BREAK, State.WORKING})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one candidate at one moment; `handed_in` None: not started or running."""

    authorised: bool
    started_at: datetime | None = None
    handed_in: bool | None = None
    paused: bool = False
    on_break: bool = False
    watched: bool = False
    seen_at: datetime | None = None
    waiting: int = 0


def state(facts: Facts, now: datetime) -> State:
    """The one word for a candidate."""
    if facts.started_at is None:
        return State.AUTHORISED if facts.authorised else State.ABSENT
    if facts.handed_in is not None:
        return State.HANDED_IN if facts.handed_in else State.ENDED
    if facts.paused:
        return State.BREAK if facts.on_break else State.PAUSED
    if silent_since(facts, now) is not None:
        return State.LOST
    return State.UNSENT if facts.waiting else State.WORKING


def silent_since(facts: Facts, now: datetime) -> datetime | None:
    """Since when nothing is heard of a watched browser; None while it calls as it should."""
    if facts.started_at is None or facts.handed_in is not None or not facts.watched:
        return None
    last = facts.seen_at or facts.started_at
    return last if now - last > LOST_AFTER else None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time; none if it ends before it begins."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return max(self.end - self.start, timedelta(0))

    def within(self, other: "Span") -> "Span":
        """The part that lies in another stretch."""
        return Span(max(self.start, other.start), min(self.end, other.end))


def downtime(
    window: Span,
    silences: Iterable[Span],
    signs: Sequence[datetime],
    pauses: Iterable[Span],
    least: timedelta,
) -> timedelta:
    """How long a candidate was cut off within `window`.

    Silences count where they lie in the window and no sign of life (an answer that arrived)
    interrupts them so often that less than `least` is left between two. What a pause has given
    back already does not count again.
    """
    pieces = [piece for silence in silences for piece in _split(silence.within(window), signs)]
    lost = [piece for piece in _merged(pieces) if piece.length >= least]
    total = sum((piece.length for piece in lost), timedelta(0))
    given = [piece.within(pause).length for pause in _merged(list(pauses)) for piece in lost]
    return total - sum(given, timedelta(0))


def _split(span: Span, signs: Sequence[datetime]) -> Iterable[Span]:
    """The stretches between the signs of life inside one stretch."""
    cuts = sorted(sign for sign in signs if span.start < sign < span.end)
    edges = [span.start, *cuts, span.end]
    pieces = (Span(start, end) for start, end in pairwise(edges))
    return [piece for piece in pieces if piece.length]


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The same time without overlaps; stretches that only touch stay two."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start < found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        elif span.length:
            found.append(span)
    return found


def proposal(downtimes: Iterable[timedelta]) -> timedelta:
    """The extension that leaves nobody short: the longest downtime, in whole minutes, rounded up."""
    longest = max(downtimes, default=timedelta(0))
    minute = timedelta(minutes=1)
    return minute * (-(-longest // minute))
