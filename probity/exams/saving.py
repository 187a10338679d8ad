"""The save path: one answer, committed before it is acknowledged, and nothing else on the way.

Ownership, living session, state, deadline, lease, idempotence and version are checked by the same
statement that writes the event and the current answer. Only when it writes nothing does a second
look find out why.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from probity.accounts.models import UserSession
from probity.exams import lifecycle, queries
from probity.exams.lifecycle import Verdict
from probity.exams.models import Attempt, Outcome, Response, ResponseEvent
from probity.exams.tokens import Holder
from probity.kernel import clock

MOST_LATE = 500
"""Late answers kept for one attempt; a device cannot have more than this unsent."""


@dataclass(frozen=True, slots=True)
class Save:
    """One change as the browser sent it; `base` is the version it replaces."""

    client: str
    seq: int
    item: str
    base: int
    value: Any
    typed_at: str
    step: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """Committed to disk as `version`."""

    version: int
    saved_at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True)
class NotSaved:
    """Why it does not count; `value` and `version` are what counts instead, where that helps."""

    status: int
    reason: str
    version: int | None = None
    value: Any = None


def acknowledgement(change: Save, saved: Saved) -> bytes:
    """What the browser gets for a committed change: JSON."""
    return orjson.dumps(
        {
            "seq": change.seq,
            "version": saved.version,
            "saved_at": saved.saved_at.isoformat(),
            "deadline": saved.deadline.isoformat(),
            "notices": [],
        }
    )


_OPEN_ATTEMPT = """
    FROM attempt a
    JOIN user_session s
      ON s.token_hash = {session} AND s.ended_at IS NULL AND s.person_id = a.candidate_id
    WHERE a.id = {attempt} AND a.candidate_id = {person} AND a.lease = {lease}
      AND a.state = 'open' AND {now} <= a.accept_until AND a.paused_at IS NULL
      AND a.step = {step} AND (a.step_until IS NULL OR {now} <= a.step_until)
      AND NOT EXISTS (SELECT 1 FROM response_event e
                      WHERE e.attempt_id = {attempt} AND e.client = {client} AND e.seq = {seq})
      AND ({base} = 0 OR EXISTS (SELECT 1 FROM response r
                                 WHERE r.attempt_id = {attempt} AND r.item = {item}))
"""
_UPSERT = """
    ON CONFLICT (attempt_id, item) DO UPDATE
      SET version = excluded.version, value = excluded.value, saved_at = excluded.saved_at
      WHERE response.version = {base}
"""
_EVENT = "INSERT INTO response_event (attempt_id, client, seq, item, version, value, outcome, typed_at, saved_at)"
_TEXTS = ("session", "client", "item", "value", "typed_at")
_NUMBERS = ("attempt", "person", "lease", "seq", "base", "step")
_IN_POSTGRES = {
    **{name: f"%({name})s::text" for name in _TEXTS},
    **{name: f"%({name})s::int" for name in _NUMBERS},
    "now": "clock_timestamp()",
}
_IN_SQLITE = {name: f":{name}" for name in (*_TEXTS, *_NUMBERS, "now")}

_POSTGRES = f"""
WITH a AS (SELECT a.id, a.deadline {_OPEN_ATTEMPT} FOR SHARE OF a),
w AS (
  INSERT INTO response (attempt_id, item, version, value, saved_at)
  SELECT a.id, {{item}}, {{base}} + 1, {{value}}::jsonb, clock_timestamp() FROM a
  {_UPSERT} RETURNING version, saved_at),
e AS ({_EVENT}
  SELECT {{attempt}}, {{client}}, {{seq}}, {{item}}, w.version, {{value}}::jsonb, 'saved', {{typed_at}}, w.saved_at
  FROM w)
SELECT w.version, w.saved_at, a.deadline FROM w, a
""".format(**_IN_POSTGRES)

_SQLITE = f"""
INSERT INTO response (attempt_id, item, version, value, saved_at)
SELECT a.id, {{item}}, {{base}} + 1, {{value}}, {{now}} {_OPEN_ATTEMPT}
{_UPSERT}
RETURNING version, (SELECT deadline FROM attempt WHERE id = {{attempt}})
""".format(**_IN_SQLITE)

_SQLITE_EVENT = f"""
{_EVENT} VALUES ({{attempt}}, {{client}}, {{seq}}, {{item}}, {{base}} + 1, {{value}}, 'saved', {{typed_at}}, {{now}})
""".format(**_IN_SQLITE)
_SQLITE_TIME = "%Y-%m-%d %H:%M:%S.%f"


def save(session: Session, holder: Holder, session_hash: str, change: Save) -> Saved | NotSaved:
    """Write one change in the caller's transaction; it counts once that has committed."""
    # the driver's own statement: compiling and describing results would cost as much as the write
    connection = session.connection()
    write = _save_sqlite if connection.dialect.name == "sqlite" else _save_postgres
    values = _values(holder, session_hash, change)
    return write(connection, values) or _explain(session, holder, session_hash, change)


def _values(holder: Holder, session_hash: str, change: Save) -> dict[str, Any]:
    return {
        "attempt": holder.attempt_id,
        "person": holder.person_id,
        "lease": holder.lease,
        "session": session_hash,
        "client": change.client,
        "seq": change.seq,
        "item": change.item,
        "base": change.base,
        "step": change.step,
        "value": json.dumps(change.value, ensure_ascii=False),
        "typed_at": change.typed_at,
    }


