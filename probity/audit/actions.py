"""Append to the log inside the caller's transaction; a duty chains the rows later.

Chaining in the request would make every writer wait for the one before it.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.audit import queries, rules
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry, AuditSeal
from probity.kernel import clock
from probity.kernel.permissions import Actor

Detail = str | int | float | bool | None

SEALED_AT_ONCE = 500
LATEST = 10_000


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


def seal(session: Session, *, thorough: bool = False) -> int:
    """Chain entries that are not chained yet, oldest first; return how many.

    Looks at the latest only, so that a long log costs no more than a short one. `thorough` looks at
    all: a transaction may have committed long after it drew the id of its entry.
    """
    last = queries.head(session)
    newest = session.scalar(select(func.max(AuditSeal.entry_id))) or 0
    waiting = queries.unsealed(0 if thorough else newest - LATEST).limit(SEALED_AT_ONCE)
    position, previous = last.position, last.hash
    for entry in session.scalars(waiting):
        position += 1
        previous = rules.chain(previous, rules.facts(entry))
        session.add(AuditSeal(position=position, entry_id=entry.id, hash=previous))
    return position - last.position
