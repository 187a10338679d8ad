"""Propose, approve, reject. Commands on the host need no second person; they are recorded too."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials.control import rules
from probity.credentials.control.kinds import KINDS
from probity.credentials.control.models import DualControl
from probity.credentials.control.rules import Verdict
from probity.kernel import clock
from probity.kernel.db import insert
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import SYSTEM, Actor


def propose(
    session: Session,
    *,
    kind: str,
    subject: str,
    reason: str,
    by: Actor,
    payload: dict[str, Any] | None = None,
) -> DualControl:
    """Ask for a second person. One proposal of a kind about a subject may be open at a time."""
    reason = " ".join(reason.split())
    if by.id is None or not by.may(KINDS[kind].needs):
        raise Refused(_("Your roles do not allow you to propose this."), "permission")
    if not reason:
        raise Refused(_("Say why, for the person who has to approve it."), "reason")
    if len(reason) > rules.LONGEST_REASON:
        raise Refused(_("Keep the reason within 500 characters."), "reason")
    _close_expired(session, kind, subject)
    now = clock.now()
    row = insert(session, DualControl).values(
        kind=kind,
        subject=subject,
        payload=payload or {},
        reason=reason,
        proposed_by_id=by.id,
        proposed_at=now,
        expires_at=now + rules.OPEN_FOR,
    )
    made = session.execute(row.on_conflict_do_nothing().returning(DualControl.id))
    number = made.scalar_one_or_none()
    if number is None:
        raise Refused(_("This is proposed already and waits for a second person."), "proposed")
    audit.record(session, AuditEvent.CONTROL_PROPOSED, f"control/{number}", by=by, kind=kind, about=subject)  # fmt: skip
    return session.get_one(DualControl, number)


def approve(session: Session, proposal: DualControl, *, by: Actor) -> DualControl:
    """Let it happen; the caller has locked the proposal (`queries.lock`)."""
    _demand_open(proposal)
    if not by.may(KINDS[proposal.kind].needs):
        raise Refused(_("Your roles do not allow you to decide this."), "permission")
    if not rules.may_approve(proposal, by.id, clock.now()):
        raise Refused(
            _("You proposed this yourself. Somebody else has to approve it."), "second-person"
        )
    _end(session, proposal, Verdict.APPROVED, by)
    KINDS[proposal.kind].begin(session, proposal)
    return proposal


def reject(session: Session, proposal: DualControl, *, by: Actor) -> DualControl:
    """End it without effect; its author withdraws it in the same way."""
    _demand_open(proposal)
    if not by.may(KINDS[proposal.kind].needs):
        raise Refused(_("Your roles do not allow you to decide this."), "permission")
    _end(session, proposal, rules.ending(proposal, by.id), by)
    return proposal


def executed(session: Session, proposal_id: int) -> None:
    """Write down that what was approved is done; a second call changes nothing."""
    proposal = session.scalars(
        select(DualControl).where(DualControl.id == proposal_id).with_for_update()
    ).one()
    if proposal.verdict is not Verdict.APPROVED:
        raise ValueError(f"proposal {proposal_id} was not approved")
    if proposal.executed_at is None:
        proposal.executed_at = clock.now()
        audit.record(
            session, AuditEvent.CONTROL_EXECUTED, f"control/{proposal.id}", by=SYSTEM,
            kind=proposal.kind, about=proposal.subject,
        )  # fmt: skip


def _demand_open(proposal: DualControl) -> None:
    if not rules.is_open(proposal, clock.now()):
        raise Refused(_("This proposal is over: decided, or older than seven days."), "over")


_RECORDED = {
    Verdict.APPROVED: AuditEvent.CONTROL_APPROVED,
    Verdict.REJECTED: AuditEvent.CONTROL_REJECTED,
    Verdict.WITHDRAWN: AuditEvent.CONTROL_WITHDRAWN,
    Verdict.EXPIRED: AuditEvent.CONTROL_EXPIRED,
}


def _end(session: Session, proposal: DualControl, verdict: Verdict, by: Actor) -> None:
    proposal.verdict, proposal.decided_by_id = verdict, by.id
    proposal.decided_at = clock.now()
    audit.record(
        session, _RECORDED[verdict], f"control/{proposal.id}", by=by,
        kind=proposal.kind, about=proposal.subject,
    )  # fmt: skip


def _close_expired(session: Session, kind: str, subject: str) -> None:
    """An old proposal makes room for a new one."""
    waiting = select(DualControl).where(
        DualControl.kind == kind, DualControl.subject == subject, DualControl.verdict.is_(None)
    )
    for proposal in session.scalars(waiting.with_for_update()):
        if not rules.is_open(proposal, clock.now()):
            _end(session, proposal, Verdict.EXPIRED, SYSTEM)
    session.flush()  # flush: the database lets one proposal about a subject be open
