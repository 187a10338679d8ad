"""Exams, their revisions, attempts and everything a candidate answered."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts.models import Person
from probity.exams.lifecycle import AttemptState as AttemptState  # noqa: PLC0414 (part of the model)
from probity.exams.lifecycle import Ending as Ending  # noqa: PLC0414 (part of the model)
from probity.kernel.db import Json, Model

OPEN = text("state = 'open'")
LATE = text("outcome = 'late'")
PAUSED = text("paused_at IS NOT NULL")


class ExamState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class Admission(StrEnum):
    """Who may start: everybody who meets the conditions, or who is registered for a sitting."""

    OPEN = "open"
    REGISTERED = "registered"


class Outcome(StrEnum):
    """What became of one response that arrived."""

    SAVED = "saved"
    SUPERSEDED = "superseded"
    LATE = "late"


class NoticeKind(StrEnum):
    """What a candidate is told while the attempt runs."""

    MESSAGE = "message"
    EXTENDED = "extended"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"


class Exam(Model):
    """One exam that people sit; what it asks stands in its revisions."""

    __tablename__ = "exam"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    course_code: Mapped[str | None] = mapped_column(String(8), index=True)
    state: Mapped[ExamState]
    admission: Mapped[Admission] = mapped_column(default=Admission.OPEN, server_default="open")
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
        Index("ix_attempt_form", "exam_id", "form_id"),
        Index("ix_attempt_pausing", "pause_until", sqlite_where=PAUSED, postgresql_where=PAUSED),
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
    form_id: Mapped[int | None]
    """Which approved form the paper is, where it is one; a column to count by."""
    seed: Mapped[str] = mapped_column(String(32))
    lease: Mapped[int]
    lease_session: Mapped[str] = mapped_column(String(64))
    flags: Mapped[list[str]]
    scratch: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    watched: Mapped[bool] = mapped_column(default=False, server_default=false())
    step: Mapped[int] = mapped_column(default=0, server_default="0")
    step_until: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    pause_until: Mapped[datetime | None]
    on_break: Mapped[bool] = mapped_column(default=False, server_default=false())
    break_used: Mapped[int] = mapped_column(default=0, server_default="0")
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    accept_until: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    ending: Mapped[Ending | None]
    answers_sha256: Mapped[str | None] = mapped_column(String(64))
    answered: Mapped[int | None]

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
    __table_args__ = (
        Index("ix_response_event_late", "attempt_id", sqlite_where=LATE, postgresql_where=LATE),
    )

    attempt_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    client: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    value: Mapped[Any] = mapped_column(Json)
    outcome: Mapped[Outcome]
    typed_at: Mapped[str] = mapped_column(String(40))
    saved_at: Mapped[datetime]


class Notice(Model):
    """Something the candidate is told in the room, and why."""

    __tablename__ = "attempt_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    kind: Mapped[NoticeKind]
    text: Mapped[str] = mapped_column(String(2000))
    seconds: Mapped[int | None]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Presence(Model):
    """When a watched candidate's browser was last heard of. Overwritten; no evidence."""

    __tablename__ = "presence"

    attempt_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime]
    item: Mapped[str] = mapped_column(String(12))
    waiting: Mapped[int]


class Silence(Model):
    """A stretch in which nothing was heard of a watched candidate's browser; evidence."""

    __tablename__ = "attempt_silence"

    attempt_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]


class LateDecision(Model):
    """An officer's decision on the answers that arrived too late for one attempt.

    The newest one holds; those before it stay as the record.
    """

    __tablename__ = "late_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(2000))
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RecoveryFile(Model):
    """A file with answers that a device could not send, handed in by an invigilator."""

    __tablename__ = "recovery_file"
    __table_args__ = (UniqueConstraint("attempt_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    changes: Mapped[int]
    received_at: Mapped[datetime]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


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
    withheld: Mapped[str | None] = mapped_column(String(2000))
    """Why this one result is kept back while others are released; the candidate reads it."""

    attempt: Mapped[Attempt] = relationship(back_populates="result")
