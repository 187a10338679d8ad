"""What learners change, and what they are refused."""

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.bank.marking import BadResponse
from probity.catalogue import queries as catalogue
from probity.kernel import events
from probity.kernel.errors import Refused
from probity.learning import actions, queries
from probity.learning.events import LessonCompleted
from probity.learning.models import CheckResponse, Enrolment
from tests.factories.catalogue import load_lamps, sound_courses, spoil
from tests.factories.learning import complete, enrolled

L1, L2, L3 = "LA-M01-L1", "LA-M01-L2", "LA-M02-L1"


@pytest.fixture
def courses(tmp_path):
    return sound_courses(tmp_path)


@pytest.fixture
def revision(session, courses):
    return load_lamps(session, courses)


@pytest.fixture
def enrolment(session, revision, ada):
    return enrolled(session, revision, ada)


def test_enrolling_pins_the_revision_and_is_recorded_once(session, revision, ada):
    first = actions.enrol(session, revision.course, by=ada)
    assert actions.enrol(session, revision.course, by=ada) is first
    assert first.revision_id == revision.id
    query = select(AuditEntry).where(AuditEntry.event == "enrolment:begun")
    assert len(session.scalars(query).all()) == 1


def test_a_learner_stays_on_the_revision_begun_until_moving(session, courses, enrolment, ada):
    complete(session, enrolment, ada, L1)
    file = "lamps/modules/01-start/02-second-light.md"
    spoil(courses, file, "title: Second light", "title: Another light")
    newer = load_lamps(session, courses)
    assert enrolment.revision_id != newer.id
    (state,) = queries.courses_of(session, ada)
    assert state.is_behind
    actions.move_to_newer_revision(session, enrolment, by=ada)
    assert enrolment.revision.id == newer.id
    assert queries.completed_lessons(session, enrolment) == {L1}
    with pytest.raises(Refused, match="newest edition"):
        actions.move_to_newer_revision(session, enrolment, by=ada)


def test_completing_a_lesson_opens_the_next_and_is_announced_once(session, enrolment, ada):
    heard = []
    listen = lambda _session, event: heard.append(event.lesson_code)  # noqa: E731
    events.subscribe(LessonCompleted, listen)
    assert actions.complete_lesson(session, enrolment, L1, by=ada) == L2
    actions.complete_lesson(session, enrolment, L1, by=ada)
    events._subscribers[LessonCompleted].remove(listen)
    assert heard == [L1]
    assert enrolment.last_lesson == L2
    assert queries.completed_lessons(session, enrolment) == {L1}


def test_a_locked_lesson_cannot_be_completed_until_the_others_are(session, enrolment, ada):
    with pytest.raises(Refused, match="locked"):
        actions.complete_lesson(session, enrolment, L3, by=ada)
    complete(session, enrolment, ada, L1, L2)
    assert actions.complete_lesson(session, enrolment, L3, by=ada) is None


def test_a_lesson_of_another_edition_is_refused(session, enrolment, ada):
    with pytest.raises(Refused, match="not part of your edition"):
        actions.complete_lesson(session, enrolment, "LA-M09-L1", by=ada)


def test_an_answer_to_a_check_is_marked_and_the_last_one_kept(session, enrolment):
    first = actions.answer_check(session, enrolment, L1, "LMP-0001", "torch")
    assert (first.state, first.earned, first.possible, first.tries) == ("wrong", "0", "1", 1)
    actions.answer_check(session, enrolment, L1, "LMP-0001", "pole")
    session.commit()
    (kept,) = session.scalars(select(CheckResponse)).all()
    assert (kept.state, kept.earned, kept.response, kept.tries) == ("right", "1", "pole", 2)
    assert queries.check_responses(session, enrolment, L1)["LMP-0001"] is kept


def test_an_answer_of_the_wrong_form_is_not_kept(session, enrolment):
    with pytest.raises(BadResponse):
        actions.answer_check(session, enrolment, L1, "LMP-0001", "sun")
    assert session.scalars(select(CheckResponse)).all() == []


def test_a_course_may_ask_for_another_one_first(session, courses, revision, ada):
    spoil(courses, "lamps/course.yaml", "level: F", "level: F\nrequires: [LA]")
    newer = load_lamps(session, courses)
    with pytest.raises(Refused, match="First complete the course LA"):
        actions.enrol(session, newer.course, by=ada)
    assert session.scalars(select(Enrolment)).all() == []


def test_practice_brings_missed_items_back_sooner(session, revision, ada):
    item = queries.check_item(session, catalogue.find_revision(session, revision.id), "LMP-0003")
    version = revision.items["LMP-0003"]
    card = actions.answer_practice(session, item, version, False, by=ada)
    assert (card.box, card.last_state) == (1, "right")
    assert card.due_at > card.answered_at
    card = actions.answer_practice(session, item, version, True, by=ada)
    assert (card.box, card.last_state, card.tries) == (0, "wrong", 2)
    assert card.due_at == card.answered_at
    session.commit()
    assert queries.practice_cards(session, ada)["LMP-0003"].response is True
