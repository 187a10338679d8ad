"""Courses, and their revisions: what was loaded from files, never changed afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from probity.kernel.db import Model


class Course(Model):
    """What stays when the content changes: the code and the address, and which revision is shown.

    `is_public` courses may be read without an account.
    """

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    is_public: Mapped[bool]
    current: Mapped[int]
    created_at: Mapped[datetime]

    revision: Mapped["CourseRevision"] = relationship(
        primaryjoin=(
            "and_(Course.id == CourseRevision.course_id, Course.current == CourseRevision.number)"
        ),
        viewonly=True,
    )


class CourseAlias(Model):
    """An address a course had before; readers are sent on."""

    __tablename__ = "course_alias"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)

    course: Mapped[Course] = relationship()


class CourseRevision(Model):
    """One state of a course as its files were. Immutable: learners stay on the one they began.

    `card` is what the catalogue shows; `content` holds the outline, glossary, exams and schemes;
    `items` says which version of each item its checks show, `files` gives the texts back.
    """

    __tablename__ = "course_revision"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]
    card: Mapped[dict[str, Any]]
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    items: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    files: Mapped[dict[str, str]] = mapped_column(deferred=True)

    course: Mapped[Course] = relationship(foreign_keys=[course_id])


class Lesson(Model):
    """One lesson of one revision; `content` holds it in each of its languages."""

    __tablename__ = "lesson"
    __table_args__ = (
        UniqueConstraint("revision_id", "code"),
        UniqueConstraint("revision_id", "slug"),
        UniqueConstraint("revision_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("course_revision.id"))
    code: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))
    module: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)


class RevisionChanged(RuntimeError):
    """A bug: code tried to change or remove what was loaded."""


def _refuse(_mapper: Mapper[Any], _connection: Any, row: CourseRevision | Lesson) -> None:
    raise RevisionChanged(f"{row.__tablename__} {row.id} is immutable")


for _kind in (CourseRevision, Lesson):
    event.listen(_kind, "before_update", _refuse)
    event.listen(_kind, "before_delete", _refuse)
