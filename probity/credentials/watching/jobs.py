"""Looking what became of watched certificates, and sending the news to webhooks."""

import json
from datetime import timedelta

from flask import current_app

from probity.credentials.watching import actions, hooks, outbound
from probity.credentials.watching.models import Delivery, DeliveryState
from probity.kernel import clock
from probity.kernel.jobs import NotYet, handler
from probity.kernel.settings import Settings
from probity.kernel.work import reading
from probity.kernel.worker import Claim


@handler(actions.FOLLOW, every=timedelta(hours=1))
def follow_watches(job: Claim) -> None:
    """Tell watchers of changes, some certificates at a time: also of those that time alone made."""
    last: int | None = 0
    while last is not None:
        with job.step() as session:
            last = actions.follow(session, last)


@handler(hooks.DELIVER)
def deliver_webhook(job: Claim, delivery_id: int, round_: int) -> None:
    """Send one piece of news once; if it is not taken, come back after a longer pause."""
    settings: Settings = current_app.config["PROBITY"]
    with reading() as session:
        delivery = session.get_one(Delivery, delivery_id)
        hook = delivery.webhook
        if not _is_due(delivery, round_):
            return
        url, body, shared = hook.url, delivery.body, hooks.secret(hook)
    outcome = outbound.post(
        url, body.encode(), _headers(shared, body), loopback=settings.webhook_loopback
    )
    with job.step() as session:
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        pause = hooks.note(session, delivery, outcome) if _is_due(delivery, round_) else None
    if pause is not None:
        raise NotYet(f"not taken: {outcome.words}", pause)


def _is_due(delivery: Delivery, round_: int) -> bool:
    waiting = delivery.state is DeliveryState.WAITING and delivery.round == round_
    return waiting and delivery.webhook.ended_at is None


def _headers(shared: str, body: str) -> dict[str, str]:
    timestamp = int(clock.now().timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "Probity-Webhook/1",
        "Probity-Event": json.loads(body)["id"],
        "Probity-Timestamp": str(timestamp),
        "Probity-Signature": hooks.signature(shared, timestamp, body),
    }
