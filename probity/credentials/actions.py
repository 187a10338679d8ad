"""Changes of the register. Issuing happens in a duty only; deciding is for registrars."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from probity.accounts import rules as accounts
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import facts as fact_table
from probity.credentials import queries, rules
from probity.credentials.facts import CertificateFacts
from probity.credentials.models import Certificate, NumberSeries, Reservation, StatusChange
from probity.credentials.paper import layout
from probity.credentials.rules import Decision
from probity.exams.queries import AwardFacts
from probity.kernel import clock, ids
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import SYSTEM, Actor
from probity.kernel.settings import Settings

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """What the press made: the credential's text, and the place and SHA-256 of the file."""

    credential: str
    sha256: str
    storage_key: str


def draft(
    award: AwardFacts, scheme: Mapping[str, Any], settings: Settings, key_id: str
) -> CertificateFacts:
    """What the certificate will state; its number is not taken yet."""
    issued_on = award.passed_at.astimezone(settings.timezone).date()
    valid_until = rules.last_day(issued_on, scheme["valid_years"])
    native = award.name_native
    return CertificateFacts(
        public_id=ids.public_id(),
        number=rules.number(issued_on.year, 0),
        base_url=settings.base_url,
        issuer=settings.issuer_name,
        key_id=key_id,
        name_latin=award.name_latin,
        name_native=native,
        native_lang=accounts.language_of(native) if native else None,
        scheme=award.scheme,
        title=scheme["title"],
        summary=scheme["summary"],
        standard=scheme["standard"],
        level=scheme["level"],
        issued_on=issued_on,
        valid_until=valid_until,
        begins_at=rules.first_moment(issued_on, settings.timezone),
        ends_at=rules.last_moment(valid_until, settings.timezone),
        specimen=settings.demonstration or award.demonstration,
    )


def reserve(session: Session, award: AwardFacts, planned: CertificateFacts) -> Reservation:
    """Take the next number for an attempt; a second call finds the one already taken."""
    present = queries.reservation(session, award.attempt_id)
    if present is not None:
        return present
    year = planned.issued_on.year
    serial = _next_serial(session, year)
    stated = replace(planned, number=rules.number(year, serial))
    reservation = Reservation(
        attempt_id=award.attempt_id,
        public_id=stated.public_id,
        year=year,
        serial=serial,
        holder_id=award.holder_id,
        facts=fact_table.to_json(stated),
        made_at=clock.now(),
        storage_key=None,
    )
    session.add(reservation)
    return reservation


def _next_serial(session: Session, year: int) -> int:
    """One more than the last of this year; the row stays locked until the caller commits."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(NumberSeries).values(prefix=rules.PREFIX, year=year, last=1)
    taken: int = session.execute(
        row.on_conflict_do_update(
            index_elements=[NumberSeries.prefix, NumberSeries.year],
            set_={"last": NumberSeries.last + 1},
        ).returning(NumberSeries.last)
    ).scalar_one()
    return taken


def note_file(session: Session, attempt_id: int, storage_key: str) -> str | None:
    """Write down where the file will lie; return where an interrupted try may have left one."""
    reservation = session.scalars(
        select(Reservation).where(Reservation.attempt_id == attempt_id).with_for_update()
    ).one()
    before, reservation.storage_key = reservation.storage_key, storage_key
    return before


def issue(session: Session, attempt_id: int, file: IssuedFile) -> Certificate:
    """Enter the finished certificate into the register."""
    reservation = session.get_one(Reservation, attempt_id)
    stated = fact_table.from_json(reservation.facts)
    certificate = Certificate(
        public_id=stated.public_id,
        number=stated.number,
        attempt_id=attempt_id,
        holder_id=reservation.holder_id,
        name_latin=stated.name_latin,
        name_native=stated.name_native,
        native_lang=stated.native_lang,
        scheme=stated.scheme,
        title=dict(stated.title),
        summary=dict(stated.summary),
        standard=dict(stated.standard),
        level=stated.level,
        issuer=stated.issuer,
        key_id=stated.key_id,
        issued_on=stated.issued_on,
        valid_until=stated.valid_until,
        ends_at=stated.ends_at,
        issued_at=reservation.made_at,
        specimen=stated.specimen,
        layout=layout.VERSION,
        printed=stated.printed(),
        credential=file.credential,
        sha256=file.sha256,
        storage_key=file.storage_key,
    )
    session.add(certificate)
    session.flush()  # flush: the audit entry needs certificate.id
    audit.record(
        session,
        AuditEvent.CERTIFICATE_ISSUED,
        f"certificate/{certificate.id}",
        by=SYSTEM,
        number=certificate.number,
        attempt=attempt_id,
        sha256=certificate.sha256,
    )
    return certificate


def revoke(session: Session, certificate: Certificate, *, reason: str, by: Actor) -> StatusChange:
    """Withdraw a certificate for good."""
    return _decide(session, certificate, Decision.REVOKED, reason, by)


def suspend(session: Session, certificate: Certificate, *, reason: str, by: Actor) -> StatusChange:
    """Withdraw a certificate until it is reinstated."""
    return _decide(session, certificate, Decision.SUSPENDED, reason, by)


def reinstate(
    session: Session, certificate: Certificate, *, reason: str, by: Actor
) -> StatusChange:
    """End a suspension."""
    return _decide(session, certificate, Decision.REINSTATED, reason, by)


_RECORDED = {
    Decision.REVOKED: AuditEvent.CERTIFICATE_REVOKED,
    Decision.SUSPENDED: AuditEvent.CERTIFICATE_SUSPENDED,
    Decision.REINSTATED: AuditEvent.CERTIFICATE_REINSTATED,
}


def _decide(
    session: Session,
    certificate: Certificate,
    decision: Decision,
    reason: str,
    by: Actor,
    effective_at: datetime | None = None,
) -> StatusChange:
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("State the reason: it is shown to everyone who verifies."), "reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(_("Keep the reason within 500 characters."), "reason")
    present = queries.status_of(certificate)
    if not rules.may_follow(decision, present):
        raise Refused(
            _("This cannot be decided now: the certificate is already withdrawn, or is in force."),
            "status",
        )
    now = clock.now()
    change = StatusChange(
        certificate=certificate,
        decision=decision,
        reason=reason,
        author_id=by.id,
        decided_at=now,
        effective_at=effective_at or now,
    )
    session.add(change)
    session.flush()  # flush: the audit entry needs change.id
    audit.record(
        session,
        _RECORDED[decision],
        f"certificate/{certificate.id}",
        by=by,
        change=change.id,
        number=certificate.number,
    )
    return change
