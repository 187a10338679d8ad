"""What happened to a certificate, in order: issue, decisions, letters, what is still to come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from probity.credentials import queries, reminding, rules
from probity.credentials.models import Certificate, StatusChange
from probity.kernel import clock
from probity.ledger import queries as log


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `index` is its place in the public log, if it is there."""

    kind: str
    at: datetime
    change: StatusChange | None = None
    index: int | None = None
    days_left: int | None = None
    scheduled: bool = False
    cancelled: bool = False


def of(session: Session, certificate: Certificate) -> list[Entry]:
    """Everything about a certificate, oldest first."""
    issued = queries.leaf_of(session, certificate)
    entries = [Entry("issued", certificate.issued_at, index=issued.index if issued else None)]
    entries += [_change(session, certificate, one) for one in queries.history(session, certificate)]
    for letter in reminding.sent_about(session, certificate):
        entries.append(Entry("reminded", letter.sent_at, days_left=letter.days_left))
    if certificate.ends_at < clock.now():
        entries.append(Entry("over", certificate.ends_at))
    return sorted(entries, key=lambda entry: entry.at)


def _change(session: Session, certificate: Certificate, change: StatusChange) -> Entry:
    leaf = log.entry(session, queries.subject_of(change.id))
    return Entry(
        change.decision.value,
        change.decided_at,
        change,
        leaf.index if leaf else None,
        scheduled=change in rules.scheduled(certificate.changes, clock.now()),
        cancelled=change.id in {one.cancels_id for one in certificate.changes},
    )
