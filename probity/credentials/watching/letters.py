"""Mails of watch lists: to the holder who is asked, to the watcher, to the owner of a webhook."""

from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.credentials import presenting
from probity.credentials.models import Certificate
from probity.credentials.rules import Status
from probity.credentials.watching.models import Watch, WatchEvent, Webhook
from probity.kernel import mail


def address_of(certificate: Certificate) -> str:
    """The public page of a certificate."""
    return f"{_base_url()}/c/{certificate.public_id}"


def ask_holder(session: Session, watch: Watch) -> None:
    """Tell a holder who asks, what for, and where to answer."""
    _send(
        session,
        watch.certificate.holder,
        "credentials/watch_asked.txt",
        f"watch/{watch.public_id}",
        watch=watch,
        certificate=watch.certificate,
        address=f"{_base_url()}/certificates/watchers/",
    )


def tell_watcher(session: Session, event: WatchEvent) -> None:
    """Tell a watcher what happened."""
    told, verdict = event.told, presenting.VERDICTS
    _send(
        session,
        event.watch.watcher,
        "credentials/watch_news.txt",
        f"watch-event/{event.public_id}",
        kind=event.kind.value,
        watch=event.watch,
        certificate=event.watch.certificate,
        status=verdict[Status(told["status"])].word if told["status"] else "",
        before=verdict[Status(told["before"])].word if told["before"] else "",
        address=told["url"],
        own_list=f"{_base_url()}/employer/watches/",
    )


def tell_given_up(session: Session, webhook: Webhook) -> None:
    """Tell the owner of a webhook that nothing is sent to it any more."""
    _send(
        session,
        webhook.person,
        "credentials/webhook_ended.txt",
        f"webhook/{webhook.public_id}/ended",
        webhook=webhook,
        address=f"{_base_url()}/employer/webhooks/{webhook.public_id}/",
    )


def _base_url() -> str:
    base_url: str = current_app.config["PROBITY"].base_url
    return base_url


def _send(session: Session, to: Person, template: str, key: str, **facts: Any) -> None:
    with force_locale(to.locale.replace("-", "_")):
        letter = render_template(template, person=to, **facts)
    subject, _gap, text = letter.strip().partition("\n")
    mail.send(session, to=to.email, subject=subject, text=text.strip() + "\n", key=key)
