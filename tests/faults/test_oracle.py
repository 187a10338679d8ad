"""The oracle names what is wrong: each test breaks one row of a clean attempt."""

import json

import pytest
from sqlalchemy import delete, update

from faults import oracle
from faults.ledger import Ledger
from probity.exams import actions
from probity.exams.models import Response, ResponseEvent, Result
from probity.kernel.jobs import Job
from tests.factories.exams import add_exam, answer, start_attempt

CLIENT = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def attempt(session, ada, app):
    with app.test_request_context():
        return start_attempt(session, add_exam(session), ada)


@pytest.fixture
def ledger(session, attempt):
    """Three saves of two answers, all acknowledged."""
    ledger = Ledger()
    items = [slot["item"] for slot in attempt.paper["slots"]][:2]
    versions = {}
    for seq, item in enumerate([items[0], items[1], items[0]], start=1):
        base = versions.get(item, 0)
        ledger.send((CLIENT, seq), attempt.public_id, item, base, None)
        saved = answer(session, attempt, item, None, client=CLIENT, seq=seq, base=base)
        versions[item] = saved.version
        ledger.acknowledge((CLIENT, seq), saved.version)
    session.commit()
    return ledger


@pytest.fixture
def judged(app, session, ledger):
    def judge():
        session.commit()
        return oracle.judge(app, ledger)

    return judge


def test_a_clean_attempt_is_clean(judged):
    verdict = judged()
    assert verdict.clean, verdict
    assert verdict.stored == 3


def test_a_missing_event_is_a_lost_answer(judged, session):
    session.execute(delete(ResponseEvent).where(ResponseEvent.seq == 2))
    verdict = judged()
    assert len(verdict.lost) == 1
    assert verdict.wrong  # the current answer has no event either


def test_another_version_than_the_acknowledged_one_is_lost(judged, ledger):
    known = ledger.acknowledged[CLIENT, 1]
    ledger.acknowledged[CLIENT, 1] = type(known)(known.version + 5, known.at, known.waited)
    assert len(judged().lost) == 1


def test_one_version_given_twice_is_a_duplicate(judged, session):
    session.execute(update(ResponseEvent).where(ResponseEvent.seq == 3).values(version=1))
    assert judged().duplicated


def test_what_nobody_sent_is_wrong(judged, ledger):
    del ledger.sent[CLIENT, 1]
    assert any("never sent" in word for word in judged().wrong)


def test_another_value_than_the_one_sent_is_wrong(judged, session):
    session.execute(update(ResponseEvent).where(ResponseEvent.seq == 1).values(value="other"))
    assert any("is stored as" in word for word in judged().wrong)


def test_a_current_answer_that_is_not_the_newest_is_wrong(judged, session):
    session.execute(update(Response).values(value="stale"))
    assert any("the current answer is" in word for word in judged().wrong)


def test_two_acknowledgements_that_differ_are_wrong(judged, ledger):
    ledger.acknowledge((CLIENT, 1), 7)
    assert any("then 7" in word for word in judged().wrong)


@pytest.mark.parametrize("model", [Result, Job])
def test_an_ending_without_result_or_receipt_is_wrong(judged, session, app, attempt, model):
    with app.test_request_context():
        actions.close(session, attempt, by=attempt.candidate)
    assert judged().clean
    session.execute(delete(model))
    assert not judged().clean


def test_a_ledger_counts_what_is_no_answer():
    ledger = Ledger()
    ledger.send((CLIENT, 1), "a", "q1", 0, "x")
    assert ledger.refuse(503, b'{"reason": "unavailable"}') == "unavailable"
    assert ledger.refuse(500, b"<h1>oops</h1>") == "(no JSON)"
    ledger.break_off()
    assert (ledger.errors, ledger.broken, len(ledger.unanswered)) == (1, 1, 1)
    assert "oops" in json.dumps(ledger.excerpts)
    ledger.acknowledge((CLIENT, 1), 1)
    assert not ledger.unanswered
