"""The exam office's pages: figures, the file to take away, releasing results."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from probity.accounts.roles import Role
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.bank import marking
from probity.bank import queries as bank
from probity.exams import actions, paper, queries, reporting
from probity.exams.events import AttemptPassed
from probity.exams.models import Attempt
from probity.kernel import events
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam, answer, start_attempt

HELD = {"result": "after_review", "detail": "domains", "answers": "never"}


def sit(session, exam, person, right):
    """One whole attempt with the first `right` questions answered well."""
    attempt = start_attempt(session, exam, person)
    slots = paper.load(attempt.paper)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    for slot in slots[:right]:
        part = paper.part_of(parsed[slot.version_id], slot.child)
        answer(session, attempt, slot.item, marking.key_response(part))
    actions.close(session, attempt, by=person)
    return attempt


def crowd(session, exam, number):
    """Candidates who do better and better, up to everything right."""
    for place in range(number):
        person = add_person(session, f"crowd{place}@example.org", Role.CANDIDATE)
        sit(session, exam, person, round(12 * (place + 1) / number))
    session.commit()


@pytest.fixture
def exam(app, session):
    with app.test_request_context():
        return add_exam(session)


def test_exams_that_were_sat_are_listed(app, session, exam, browse, otto, ada):
    assert "Nobody has sat an exam yet" in browse(otto).get("/studio/results/").text
    with app.test_request_context():
        sit(session, exam, ada, 12)
    page = browse(otto).get("/studio/results/").text
    assert "Short exam" in page
    assert re.search(r'data-label="Passed"[^>]*>1<', page)


def test_few_attempts_are_told_and_not_averaged(app, session, exam, browse, otto):
    with app.test_request_context():
        crowd(session, exam, 3)
    page = browse(otto).get("/studio/results/GP-X7/").text
    assert "1 of 3 first attempts passed" in page
    assert "Mean score" not in page
    assert '<svg class="chart' not in page


def test_ten_attempts_give_a_mean_and_no_reliability(app, session, exam, browse, otto):
    with app.test_request_context():
        crowd(session, exam, 10)
    page = browse(otto).get("/studio/results/GP-X7/").text
    assert "Mean score" in page
    assert "Reliability is shown from 30 first attempts on" in page
    assert "None of the" in page


def test_many_attempts_give_all_figures(app, session, exam, browse, otto):
    with app.test_request_context():
        crowd(session, exam, 84)
        report = reporting.report(session, exam, cut_of(exam))
    assert report.sittings == 84
    assert not report.reliability.same_paper
    assert report.items
    page = browse(otto).get("/studio/results/GP-X7/").text
    assert "KR-21" in page
    assert "The pass mark is 70 per cent." in page
    assert page.count('class="chart chart--') == 2
    assert re.search(r'href="/studio/items/GPP-\d{4}/', page)


def cut_of(exam):
    return reporting.Fraction(exam.revisions[0].content["cut_score"]["share"])


def test_only_first_attempts_count_for_figures(app, session, exam, ada):
    with app.test_request_context():
        for right in (0, 12):
            sit(session, exam, ada, right)
    [only] = reporting.sittings(session, exam)
    assert only.share == 0


def test_attempts_are_listed_with_score_time_and_verdict(app, session, exam, browse, otto, ada):
    with app.test_request_context():
        attempt = sit(session, exam, ada, 12)
    attempt.started_at -= timedelta(minutes=20, seconds=5)
    page = browse(otto).get("/studio/results/GP-X7/").text
    assert "Ada Lim" in page
    assert "100\u00a0%" in page
    assert "21 min" in page


def test_results_are_released_once_and_certificates_follow(app, session, browse, otto, ada, bob):
    caught = []
    kept = events._subscribers[AttemptPassed][:]
    events.subscribe(AttemptPassed, lambda _session, event: caught.append(event.attempt_id))
    with app.test_request_context():
        exam = add_exam(session, release=HELD)
        passed, _failed = sit(session, exam, ada, 12), sit(session, exam, bob, 0)
    office = browse(otto)
    assert "2 results are held back" in office.get("/studio/results/GP-X7/").text
    for _twice in range(2):
        office.post("/studio/results/GP-X7/releases")
    actions.release(session, passed, passed.result, queries.content_of(passed.revision))
    events._subscribers[AttemptPassed][:] = kept
    assert caught == [passed.id]
    assert all(one.result.released_at for one in session.scalars(select(Attempt)))
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.event == AuditEvent.RESULTS_RELEASED)
    ).all()
    assert [entry.details for entry in entries] == [{"results": 2}]
    assert "held back" not in office.get("/studio/results/GP-X7/").text


def test_the_file_holds_every_ended_attempt(app, session, exam, browse, otto, ada, bob):
    ada.name_native = "=HYPERLINK(1)"
    with app.test_request_context():
        sit(session, exam, ada, 12)
        start_attempt(session, exam, bob)
    reply = browse(otto).get("/studio/results/GP-X7/attempts.csv")
    assert reply.mimetype == "text/csv"
    assert 'filename="GP-X7-attempts.csv"' in reply.headers["Content-Disposition"]
    assert reply.text.startswith("\ufeffattempt,")
    [row] = csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff")))
    assert row["candidate"] == "Ada Lim"
    assert row["name in own script"] == "'=HYPERLINK(1)"
    assert (row["percent"], row["cut"], row["passed"]) == ("100", "70", "yes")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"]
)
def test_nothing_in_the_file_is_a_formula(text):
    assert reporting.safe(text) == f"'{text}"
    assert reporting.safe("Ada") == "Ada"


def test_an_exam_nobody_finished_says_so(exam, browse, otto):
    assert "No attempt has ended yet" in browse(otto).get("/studio/results/GP-X7/").text


def test_an_unknown_exam_is_not_found(browse, otto):
    for path in ("", "attempts.csv"):
        browse(otto).get(f"/studio/results/GP-X77/{path}", 404)
    browse(otto).post("/studio/results/GP-X77/releases", expect=404)


@pytest.mark.parametrize("path", ["", "GP-X7/", "GP-X7/attempts.csv"])
def test_only_the_exam_office_enters(exam, browse, ada, ivy, path):
    for person in (ada, ivy):
        browse(person).get(f"/studio/results/{path}", 403)
    browse(ivy).post("/studio/results/GP-X7/releases", expect=403)
