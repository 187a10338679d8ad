"""Mails about accounts: plain text in the person's language, links from the configured address."""

from types import SimpleNamespace
from typing import Any

from flask import current_app, g, render_template
from flask_babel import force_locale
from flask_security import MailUtil
from flask_security.mail_util import EmailValidateException
from flask_security.utils import get_message
from sqlalchemy.orm import Session

from probity.accounts import addresses, limits
from probity.accounts.models import Invitation
from probity.kernel import ids, mail
from probity.kernel.db import db
from probity.kernel.i18n import content_locale
from probity.kernel.settings import Settings

ANYONE_MAY_ASK = frozenset(
    {
        "security/email/change_email_instructions",
        "security/email/confirmation_instructions",
        "security/email/reset_instructions",
        "security/email/welcome",
        "security/email/welcome_existing",
    }
)
"""Letters that somebody else can cause; only so many go to one address."""


def absolute(endpoint: str, **values: Any) -> str:
    """Address of a page as others reach it, whatever Host this request named."""
    settings: Settings = current_app.config["PROBITY"]
    path: str = current_app.url_map.bind("").build(endpoint, values)
    return settings.base_url + path


def send(session: Session, template: str, *, to: str, locale: str, **facts: Any) -> None:
    """Render a letter, whose first line is its subject, and put it into the outbox."""
    with force_locale(locale.replace("-", "_")):
        subject, _gap, text = _render(template, facts).partition("\n")
    mail.send(session, to=to, subject=subject, text=text.lstrip("\n"))


def _render(template: str, facts: dict[str, Any]) -> str:
    return render_template(template, absolute=absolute, **facts).strip() + "\n"


def send_invitation(session: Session, invitation: Invitation, token: str) -> None:
    """Tell an invited person the single-use link."""
    send(
        session,
        "security/email/invitation.txt",
        to=invitation.email,
        locale=content_locale(),
        invitation=invitation,
        link=absolute("accounts.show_invitation", token=token),
    )


def pretend(session: Session, email: str) -> None:
    """Do the work of a letter and throw it away: nobody can tell by the clock who has an account."""
    stranger = SimpleNamespace(name="", locale=content_locale())
    undo = session.begin_nested()
    limits.is_used_up(session, limits.LETTERS, limits.account_key(email))
    link = current_app.extensions["security"].reset_serializer.dumps([ids.public_id(), ""])
    send(
        session,
        "security/email/reset_instructions.txt",
        to=email,
        locale=stranger.locale,
        user=stranger,
        reset_token=link,
        within="",
    )
    session.flush()  # flush: the cost to be matched is that of the statements
    undo.rollback()


class Mailer(MailUtil):
    """What Flask-Security wants to say goes into the outbox of the same transaction."""

    def send_mail(
        self,
        template: str,
        subject: str,  # noqa: ARG002 (the letter brings its own, in the person's language)
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],  # noqa: ARG002
        body: str | None,  # noqa: ARG002
        html: str | None,  # noqa: ARG002
        **facts: Any,
    ) -> None:
        session, person = db.session(), facts["user"]
        g.letter_sent = True
        facts.pop("security", None)
        address = str(recipient)
        if template in ANYONE_MAY_ASK:
            key = limits.account_key(address)
            if limits.is_used_up(session, limits.LETTERS, key):
                return
        send(session, f"{template}.txt", to=address, locale=person.locale, **facts)

    def normalize(self, email: str) -> str:
        settings: Settings = current_app.config["PROBITY"]
        try:
            return addresses.normalise(email, test=settings.demonstration)
        except ValueError as error:
            message: str = get_message("INVALID_EMAIL_ADDRESS")[0]
            raise EmailValidateException(message) from error

    def validate(self, email: str) -> str:
        return self.normalize(email)
