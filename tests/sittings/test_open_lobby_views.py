"""The lobby of an exam that is open to everybody: what it says to whom, how the honour code is taken."""

import re
from datetime import timedelta

import pytest

from probity.exams import actions, queries
from probity.exams.models import Attempt
from tests.factories.catalogue import load_lamps
from tests.factories.exams import add_exam, start_attempt

LOBBY = "/exams/short-exam/"


def test_the_lobby_shows_what_to_expect(session, browse, ada):
    add_exam(session)
    page = browse(ada).get(LOBBY).text
    for words in ("30 minutes", "70% of the points", "0 of 3 used", "a case counts as one"):
        assert words in page
    assert re.search(r"aria-current=\"step\"[^>]*><span>Check your device", page)


def test_the_certificate_is_named_by_its_title(session, browse, ada, tmp_path):
    load_lamps(session, tmp_path)
    add_exam(session, certificate="LMP")
    page = browse(ada).get(LOBBY).text
    assert re.search(r"<dt>Certificate</dt><dd lang=\"en\">\w", page)
    assert ">LMP<" not in page


def test_missing_lessons_are_linked_by_title(session, browse, ada, tmp_path):
    load_lamps(session, tmp_path)
    page = browse(ada).get("/exams/lamp-check/").text
    assert "Finish these lessons first" in page
    assert re.search(r'href="/courses/lamps/[\w-]+/"[^>]*>', page)
    assert "Start the exam" not in page


def test_missing_lessons_without_a_course_are_named_by_code(session, browse, ada):
    add_exam(session, prerequisites=["GP-M01-L1"]).course_code = None
    session.commit()
    assert "GP-M01-L1" in browse(ada).get(LOBBY).text


def test_a_running_attempt_is_continued(session, browse, ada):
    attempt = start_attempt(session, add_exam(session), ada)
    session.commit()
    page = browse(ada).get(LOBBY).text
    assert "Your attempt is running" in page
    assert f"/attempts/{attempt.public_id}/" in page
    assert 'class="stepper"' not in page


def test_an_unconfirmed_name_comes_first(session, browse, ada):
    add_exam(session)
    ada.name_confirmed_at = None
    session.commit()
    page = browse(ada).get(LOBBY).text
    assert "Confirm my name" in page
    assert re.search(r"aria-current=\"step\"[^>]*><span>Identity", page)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"window": {"opens": "2036-01-01T00:00+08:00"}}, "The exam opens at"),
        ({"window": {"closes": "2021-01-01T00:00+08:00"}}, "The exam is closed."),
    ],
)
def test_a_window_that_is_not_open_says_so(session, browse, ada, changes, sentence):
    add_exam(session, **changes)
    assert sentence in browse(ada).get(LOBBY).text


def test_past_attempts_are_listed_with_their_outcome(session, browse, ada):
    exam = add_exam(session, attempts={"allowed": 1, "cooling_off_hours": 0})
    actions.close(session, start_attempt(session, exam, ada), by=ada)
    session.commit()
    page = browse(ada).get(LOBBY).text
    assert "Not passed" in page
    assert "You have used every attempt this exam allows." in page
    assert "1 of 1 used" in page


def test_a_waiting_time_names_its_end(session, browse, ada):
    exam = add_exam(session, attempts={"allowed": 3, "cooling_off_hours": 24})
    attempt = start_attempt(session, exam, ada)
    actions.close(session, attempt, by=ada)
    session.commit()
    assert "The waiting time after your last attempt ends at" in browse(ada).get(LOBBY).text
    attempt.closed_at = queries.now(session) - timedelta(hours=25)
    session.commit()
    assert "Start the exam" in browse(ada).get(LOBBY).text


def test_without_the_honour_code_nothing_begins(session, browse, ada):
    add_exam(session)
    page = browse(ada).post(f"{LOBBY}attempts", {}, expect=409).text
    assert "accept them before you start" in page
    assert session.query(Attempt).count() == 0


def test_a_script_may_send_json(session, browse, ada):
    add_exam(session)
    for nonsense in ([], ["honour"], "honour", None):
        reply = browse(ada).post_json(f"{LOBBY}attempts", nonsense, expect=409)
        assert reply.json["reason"] == "honour"
    browse(ada).post_json(f"{LOBBY}attempts", {"honour": actions.HONOUR_VERSION}, expect=303)
