"""Commands about exams."""

import json

import pytest
from sqlalchemy import select

from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.exams import actions
from probity.exams.models import ExamState
from tests.factories.exams import add_exam, answer, items_of, start_attempt


@pytest.fixture
def run(app, session):
    def invoke(*arguments, exit_code=0):
        session.commit()
        result = app.test_cli_runner().invoke(args=["exams", *arguments])
        session.expire_all()
        assert result.exit_code == exit_code, result.output
        return result.output

    return invoke


def rows(output):
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def exam(session):
    return add_exam(session)


@pytest.mark.bare
def test_every_exam_is_listed_in_every_state(run, session, exam):
    add_exam(session, id="GP-X8", slug="closed-exam", state=ExamState.CLOSED)
    first, second = rows(run("list", "--json"))
    assert (first["exam"], first["state"], first["cut_score"]) == (
        "short-exam",
        "published",
        "7/10",
    )
    assert (second["exam"], second["state"]) == ("closed-exam", "closed")
    assert run("list").splitlines()[0] == "short-exam\tGP-X7\tpublished\t0 attempts"


def test_the_key_of_a_paper_earns_full_marks(run, session, exam, ada):
    attempt = start_attempt(session, exam, ada)
    told = json.loads(run("key", attempt.public_id, "--json"))
    assert told["attempt"] == attempt.public_id
    assert list(told["responses"]) == items_of(attempt)
    for item, response in told["responses"].items():
        answer(session, attempt, item, response)
    session.expire_all()
    actions.close(session, attempt, by=ada)
    assert attempt.result.earned == attempt.result.possible
    assert attempt.result.passed


def test_reading_a_key_is_recorded(run, session, exam, ada):
    attempt = start_attempt(session, exam, ada)
    assert run("key", attempt.public_id).startswith("q1\t")
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.event == AuditEvent.ATTEMPT_KEY_READ)
    ).one()
    assert entry.subject == f"attempt/{attempt.id}"


def test_results_tell_each_attempt_as_it_stands(run, session, ada, bob):
    held = add_exam(
        session, release={"result": "after_review", "detail": "domains", "answers": "never"}
    )
    ended = start_attempt(session, held, ada)
    start_attempt(session, held, bob)
    actions.close(session, ended, by=ada)
    first, second = rows(run("results", "GP-X7", "--json"))
    assert (first["attempt"], first["email"]) == (ended.public_id, "ada@example.org")
    assert (first["status"], first["passed"], first["score"]) == ("provisional", False, "0/12")
    assert (second["status"], second["score"]) == ("open", None)
    actions.release_results(session, held, by=ada)
    assert rows(run("results", "short-exam", "--json"))[0]["status"] == "released"
    assert "bob@example.org\topen\t-" in run("results")


def test_results_of_one_exam_leave_out_the_others(run, session, exam, ada):
    start_attempt(session, exam, ada)
    add_exam(session, id="GP-X8", slug="other-exam")
    assert run("results", "other-exam", "--json") == ""


@pytest.mark.parametrize("arguments", [("key", "no-such-attempt"), ("results", "no-such-exam")])
def test_what_does_not_exist_is_refused_with_a_sentence(run, session, arguments):
    assert "There is no" in run(*arguments, exit_code=1)


def test_a_key_without_an_attempt_is_a_usage_error(run, session):
    run("key", exit_code=2)
