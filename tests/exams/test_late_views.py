"""The exam office's pages on late answers and withheld results."""

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.exams import actions, late, queries
from probity.exams.models import Result
from tests.factories.exams import add_exam, answer, fill_bank, items_of, start_attempt
from tests.factories.late import TAB, sit_with_late

HELD = {"result": "after_review", "detail": "domains", "answers": "never"}
LATE = "/studio/exams/GP-X7/late"
RESULTS = "/studio/results/GP-X7"


@pytest.fixture
def exam(session):
    return add_exam(session)


@pytest.fixture
def attempt(session, exam, ada):
    return sit_with_late(session, exam, ada, in_time=6, late=4)


def test_the_office_sees_who_waits(session, exam, browse, otto, attempt, bob):
    page = browse(otto).get(LATE).text
    assert "Ada Lim" in page
    assert "Waits" in page
    assert (
        "1 attempt has answers that arrived after its end." in browse(otto).get(f"{RESULTS}/").text
    )
    late.decide(session, attempt, accepted=False, reason="No.", by=otto)
    sit_with_late(session, exam, bob, in_time=1, late=1)
    page = browse(otto).get(LATE).text
    assert page.index("Bob Okoro") < page.index("Ada Lim")
    assert "Not accepted" in page


def test_an_exam_without_late_answers_says_so(session, exam, browse, otto):
    assert "No answer arrived late" in browse(otto).get(LATE).text


def test_both_answers_and_both_clocks_are_shown(session, exam, browse, otto, attempt):
    item = items_of(attempt)[0]
    answer(session, attempt, item, None, client=TAB, seq=90, typed_at="no time at all")
    page = browse(otto).get(f"{LATE}/{attempt.public_id}").text
    assert "5 answers wait for a decision" in page
    assert "before the end" in page
    assert "3 minutes after the end" in page
    assert "emptied" in page
    assert "canary reason" not in page


def test_an_officer_decides_with_a_reason(session, browse, otto, attempt):
    url = f"{LATE}/{attempt.public_id}/decisions"
    visitor = browse(otto)
    assert "Choose whether" in visitor.post(url, {"reason": "x"}, expect=422).text
    assert "State the reason" in visitor.post(url, {"decision": "accept"}, expect=422).text
    visitor.post(url, {"decision": "maybe", "reason": "x"}, expect=422)
    visitor.post(url, {"decision": "accept", "reason": "y" * 2001}, expect=422)
    visitor.post(url, {"decision": "accept", "reason": "The <b>line</b> was down."})
    page = visitor.get(f"{LATE}/{attempt.public_id}").text
    assert "The &lt;b&gt;line&lt;/b&gt; was down." in page
    assert "Otto Berg" in page
    assert "the late one" in page
    assert session.get(Result, attempt.id).earned == "10"
    again = visitor.post(url, {"decision": "accept", "reason": "x"}, expect=409).text
    assert "decided before" in again


def test_only_the_office_sees_and_decides(browse, ada, ivy, rosa, attempt):
    for person in (ada, ivy, rosa):
        visitor = browse(person)
        visitor.get(LATE, expect=403)
        visitor.get(f"{LATE}/{attempt.public_id}", expect=403)
        visitor.post(f"{LATE}/{attempt.public_id}/decisions", {}, expect=403)
        visitor.get(f"{RESULTS}/attempts/{attempt.public_id}/", expect=403)
        visitor.post(f"{RESULTS}/attempts/{attempt.public_id}/withholding", {}, expect=403)


def test_an_attempt_belongs_to_its_exam(session, browse, otto, attempt):
    add_exam(session, id="GP-X8", slug="other-exam")
    visitor = browse(otto)
    visitor.get(f"/studio/exams/GP-X8/late/{attempt.public_id}", expect=404)
    visitor.get("/studio/exams/GP-X9/late", expect=404)
    visitor.get(f"/studio/results/GP-X8/attempts/{attempt.public_id}/", expect=404)
    visitor.get(f"{LATE}/{'z' * 26}", expect=404)


@pytest.fixture
def held(session, ada):
    fill_bank(session)
    exam = add_exam(session, release=HELD)
    attempt = start_attempt(session, exam, ada)
    actions.close(session, attempt, by=ada)
    session.commit()
    return attempt


def test_a_withheld_result_stays_back_until_it_is_let_go(session, browse, otto, held):
    one = f"{RESULTS}/attempts/{held.public_id}"
    visitor = browse(otto)
    assert "Withhold this result" in visitor.get(f"{one}/").text
    visitor.post(f"{one}/withholding", {"reason": " "}, expect=422)
    visitor.post(f"{one}/withholding", {"reason": "Your identity is being checked."})
    page = visitor.get(f"{one}/").text
    assert "Your identity is being checked." in page
    assert "Withheld" in visitor.get(f"{RESULTS}/").text
    visitor.post(f"{RESULTS}/releases")
    assert session.get(Result, held.id).released_at is None
    visitor.post(f"{one}/freeing")
    visitor.post(f"{one}/freeing", expect=409)
    visitor.post(f"{RESULTS}/releases")
    assert session.get(Result, held.id).released_at is not None
    visitor.post(f"{one}/withholding", {"reason": "Too late."}, expect=409)
    events = session.scalars(select(AuditEntry.event)).all()
    assert {"result:withheld", "result:freed"} <= set(events)


def test_the_calendar_releases_no_withheld_result(session, browse, ada, otto, work):
    exam = add_exam(session, release={**HELD, "result": "on_date", "on": "2020-01-01"})
    attempt = start_attempt(session, exam, ada)
    actions.close(session, attempt, by=ada)
    result = session.get(Result, attempt.id)
    result.withheld = "Checked."
    work()
    assert session.get(Result, attempt.id).released_at is None
    session.get(Result, attempt.id).withheld = None
    session.commit()
    assert [one.id for one in queries.due_results(session, 5)] == [attempt.id]


def test_a_result_that_is_not_there_cannot_be_withheld(session, exam, browse, otto, ada):
    running = start_attempt(session, exam, ada)
    url = f"{RESULTS}/attempts/{running.public_id}"
    page = browse(otto).get(f"{url}/").text
    assert "still running" in page
    browse(otto).post(f"{url}/withholding", {"reason": "x"}, expect=409)
