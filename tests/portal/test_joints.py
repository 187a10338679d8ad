"""What My learning says of exams and certificates, which lie above the courses."""

import pytest

from probity.exams import actions
from probity.exams.models import ExamState
from probity.kernel.permissions import SYSTEM
from tests.factories.catalogue import load_lamps
from tests.factories.credentials import pass_exam
from tests.factories.exams import add_exam, exam_content, start_attempt
from tests.factories.learning import enrolled


@pytest.fixture
def revision(session, tmp_path):
    return load_lamps(session, tmp_path)


def short_exam(session, **changes):
    """An exam of the course that `load_lamps` loads."""
    exam = add_exam(session, **changes)
    exam.course_code = "LA"
    session.commit()
    return exam


def test_a_course_one_is_not_in_shows_no_exam(browse, session, revision, ada):
    short_exam(session)
    assert "Short exam" not in browse(ada).get("/learning/").text


def test_an_exam_to_begin_says_how_many_attempts_are_left(browse, session, revision, ada):
    enrolled(session, revision, ada)
    short_exam(session)
    page = browse(ada).get("/learning/").text
    assert "3 attempts are left" in page
    assert 'href="/exams/short-exam/"' in page


def test_a_running_attempt_is_continued_from_here(browse, session, revision, ada):
    enrolled(session, revision, ada)
    attempt = start_attempt(session, short_exam(session), ada)
    session.commit()
    page = browse(ada).get("/learning/").text
    assert "Your attempt is running until" in page
    assert f'href="/attempts/{attempt.public_id}/"' in page


def test_the_last_attempt_leads_to_its_result(browse, session, revision, ada):
    enrolled(session, revision, ada)
    exam = short_exam(session, attempts={"allowed": 1, "cooling_off_hours": 0})
    attempt = start_attempt(session, exam, ada)
    actions.close(session, attempt, by=ada)
    session.commit()
    page = browse(ada).get("/learning/").text
    assert "You have used every attempt this exam allows." in page
    assert f'href="/attempts/{attempt.public_id}/result"' in page


def test_an_unconfirmed_name_comes_before_the_exam(browse, session, revision, ada):
    enrolled(session, revision, ada)
    short_exam(session)
    ada.name_confirmed_at = None
    session.commit()
    assert "Confirm your legal name before you start." in browse(ada).get("/learning/").text


def test_who_has_no_certificate_is_told_how_to_earn_one(browse, ada):
    assert "No certificate yet" in browse(ada).get("/learning/").text


def test_who_may_learn_but_not_sit_exams_is_shown_none(browse, session, revision, ivy):
    enrolled(session, revision, ivy)
    short_exam(session)
    page = browse(ivy).get("/learning/").text
    assert "Short exam" not in page
    assert "No certificate yet" in page


def test_a_passed_exam_says_so_whatever_is_tried_afterwards(browse, session, revision, ada):
    enrolled(session, revision, ada)
    exam = short_exam(session)
    pass_exam(session, exam, ada)
    actions.close(session, start_attempt(session, exam, ada), by=ada)
    session.commit()
    assert "You passed with 100%" in browse(ada).get("/learning/").text


def test_a_result_that_is_not_released_gives_nothing_away(browse, session, revision, ada):
    enrolled(session, revision, ada)
    held = {"result": "after_review", "detail": "domains", "answers": "never"}
    attempt = pass_exam(session, short_exam(session, release=held), ada)
    page = browse(ada).get("/learning/").text
    assert "Waiting for the result" in page
    assert "passed" not in page.lower()
    assert f'href="/attempts/{attempt.public_id}/result"' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"attempts": {"allowed": 3, "cooling_off_hours": 24}}, "The waiting time after"),
        ({"window": {"closes": "2020-01-01T00:00:00+00:00"}}, "The exam is closed."),
        ({"prerequisites": ["LA-M01-L1"]}, "Finish the lessons this exam builds on first."),
    ],
)
def test_why_an_exam_cannot_be_begun_now_is_said(browse, session, revision, ada, changes, words):
    enrolled(session, revision, ada)
    exam = short_exam(session)
    actions.close(session, start_attempt(session, exam, ada), by=ada)
    actions.define(
        session, exam_content(**changes), course_code="LA", state=ExamState.PUBLISHED, by=SYSTEM
    )
    session.commit()
    assert words in browse(ada).get("/learning/").text
