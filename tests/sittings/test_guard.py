"""Exam day: what touches a sitting from an hour before it opens until its last end is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from probity.exams import actions as exams
from probity.exams import publishing
from probity.exams import queries as exams_read
from probity.exams.models import Exam, ExamState
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.sittings import actions, queries
from tests.factories.catalogue import load_lamps, sound_courses, spoil
from tests.factories.exams import add_exam, exam_content
from tests.factories.sittings import add_sitting, opening_in, start


@pytest.fixture
def exam(app, session, ivy):
    with app.test_request_context():
        exam = add_exam(session)
        exam.created_by_id = ivy.id
        yield exam


@pytest.mark.parametrize(
    ("window", "is_guarded"),
    [
        ({"minutes": 61}, False),
        ({"minutes": 59}, True),
        ({"minutes": -30}, True),
        ({"minutes": -121}, False),
    ],
)
def test_the_guard_stands_from_an_hour_before(session, exam, window, is_guarded):
    sitting = add_sitting(session, exam)
    times = opening_in(**window)
    sitting.opens_at, sitting.closes_at = times["opens_at"], times["closes_at"]
    session.flush()
    assert (queries.guarded(session, exam) is sitting) is is_guarded
    assert queries.is_guarded(session, sitting) is is_guarded


def test_the_guard_stands_until_the_last_attempt_is_over(session, exam, ada):
    sitting = add_sitting(session, exam, ada)
    attempt = start(session, exam, ada)
    sitting.closes_at = clock.now() - timedelta(seconds=1)
    session.flush()
    assert queries.guarded(session, exam) is sitting
    assert queries.is_guarded(session, sitting)
    attempt.accept_until = clock.now() - timedelta(seconds=1)
    session.flush()
    assert queries.guarded(session, exam) is None
    attempt.paused_at = clock.now()
    session.flush()
    assert queries.guarded(session, exam) is sitting
    attempt.paused_at = None
    exams.close(session, attempt, by=ada)
    assert not queries.is_guarded(session, sitting)


def test_a_cancelled_sitting_guards_nothing(session, exam, otto):
    sitting = add_sitting(session, exam, **opening_in(minutes=10))
    actions.cancel(session, sitting, "Flood", by=otto)
    assert queries.guarded(session, exam) is None
    assert not queries.is_guarded(session, sitting)


def test_editing_and_closing_are_refused_with_the_reason(session, exam, ivy):
    sitting = add_sitting(session, exam)
    changed = exam_content(time={"minutes": 45, "grace_seconds": 10})
    with pytest.raises(Refused, match="Spring sitting") as no:
        publishing.revise(session, exam, changed, base=1, by=ivy)
    assert (no.value.reason, no.value.facts) == (
        "sitting-running",
        {"sitting": sitting.public_id},
    )
    with pytest.raises(Refused):
        publishing.change_state(session, exam, ExamState.CLOSED, by=ivy)
    sitting.opens_at = clock.now() + timedelta(hours=1, minutes=1)
    session.flush()
    assert publishing.revise(session, exam, changed, base=1, by=ivy) == 2


def test_the_studio_says_why(session, exam, browse, ivy):
    add_sitting(session, exam)
    page = browse(ivy).post(f"/studio/exams/{exam.code}/state", {"state": "closed"}, expect=409)
    assert "cannot be changed now" in page.text


def test_a_course_with_the_exam_is_not_imported(app, session, tmp_path):
    courses = sound_courses(tmp_path)
    with app.test_request_context():
        load_lamps(session, courses)
        exam = session.scalars(select(Exam).where(Exam.slug == "lamp-check")).one()
        add_sitting(session, exam)
        session.commit()
        spoil(courses, "lamps/exams/short.yaml", "minutes: 5", "minutes: 6")
        with pytest.raises(Refused) as no:
            load_lamps(session, courses)
        session.rollback()
        assert no.value.reason == "sitting-running"
        assert exams_read.current_revision(session, exam).number == 1
