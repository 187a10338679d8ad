"""Read the log, and check that nothing in it was changed."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from probity.audit import rules
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry, AuditSeal
from probity.kernel.jobs import Job, periodic_key

CHECK = "audit.check"
"""The duty that checks the whole chain by itself."""

AT_ONCE = 1000
FACTS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.event,
    AuditEntry.subject,
    AuditEntry.details,
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of the chain; whoever notes it elsewhere can prove later that it was there."""

    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries are sealed and where the chain breaks, None if it does not."""

    sealed: int
    broken: int | None


def entries(
    event: AuditEvent | None = None, subject: str = "", person_id: int | None = None
) -> Select[AuditEntry]:
    """Entries, newest first; `subject` is the beginning of one, such as `attempt/`."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    if event is not None:
        query = query.where(AuditEntry.event == str(event))
    if subject:
        query = query.where(AuditEntry.subject.startswith(subject, autoescape=True))
    if person_id is not None:
        query = query.where(AuditEntry.actor_id == person_id)
    return query


def unsealed(after: int = 0) -> Select[AuditEntry]:
    """Entries beyond this id that no seal covers yet, oldest first."""
    covered = exists().where(AuditSeal.entry_id == AuditEntry.id)
    return select(AuditEntry).where(AuditEntry.id > after, ~covered).order_by(AuditEntry.id)


def head(session: Session) -> Head:
    """The last link, or the beginning of a chain without any."""
    last = session.execute(
        select(AuditSeal.position, AuditSeal.hash).order_by(AuditSeal.position.desc()).limit(1)
    ).one_or_none()
    return Head(last.position, last.hash) if last else Head(0, rules.GENESIS)


def holds(session: Session, noted: Head) -> bool:
    """Tell whether a head that was noted earlier is still a link of the chain."""
    found = select(AuditSeal.hash).where(AuditSeal.position == noted.position)
    return session.scalar(found) == noted.hash


def verify(session: Session, report: Callable[[int], None] = lambda _done: None) -> Verdict:
    """Check the whole chain; `report` is told now and then how many entries are done."""
    total = head(session).position
    with closing(_links(session, report)) as links:
        held = rules.unbroken(links)
    return Verdict(max(total, held), None if held >= total else held + 1)


def _links(
    session: Session, report: Callable[[int], None]
) -> Generator[tuple[int, dict[str, Any], str]]:
    query = (
        select(AuditSeal.position, AuditSeal.hash, *FACTS)
        .join(AuditEntry)
        .order_by(AuditSeal.position)
        .execution_options(yield_per=AT_ONCE)
    )
    with session.execute(query) as rows:
        for done, row in enumerate(rows, start=1):
            if done % AT_ONCE == 0:
                report(done)
            yield row.position, rules.facts(row), row.hash


def last_check(session: Session) -> dict[str, Any]:
    """What the last check by the duty found: `at`, `sealed`, `broken`; empty before the first."""
    found = session.scalar(select(Job.progress).where(Job.key == periodic_key(CHECK)))
    return found or {}
