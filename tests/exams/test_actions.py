from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from probity.audit.models import AuditEntry
from probity.bank import marking as bank_marking
from probity.bank import queries as bank
from probity.exams import actions, paper, queries
from probity.exams.events import AttemptPassed
from probity.exams.models import Attempt, AttemptState, Ending, Exam, ExamRevision, Response
from probity.exams.saving import NotSaved, Saved
from probity.kernel import events
from probity.kernel.errors import Refused
from probity.kernel.jobs import ensure_periodic
from probity.kernel.mail import Letter
from probity.kernel.permissions import SYSTEM
from tests.factories.exams import (
    add_exam,
    answer,
    device_of,
    events_of,
    exam_content,
    items_of,
    start_attempt,
)


def answer_all(session, attempt, *, right=True):
    slots = paper.load(attempt.paper)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    for slot in slots:
        part = paper.part_of(parsed[slot.version_id], slot.child)
        if right:
            assert isinstance(
                answer(session, attempt, slot.item, bank_marking.key_response(part)), Saved
            )


@pytest.fixture
def heard():
    """Announcements of passed attempts during this test."""
    caught = []
    kept = events._subscribers[AttemptPassed][:]
    events.subscribe(AttemptPassed, lambda _session, event: caught.append(event))
    yield caught
    events._subscribers[AttemptPassed][:] = kept


@pytest.mark.bare
def test_the_same_content_makes_no_second_revision(app, session):
    exam = add_exam(session)
    with app.test_request_context():
        actions.define(session, exam_content(), course_code="GP", by=SYSTEM)
        actions.define(
            session,
            exam_content(time={"minutes": 45, "grace_seconds": 10}),
            course_code="GP",
            by=SYSTEM,
        )
    numbers = session.scalars(
        select(ExamRevision.number).where(ExamRevision.exam_id == exam.id)
    ).all()
    assert sorted(numbers) == [1, 2]
    assert session.scalar(select(func.count()).select_from(Exam)) == 1


def test_starting_pins_paper_name_and_rules(app, session, ada):
    ada.name_native = "林爱达"
    exam = add_exam(session)
    with app.test_request_context():
        attempt = start_attempt(session, exam, ada)
    assert len(items_of(attempt)) == 9 + 3  # nine items and the three parts of a case
    assert (attempt.name_latin, attempt.name_native) == ("Ada Lim", "林爱达")
    assert attempt.deadline - attempt.started_at == timedelta(minutes=30)
    assert attempt.accept_until - attempt.deadline == timedelta(seconds=10)
    assert attempt.honour_version == actions.HONOUR_VERSION


def test_starting_again_resumes_the_same_attempt(app, session, ada):
    exam = add_exam(session)
    with app.test_request_context():
        first = start_attempt(session, exam, ada)
        assert start_attempt(session, exam, ada) is first


def test_starting_without_accepting_the_rules_is_refused(app, session, ada):
    exam = add_exam(session)
    with app.test_request_context(), pytest.raises(Refused) as no:
        actions.start(session, exam, ada, honour="1999", locale="en", device="d")
    assert no.value.reason == "honour"


def test_an_unconfirmed_name_is_refused(app, session, ada):
    ada.name_confirmed_at = None
    exam = add_exam(session)
    with app.test_request_context(), pytest.raises(Refused) as no:
        start_attempt(session, exam, ada)
    assert no.value.reason == "name-not-confirmed"


def test_a_blueprint_the_bank_cannot_fill_opens_no_exam(app, session, ada):
    cells = [{"domain": "GPP-8", "cognitive": ["apply"], "draw": 1}]
    exam = add_exam(
        session, sections=[{"id": "all", "title": exam_content()["title"], "cells": cells}]
    )
    with app.test_request_context(), pytest.raises(Refused) as no:
        start_attempt(session, exam, ada)
    assert no.value.reason == "blueprint"
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_attempts_run_out_and_each_gets_another_paper(app, session, ada):
    exam = add_exam(session)
    papers = []
    with app.test_request_context():
        for _ in range(3):
            attempt = start_attempt(session, exam, ada)
            papers.append([slot["version_id"] for slot in attempt.paper["slots"]])
            actions.close(session, attempt, by=ada)
        with pytest.raises(Refused) as no:
            start_attempt(session, exam, ada)
    assert no.value.reason == "attempts"
    assert set(papers[0]) & set(papers[1]) == set(papers[0]) & set(papers[2]) & set(papers[1])


def test_a_paper_is_marked_exactly_and_a_pass_is_announced(app, session, ada, heard):
    exam = add_exam(session)
    with app.test_request_context():
        attempt = start_attempt(session, exam, ada)
        answer_all(session, attempt)
        actions.close(session, attempt, by=ada)
        session.flush()
    assert (attempt.result.earned, attempt.result.possible) == ("12", "12")
    assert attempt.result.passed
    assert attempt.result.released_at is not None
    assert heard == [AttemptPassed(attempt.id, ada.id, "GPP")]
    facts = queries.award_facts(session, attempt.id)
    assert (facts.scheme, facts.score, facts.email) == ("GPP", "100", ada.email)


