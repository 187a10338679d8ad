"""The register: numbers taken, certificates as issued, and what was decided about them later.

An issued certificate is never updated; a trigger in the database refuses it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts.models import Person
from probity.credentials.rules import BulkState, CorrectionState, Decision, Outcome
from probity.kernel.db import Model
from probity.kernel.frozen import write_once

_ABSENT = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""JSON that may be absent: then the column is NULL, and a query can ask for that."""


def _unique_where(name: str, column: str, condition: str) -> Index:
    """An index that lets a value occur once among the rows of a kind."""
    where = text(condition)
    return Index(name, column, unique=True, sqlite_where=where, postgresql_where=where)


CANCELS = "fk_certificate_status_change_cancels_id"
"""The name by convention would be longer than PostgreSQL takes."""


class NumberSeries(Model):
    """The last number given by an issuer in a year; the row lock keeps the series free of gaps."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Reservation(Model):
    """A number taken for an attempt, with everything the certificate will state.

    Written before typesetting, so that whoever goes on after a crash makes the same certificate:
    first the facts, then the signed credential together with its place in the log.
    """

    __tablename__ = "certificate_reservation"
    __table_args__ = (
        UniqueConstraint("year", "serial"),
        _unique_where("uq_certificate_reservation_first", "attempt_id", "replaces_id IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    year: Mapped[int]
    serial: Mapped[int]
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    facts: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    credential: Mapped[str | None]
    receipt: Mapped[dict[str, Any] | None] = mapped_column(_ABSENT)
    storage_key: Mapped[str | None] = mapped_column(String(120))


class Certificate(Model):
    """A certificate as issued: what it states, and the SHA-256 of the one file that is it.

    Without an attempt it was entered again from its file: the pass was lost with a database.
    """

    __tablename__ = "certificate"
    __table_args__ = (_unique_where("uq_certificate_first", "attempt_id", "replaces_id IS NULL"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name_latin: Mapped[str] = mapped_column(String(200), index=True)
    name_native: Mapped[str | None] = mapped_column(String(200), index=True)
    native_lang: Mapped[str | None] = mapped_column(String(16))
    scheme: Mapped[str] = mapped_column(String(8), index=True)
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    standard: Mapped[dict[str, str]]
    level: Mapped[str] = mapped_column(String(8))
    issuer: Mapped[str] = mapped_column(String(200))
    key_id: Mapped[str] = mapped_column(String(40))
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    issued_at: Mapped[datetime]
    specimen: Mapped[bool]
    layout: Mapped[int]
    printed: Mapped[dict[str, str]]
    credential: Mapped[str]
    receipt: Mapped[dict[str, Any] | None] = mapped_column(_ABSENT)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    signature: Mapped[str | None] = mapped_column(String(8))
    design: Mapped[dict[str, Any] | None] = mapped_column(_ABSENT)

    holder: Mapped[Person] = relationship()
    changes: Mapped[list["StatusChange"]] = relationship(
        back_populates="certificate", order_by="StatusChange.id"
    )

    @property
    def names(self) -> str:
        """The holder as printed."""
        return f"{self.name_latin} {self.name_native}" if self.name_native else self.name_latin


class StatusChange(Model):
    """A decision about an issued certificate: by whom, why, since when."""

    __tablename__ = "certificate_status_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    decision: Mapped[Decision]
    reason: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    cancels_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificate_status_change.id", name=CANCELS), unique=True
    )

    certificate: Mapped[Certificate] = relationship(back_populates="changes")
    author: Mapped[Person | None] = relationship()


class Correction(Model):
    """A holder's wish to have the name corrected, with evidence, and what the registrar said."""

    __tablename__ = "certificate_correction"
    __table_args__ = (
        _unique_where("uq_certificate_correction_waiting", "certificate_id", "state = 'waiting'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    name_latin: Mapped[str] = mapped_column(String(200))
    name_native: Mapped[str | None] = mapped_column(String(200))
    words: Mapped[str]
    evidence_name: Mapped[str] = mapped_column(String(200))
    evidence_sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[CorrectionState] = mapped_column(index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None]

    certificate: Mapped[Certificate] = relationship()


class Reminder(Model):
    """A letter about the end of a certificate: each step of the chain is sent once."""

    __tablename__ = "certificate_reminder"

    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id"), primary_key=True, autoincrement=False
    )
    days_left: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sent_at: Mapped[datetime]


class Bulk(Model):
    """One decision about many certificates: prepared by one person, allowed by another."""

    __tablename__ = "certificate_bulk"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    decision: Mapped[Decision]
    reason: Mapped[str]
    effective_at: Mapped[datetime | None]
    selection: Mapped[dict[str, Any]]
    state: Mapped[BulkState]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    allowed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])
    allowed_by: Mapped[Person | None] = relationship(foreign_keys=[allowed_by_id])


class BulkItem(Model):
    """One certificate of a decision about many, and what came of it."""

    __tablename__ = "certificate_bulk_item"

    bulk_id: Mapped[int] = mapped_column(
        ForeignKey("certificate_bulk.id"), primary_key=True, autoincrement=False
    )
    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id"), primary_key=True, autoincrement=False
    )
    outcome: Mapped[Outcome]

    certificate: Mapped[Certificate] = relationship()


write_once(Certificate, StatusChange)
