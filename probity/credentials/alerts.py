"""Tells registrars and administrators by mail when something about certificates does not agree."""

import hashlib

from flask import render_template
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts.models import Person, RoleGrant
from probity.accounts.roles import Role
from probity.credentials.checking import Report
from probity.credentials.proofs import keys
from probity.kernel import mail
from probity.kernel.settings import Settings
from probity.ledger.notes import Key, origin_of

TOLD = (Role.ADMINISTRATOR, Role.REGISTRAR)


def tell_staff(session: Session, report: Report, base_url: str) -> None:
    """One letter to each of them, and no second one while the same is wrong."""
    found = "\n".join(sorted(f"{one.kind} {one.subject}" for one in report.findings))
    digest = hashlib.sha256(found.encode()).hexdigest()[:16]
    for person in _staff(session):
        with force_locale(person.locale.replace("-", "_")):
            letter = render_template(
                "credentials/disagree.txt",
                person=person,
                report=report,
                findings=report.findings[:20],
                address=f"{base_url}/studio/certificates/",
            )
        subject, _gap, text = letter.strip().partition("\n")
        mail.send(
            session,
            to=person.email,
            subject=subject,
            text=text.strip() + "\n",
            key=f"certificates/check/{digest}/{person.id}",
        )


def _staff(session: Session) -> list[Person]:
    granted = select(RoleGrant.person_id).where(
        RoleGrant.role.in_(TOLD), RoleGrant.withdrawn_at.is_(None)
    )
    return list(session.scalars(select(Person).where(Person.id.in_(granted), Person.active)))


def log_keys(settings: Settings) -> list[Key]:
    """The public keys under which this installation's log was ever signed."""
    published = keys.published(settings.instance_dir / "keys")
    origin = origin_of(settings.base_url)
    return [Key(origin, one.log.public_bytes_raw()) for one in published if one.log is not None]
