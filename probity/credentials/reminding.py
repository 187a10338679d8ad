"""Letters before and after a certificate ends: 90, 60, 30 and 0 days before, and 30 after.

Each is sent once. A certificate that was withdrawn, or that a newer one of the same scheme has
followed, gets none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.catalogue import queries as catalogue
from probity.credentials import letters, queries, rules
from probity.credentials.models import Certificate, Reminder
from probity.credentials.rules import Decision, Status
from probity.kernel import clock
from probity.kernel.db import insert
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import Settings

REMIND = "credentials.remind"
AT_ONCE = 100
SILENT = {Status.REVOKED, Status.SUPERSEDED}


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that today asks for."""

    certificate: Certificate
    step: int


def due(session: Session, settings: Settings, after_id: int) -> tuple[list[Due], int | None]:
    """Letters among the next certificates near their end; the last id looked at, None at the end."""
    today = clock.now().astimezone(settings.timezone).date()
    near = _near(session, today, after_id)
    sent = _sent(session, [certificate.id for certificate in near])
    found = []
    for certificate in near:
        step = rules.reminder_due(certificate.valid_until, today)
        known = step is None or (certificate.id, step) in sent
        if not known and _may_end(session, certificate):
            found.append(Due(certificate, step or 0))
    return found, near[-1].id if len(near) == AT_ONCE else None


def _near(session: Session, today: date, after_id: int) -> Sequence[Certificate]:
    first = today + timedelta(days=rules.STEPS[-1] - rules.LATEST_REMINDER)
    last = today + timedelta(days=rules.STEPS[0])
    return session.scalars(
        select(Certificate)
        .where(Certificate.valid_until.between(first, last), Certificate.id > after_id)
        .order_by(Certificate.id)
        .limit(AT_ONCE)
        .options(selectinload(Certificate.changes), joinedload(Certificate.holder))
    ).all()


def _sent(session: Session, ids: list[int]) -> set[tuple[int, int]]:
    query = select(Reminder.certificate_id, Reminder.days_left)
    return {
        (one, step) for one, step in session.execute(query.where(Reminder.certificate_id.in_(ids)))
    }


def _may_end(session: Session, certificate: Certificate) -> bool:
    """Not withdrawn, not ended by decision, not renewed, and held by somebody who is still here."""
    ended = [c.decision for c in rules.in_force(certificate.changes, clock.now())]
    if queries.status_of(certificate) in SILENT or Decision.EXPIRED in ended:
        return False
    return certificate.holder.active and not is_renewed(session, certificate)


def is_renewed(session: Session, certificate: Certificate) -> bool:
    """Tell whether the holder has a valid certificate of the same scheme that lasts longer."""
    newer = aliased(Certificate)
    later = session.scalars(
        select(newer)
        .where(newer.holder_id == certificate.holder_id, newer.scheme == certificate.scheme)
        .where(newer.valid_until > certificate.valid_until)
        .options(selectinload(newer.changes))
    )
    return any(queries.status_of(one) is Status.VALID for one in later)


def send(session: Session, letter: Due) -> bool:
    """Put one letter into the outbox, unless somebody was faster."""
    certificate = letter.certificate
    row = insert(session, Reminder).values(
        certificate_id=certificate.id, days_left=letter.step, sent_at=clock.now()
    )
    fresh = row.on_conflict_do_nothing().returning(Reminder.certificate_id)
    if session.scalar(fresh) is None:
        return False
    letters.remind(session, certificate, letter.step, renewable_from(session, certificate))
    audit.record(
        session,
        AuditEvent.CERTIFICATE_REMINDED,
        f"certificate/{certificate.id}",
        by=SYSTEM,
        number=certificate.number,
        days_left=letter.step,
    )
    return True


def renewable_from(session: Session, certificate: Certificate) -> date:
    """From which day on passing again renews a certificate, as its scheme says today."""
    scheme = catalogue.current_schemes(session).get(certificate.scheme, {})
    days = scheme.get("renewal_days") or rules.RENEWAL_DAYS
    return certificate.valid_until - timedelta(days=days)


def sent_about(session: Session, certificate: Certificate) -> Sequence[Reminder]:
    """The letters of the chain that went out, in their order."""
    query = select(Reminder).where(Reminder.certificate_id == certificate.id)
    return session.scalars(query.order_by(Reminder.sent_at)).all()
