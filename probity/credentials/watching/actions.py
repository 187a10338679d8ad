"""Asking to watch a certificate, the holder's word, and news of what happened to it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import queries as register
from probity.credentials import rules
from probity.credentials.models import Certificate
from probity.credentials.rules import Status
from probity.credentials.watching import hooks, letters, queries
from probity.credentials.watching.models import EventKind, Watch, WatchEvent, WatchState
from probity.kernel import clock, ids
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

FOLLOW = register.FOLLOW_WATCHES
NEAR_END = timedelta(days=30)
REST = timedelta(days=30)
"""After a refusal nobody may ask the same holder about the same certificate for so long."""

MOST_A_DAY = 100
LONGEST_PURPOSE = 300

_ANSWERS = {
    WatchState.AGREED: (EventKind.AGREED, (WatchState.ASKED,)),
    WatchState.DECLINED: (EventKind.DECLINED, (WatchState.ASKED,)),
    WatchState.WITHDRAWN: (EventKind.WITHDRAWN, (WatchState.AGREED,)),
}
"""What a holder may say, what the watcher is told then, and after which state."""


def ask(session: Session, certificate: Certificate, purpose: str, *, by: Person) -> Watch:
    """Ask the holder; nothing is told before they agree. The caller knows number and name."""
    now = clock.now()
    if certificate.holder_id == by.id:
        raise Refused(_("This is a certificate of your own."), "own")
    last = queries.latest(session, certificate.id, by.id)
    if last is not None and last.state in queries.OPEN:
        raise Refused(_("This certificate is on your watch list already."), "watched")
    refused = last is not None and last.state in {WatchState.DECLINED, WatchState.WITHDRAWN}
    if last is not None and refused and (last.decided_at or now) > now - REST:
        raise Refused(
            _("The holder said no. You may ask once more after %(days)s days.", days=REST.days),
            "declined",
        )
    if queries.asked_since(session, by.id, now - timedelta(days=1)) >= MOST_A_DAY:
        raise Refused(
            _("You have asked %(most)s holders within a day. Go on tomorrow.", most=MOST_A_DAY),
            "asked",
        )
    watch = Watch(
        public_id=ids.public_id(),
        certificate=certificate,
        watcher=by,
        purpose=" ".join(purpose.split())[:LONGEST_PURPOSE],
        state=WatchState.ASKED,
        asked_at=now,
        decided_at=None,
        ended_at=None,
        status="",
        expiry_told_at=None,
    )
    session.add(watch)
    session.flush()
    letters.ask_holder(session, watch)
    audit.record(
        session, AuditEvent.WATCH_ASKED, f"certificate/{certificate.id}", by=by, watch=watch.id
    )
    return watch


def decide(session: Session, watch: Watch, state: WatchState, *, by: Actor) -> None:
    """The holder's word: agreed, declined, or later withdrawn."""
    kind, after = _ANSWERS[state]
    if watch.state not in after:
        raise Refused(_("That was decided before, or the watcher gave it up."), "decided")
    watch.state, watch.decided_at = state, clock.now()
    if state is WatchState.AGREED:
        watch.status = register.status_of(watch.certificate).value
    audit.record(
        session,
        AuditEvent.WATCH_DECIDED,
        f"certificate/{watch.certificate_id}",
        by=by,
        watch=watch.id,
        state=state.value,
    )
    tell(session, watch, kind)


def end(watch: Watch) -> None:
    """The watcher needs it no longer."""
    if watch.state not in queries.OPEN:
        raise Refused(_("It has ended already."), "ended")
    watch.state, watch.ended_at = WatchState.ENDED, clock.now()


def follow(session: Session, after_id: int) -> int | None:
    """Tell of changes among the next watches; gives the last id looked at, None at the end."""
    found, now = queries.agreed(session, after_id), clock.now()
    for watch in found:
        certificate = watch.certificate
        status = rules.status(certificate.changes, certificate.ends_at, now)
        if status.value != watch.status:
            before, watch.status = watch.status, status.value
            tell(session, watch, EventKind.STATUS, before)
        near = status is Status.VALID and certificate.ends_at - now <= NEAR_END
        if near and watch.expiry_told_at is None:
            watch.expiry_told_at = now
            tell(session, watch, EventKind.EXPIRING)
    return found[-1].id if len(found) == queries.AT_ONCE else None


def tell(session: Session, watch: Watch, kind: EventKind, before: str | None = None) -> None:
    """Keep a piece of news, mail it, and queue it for the watcher's webhooks."""
    certificate, identity, now = watch.certificate, ids.public_id(), clock.now()
    consented = watch.state is WatchState.AGREED
    event = WatchEvent(
        public_id=identity,
        watch=watch,
        kind=kind,
        at=now,
        told={
            "id": identity,
            "type": kind.value,
            "at": now.isoformat(timespec="seconds"),
            "watch": watch.public_id,
            "purpose": watch.purpose,
            "number": certificate.number,
            "status": watch.status if consented else None,
            "before": before,
            "valid_until": certificate.valid_until.isoformat() if consented else None,
            "url": letters.address_of(certificate) if consented else None,
        },
    )
    session.add(event)
    session.flush()
    letters.tell_watcher(session, event)
    hooks.send_to_all(session, event)