def save_alone(engine: Engine, holder: Holder, session_hash: str, change: Save) -> Saved | None:
    """Write one change in a transaction of its own; None if it wrote nothing.

    Committed when it returns. Raises what the driver raises; nothing is written then, or exactly
    this change, and the same `(client, seq)` may be sent again.
    """
    lent = engine.raw_connection()
    try:
        write = _alone_sqlite if engine.dialect.name == "sqlite" else _alone_postgres
        return write(lent.driver_connection, _values(holder, session_hash, change))
    except BaseException:
        lent.invalidate()  # whatever state the line is in, nobody else gets it
        raise
    finally:
        lent.close()


def _alone_postgres(line: Any, values: dict[str, Any]) -> Saved | None:
    line.autocommit = True  # one statement is one transaction: a single round trip
    row = line.execute(_POSTGRES, values).fetchone()
    line.autocommit = False
    return _from_postgres(row) if row else None


def _alone_sqlite(line: Any, values: dict[str, Any]) -> Saved | None:
    line.execute("BEGIN IMMEDIATE")
    now = clock.now()  # after the wait for the lock
    values["now"] = now.strftime(_SQLITE_TIME)
    row = line.execute(_SQLITE, values).fetchone()
    if row is None:
        line.execute("ROLLBACK")
        return None
    line.execute(_SQLITE_EVENT, values)
    line.execute("COMMIT")
    return _from_sqlite(row, now)


def _save_postgres(connection: Connection, values: dict[str, Any]) -> Saved | None:
    row = connection.exec_driver_sql(_POSTGRES, values).first()
    return _from_postgres(row) if row else None


def _from_postgres(row: Any) -> Saved:
    version, saved_at, deadline = row
    return Saved(version, saved_at.astimezone(UTC), deadline.astimezone(UTC))


def _save_sqlite(connection: Connection, values: dict[str, Any]) -> Saved | None:
    now = clock.now()
    values["now"] = now.strftime(_SQLITE_TIME)
    row = connection.exec_driver_sql(_SQLITE, values).first()
    if row is None:
        return None
    connection.exec_driver_sql(_SQLITE_EVENT, values)
    return _from_sqlite(row, now)


def _from_sqlite(row: Any, now: datetime) -> Saved:
    return Saved(row[0], now, datetime.fromisoformat(row[1]).replace(tzinfo=UTC))


def _explain(session: Session, holder: Holder, session_hash: str, change: Save) -> Saved | NotSaved:
    alive = select(UserSession.id).where(
        UserSession.token_hash == session_hash,
        UserSession.person_id == holder.person_id,
        UserSession.ended_at.is_(None),
    )
    if session.scalar(alive) is None:
        return NotSaved(401, "sign-in")
    attempt = session.scalars(
        select(Attempt)
        .where(Attempt.id == holder.attempt_id, Attempt.candidate_id == holder.person_id)
        .with_for_update(read=True)
    ).one_or_none()
    if attempt is None:
        return NotSaved(404, "unknown")
    before = session.get(ResponseEvent, (attempt.id, change.client, change.seq))
    if before is not None:
        return _again(session, attempt, before)
    now = queries.now(session)
    if attempt.lease != holder.lease and not lifecycle.is_over(attempt, now):
        return NotSaved(409, "read-only")
    verdict = lifecycle.save(attempt, change.step, now)
    if verdict is Verdict.LATE:
        return _too_late(session, attempt, change)
    if verdict is not Verdict.COUNTS:
        return NotSaved(409, verdict.value)
    _keep(session, attempt, change, Outcome.SUPERSEDED)
    return _superseded(session, attempt, change.item)


def _again(session: Session, attempt: Attempt, event: ResponseEvent) -> Saved | NotSaved:
    if event.outcome is Outcome.SAVED:
        return Saved(event.version, event.saved_at, attempt.deadline)
    if event.outcome is Outcome.LATE:
        return NotSaved(409, "late-kept")
    return _superseded(session, attempt, event.item)


def _too_late(session: Session, attempt: Attempt, change: Save) -> NotSaved:
    kept = select(func.count()).where(
        ResponseEvent.attempt_id == attempt.id, ResponseEvent.outcome == Outcome.LATE
    )
    if (session.scalar(kept) or 0) >= MOST_LATE:
        return NotSaved(409, "closed")
    _keep(session, attempt, change, Outcome.LATE)
    return NotSaved(409, "late-kept")


def _superseded(session: Session, attempt: Attempt, item: str) -> NotSaved:
    current = session.get(Response, (attempt.id, item))
    if current is None:
        return NotSaved(409, "superseded", 0, None)
    return NotSaved(409, "superseded", current.version, current.value)


def _keep(session: Session, attempt: Attempt, change: Save, outcome: Outcome) -> None:
    session.add(
        ResponseEvent(
            attempt_id=attempt.id,
            client=change.client,
            seq=change.seq,
            item=change.item,
            version=0,
            value=change.value,
            outcome=outcome,
            typed_at=change.typed_at,
            saved_at=queries.now(session),
        )
    )
