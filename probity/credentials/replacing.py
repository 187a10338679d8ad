"""Another certificate in the place of one that is valid: the same statement, a new number and file.

For what no correction of a name covers: a file that cannot be used, a key that was lost.
"""

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import actions, correcting, queries
from probity.credentials.models import Certificate
from probity.credentials.rules import Status
from probity.kernel import jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor


def is_open(session: Session, certificate: Certificate) -> bool:
    """Tell whether a certificate may be replaced by hand."""
    return (
        certificate.attempt_id is not None
        and queries.status_of(certificate) is Status.VALID
        and not queries.being_replaced(session, certificate)
        and correcting.waiting_for(session, certificate) is None
        and not correcting.accepted(session, certificate)
    )


def ask(session: Session, certificate: Certificate, *, reason: str, by: Actor) -> None:
    """Have it issued anew; it is superseded with the reason when the new one is entered.

    The certificate is locked.
    """
    words = actions.checked_reason(reason)
    if certificate.holder_id == by.id:
        raise Refused(_("Somebody else has to decide about your own certificate."), "own")
    if certificate.attempt_id is None:
        raise Refused(str(correcting.NO_PASS), "no-pass")
    if not is_open(session, certificate):
        raise Refused(
            _("Only a certificate that is valid, and that nothing replaces yet, can be replaced."),
            "status",
        )
    jobs.enqueue(
        session,
        queries.ISSUE,
        key=queries.replacement_key(certificate),
        attempt_id=certificate.attempt_id,
        replaces_id=certificate.id,
        reason=words,
        by_id=by.id,
    )
    audit.record(
        session,
        AuditEvent.CERTIFICATE_REPLACEMENT_ASKED,
        f"certificate/{certificate.id}",
        by=by,
        number=certificate.number,
    )
