"""A holder's consent to a badge of the older standard, and its end."""

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials.models import Certificate
from probity.credentials.sharing import openbadges, queries
from probity.credentials.sharing.models import BadgeAssertion, BadgeClass
from probity.kernel import clock, ids
from probity.kernel.permissions import Actor


def agree(session: Session, certificate: Certificate, *, by: Actor) -> None:
    """Publish a badge with the hash of the holder's address; twice changes nothing.

    The certificate is the asker's own, and locked.
    """
    if queries.assertion_of(session, certificate) is not None:
        return
    content = openbadges.class_content(certificate)
    token = openbadges.class_token(content)
    if queries.badge_class(session, token) is None:
        session.add(BadgeClass(token=token, content=content))
        session.flush()  # flush: the assertion names the class
    salt = ids.public_id()
    session.add(
        BadgeAssertion(
            certificate_id=certificate.id,
            token=ids.public_id(),
            badge_token=token,
            salt=salt,
            identity=openbadges.identity(certificate.holder.email, salt),
            agreed_at=clock.now(),
        )
    )
    audit.record(session, AuditEvent.BADGE_AGREED, f"certificate/{certificate.id}", by=by)


def withdraw(session: Session, certificate: Certificate, *, by: Actor) -> None:
    """Take the badge down: its address leads nowhere from now on."""
    made = queries.assertion_of(session, certificate)
    if made is None:
        return
    session.delete(made)
    audit.record(session, AuditEvent.BADGE_WITHDRAWN, f"certificate/{certificate.id}", by=by)
