"""Everything that changes courses: loading them from files, whole or not at all."""

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import actions as bank
from probity.catalogue import queries
from probity.catalogue.check import examine
from probity.catalogue.content import EDITION, CourseContent, course_content
from probity.catalogue.events import CourseRevisionLoaded
from probity.catalogue.files import NoCourses, read_tree
from probity.catalogue.models import Course, CourseAlias, CourseRevision, Lesson
from probity.catalogue.problems import Report
from probity.kernel import clock, events
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import ngettext
from probity.kernel.permissions import Actor


def read_courses(
    path: Path, *, private: bool = False, today: date | None = None
) -> list[CourseContent]:
    """Read, check and render every course of a folder, or one; needs no database.

    Refuses when any file has an error; the facts of the refusal hold the problems.
    """
    day = today or clock.now().date()
    try:
        examination = examine(path, private=private, today=day)
    except NoCourses as error:
        raise Refused(str(error), "no-courses") from error
    errors = examination.errors
    if errors:
        sentence = ngettext(
            "%(num)s error in the course files; nothing was loaded.",
            "%(num)s errors in the course files; nothing was loaded.",
            len(errors),
        )
        problems = [problem.as_json() for problem in examination.problems]
        raise Refused(sentence, "broken-course", problems=problems)
    return [course_content(examination, folder, day) for folder in examination.tree.asked]


def is_loaded(session: Session, path: Path, *, private: bool = False) -> bool:
    """Tell from the bytes alone whether every course of a folder is current already."""
    try:
        tree = read_tree(path, Report())
    except NoCourses:
        return False
    known = queries.current_digests(session, is_public=not private)
    return {tree.digest(folder, EDITION) for folder in tree.asked} <= known


def load_courses(
    session: Session, path: Path, *, by: Actor, private: bool = False
) -> list[CourseRevision]:
    """Load every course of a folder, all or none; gives the revisions that are new."""
    contents = read_courses(path, private=private)
    loaded = [load_content(session, content, by=by, private=private) for content in contents]
    return [revision for revision in loaded if revision]


def load_content(
    session: Session, content: CourseContent, *, by: Actor, private: bool = False
) -> CourseRevision | None:
    """Make a checked course the current revision; the same files again change nothing."""
    course = session.scalars(
        select(Course).where(Course.code == content.code).with_for_update()
    ).one_or_none()
    if course and course.revision.digest == content.digest and course.is_public is not private:
        return None
    _refuse_taken_address(session, content)
    retired = content.outline["retired"]
    stored = bank.load_items(session, content.items, source=content.code, by=by, retired=retired)
    if course is None:
        course = Course(code=content.code, current=0, created_at=clock.now())
        session.add(course)
    course.slug, course.is_public = content.slug, not private
    course.current += 1
    session.flush()  # flush: the revision needs course.id
    revision = _add_revision(session, course, content, stored.versions)
    session.expire(course, ["revision"])
    _keep_aliases(session, course, content)
    audit.record(
        session,
        AuditEvent.COURSE_LOADED,
        f"course/{course.id}",
        by=by,
        revision=revision.id,
        number=revision.number,
        items=len(content.items),
    )
    events.announce(session, CourseRevisionLoaded(revision.id, course.code))
    return revision


def _add_revision(
    session: Session, course: Course, content: CourseContent, versions: dict[str, int]
) -> CourseRevision:
    revision = CourseRevision(
        course_id=course.id,
        number=course.current,
        digest=content.digest,
        loaded_at=clock.now(),
        card=content.card,
        content=content.outline,
        items=versions,
        files=content.files,
    )
    session.add(revision)
    session.flush()  # flush: the lessons need revision.id
    session.add_all(
        Lesson(
            revision_id=revision.id,
            code=lesson.code,
            slug=lesson.slug,
            module=lesson.module,
            position=lesson.position,
            content=lesson.content,
        )
        for lesson in content.lessons
    )
    return revision


def _refuse_taken_address(session: Session, content: CourseContent) -> None:
    holder = session.scalar(
        select(Course.code).where(Course.slug == content.slug, Course.code != content.code)
    )
    if holder:
        raise Refused(
            _(
                "The address %(slug)s belongs to the course %(code)s. Give the new one another slug.",
                slug=content.slug,
                code=holder,
            ),
            "slug-used",
        )


def _keep_aliases(session: Session, course: Course, content: CourseContent) -> None:
    for slug in content.formerly:
        alias = session.get(CourseAlias, slug)
        if alias is None:
            session.add(CourseAlias(slug=slug, course_id=course.id))
        else:
            alias.course_id = course.id
