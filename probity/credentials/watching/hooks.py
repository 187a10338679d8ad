"""Webhooks: addresses of programs, what is sent to them, and when they are given up."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials.watching import letters, outbound, queries
from probity.credentials.watching.models import Delivery, DeliveryState, WatchEvent, Webhook
from probity.credentials.watching.outbound import Outcome
from probity.kernel import clock, ids, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import SYSTEM, Actor

DELIVER = "credentials.deliver_webhook"
MOST_HOOKS = 5
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""Between one try and the next; after the last the piece of news is given up."""

MOST_FAILURES = 3
"""So many pieces of news in a row that were given up end the webhook."""

GONE = 410
"""How a program says that nobody listens there any more."""


def add(session: Session, url: str, *, by: Person) -> Webhook:
    """Send news to this address from now on."""
    problem = outbound.unfit(url, loopback=_loopback())
    if problem is not None:
        raise Refused(str(outbound.SENTENCES[problem]), "address")
    if len(queries.webhooks_of(session, by.id, live=True)) >= MOST_HOOKS:
        raise Refused(
            _("You have %(most)s webhooks already. End one first.", most=MOST_HOOKS), "webhooks"
        )
    hook = Webhook(
        public_id=ids.public_id(),
        person=by,
        url=url,
        failures=0,
        created_at=clock.now(),
        ended_at=None,
        gave_up=False,
    )
    session.add(hook)
    session.flush()
    audit.record(session, AuditEvent.WEBHOOK_ADDED, f"webhook/{hook.id}", by=by)
    return hook


def end(session: Session, hook: Webhook, *, by: Actor, gave_up: bool = False) -> None:
    """Send nothing more to this address; twice is once."""
    if hook.ended_at is None:
        hook.ended_at, hook.gave_up = clock.now(), gave_up
        audit.record(
            session, AuditEvent.WEBHOOK_ENDED, f"webhook/{hook.id}", by=by, gave_up=gave_up
        )


def secret(hook: Webhook) -> str:
    """What its owner checks signatures with: derived from the site's key, so it is stored nowhere."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    made = hmac.digest(key, f"webhook/{hook.public_id}".encode(), hashlib.sha256)
    return f"whsec_{base64.urlsafe_b64encode(made).decode().rstrip('=')}"


def signature(shared: str, timestamp: int, body: str) -> str:
    """HMAC-SHA256 over the time, a full stop and the body."""
    message = f"{timestamp}.{body}".encode()
    return f"sha256={hmac.new(shared.encode(), message, hashlib.sha256).hexdigest()}"


def send_to_all(session: Session, event: WatchEvent) -> None:
    """Queue a piece of news for every webhook of the watcher."""
    for hook in queries.webhooks_of(session, event.watch.watcher_id, live=True):
        _queue(session, hook, event.told, event)


def ping(session: Session, hook: Webhook) -> None:
    """Queue a piece of news that tells nothing, to try an address."""
    _refuse_ended(hook)
    told = {
        "id": ids.public_id(),
        "type": "ping",
        "at": clock.now().isoformat(timespec="seconds"),
        **dict.fromkeys(("watch", "purpose", "number"), ""),
        **dict.fromkeys(("status", "before", "valid_until", "url")),
    }
    _queue(session, hook, told, None)


def send_again(session: Session, delivery: Delivery) -> None:
    """Queue a piece of news once more, whatever came of it before."""
    _refuse_ended(delivery.webhook)
    if delivery.state is DeliveryState.WAITING:
        raise Refused(_("It is on its way already."), "waiting")
    delivery.state, delivery.tries = DeliveryState.WAITING, 0
    delivery.round += 1
    _enqueue(session, delivery)


def note(session: Session, delivery: Delivery, outcome: Outcome) -> timedelta | None:
    """Keep what came of a try; gives the pause before the next one, None if there is none."""
    hook = delivery.webhook
    delivery.tries += 1
    delivery.tried_at, delivery.answer = clock.now(), outcome.words
    if outcome.taken:
        delivery.state, hook.failures = DeliveryState.DELIVERED, 0
        return None
    if outcome.status != GONE and delivery.tries <= len(PAUSES):
        return PAUSES[delivery.tries - 1]
    delivery.state = DeliveryState.FAILED
    hook.failures += 1
    if hook.ended_at is None and (outcome.status == GONE or hook.failures >= MOST_FAILURES):
        end(session, hook, by=SYSTEM, gave_up=True)
        letters.tell_given_up(session, hook)
    return None


def _queue(session: Session, hook: Webhook, told: dict[str, Any], event: WatchEvent | None) -> None:
    delivery = Delivery(
        webhook=hook,
        event=event,
        body=json.dumps(told, ensure_ascii=False, separators=(",", ":")),
        state=DeliveryState.WAITING,
        tries=0,
        round=1,
        asked_at=clock.now(),
        tried_at=None,
        answer="",
    )
    session.add(delivery)
    session.flush()
    _enqueue(session, delivery)


def _enqueue(session: Session, delivery: Delivery) -> None:
    key = f"webhook/{delivery.id}/{delivery.round}"
    jobs.enqueue(session, DELIVER, key=key, delivery_id=delivery.id, round_=delivery.round)


def _refuse_ended(hook: Webhook) -> None:
    if hook.ended_at is not None:
        raise Refused(_("This webhook has ended. Add it anew."), "ended")


def _loopback() -> bool:
    allowed: bool = current_app.config["PROBITY"].webhook_loopback
    return allowed
