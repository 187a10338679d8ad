"""Reads of the register. Whoever knows a public id or number and name may see that certificate."""

from collections.abc import Sequence

from sqlalchemy import Exists, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from probity.credentials import rules
from probity.credentials.models import Certificate, Reservation, StatusChange
from probity.credentials.rules import Decision, Status
from probity.kernel import clock
from probity.kernel.jobs import Job, JobState
from probity.kernel.permissions import Actor, Permission

ISSUE = "credentials.issue"


def _with_changes() -> Select[Certificate]:
    return select(Certificate).options(selectinload(Certificate.changes))


def certificate_of_attempt(session: Session, attempt_id: int) -> Certificate | None:
    return session.scalars(
        _with_changes().where(Certificate.attempt_id == attempt_id)
    ).one_or_none()


def rests_on(session: Session, attempt_id: int) -> bool:
    """Tell whether a certificate that is not revoked, or one being issued, rests on an attempt."""
    issued = certificate_of_attempt(session, attempt_id)
    if issued is not None:
        return status_of(issued) is not Status.REVOKED
    waiting = select(Job.id).where(Job.key == f"certificate/{attempt_id}", Job.name == ISSUE)
    return session.scalar(waiting.where(Job.state != JobState.DONE)) is not None


def by_public_id(session: Session, public_id: str) -> Certificate | None:
    return session.scalars(_with_changes().where(Certificate.public_id == public_id)).one_or_none()


def by_number(session: Session, typed: str) -> Certificate | None:
    """Only for callers that compare the holder's name too: numbers can be guessed."""
    number = rules.parse_number(typed)
    return session.scalars(_with_changes().where(Certificate.number == number)).one_or_none()


def by_file(session: Session, sha256: str) -> Certificate | None:
    return session.scalars(_with_changes().where(Certificate.sha256 == sha256)).one_or_none()


def held_by(actor: Actor) -> Select[Certificate]:
    """The certificates of one person, newest first."""
    query = _with_changes().where(Certificate.holder_id == actor.id)
    return query.order_by(Certificate.issued_at.desc(), Certificate.id.desc())


def lock_certificate(session: Session, actor: Actor, public_id: str) -> Certificate | None:
    """A certificate this person may decide about; two decisions wait for each other."""
    if not actor.may(Permission.CERTIFICATE_REVOKE):
        return None
    query = select(Certificate).where(Certificate.public_id == public_id)
    return session.scalars(query.with_for_update()).one_or_none()


def register(text: str = "", status: str = "") -> Select[Certificate]:
    """The whole register for its keepers, newest first; by number, holder and status."""
    query = _with_changes().order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    if number := rules.parse_number(text):
        query = query.where(Certificate.number == number)
    elif text:
        pattern = f"%{text.lower().replace('%', '').replace('_', '')}%"
        names = (Certificate.name_latin, Certificate.name_native)
        query = query.where(or_(*(func.lower(name).like(pattern) for name in names)))
    return _narrow(query, status)


def _narrow(query: Select[Certificate], status: str) -> Select[Certificate]:
    latest = select(func.max(StatusChange.id)).where(StatusChange.certificate_id == Certificate.id)

    def decided(*decisions: Decision) -> Exists:
        found = select(StatusChange.id).where(
            StatusChange.id == latest.correlate(Certificate).scalar_subquery(),
            StatusChange.decision.in_(decisions),
        )
        return found.exists()

    if status in {Status.REVOKED, Status.SUSPENDED, Status.SUPERSEDED}:
        return query.where(decided(Decision(status)))
    withdrawn = decided(Decision.REVOKED, Decision.SUPERSEDED, Decision.SUSPENDED)
    if status == Status.EXPIRED:
        return query.where(Certificate.ends_at < clock.now(), ~withdrawn)
    if status == Status.VALID:
        return query.where(Certificate.ends_at >= clock.now(), ~withdrawn)
    return query


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Certificate)) or 0


def after(session: Session, last_id: int, most: int) -> Sequence[Certificate]:
    """The next certificates in the order of their entry."""
    query = _with_changes().where(Certificate.id > last_id).order_by(Certificate.id).limit(most)
    return session.scalars(query).all()


def history(session: Session, certificate: Certificate) -> Sequence[StatusChange]:
    """Decisions about a certificate with their authors, oldest first."""
    return session.scalars(
        select(StatusChange)
        .where(StatusChange.certificate_id == certificate.id)
        .order_by(StatusChange.id)
        .options(joinedload(StatusChange.author))
    ).all()


def reservation(session: Session, attempt_id: int) -> Reservation | None:
    return session.get(Reservation, attempt_id)


def stopped(session: Session) -> Sequence[Job]:
    """Issues that wait for a person, oldest first."""
    return session.scalars(
        select(Job)
        .where(Job.name == ISSUE, Job.state.in_([JobState.ATTENTION, JobState.DEAD]))
        .order_by(Job.id)
    ).all()


def lock_stopped(session: Session, job_id: int) -> Job | None:
    """One of those, so that two people do not both start it again."""
    return session.scalars(
        select(Job)
        .where(Job.id == job_id, Job.name == ISSUE)
        .where(Job.state.in_([JobState.ATTENTION, JobState.DEAD]))
        .with_for_update()
    ).one_or_none()


def status_of(certificate: Certificate) -> Status:
    return rules.status(certificate.changes, certificate.ends_at, clock.now())
