"""Keeping one result back while the others of its exam are released."""

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.exams.models import Attempt, Result
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor


def withhold(session: Session, attempt: Attempt, reason: str, *, by: Actor) -> None:
    """Keep a result back until it is freed; its candidate reads the reason. The row is locked."""
    result = _locked(session, attempt)
    if result.released_at is not None:
        raise Refused(
            _("The candidate has seen this result already: it cannot be withheld any more."),
            "released",
        )
    result.withheld = reason
    audit.record(session, AuditEvent.RESULT_WITHHELD, f"attempt/{attempt.id}", by=by)


def free(session: Session, attempt: Attempt, *, by: Actor) -> None:
    """Let a withheld result go the way of the others; it is released when they are."""
    result = _locked(session, attempt)
    if result.withheld is None:
        raise Refused(_("This result is not withheld."), "not-withheld")
    result.withheld = None
    audit.record(session, AuditEvent.RESULT_FREED, f"attempt/{attempt.id}", by=by)


def _locked(session: Session, attempt: Attempt) -> Result:
    found = session.get(Result, attempt.id, with_for_update=True)
    if found is None:
        raise Refused(_("This attempt has no result yet."), "pending")
    return found
