"""What the room is told while it is open, and when a watched candidate was last heard of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.exams import queries, steps, supervision
from probity.exams.models import Attempt, Notice, Presence, Silence
from probity.exams.rules import LOST_AFTER
from probity.kernel.db import insert


def notices(session: Session, attempt_id: int) -> Sequence[Notice]:
    """Everything the candidate was told, oldest first."""
    query = select(Notice).where(Notice.attempt_id == attempt_id)
    return session.scalars(query.order_by(Notice.id)).all()


def state(session: Session, attempt: Attempt, device: str) -> dict[str, Any]:
    """How an attempt stands, for the room that asks from `device`."""
    now = queries.now(session)
    told, lying_open = notices(session, attempt.id), steps.open_items(attempt)
    return {
        "state": "closed" if queries.is_over_at(attempt, now) else "open",
        "deadline": (attempt.deadline + queries.time_added(attempt, now)).isoformat(),
        "server_time": now.isoformat(),
        "holder": attempt.lease_session == device,
        "responses": {
            item: {"response": row.value, "version": row.version}
            for item, row in queries.answers(session, attempt.id).items()
            if item in lying_open
        },
        **steps.state(attempt, now),
        "flags": attempt.flags,
        "scratch_version": attempt.scratch.get("version", 0),
        "notices": [_notice(attempt, one) for one in told],
        "paused": _pause(attempt, told, now),
        "break_left": round(supervision.break_left(attempt).total_seconds()),
    }


def _notice(attempt: Attempt, notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "text": notice.text,
        "seconds": notice.seconds,
        "at": notice.at.isoformat(),
        "own": notice.by_id == attempt.candidate_id,
    }


def _pause(attempt: Attempt, told: Sequence[Notice], now: datetime) -> dict[str, Any] | None:
    """The pause that is on: since when, why, until when at the latest, and whether it is a break."""
    since, until = attempt.paused_at, attempt.pause_until
    if since is None or not queries.is_paused(attempt, now):
        return None
    return {
        "since": since.isoformat(),
        "until": until.isoformat() if until else None,
        "own": attempt.on_break,
        "reason": reason_of_pause(told),
    }


def reason_of_pause(told: Sequence[Notice]) -> str:
    """What was said when the latest pause began."""
    return _last(told, "paused")


def reason_of_ending(told: Sequence[Notice]) -> str:
    """What the staff said when they ended the attempt."""
    return _last(told, "ended")


def _last(told: Sequence[Notice], kind: str) -> str:
    return next((one.text for one in reversed(told) if one.kind == kind), "")


def heard(session: Session, attempt: Attempt, item: str, waiting: int) -> None:
    """Note that a watched candidate's browser called, and the silence before it if it was long."""
    if not attempt.watched:
        return
    now = queries.now(session)
    before = session.scalar(select(Presence.seen_at).where(Presence.attempt_id == attempt.id))
    if before is not None and now - before > LOST_AFTER:
        silence = insert(session, Silence).values(
            attempt_id=attempt.id, began_at=before, ended_at=now
        )
        session.execute(silence.on_conflict_do_nothing())
    seen = {"seen_at": now, "item": item, "waiting": waiting}
    row = insert(session, Presence).values(attempt_id=attempt.id, **seen)
    session.execute(row.on_conflict_do_update(index_elements=[Presence.attempt_id], set_=seen))
