"""Exams, their revisions, attempts and everything a candidate answered."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts.models import Person
from probity.kernel.db import Json, Model

OPEN = text("state = 'open'")


class ExamState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class AttemptState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Ending(StrEnum):
    """How an attempt ended; the routine is the same for all."""

    HANDED_IN = "handed-in"
    TIME_OVER = "time-over"


class Outcome(StrEnum):
    """What became of one response that arrived."""

    SAVED = "saved"
    SUPERSEDED = "superseded"
    LATE = "late"


class Exam(Model):
    """One exam that people sit; what it asks stands in its revisions."""

    __tablename__ = "exam"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    course_code: Mapped[str | None] = mapped_column(String(8), index=True)
    state: Mapped[ExamState]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    revisions: Mapped[list["ExamRevision"]] = relationship(
        back_populates="exam", order_by="ExamRevision.number"
    )


class ExamRevision(Model):
    """What an exam asked at one time: blueprint, time, attempts, cut score. Never changed."""

    __tablename__ = "exam_revision"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    exam: Mapped[Exam] = relationship(back_populates="revisions")


class Attempt(Model):
    """One person sitting one exam once, with the paper and the name as they were at the start."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("exam_id", "candidate_id", "number"),
        Index(
            "uq_attempt_one_open",
            "exam_id",
            "candidate_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_attempt_expiring", "accept_until", sqlite_where=OPEN, postgresql_where=OPEN),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("exam_revision.id"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[int]
    state: Mapped[AttemptState]
    name_latin: Mapped[str] = mapped_column(String(200))
    name_native: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(16))
    honour_version: Mapped[str] = mapped_column(String(20))
    paper: Mapped[dict[str, Any]]
    seed: Mapped[str] = mapped_column(String(32))
    lease: Mapped[int]
    lease_session: Mapped[str] = mapped_column(String(64))
    flags: Mapped[list[str]]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    accept_until: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    ending: Mapped[Ending | None]
    answers_sha256: Mapped[str | None] = mapped_column(String(64))

    exam: Mapped[Exam] = relationship()
    revision: Mapped[ExamRevision] = relationship()
    candidate: Mapped[Person] = relationship()
    result: Mapped["Result | None"] = relationship(back_populates="attempt")


class Response(Model):
    """The answer that counts for one item now. No foreign key: it lies on the save path."""

    __tablename__ = "response"

    attempt_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(String(12), primary_key=True)
    version: Mapped[int]
    value: Mapped[Any] = mapped_column(Json)
    saved_at: Mapped[datetime]


class ResponseEvent(Model):
    """Everything that ever arrived, in order; the current answers can be rebuilt from it."""

    __tablename__ = "response_event"

    attempt_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    client: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    value: Mapped[Any] = mapped_column(Json)
    outcome: Mapped[Outcome]
    typed_at: Mapped[str] = mapped_column(String(40))
    saved_at: Mapped[datetime]


class Result(Model):
    """The marks of a closed attempt; fractions are kept as text such as `63/2`."""

    __tablename__ = "result"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    earned: Mapped[str] = mapped_column(String(40))
    possible: Mapped[str] = mapped_column(String(40))
    cut: Mapped[str] = mapped_column(String(20))
    passed: Mapped[bool]
    domains: Mapped[dict[str, Any]]
    marks: Mapped[dict[str, Any]]
    marked_at: Mapped[datetime]
    released_at: Mapped[datetime | None]

    attempt: Mapped[Attempt] = relationship(back_populates="result")
