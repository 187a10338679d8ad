"""Mails to holders: a new certificate, an answer, a certificate that ends."""

from datetime import date
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from probity.credentials.models import Certificate, Correction
from probity.kernel import mail


def tell_holder(session: Session, certificate: Certificate, *, locale: str, base_url: str) -> None:
    """Put the notice into the outbox, once per certificate. Its first line is the subject."""
    _send(
        session,
        certificate,
        "credentials/issued.txt",
        _key(certificate),
        locale=locale,
        address=f"{base_url}/c/{certificate.public_id}",
        own_list=f"{base_url}/certificates/",
    )


def tell_refusal(session: Session, correction: Correction) -> None:
    """Tell a holder why the name was not corrected."""
    certificate = correction.certificate
    _send(
        session,
        certificate,
        "credentials/refused.txt",
        f"certificate/correction/{correction.id}",
        correction=correction,
        own_list=f"{current_app.config['PROBITY'].base_url}/certificates/",
    )


def remind(session: Session, certificate: Certificate, days: int, renew_from: date) -> None:
    """Tell a holder that a certificate ends soon, today, or has ended."""
    base_url = current_app.config["PROBITY"].base_url
    _send(
        session,
        certificate,
        "credentials/reminder.txt",
        f"certificate/{certificate.id}/reminder/{days}",
        step=days,
        renew_from=renew_from,
        address=f"{base_url}/c/{certificate.public_id}",
        exams=f"{base_url}/exams/",
    )


def _send(
    session: Session,
    certificate: Certificate,
    template: str,
    key: str,
    locale: str | None = None,
    **facts: Any,
) -> None:
    with force_locale((locale or certificate.holder.locale).replace("-", "_")):
        letter = render_template(template, certificate=certificate, **facts)
    subject, _gap, text = letter.strip().partition("\n")
    mail.send(
        session, to=certificate.holder.email, subject=subject, text=text.strip() + "\n", key=key
    )


def _key(certificate: Certificate) -> str:
    first = f"certificate/{certificate.attempt_id}"
    return f"{first}/{certificate.number}" if certificate.replaces_id else first
