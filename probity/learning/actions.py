"""Everything a learner changes: enrolling, reading on, answering checks, practising."""

from typing import Any

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank.marking import Mark, Response, check_response, mark
from probity.bank.shapes import AnyItem
from probity.catalogue.models import Course, CourseRevision
from probity.catalogue.queries import current_revision, lessons_of, revision_known
from probity.kernel import clock, events
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor
from probity.learning import queries, rules
from probity.learning.events import LessonCompleted
from probity.learning.models import CheckResponse, Enrolment, LessonProgress, PracticeCard


def enrol(session: Session, course: Course, *, by: Actor) -> Enrolment:
    """Begin a course on its current revision; enrolling again changes nothing.

    Refuses while a course that this one requires is not completed.
    """
    known = queries.lock_enrolment(session, by, course)
    if known:
        return known
    revision = current_revision(session, course)
    wanted = revision.content["course"]["requires"]
    lacking = set(wanted) - queries.finished_courses(session, by, wanted)
    if lacking:
        raise Refused(
            _("First complete the course %(code)s.", code=min(lacking)), "course-required"
        )
    enrolment = Enrolment(
        person_id=by.id, course_id=course.id, revision_id=revision.id, enrolled_at=clock.now()
    )
    session.add(enrolment)
    session.flush()  # flush: the audit entry needs enrolment.id
    audit.record(
        session,
        AuditEvent.ENROLMENT_BEGUN,
        f"enrolment/{enrolment.id}",
        by=by,
        course=course.id,
        revision=revision.number,
    )
    return enrolment


def move_to_newer_revision(session: Session, enrolment: Enrolment, *, by: Actor) -> None:
    """Go on in the current revision of the course; lessons keep their state by code."""
    revision = current_revision(session, enrolment.course)
    if revision.id == enrolment.revision_id:
        raise Refused(_("You are on the newest edition already."), "newest")
    enrolment.revision_id = revision.id
    enrolment.moved_at = clock.now()
    session.flush()  # flush: the relationship is read again below
    session.expire(enrolment, ["revision"])
    audit.record(
        session,
        AuditEvent.ENROLMENT_MOVED,
        f"enrolment/{enrolment.id}",
        by=by,
        revision=revision.number,
    )


def open_lesson(session: Session, enrolment: Enrolment, code: str) -> LessonProgress:
    """Note that reading has reached a lesson; reading goes on from there."""
    row = queries.progress_row(session, enrolment, code)
    if row is None:
        row = LessonProgress(
            enrolment_id=enrolment.id, lesson_code=code, opened_at=clock.now(), completed_at=None
        )
        session.add(row)
    enrolment.last_lesson = code
    return row


def complete_lesson(session: Session, enrolment: Enrolment, code: str, *, by: Actor) -> str | None:
    """Mark a lesson as done and open the next one, whose code is returned.

    Doing it again changes nothing. Refuses a lesson whose module is still locked.
    """
    revision = revision_known(session, enrolment.revision_id)
    refuse_locked(session, enrolment, revision, code)
    row = open_lesson(session, enrolment, code)
    if row.completed_at is None:
        row.completed_at = clock.now()
        session.flush()  # flush: those who listen read it back
        audit.record(
            session, AuditEvent.LESSON_COMPLETED, f"enrolment/{enrolment.id}", by=by, lesson=code
        )
        events.announce(session, LessonCompleted(enrolment.id, enrolment.person_id, code))
    codes = [lesson["id"] for lesson in lessons_of(revision)]
    _before, after = rules.neighbours(codes, code)
    if after:
        open_lesson(session, enrolment, after)
    return after


def refuse_locked(
    session: Session, enrolment: Enrolment, revision: CourseRevision, code: str
) -> None:
    modules = revision.content["modules"]
    module = next((part for part in modules if code in _codes(part)), None)
    if module is None:
        raise Refused(_("This lesson is not part of your edition of the course."), "no-lesson")
    done = queries.completed_lessons(session, enrolment)
    if rules.missing(rules.requirements(modules, module["id"]), done):
        raise Refused(_("This lesson is locked: others have to be completed first."), "locked")


def answer_check(
    session: Session,
    enrolment: Enrolment,
    code: str,
    ref: str,
    response: Response,
    *,
    locale: str = "en",
) -> CheckResponse:
    """Mark an answer to a check and keep it as the last one. May raise BadResponse."""
    revision = revision_known(session, enrolment.revision_id)
    refuse_locked(session, enrolment, revision, code)
    item = queries.check_item(session, revision, ref)
    given = check_response(item, response)
    result = mark(item, given, locale)
    open_lesson(session, enrolment, code)
    row = queries.check_response(session, enrolment, code, ref)
    if row is None:
        row = CheckResponse(enrolment_id=enrolment.id, lesson_code=code, item_ref=ref, tries=0)
        session.add(row)
    row.item_version_id = revision.items[ref]
    row.response, row.tries, row.answered_at = given, row.tries + 1, clock.now()
    row.state = _state(given, result)
    row.earned, row.possible = str(result.earned), str(result.possible)
    return row


def answer_practice(
    session: Session,
    item: AnyItem,
    version_id: int,
    response: Response,
    *,
    by: Actor,
    locale: str = "en",
) -> PracticeCard:
    """Mark an answer in practice and say when the item comes back. May raise BadResponse."""
    given = check_response(item, response)
    now = clock.now()
    card = queries.practice_card(session, by, item.id)
    if card is None:
        card = PracticeCard(person_id=by.id, item_ref=item.id, box=0, tries=0)
        session.add(card)
    card.last_state = _state(given, mark(item, given, locale))
    card.box = rules.next_box(card.box, card.last_state)
    card.item_version_id, card.response = version_id, given
    card.tries, card.answered_at = card.tries + 1, now
    card.due_at = rules.due_at(card.box, now)
    return card


def _state(given: Response, result: Mark) -> str:
    return "empty" if given is None else result.state


def _codes(module: dict[str, Any]) -> list[str]:
    return [lesson["id"] for lesson in module["lessons"]]
