"""The register: numbers taken, certificates as issued, and what was decided about them later.

An issued certificate is never updated; a trigger in the database refuses it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts.models import Person
from probity.credentials.rules import Decision
from probity.kernel.db import Model


class NumberSeries(Model):
    """The last number given by an issuer in a year; the row lock keeps the series free of gaps."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Reservation(Model):
    """A number taken for an attempt, with everything the certificate will state.

    Written before typesetting, so that whoever goes on after a crash makes the same certificate.
    """

    __tablename__ = "certificate_reservation"
    __table_args__ = (UniqueConstraint("year", "serial"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    year: Mapped[int]
    serial: Mapped[int]
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    facts: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    storage_key: Mapped[str | None] = mapped_column(String(120))


class Certificate(Model):
    """A certificate as issued: what it states, and the SHA-256 of the one file that is it."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), unique=True)
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
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)

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

    certificate: Mapped[Certificate] = relationship(back_populates="changes")
    author: Mapped[Person | None] = relationship()


FROZEN = (Certificate.__tablename__, StatusChange.__tablename__)
"""Tables whose rows are written once; migrations create the same triggers with `freeze`."""


def freeze(table: str, dialect: str) -> list[str]:
    """Statements that make a database refuse to change or delete rows of a table."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER freeze_{table}_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    function = f"$$BEGIN RAISE EXCEPTION '{table} rows are never changed'; END$$"
    trigger = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION freeze_{table}()"
    return [
        f"CREATE FUNCTION freeze_{table}() RETURNS trigger LANGUAGE plpgsql AS {function}",
        f"CREATE TRIGGER freeze_{table} {trigger}",
    ]


for _table in FROZEN:
    for _dialect in ("sqlite", "postgresql"):
        for _statement in freeze(_table, _dialect):
            event.listen(
                Model.metadata.tables[_table],
                "after_create",
                DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
            )
