"""Reads of the register. Whoever knows a public id or number and name may see that certificate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Exists, Select, String, and_, cast, func, literal, not_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from probity.credentials import rules
from probity.credentials.models import (
    Certificate,
    Correction,
    NumberSeries,
    Reservation,
    StatusChange,
)
from probity.credentials.rules import CorrectionState, Decision, Status
from probity.kernel import clock
from probity.kernel.jobs import Job, JobState
from probity.kernel.permissions import Actor, Permission
from probity.ledger import queries as log
from probity.ledger.models import LogLeaf

ISSUE = "credentials.issue"
LOG_CHANGES = "credentials.log_changes"
PUBLISH_LISTS = "credentials.publish_lists"
FOLLOW_WATCHES = "credentials.follow_watches"
FOLLOWING = (LOG_CHANGES, PUBLISH_LISTS, FOLLOW_WATCHES)
"""Duties that make the public log, the status lists and watchers follow a decision."""


def _with_changes() -> Select[Certificate]:
    return select(Certificate).options(selectinload(Certificate.changes))


def certificate_of_attempt(session: Session, attempt_id: int) -> Certificate | None:
    """The newest certificate that rests on an attempt: a corrected one follows the first."""
    query = _with_changes().where(Certificate.attempt_id == attempt_id)
    return session.scalars(query.order_by(Certificate.id.desc()).limit(1)).one_or_none()


def first_of_attempt(session: Session, attempt_id: int) -> int | None:
    """The id of the certificate that was issued when the attempt was passed."""
    query = select(Certificate.id).where(Certificate.attempt_id == attempt_id)
    return session.scalar(query.where(Certificate.replaces_id.is_(None)))


def replacement(session: Session, certificate: Certificate) -> Certificate | None:
    """The newer certificate that took the place of this one."""
    query = _with_changes().where(Certificate.replaces_id == certificate.id)
    return session.scalars(query).one_or_none()


def predecessor(session: Session, certificate: Certificate) -> Certificate | None:
    """The certificate whose place this one took."""
    if certificate.replaces_id is None:
        return None
    return session.get(Certificate, certificate.replaces_id)


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


@dataclass(frozen=True, slots=True)
class Filter:
    """What a keeper of the register looks for; empty members do not narrow it."""

    text: str = ""
    status: str = ""
    scheme: str = ""
    year: int | None = None
    replaced: str = ""


def register(wanted: Filter) -> Select[Certificate]:
    """The whole register for its keepers, newest first."""
    query = _with_changes().order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    if number := rules.parse_number(wanted.text):
        query = query.where(Certificate.number == number)
    elif wanted.text:
        pattern = f"%{wanted.text.lower().replace('%', '').replace('_', '')}%"
        names = (Certificate.name_latin, Certificate.name_native)
        query = query.where(or_(*(func.lower(name).like(pattern) for name in names)))
    if wanted.scheme:
        query = query.where(Certificate.scheme == wanted.scheme)
    if wanted.year:
        query = query.where(Certificate.number.like(f"{rules.PREFIX}-{wanted.year}-%"))
    newer = aliased(Certificate)
    followed = select(newer.id).where(newer.replaces_id == Certificate.id).exists()
    if wanted.replaced == "newer":
        query = query.where(Certificate.replaces_id.is_not(None))
    elif wanted.replaced == "older":
        query = query.where(followed)
    return _narrow(query, wanted.status)


def schemes(session: Session) -> Sequence[str]:
    """The schemes that occur in the register."""
    return session.scalars(select(Certificate.scheme).distinct().order_by(Certificate.scheme)).all()


def years(session: Session) -> Sequence[int]:
    """The years in which numbers were given, newest first."""
    return session.scalars(select(NumberSeries.year).order_by(NumberSeries.year.desc())).all()


def _narrow(query: Select[Certificate], status: str) -> Select[Certificate]:
    """The same as `rules.status`, said to the database."""
    now = clock.now()
    revoked, superseded = _decided(Decision.REVOKED), _decided(Decision.SUPERSEDED)
    over = or_(Certificate.ends_at < now, _decided(Decision.EXPIRED))
    halted = _decided(Decision.SUSPENDED, latest_of=(Decision.SUSPENDED, Decision.REINSTATED))
    conditions = {
        Status.REVOKED: revoked,
        Status.SUPERSEDED: and_(~revoked, superseded),
        Status.EXPIRED: and_(~revoked, ~superseded, over),
        Status.SUSPENDED: and_(~revoked, ~superseded, not_(over), halted),
        Status.VALID: and_(~revoked, ~superseded, not_(over), ~halted),
    }
    return query.where(conditions[Status(status)]) if status in set(Status) else query


def _decided(decision: Decision, latest_of: tuple[Decision, ...] = ()) -> Exists:
    """A decision of this kind holds now, and none of the other kinds came after it."""
    now, cancelling, later = clock.now(), aliased(StatusChange), aliased(StatusChange)
    cancelled = select(cancelling.id).where(cancelling.cancels_id == StatusChange.id)
    found = select(StatusChange.id).where(
        StatusChange.certificate_id == Certificate.id,
        StatusChange.decision == decision,
        StatusChange.effective_at <= now,
        ~cancelled.exists(),
    )
    if latest_of:
        after = select(later.id).where(
            later.certificate_id == StatusChange.certificate_id,
            later.decision.in_(latest_of),
            later.effective_at <= now,
            tuple_(later.effective_at, later.id)
            > tuple_(StatusChange.effective_at, StatusChange.id),
        )
        found = found.where(~after.exists())
    return found.correlate(Certificate).exists()


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Certificate)) or 0


def after(session: Session, last_id: int, most: int) -> Sequence[Certificate]:
    """The next certificates in the order of their entry."""
    query = _with_changes().where(Certificate.id > last_id).order_by(Certificate.id).limit(most)
    return session.scalars(query).all()


def leaf_of(session: Session, certificate: Certificate) -> LogLeaf | None:
    """The entry of an issue in the log; one that was lost and taken back is found by its place."""
    named = log.entry(session, f"issue/{certificate.public_id}")
    if named is not None or certificate.receipt is None:
        return named
    return log.entry_at(session, certificate.receipt["index"])


def history(session: Session, certificate: Certificate) -> Sequence[StatusChange]:
    """Decisions about a certificate with their authors, oldest first."""
    return session.scalars(
        select(StatusChange)
        .where(StatusChange.certificate_id == certificate.id)
        .order_by(StatusChange.id)
        .options(joinedload(StatusChange.author))
    ).all()


def reservation(
    session: Session, attempt_id: int, replaces_id: int | None = None
) -> Reservation | None:
    return reservations(session, [attempt_id]).get((attempt_id, replaces_id))


def reservations(
    session: Session, attempt_ids: Iterable[int]
) -> Mapping[tuple[int, int | None], Reservation]:
    """Numbers taken for these attempts, by attempt and replaced certificate."""
    query = select(Reservation).where(Reservation.attempt_id.in_(list(attempt_ids)))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {(row.attempt_id, row.replaces_id): row for row in found}


def lock_reservations(session: Session, ids: Iterable[int]) -> Sequence[Reservation]:
    """These reservations as they are now; two writers wait for each other in the same order."""
    query = select(Reservation).where(Reservation.id.in_(list(ids))).order_by(Reservation.id)
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).all()


def due_issues(session: Session, besides: int, most: int) -> Sequence[int]:
    """Attempts whose first issue is due and that no worker has taken."""
    found = session.scalars(
        select(Job.arguments)
        .where(Job.name == ISSUE, Job.state == JobState.QUEUED, Job.owner.is_(None))
        .where(Job.run_at <= clock.now())
        .order_by(Job.run_at)
        .limit(most)
    )
    ids = [
        int(arguments["attempt_id"]) for arguments in found if arguments.keys() == {"attempt_id"}
    ]
    return [attempt_id for attempt_id in ids if attempt_id != besides]


def subject_of(change_id: int) -> str:
    """The name of a decision in the log."""
    return f"change/{change_id}"


def unlogged(session: Session, most: int) -> Sequence[StatusChange]:
    """Decisions that the log does not have yet, oldest first."""
    subject = literal("change/") + cast(StatusChange.id, String)
    logged = select(LogLeaf.index).where(LogLeaf.subject == subject)
    return session.scalars(
        select(StatusChange)
        .where(~logged.exists())
        .order_by(StatusChange.id)
        .limit(most)
        .options(joinedload(StatusChange.certificate))
    ).all()


def replacement_key(certificate: Certificate) -> str:
    """The key of the duty that issues what a registrar wants in the place of a certificate."""
    return f"certificate/{certificate.attempt_id}/replacement/{certificate.id}"


def being_replaced(session: Session, certificate: Certificate) -> bool:
    """Tell whether a registrar has asked for another one in its place, or there is one."""
    asked = select(Job.id).where(Job.key == replacement_key(certificate), Job.name == ISSUE)
    return session.scalar(asked) is not None or replacement(session, certificate) is not None


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


def corrections(state: CorrectionState = CorrectionState.WAITING) -> Select[Correction]:
    """Wishes for a corrected name, those that wait longest first, decided ones newest first."""
    waiting = state is CorrectionState.WAITING
    order = Correction.asked_at if waiting else Correction.decided_at.desc()
    query = select(Correction).where(Correction.state == state).order_by(order, Correction.id)
    return query.options(joinedload(Correction.certificate))


def corrections_waiting(session: Session) -> int:
    waiting = select(func.count()).where(Correction.state == CorrectionState.WAITING)
    return session.scalar(waiting) or 0


def correction(session: Session, public_id: str, *, lock: bool = False) -> Correction | None:
    query = select(Correction).where(Correction.public_id == public_id)
    query = query.options(joinedload(Correction.certificate, innerjoin=True))
    if lock:
        query = query.with_for_update(of=Correction)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def own(session: Session, actor: Actor, public_id: str) -> Certificate | None:
    query = _with_changes().where(Certificate.public_id == public_id)
    return session.scalars(query.where(Certificate.holder_id == actor.id)).one_or_none()


def lock_own(session: Session, actor: Actor, public_id: str) -> Certificate | None:
    """A certificate of this person; two wishes about it wait for each other."""
    query = select(Certificate).where(Certificate.public_id == public_id)
    query = query.where(Certificate.holder_id == actor.id)
    return session.scalars(query.with_for_update()).one_or_none()


def change(session: Session, certificate: Certificate, change_id: int) -> StatusChange | None:
    """One decision about a certificate."""
    return next((one for one in history(session, certificate) if one.id == change_id), None)
