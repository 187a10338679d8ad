"""What a person does in a course: enrolment, lessons done, checks answered, items practised."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.catalogue.models import Course, CourseRevision
from probity.kernel.db import Json, Model


class Enrolment(Model):
    """A person in a course, on the revision begun until that person moves on.

    `last_lesson` is where reading goes on.
    """

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("person_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("course_revision.id"), index=True)
    enrolled_at: Mapped[datetime]
    moved_at: Mapped[datetime | None]
    last_lesson: Mapped[str | None] = mapped_column(String(20))

    course: Mapped[Course] = relationship()
    revision: Mapped[CourseRevision] = relationship()


class LessonProgress(Model):
    """A lesson opened, perhaps done; by code, so that it outlives a change of revision."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_code: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class CheckResponse(Model):
    """The last answer to one check of a lesson; checks are not graded and may be repeated."""

    __tablename__ = "check_response"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson_code", "item_ref"),
        CheckConstraint("tries >= 1", name="tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_code: Mapped[str] = mapped_column(String(20))
    item_ref: Mapped[str] = mapped_column(String(20))
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    response: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10))
    earned: Mapped[str] = mapped_column(String(40))
    possible: Mapped[str] = mapped_column(String(40))
    tries: Mapped[int]
    answered_at: Mapped[datetime]


class PracticeCard(Model):
    """How well a person knows one item: its box, when it is due again, the last answer."""

    __tablename__ = "practice_card"
    __table_args__ = (
        UniqueConstraint("person_id", "item_ref"),
        Index("ix_practice_card_due", "person_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    item_ref: Mapped[str] = mapped_column(String(20))
    box: Mapped[int]
    tries: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    response: Mapped[Any] = mapped_column(Json)
    last_state: Mapped[str] = mapped_column(String(10))
    answered_at: Mapped[datetime]
    due_at: Mapped[datetime]
