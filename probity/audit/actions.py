"""Append to the log inside the caller's transaction; a duty chains the rows later.

Chaining in the request would make every writer wait for the one before it.
"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.audit import rules
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry, AuditSeal
from probity.kernel import clock
from probity.kernel.permissions import Actor

Detail = str | int | float | bool | None

SEALED_AT_ONCE = 500


def record(
    session: Session, event: AuditEvent, subject: str, *, by: Actor | None, **details: Detail
) -> AuditEntry:
    """Add one entry. `subject` is like `attempt/42`; details are ids, numbers and codes."""
    entry = AuditEntry(
        at=clock.now(),
        actor_id=by.id if by is not None else None,
        event=str(event),
        subject=subject,
        details=details,
    )
    session.add(entry)
    return entry


def seal(session: Session) -> int:
    """Chain entries that are not chained yet, oldest first; return how many."""
    last = session.scalars(select(AuditSeal).order_by(AuditSeal.position.desc()).limit(1)).first()
    position, previous = (last.position, last.hash) if last else (0, rules.GENESIS)
    sealed = select(AuditSeal.entry_id)
    waiting = (
        select(AuditEntry)
        .where(AuditEntry.id.not_in(sealed))
        .order_by(AuditEntry.id)
        .limit(SEALED_AT_ONCE)
    )
    count = 0
    for entry in session.scalars(waiting):
        position += 1
        previous = rules.chain(previous, facts(entry))
        session.add(AuditSeal(position=position, entry_id=entry.id, hash=previous))
        count += 1
    return count


def facts(entry: AuditEntry) -> dict[str, Any]:
    """What the hash of an entry covers."""
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "actor": entry.actor_id,
        "event": entry.event,
        "subject": entry.subject,
        "details": entry.details,
    }


def verify(session: Session) -> tuple[int, int | None]:
    """Check the whole chain: number of sealed entries, position of the first break or None."""
    rows = session.execute(
        select(AuditEntry, AuditSeal.hash, AuditSeal.position)
        .join(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .order_by(AuditSeal.position)
    ).all()
    total = session.scalar(select(func.max(AuditSeal.position))) or 0
    broken = rules.first_break((facts(entry), digest) for entry, digest, _ in rows)
    if broken is None and len(rows) != total:
        broken = len(rows) + 1
    return total, broken
