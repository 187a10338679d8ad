"""Decisions about issued certificates. A certificate never changes: decisions are added to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import queries, rules
from probity.credentials.models import Bulk, Certificate, Correction, StatusChange
from probity.credentials.rules import Decision
from probity.kernel import clock, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import SYSTEM, Actor

LONGEST_REASON = 500
FARTHEST = timedelta(days=366)
"""How far ahead a decision may be made to take effect."""


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """What the press made: the credential's text, the place, SHA-256 and signature of the file."""

    credential: str
    sha256: str
    storage_key: str
    level: str = "B-B"


def revoke(session: Session, certificate: Certificate, *, reason: str, by: Actor) -> StatusChange:
    """Withdraw a certificate for good."""
    return decide(session, certificate, Decision.REVOKED, reason=reason, by=by)


def suspend(session: Session, certificate: Certificate, *, reason: str, by: Actor) -> StatusChange:
    """Withdraw a certificate until it is reinstated."""
    return decide(session, certificate, Decision.SUSPENDED, reason=reason, by=by)


def reinstate(
    session: Session, certificate: Certificate, *, reason: str, by: Actor
) -> StatusChange:
    """End a suspension."""
    return decide(session, certificate, Decision.REINSTATED, reason=reason, by=by)


_RECORDED = {
    Decision.REVOKED: AuditEvent.CERTIFICATE_REVOKED,
    Decision.SUSPENDED: AuditEvent.CERTIFICATE_SUSPENDED,
    Decision.REINSTATED: AuditEvent.CERTIFICATE_REINSTATED,
    Decision.SUPERSEDED: AuditEvent.CERTIFICATE_SUPERSEDED,
    Decision.EXPIRED: AuditEvent.CERTIFICATE_ENDED,
    Decision.CANCELLED: AuditEvent.CERTIFICATE_DECISION_CANCELLED,
}
DECIDED_BY_HAND = (
    Decision.REVOKED,
    Decision.SUSPENDED,
    Decision.REINSTATED,
    Decision.EXPIRED,
)
"""Superseding follows from a corrected certificate, cancelling names another decision."""


def decide(
    session: Session,
    certificate: Certificate,
    decision: Decision,
    *,
    reason: str,
    by: Actor,
    effective_at: datetime | None = None,
) -> StatusChange:
    """Add a decision to a locked certificate; it holds from now or from a later moment."""
    if decision not in DECIDED_BY_HAND:
        raise Refused(_("This is not decided by hand."), "status")
    now = clock.now()
    if not rules.may_follow(decision, queries.status_of(certificate)):
        raise Refused(
            _("This cannot be decided now: the certificate is already withdrawn, or is in force."),
            "status",
        )
    if any(c.decision is decision for c in rules.scheduled(certificate.changes, now)):
        raise Refused(
            _("The same is decided already for a later day. Cancel that decision first."),
            "scheduled",
        )
    if effective_at is not None and not now <= effective_at <= now + FARTHEST:
        raise Refused(
            _("A decision holds from now or from a day within the next year."), "effective"
        )
    return _add(session, certificate, decision, checked_reason(reason), by, effective_at)


def cancel(session: Session, change: StatusChange, *, reason: str, by: Actor) -> StatusChange:
    """Take back a decision before it takes effect; its certificate is locked."""
    certificate = change.certificate
    if change not in rules.scheduled(certificate.changes, clock.now()):
        raise Refused(
            _("This decision has taken effect already, or was cancelled before."), "status"
        )
    words = checked_reason(reason)
    return _add(session, certificate, Decision.CANCELLED, words, by, cancels=change)


def correct(session: Session, correction: Correction, newer: Certificate) -> None:
    """Let a certificate give way to the one under the right name."""
    words = _("Replaced by %(number)s: the name was corrected.", number=newer.number)
    supersede(session, correction.certificate, newer, words, correction.decided_by_id)


def supersede(
    session: Session, former: Certificate, newer: Certificate, reason: str, by_id: int | None
) -> None:
    """Let a certificate give way to the one that was just issued in its place.

    If it was revoked meanwhile, so is the one that should have followed it.
    """
    held = {change.id for change in rules.in_force(former.changes, clock.now())}
    revoked = [c for c in former.changes if c.decision is Decision.REVOKED and c.id in held]
    _add(session, former, Decision.SUPERSEDED, reason, SYSTEM, by_id=by_id)
    for change in revoked:
        _add(session, newer, Decision.REVOKED, change.reason, SYSTEM, by_id=change.author_id)


def decide_in_bulk(session: Session, certificate: Certificate, bulk: Bulk) -> StatusChange:
    """One of the decisions that two people have agreed on; the caller announces them together."""
    change = StatusChange(
        certificate=certificate,
        decision=bulk.decision,
        reason=bulk.reason,
        author_id=bulk.made_by_id,
        decided_at=clock.now(),
        effective_at=bulk.effective_at or clock.now(),
    )
    _keep(session, change, SYSTEM)
    return change


def checked_reason(reason: str) -> str:
    """The reason in one line. Refuses an empty one and one that is too long."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("State the reason: it is shown to everyone who verifies."), "reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(_("Keep the reason within 500 characters."), "reason")
    return reason


def _add(
    session: Session,
    certificate: Certificate,
    decision: Decision,
    reason: str,
    by: Actor,
    effective_at: datetime | None = None,
    *,
    cancels: StatusChange | None = None,
    by_id: int | None = None,
) -> StatusChange:
    now = clock.now()
    change = StatusChange(
        certificate=certificate,
        decision=decision,
        reason=reason,
        author_id=by_id if by_id is not None else by.id,
        decided_at=now,
        effective_at=effective_at or now,
        cancels_id=cancels.id if cancels else None,
    )
    _keep(session, change, by)
    announce(session)
    return change


def _keep(session: Session, change: StatusChange, by: Actor) -> None:
    session.add(change)
    session.flush()  # flush: the audit entry needs change.id
    audit.record(
        session,
        _RECORDED[change.decision],
        f"certificate/{change.certificate_id}",
        by=by,
        change=change.id,
        number=change.certificate.number,
        effective=change.effective_at.isoformat(timespec="seconds"),
    )


def announce(session: Session) -> None:
    """Let the log and the public status lists follow at once."""
    for duty in queries.FOLLOWING:
        jobs.hasten(session, duty)
