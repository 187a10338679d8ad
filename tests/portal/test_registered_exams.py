"""My learning knows sittings: exams by registration, and what a person is entitled to."""

import pytest
from sqlalchemy import select

from probity.catalogue import queries as catalogue
from probity.exams import actions as exams
from probity.exams.models import Exam
from probity.learning import actions as learning
from tests.factories.catalogue import load_lamps
from tests.factories.exams import add_exam, start_attempt
from tests.factories.sittings import add_sitting, entitle, opening_in, start


@pytest.fixture
def lamp(app, session, tmp_path, ada):
    """A course Ada has finished, whose exam she may sit."""
    with app.test_request_context():
        load_lamps(session, tmp_path)
        course = catalogue.course_by_code(session, "LA")
        enrolment = learning.enrol(session, course, by=ada)
        session.flush()
        for lesson in catalogue.lessons_of(course.revision):
            learning.complete_lesson(session, enrolment, lesson["id"], by=ada)
    session.commit()
    return session.scalars(select(Exam).where(Exam.slug == "lamp-check")).one()


def test_an_exam_by_registration_is_locked_without_a_place(app, session, browse, lamp, ada, bob):
    with app.test_request_context():
        add_sitting(session, lamp, bob)
    page = browse(ada).get("/learning/").text
    assert "Ask the exam office for a place." in page
    assert "To the exam" not in page


def test_a_place_says_when_it_opens(app, session, browse, lamp, ada):
    with app.test_request_context():
        sitting = add_sitting(session, lamp, ada, **opening_in(days=1))
    page = browse(ada).get("/learning/").text
    assert "The exam opens at" in page
    assert sitting.opens_at.isoformat(timespec="seconds") in page


def test_extra_attempts_count_there_too(app, session, browse, lamp, ada):
    with app.test_request_context():
        entitle(session, ada, extra_attempts=2)
    assert "5 attempts are left" in browse(ada).get("/learning/").text


def fail(app, session, exam, person, start):
    """One empty attempt, begun by `start`; returns its result page's address."""
    with app.test_request_context():
        attempt = start(session, exam, person)
        exams.close(session, attempt, by=person)
    session.commit()
    return f"/attempts/{attempt.public_id}/result"


def test_a_result_counts_extra_attempts(app, session, browse, ada):
    exam = add_exam(session, attempts={"allowed": 1, "cooling_off_hours": 0})
    with app.test_request_context():
        entitle(session, ada, extra_attempts=1)
    page = browse(ada).get(fail(app, session, exam, ada, start_attempt)).text
    assert "1 attempt is left" in page
    assert "Try the exam again" in page


def test_a_result_of_a_sitting_leads_to_another_sitting(app, session, browse, ada):
    exam = add_exam(session)
    with app.test_request_context():
        add_sitting(session, exam, ada)
    page = browse(ada).get(fail(app, session, exam, ada, start)).text
    assert "Try the exam again in another sitting" in page
    assert "Ask the exam office for a place." in page
    assert "No attempt is left" not in page
