"""Making and ending links. Whoever made one can end it at once; nothing brings it back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials.models import Certificate
from probity.credentials.sharing import queries, rules
from probity.credentials.sharing.models import Share
from probity.credentials.sharing.rules import Field
from probity.kernel import clock, ids
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor


@dataclass(frozen=True, slots=True)
class Wish:
    """What a link is to show, for whom, and until when."""

    label: str
    fields: Collection[Field]
    expires_at: datetime | None


def share(session: Session, certificate: Certificate, wish: Wish, *, by: Actor) -> str:
    """Make a link to a certificate of one's own, which is locked.

    Returns its address, which cannot be had again.
    """
    now = clock.now()
    if wish.expires_at is not None and not now < wish.expires_at <= now + rules.FARTHEST:
        raise Refused(_("Choose a day from today on, within the next five years."), "expires")
    if queries.count_live(session, certificate) >= rules.MOST_LINKS:
        raise Refused(
            _("This certificate has fifty links already. Withdraw one you no longer need."), "many"
        )
    token = ids.public_id()
    made = Share(
        public_id=ids.public_id(),
        certificate_id=certificate.id,
        token_hash=queries.digest(token),
        label=wish.label[: rules.LONGEST_LABEL],
        fields=[field.value for field in Field if field in wish.fields],
        made_at=now,
        expires_at=wish.expires_at,
        uses=0,
    )
    session.add(made)
    session.flush()  # flush: the audit entry needs made.id
    audit.record(
        session,
        AuditEvent.SHARE_MADE,
        f"certificate/{certificate.id}",
        by=by,
        share=made.id,
        fields=len(made.fields),
    )
    return token


def withdraw(session: Session, found: Share, *, by: Actor) -> None:
    """End a link now; a second time changes nothing."""
    if found.withdrawn_at is not None:
        return
    found.withdrawn_at = clock.now()
    audit.record(
        session,
        AuditEvent.SHARE_WITHDRAWN,
        f"certificate/{found.certificate_id}",
        by=by,
        share=found.id,
    )


def count_use(session: Session, share_id: int, today: date) -> None:
    """Somebody opened a link: once more, and on which day. Nothing else is kept of them."""
    session.execute(
        update(Share).where(Share.id == share_id).values(uses=Share.uses + 1, used_on=today)
    )
