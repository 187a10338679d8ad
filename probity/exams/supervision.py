"""What staff do to running attempts: pause, resume, extend, end, tell. And a candidate's own break.

Each action takes ids of attempts, locks those in the order of their ids, changes what it can,
tells the candidates why, and returns what it did and what it left alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.exams import actions, lifecycle, queries
from probity.exams.models import Attempt, AttemptState, Ending, Notice, NoticeKind
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import SYSTEM, Actor

LONGEST_PAUSE = timedelta(hours=24)
"""A pause that nobody ends ends by itself after this, so that no attempt stays open for ever."""

LONGEST_EXTENSION = timedelta(hours=24)
LONGEST_TEXT = 2000


class Skip(StrEnum):
    """Why an attempt was left alone."""

    CLOSED = "closed"
    ON_BREAK = "on-break"
    OVER = "over"
    PAUSED = "paused"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Done:
    """The attempts that were changed, and those that were left alone with the reason."""

    changed: list[Attempt] = field(default_factory=list)
    skipped: list[tuple[Attempt, Skip]] = field(default_factory=list)


def lock(session: Session, attempts: Iterable[int]) -> Sequence[Attempt]:
    """Hold these attempts until the end of the transaction, always in the same order."""
    ids = sorted(set(attempts))
    query = select(Attempt).where(Attempt.id.in_(ids)).order_by(Attempt.id).with_for_update()
    # papers and notes are large and play no part here
    slim = query.options(defer(Attempt.paper), defer(Attempt.scratch))
    return session.scalars(slim.execution_options(populate_existing=True)).all() if ids else []


def pause(session: Session, attempts: Iterable[int], reason: str, *, by: Actor) -> Done:
    """Stop the clock. Who is on a break of their own is paused from now on as everybody else."""
    reason, done = _said(reason), Done()
    for attempt, now in _living(session, attempts, done):
        if attempt.on_break:
            _resume(session, attempt, now, "", by=attempt.candidate)
        if attempt.paused_at is not None:
            done.skipped.append((attempt, Skip.PAUSED))
            continue
        _pause(session, attempt, now, now + LONGEST_PAUSE, reason, by=by)
        done.changed.append(attempt)
    return done


def resume(session: Session, attempts: Iterable[int], reason: str = "", *, by: Actor) -> Done:
    """Let the clock run on; deadlines move by the exact length of the pause, also past a window."""
    done = Done()
    for attempt, now in _living(session, attempts, done):
        if attempt.paused_at is None:
            done.skipped.append((attempt, Skip.RUNNING))
        elif attempt.on_break:
            done.skipped.append((attempt, Skip.ON_BREAK))
        else:
            _resume(session, attempt, now, reason.strip()[:LONGEST_TEXT], by=by)
            done.changed.append(attempt)
    return done


def extend(
    session: Session, attempts: Iterable[int], seconds: int, reason: str, *, by: Actor
) -> Done:
    """Give more time, also past the end of a window. Two who give time at once both count."""
    reason, done = _said(reason), Done()
    more = timedelta(seconds=seconds)
    if not timedelta(0) < more <= LONGEST_EXTENSION:
        raise Refused(_("Give between one second and 24 hours of extra time."), "seconds")
    for attempt, now in _living(session, attempts, done):
        _set(attempt, lifecycle.extended(attempt, more))
        _tell(session, attempt, NoticeKind.EXTENDED, reason, now, seconds=seconds, by=by)
        _record(session, AuditEvent.ATTEMPT_EXTENDED, attempt, by=by, seconds=seconds)
        done.changed.append(attempt)
    return done


def message(session: Session, attempts: Iterable[int], text: str, *, by: Actor) -> Done:
    """Tell candidates something while they work."""
    text, done = _said(text), Done()
    for attempt, now in _living(session, attempts, done):
        _tell(session, attempt, NoticeKind.MESSAGE, text, now, by=by)
        _record(session, AuditEvent.ATTEMPT_MESSAGED, attempt, by=by)
        done.changed.append(attempt)
    return done


def end(session: Session, attempt_id: int, reason: str, *, by: Actor) -> Done:
    """End one attempt now. What was saved counts; what comes later is kept for a decision."""
    return end_all(session, [attempt_id], reason, by=by)


def end_all(session: Session, attempts: Iterable[int], reason: str, *, by: Actor) -> Done:
    """The same for several, such as a room that has to be left."""
    reason, done = _said(reason), Done()
    for attempt, now in _living(session, attempts, done):
        _tell(session, attempt, NoticeKind.ENDED, reason, now, by=by)
        actions.close(session, attempt, by=by, ending=Ending.ENDED_BY_STAFF)
        done.changed.append(attempt)
    return done


def break_left(attempt: Attempt) -> timedelta:
    """How long a candidate may still stop the clock, by the accommodation they sit under."""
    allowed = attempt.terms.get("break_seconds", 0)
    return timedelta(seconds=max(int(allowed) - attempt.break_used, 0))


def start_break(session: Session, attempt: Attempt, *, by: Actor) -> None:
    """The candidate stops the clock; it runs on by itself when the allowance is used up.

    The attempt must be locked.
    """
    settle(session, attempt)
    now, left = queries.now(session), break_left(attempt)
    if queries.is_over_at(attempt, now):
        raise Refused(_("The exam has ended."), "closed")
    if attempt.paused_at is not None:
        return
    if not left:
        raise Refused(_("There is no break time left."), "no-break-left")
    attempt.on_break = True
    _pause(session, attempt, now, now + left, "", by=by)


def end_break(session: Session, attempt: Attempt, *, by: Actor) -> None:
    """The candidate goes on; a pause by staff is not theirs to end. The attempt must be locked."""
    settle(session, attempt)
    if attempt.on_break:
        _resume(session, attempt, queries.now(session), "", by=by)


def settle(session: Session, attempt: Attempt) -> None:
    """Write down that a pause has ended by itself, if it has. The attempt must be locked."""
    until = attempt.pause_until
    if attempt.paused_at is not None and until is not None and until <= queries.now(session):
        by = attempt.candidate if attempt.on_break else SYSTEM
        _resume(session, attempt, until, "", by=by)


def pauses_over(session: Session, most: int) -> Sequence[int]:
    """Ids of attempts whose pause ended by itself and is not written down yet."""
    return session.scalars(
        select(Attempt.id)
        .where(Attempt.paused_at.is_not(None), Attempt.pause_until <= queries.now(session))
        .order_by(Attempt.pause_until)
        .limit(most)
    ).all()


def _living(
    session: Session, attempts: Iterable[int], done: Done
) -> Iterable[tuple[Attempt, datetime]]:
    """Those that still run, each locked, with the time; the others are noted as skipped."""
    for attempt in lock(session, attempts):
        now = queries.now(session)
        if attempt.state is AttemptState.CLOSED:
            done.skipped.append((attempt, Skip.CLOSED))
        elif queries.is_over_at(attempt, now):
            done.skipped.append((attempt, Skip.OVER))
        else:
            settle(session, attempt)
            yield attempt, now


def _said(text: str) -> str:
    """What the candidate will read; never nothing."""
    text = text.strip()
    if not text:
        raise Refused(_("Write what the candidates are told: they read it on screen."), "reason")
    if len(text) > LONGEST_TEXT:
        raise Refused(_("Use at most %(max)d characters.", max=LONGEST_TEXT), "reason")
    return text


def _pause(
    session: Session, attempt: Attempt, now: datetime, until: datetime, reason: str, *, by: Actor
) -> None:
    attempt.paused_at, attempt.pause_until = now, until
    _tell(session, attempt, NoticeKind.PAUSED, reason, now, by=by)
    _record(session, AuditEvent.ATTEMPT_PAUSED, attempt, by=by, on_break=attempt.on_break)


def _resume(session: Session, attempt: Attempt, at: datetime, reason: str, *, by: Actor) -> None:
    """Give back exactly what the pause took."""
    length = queries.time_added(attempt, at)
    seconds = round(length.total_seconds())
    _set(attempt, lifecycle.resumed(attempt, at))
    if attempt.on_break:
        attempt.break_used += seconds
    attempt.paused_at = attempt.pause_until = None
    attempt.on_break = False
    _tell(session, attempt, NoticeKind.RESUMED, reason, at, seconds=seconds, by=by)
    _record(session, AuditEvent.ATTEMPT_RESUMED, attempt, by=by, seconds=seconds)


def _set(attempt: Attempt, times: lifecycle.Times) -> None:
    attempt.deadline, attempt.accept_until = times.deadline, times.accept_until
    attempt.step_until = times.step_until


def _tell(
    session: Session,
    attempt: Attempt,
    kind: NoticeKind,
    text: str,
    at: datetime,
    *,
    by: Actor,
    seconds: int | None = None,
) -> None:
    session.add(
        Notice(attempt_id=attempt.id, kind=kind, text=text, seconds=seconds, at=at, by_id=by.id)
    )


def _record(
    session: Session, event: AuditEvent, attempt: Attempt, *, by: Actor, **details: int
) -> None:
    audit.record(session, event, f"attempt/{attempt.id}", by=by, **details)
