"""Reads of courses. What serves a person starts from what that person may see."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, undefer

from probity.catalogue.models import Course, CourseAlias, CourseRevision, Lesson
from probity.kernel.permissions import Actor, Permission

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """A course as a list shows it, with the lessons that match what was looked for."""

    course: Course
    data: Json
    lessons: list[Json]


def courses_visible_to(actor: Actor) -> Select[Course]:
    """Public courses are for everybody, the others for learners with an account."""
    query = select(Course)
    if actor.is_authenticated and actor.may(Permission.COURSE_LEARN):
        return query
    return query.where(Course.is_public)


def catalogue(session: Session, actor: Actor, *, text: str = "", level: str = "") -> list[Card]:
    """Courses by code, narrowed by words (in any language) and level."""
    query = courses_visible_to(actor).options(joinedload(Course.revision, innerjoin=True))
    found = []
    wanted = " ".join(text.split()).casefold()
    for course in session.scalars(query.order_by(Course.code)):
        card = course.revision.card
        lessons = [entry for entry in card["find"] if wanted and _mentions(entry, wanted)]
        if level and card["level"] != level:
            continue
        if not wanted or lessons or _mentions(card, wanted):
            found.append(Card(course, card, lessons))
    return found


def _mentions(entry: Json, wanted: str) -> bool:
    """Every word stands in the title or the summary, in whatever language."""
    words = [*entry["title"].values(), *entry["summary"].values()]
    text = "\n".join(words).casefold()
    return all(word in text for word in wanted.split())


def find_course(session: Session, actor: Actor, slug: str) -> Course | None:
    """A course with its current revision, by its address."""
    query = courses_visible_to(actor).where(Course.slug == slug)
    whole = joinedload(Course.revision, innerjoin=True)
    return session.scalars(query.options(whole)).one_or_none()


def course_formerly_at(session: Session, actor: Actor, slug: str) -> Course | None:
    query = courses_visible_to(actor).join(CourseAlias, CourseAlias.course_id == Course.id)
    return session.scalars(query.where(CourseAlias.slug == slug)).one_or_none()


def course_by_code(session: Session, code: str) -> Course | None:
    query = select(Course).where(Course.code == code)
    return session.scalars(query.options(joinedload(Course.revision))).one_or_none()


def find_revision(session: Session, revision_id: int) -> CourseRevision | None:
    """A revision with its content, current or not."""
    query = _whole_revisions().where(CourseRevision.id == revision_id)
    return session.scalars(query).one_or_none()


def revision_known(session: Session, revision_id: int) -> CourseRevision:
    """A revision that something points to, with its content."""
    return session.scalars(_whole_revisions().where(CourseRevision.id == revision_id)).one()


def current_revision(session: Session, course: Course) -> CourseRevision:
    """The revision that new learners begin, with its content."""
    query = _whole_revisions().where(
        CourseRevision.course_id == course.id, CourseRevision.number == course.current
    )
    return session.scalars(query).one()


def _whole_revisions() -> Select[CourseRevision]:
    whole = (undefer(CourseRevision.content), undefer(CourseRevision.items))
    return select(CourseRevision).options(*whole)


def find_lesson(session: Session, revision: CourseRevision, slug: str) -> Lesson | None:
    query = select(Lesson).where(Lesson.revision_id == revision.id, Lesson.slug == slug)
    return session.scalars(query.options(undefer(Lesson.content))).one_or_none()


def lesson_formerly_at(revision: CourseRevision, slug: str) -> str | None:
    """The slug a lesson has now, when it once had this one."""
    for lesson in lessons_of(revision):
        if slug in lesson["formerly"]:
            return str(lesson["slug"])
    return None


def lessons_of(revision: CourseRevision) -> list[Json]:
    """The written lessons of a revision in order, as its outline lists them."""
    return [lesson for module in revision.content["modules"] for lesson in module["lessons"]]


def current_schemes(session: Session) -> dict[str, Json]:
    """Certificate schemes by code, as the newest revisions state them."""
    query = select(CourseRevision).join(Course, Course.id == CourseRevision.course_id)
    query = query.where(CourseRevision.number == Course.current).order_by(CourseRevision.loaded_at)
    found: dict[str, Json] = {}
    for revision in session.scalars(query.options(undefer(CourseRevision.content))):
        found.update({scheme["code"]: scheme for scheme in revision.content["schemes"]})
    return found


def domain_titles(session: Session) -> dict[str, dict[str, str]]:
    """Titles of the exam domains by code, read without the rest of the revisions."""
    query = select(CourseRevision.content["domains"]).join(
        Course, Course.id == CourseRevision.course_id
    )
    found: dict[str, dict[str, str]] = {}
    for domains in session.scalars(query.where(CourseRevision.number == Course.current)):
        found.update({code: domain["title"] for code, domain in domains.items()})
    return dict(sorted(found.items()))


def current_digests(session: Session, *, is_public: bool) -> set[str]:
    """What the current revisions were made of."""
    query = select(CourseRevision.digest).join(Course, Course.id == CourseRevision.course_id)
    current = query.where(CourseRevision.number == Course.current, Course.is_public == is_public)
    return set(session.scalars(current))


def files_of(session: Session, code: str) -> dict[str, str] | None:
    """The texts of the files that the current revision was loaded from."""
    query = (
        select(CourseRevision.files)
        .join(Course, Course.id == CourseRevision.course_id)
        .where(Course.code == code, CourseRevision.number == Course.current)
    )
    return session.scalars(query).one_or_none()
