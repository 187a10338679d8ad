"""The mail that tells a holder of a new certificate."""

from flask import render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from probity.credentials.models import Certificate
from probity.kernel import mail


def tell_holder(session: Session, certificate: Certificate, *, locale: str, base_url: str) -> None:
    """Put the notice into the outbox, once per attempt. Its first line is the subject."""
    with force_locale(locale.replace("-", "_")):
        letter = render_template(
            "credentials/issued.txt",
            certificate=certificate,
            address=f"{base_url}/c/{certificate.public_id}",
            own_list=f"{base_url}/certificates/",
        )
    subject, _gap, text = letter.strip().partition("\n")
    mail.send(
        session,
        to=certificate.holder.email,
        subject=subject,
        text=text.strip() + "\n",
        key=f"certificate/{certificate.attempt_id}",
    )
