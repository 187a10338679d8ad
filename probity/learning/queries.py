"""Reads of learning: always of one person, with a bounded number of queries a page."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session, joinedload, undefer

from probity.bank import queries as bank
from probity.bank.models import ItemVersion
from probity.bank.shapes import AnyItem
from probity.catalogue.models import Course, CourseRevision
from probity.catalogue.queries import lessons_of
from probity.kernel.permissions import Actor
from probity.learning import rules
from probity.learning.models import CheckResponse, Enrolment, LessonProgress, PracticeCard


@dataclass(frozen=True, slots=True)
class CourseState:
    """One course of a person: how far, where to go on, and whether a newer revision exists."""

    enrolment: Enrolment
    progress: rules.Progress
    next_lesson: dict[str, object] | None
    minutes_left: int

    @property
    def is_behind(self) -> bool:
        return self.enrolment.revision.number < self.enrolment.course.current


def enrolments_of(actor: Actor) -> Select[Enrolment]:
    query = select(Enrolment)
    return query.where(Enrolment.person_id == actor.id) if actor.id else query.where(false())


def find_enrolment(session: Session, actor: Actor, course: Course) -> Enrolment | None:
    """The person's place in a course, with the content of its revision."""
    whole = joinedload(Enrolment.revision, innerjoin=True).options(
        undefer(CourseRevision.content), undefer(CourseRevision.items)
    )
    query = enrolments_of(actor).where(Enrolment.course_id == course.id)
    return session.scalars(query.options(whole)).one_or_none()


def lock_enrolment(session: Session, actor: Actor, course: Course) -> Enrolment | None:
    """The same, held until the end of the transaction."""
    query = enrolments_of(actor).where(Enrolment.course_id == course.id)
    return session.scalars(query.with_for_update(of=Enrolment)).one_or_none()


def completed_lessons(session: Session, enrolment: Enrolment | None) -> set[str]:
    if enrolment is None:
        return set()
    query = select(LessonProgress.lesson_code).where(
        LessonProgress.enrolment_id == enrolment.id, LessonProgress.completed_at.is_not(None)
    )
    return set(session.scalars(query))


def missing_lessons(session: Session, person_id: int, wanted: Collection[str]) -> list[str]:
    """Which of these lessons a person has not completed, in the order given."""
    query = (
        select(LessonProgress.lesson_code)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(
            Enrolment.person_id == person_id,
            LessonProgress.lesson_code.in_(list(wanted)),
            LessonProgress.completed_at.is_not(None),
        )
    )
    return rules.missing(list(wanted), set(session.scalars(query)))


def finished_courses(session: Session, actor: Actor, codes: Collection[str]) -> set[str]:
    """Which of these courses (by code) a person has completed, on whatever revision."""
    if not codes:
        return set()
    return {
        state.enrolment.course.code
        for state in courses_of(session, actor)
        if state.progress.is_complete and state.enrolment.course.code in codes
    }


def progress_row(session: Session, enrolment: Enrolment, code: str) -> LessonProgress | None:
    query = select(LessonProgress).where(
        LessonProgress.enrolment_id == enrolment.id, LessonProgress.lesson_code == code
    )
    return session.scalars(query).one_or_none()


def check_item(session: Session, revision: CourseRevision, ref: str) -> AnyItem:
    """An item as the revision shows it, whatever became of it since."""
    version = revision.items[ref]
    return bank.parsed_versions(session, [version])[version]


def check_response(
    session: Session, enrolment: Enrolment, code: str, ref: str
) -> CheckResponse | None:
    query = select(CheckResponse).where(
        CheckResponse.enrolment_id == enrolment.id,
        CheckResponse.lesson_code == code,
        CheckResponse.item_ref == ref,
    )
    return session.scalars(query).one_or_none()


def check_responses(
    session: Session, enrolment: Enrolment | None, code: str
) -> dict[str, CheckResponse]:
    """The last answers to the checks of a lesson, by item."""
    if enrolment is None:
        return {}
    query = select(CheckResponse).where(
        CheckResponse.enrolment_id == enrolment.id, CheckResponse.lesson_code == code
    )
    return {row.item_ref: row for row in session.scalars(query)}


def courses_of(session: Session, actor: Actor) -> list[CourseState]:
    """All courses of a person, the one begun last first; three queries however many there are."""
    query = enrolments_of(actor).options(
        joinedload(Enrolment.course, innerjoin=True),
        joinedload(Enrolment.revision, innerjoin=True).undefer(CourseRevision.content),
    )
    enrolments = session.scalars(query.order_by(Enrolment.enrolled_at.desc())).all()
    done = _completed_by_enrolment(session, [enrolment.id for enrolment in enrolments])
    return [_state(enrolment, done.get(enrolment.id, set())) for enrolment in enrolments]


def _state(enrolment: Enrolment, done: set[str]) -> CourseState:
    lessons = {lesson["id"]: lesson for lesson in lessons_of(enrolment.revision)}
    at = rules.resume_at(list(lessons), done, enrolment.last_lesson)
    left = sum(lesson["minutes"] for code, lesson in lessons.items() if code not in done)
    return CourseState(
        enrolment, rules.progress(list(lessons), done), lessons[at] if at else None, left
    )


def _completed_by_enrolment(session: Session, ids: Collection[int]) -> dict[int, set[str]]:
    query = select(LessonProgress.enrolment_id, LessonProgress.lesson_code).where(
        LessonProgress.enrolment_id.in_(ids), LessonProgress.completed_at.is_not(None)
    )
    found: dict[int, set[str]] = {}
    for enrolment_id, code in session.execute(query):
        found.setdefault(enrolment_id, set()).add(code)
    return found


def practice_cards(session: Session, actor: Actor) -> dict[str, PracticeCard]:
    """What a person has practised, by item."""
    query = select(PracticeCard).where(PracticeCard.person_id == actor.id)
    return {card.item_ref: card for card in session.scalars(query)}


def practice_card(session: Session, actor: Actor, ref: str) -> PracticeCard | None:
    query = select(PracticeCard).where(
        PracticeCard.person_id == actor.id, PracticeCard.item_ref == ref
    )
    return session.scalars(query).one_or_none()


def practice_pool(session: Session) -> dict[str, tuple[int, str]]:
    """What may be practised: by item, the version in force and the domain."""
    versions = dict(bank.practice_items(session))
    query = select(ItemVersion.id, ItemVersion.domain).where(ItemVersion.id.in_(versions.values()))
    domains = dict(session.execute(query).all())
    return {ref: (version, domains[version]) for ref, version in versions.items()}
