"""Sittings of exams: who is registered, what they are entitled to, and what happened in the room."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts.models import Person
from probity.exams.models import Attempt, Exam, ExamRevision
from probity.kernel.db import Model


class SittingState(StrEnum):
    """What an officer decided; whether it is running follows from the clock."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class WindowRule(StrEnum):
    """What the end of the window limits."""

    START = "limits-start"
    END = "limits-end"


class Kind(StrEnum):
    """What an invigilator writes down."""

    ABSENCE = "absence"
    CONDUCT = "conduct"
    DEVICE = "device"
    HEALTH = "health"
    IDENTITY = "identity"
    OTHER = "other"


class Fault(StrEnum):
    """What went wrong for several candidates at once."""

    NETWORK = "network"
    POWER = "power"
    ROOM = "room"
    SITE = "site"


class Sitting(Model):
    """One occasion at which registered people may sit an exam."""

    __tablename__ = "sitting"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[SittingState]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    window_rule: Mapped[WindowRule]
    timezone: Mapped[str] = mapped_column(String(64))
    access_code: Mapped[str | None] = mapped_column(String(40))
    networks: Mapped[list[str]]
    authorise: Mapped[bool]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("exam_revision.id"))
    papers_round: Mapped[int] = mapped_column(default=0)
    papers_asked_at: Mapped[datetime | None]
    papers_lacking: Mapped[list[Any]]
    """Cells that the bank could not fill when papers were drawn last: cell, have, lack."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancel_reason: Mapped[str | None] = mapped_column(String(1000))

    exam: Mapped[Exam] = relationship()
    revision: Mapped[ExamRevision | None] = relationship()
    registrations: Mapped[list["Registration"]] = relationship(back_populates="sitting")


class Registration(Model):
    """One person's place in a sitting, with the paper that waits for them."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("sitting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    room: Mapped[str] = mapped_column(String(80))
    seat: Mapped[str] = mapped_column(String(40))
    authorised_at: Mapped[datetime | None]
    authorised_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("exam_revision.id"))
    paper: Mapped[dict[str, Any] | None]
    seed: Mapped[str | None] = mapped_column(String(32))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"), unique=True)
    created_at: Mapped[datetime]

    sitting: Mapped[Sitting] = relationship(back_populates="registrations")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    attempt: Mapped[Attempt | None] = relationship()


class Accommodation(Model):
    """What a person is entitled to in every exam; withdrawn, never deleted."""

    __tablename__ = "accommodation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    time_factor: Mapped[str] = mapped_column(String(20))
    break_minutes: Mapped[int]
    extra_attempts: Mapped[int]
    separate_room: Mapped[bool]
    basis: Mapped[str] = mapped_column(String(1000))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(1000))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Irregularity(Model):
    """One line of the irregularity log. Never changed: a correction is another line."""

    __tablename__ = "irregularity"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    kind: Mapped[Kind]
    note: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    registration: Mapped[Registration | None] = relationship()


class Incident(Model):
    """Something that hit a room or the whole sitting, and what was decided to make it good."""

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    room: Mapped[str | None] = mapped_column(String(80))
    fault: Mapped[Fault]
    note: Mapped[str] = mapped_column(String(2000))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    granted_seconds: Mapped[int | None]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