def test_an_empty_paper_fails_and_earns_nothing(app, session, ada, heard):
    exam = add_exam(session)
    with app.test_request_context():
        attempt = start_attempt(session, exam, ada)
        actions.close(session, attempt, by=ada)
        session.flush()
    assert attempt.result.earned == "0"
    assert not attempt.result.passed
    assert heard == []


def test_a_result_after_review_waits(app, session, ada, heard):
    exam = add_exam(
        session, release={"result": "after_review", "detail": "domains", "answers": "never"}
    )
    with app.test_request_context():
        attempt = start_attempt(session, exam, ada)
        answer_all(session, attempt)
        actions.close(session, attempt, by=ada)
        session.flush()
    assert attempt.result.released_at is None
    assert heard == []


def test_closing_twice_changes_nothing_and_sends_one_receipt(app, session, ada, work):
    exam = add_exam(session)
    with app.test_request_context():
        attempt = start_attempt(session, exam, ada)
        actions.close(session, attempt, by=ada)
        before = (attempt.closed_at, attempt.answers_sha256)
        actions.close(session, attempt, by=ada)
    session.flush()
    assert (attempt.closed_at, attempt.answers_sha256) == before
    assert (
        session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.event == "attempt:closed")
        )
        == 1
    )
    work()
    [letter] = session.scalars(
        select(Letter).where(Letter.key == f"receipt/{attempt.public_id}")
    ).all()
    assert letter.recipient == ada.email
    assert attempt.answers_sha256 in letter.text
    assert f"/receipts/{attempt.public_id}?" in letter.text


def test_a_result_is_released_on_its_day_and_not_before(app, session, ada, bob, heard, work):
    release = {"result": "on_date", "on": "2020-01-01", "detail": "domains", "answers": "never"}
    due = add_exam(session, release=release)
    later = add_exam(session, id="GP-X8", slug="later", release={**release, "on": "2099-01-01"})
    with app.test_request_context():
        for exam, person in ((due, ada), (later, bob)):
            attempt = start_attempt(session, exam, person)
            answer_all(session, attempt)
            actions.close(session, attempt, by=person)
    session.flush()
    assert heard == []
    ensure_periodic(session)
    work()
    assert [event.candidate_id for event in heard] == [ada.id]


def expire(session, attempt, seconds):
    """Move an attempt's end into the past."""
    session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id)
        .values(
            started_at=attempt.started_at - timedelta(hours=1),
            deadline=queries.now(session) - timedelta(seconds=seconds),
            accept_until=queries.now(session) - timedelta(seconds=seconds - 10),
        )
    )
    session.expire(attempt)


def test_within_the_grace_an_answer_still_counts(app, session, ada):
    exam = add_exam(session)
    with app.test_request_context():
        attempt = start_attempt(session, exam, ada)
        expire(session, attempt, 5)
        assert isinstance(answer(session, attempt, "q1", None), Saved)


def test_after_the_grace_an_answer_is_kept_as_late_and_not_scored(app, session, ada):
    exam = add_exam(session)
    with app.test_request_context():
        attempt = start_attempt(session, exam, ada)
        expire(session, attempt, 11)
        late = answer(session, attempt, "q1", None, client="a" * 8)
        assert late == NotSaved(409, "late-kept")
        assert answer(session, attempt, "q1", None, client="a" * 8) == late
        assert session.get(Response, (attempt.id, "q1")) is None
        actions.close(session, attempt, by=SYSTEM)
    assert attempt.ending is Ending.TIME_OVER
    assert attempt.closed_at == attempt.deadline
    assert [event.outcome for event in events_of(session, attempt.id)] == ["late"]


def test_the_sweep_ends_what_is_over_and_nothing_else(app, session, ada, bob, work):
    exam = add_exam(session)
    with app.test_request_context():
        over, running = start_attempt(session, exam, ada), start_attempt(session, exam, bob)
        expire(session, over, 60)
    ensure_periodic(session)
    work()
    assert over.state is AttemptState.CLOSED
    assert over.result is not None
    assert running.state is AttemptState.OPEN


def test_an_overdue_attempt_is_ended_before_the_next_one_starts(app, session, ada):
    exam = add_exam(session)
    with app.test_request_context():
        first = start_attempt(session, exam, ada)
        expire(session, first, 60)
        second = start_attempt(session, exam, ada)
    assert first.state is AttemptState.CLOSED
    assert second.number == 2


def test_taking_over_makes_the_other_device_read_only(app, session, ada):
    exam = add_exam(session)
    with app.test_request_context():
        attempt = start_attempt(session, exam, ada)
        first = attempt.lease_session
        actions.take_over(session, attempt, first, by=ada)
        assert attempt.lease == 1
        actions.take_over(session, attempt, device_of(session, ada), by=ada)
        assert attempt.lease == 2
        session.flush()
        assert answer(session, attempt, "q1", None, lease=1, device=first) == NotSaved(
            409, "read-only"
        )
        assert isinstance(answer(session, attempt, "q1", None), Saved)


def test_flags_of_other_papers_are_ignored(app, session, ada):
    exam = add_exam(session)
    with app.test_request_context():
        attempt = start_attempt(session, exam, ada)
        actions.set_flags(attempt, ["q2", "q99", "q1"])
    assert attempt.flags == ["q1", "q2"]
