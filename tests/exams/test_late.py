"""Decisions on late answers: what counts afterwards, what is recorded, what is refused."""

import pytest
from sqlalchemy import select

from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.credentials import actions as credentials
from probity.exams import actions, late, operating, rebuild
from probity.exams.events import AttemptPassed
from probity.exams.models import Outcome, ResponseEvent, Result
from probity.kernel import events
from probity.kernel.errors import Refused
from probity.kernel.mail import Letter
from probity.kernel.permissions import SYSTEM
from tests.factories.credentials import add_certifying_exam, only_certificate, share_fonts
from tests.factories.exams import add_exam, answer, events_of, items_of, start_attempt
from tests.factories.late import TAB, sit_with_late

HELD = {"result": "after_review", "detail": "domains", "answers": "never"}


@pytest.fixture
def exam(session):
    return add_exam(session)


@pytest.fixture
def passes(monkeypatch):
    told = []
    react = lambda _session, event: told.append(event.attempt_id)  # noqa: E731
    monkeypatch.setitem(events._subscribers, AttemptPassed, [react])
    return told


def decide(session, attempt, otto, *, accepted, reason="The line was down."):
    decision = late.decide(session, attempt, accepted=accepted, reason=reason, by=otto)
    session.commit()
    return decision


def result(session, attempt):
    return session.get(Result, attempt.id, populate_existing=True)


def test_late_answers_wait_and_do_not_count(session, exam, ada):
    attempt = sit_with_late(session, exam, ada, in_time=6, late=4)
    assert result(session, attempt).earned == "6"
    now = late.standing(session, attempt)
    assert (now.answers, now.decision, now.is_waiting) == (4, None, True)
    assert [one.attempt for one in late.standings(session, exam)] == [attempt]


def test_accepted_answers_count_and_a_new_receipt_says_why(
    app, session, exam, ada, otto, work, passes
):
    attempt = sit_with_late(session, exam, ada, in_time=6, late=4)
    before = attempt.answers_sha256
    work()
    decide(session, attempt, otto, accepted=True)
    assert (result(session, attempt).earned, result(session, attempt).passed) == ("10", True)
    assert result(session, attempt).released_at is not None
    assert passes == [attempt.id]
    assert attempt.answers_sha256 != before
    assert attempt.answered == 10
    assert rebuild.differences(session, attempt.id, attempt.id) == []
    work()
    letters = session.scalars(select(Letter).where(Letter.key.like("receipt/%"))).all()
    assert [attempt.answers_sha256 in letter.text for letter in letters] == [False, True]
    assert "Reason: The line was down." in letters[1].text


def test_nothing_that_arrived_is_changed(session, exam, ada, otto):
    attempt = sit_with_late(session, exam, ada, in_time=1, late=2)

    def record():
        return {
            (e.client, e.seq): (e.outcome, e.version, e.value)
            for e in events_of(session, attempt.id)
        }

    before = record()
    decide(session, attempt, otto, accepted=True)
    after = record()
    assert before.items() <= after.items()
    added = [after[key] for key in after.keys() - before.keys()]
    assert [(outcome, version) for outcome, version, _value in added] == [(Outcome.SAVED, 1)] * 2


def test_the_log_has_before_and_after(session, exam, ada, otto, passes):
    attempt = sit_with_late(session, exam, ada, in_time=6, late=4)
    digest = attempt.answers_sha256
    decide(session, attempt, otto, accepted=True)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.event == str(AuditEvent.LATE_DECIDED))
    ).one()
    assert entry.actor_id == otto.id
    assert (entry.details["earned_before"], entry.details["earned_after"]) == ("6", "10")
    assert (entry.details["passed_before"], entry.details["passed_after"]) == (False, True)
    assert entry.details["digest_before"] == digest
    assert entry.details["digest_after"] == attempt.answers_sha256


def test_declined_answers_change_nothing(session, exam, ada, otto, work):
    attempt = sit_with_late(session, exam, ada, in_time=6, late=4)
    digest, marked = attempt.answers_sha256, result(session, attempt).marked_at
    work()
    decide(session, attempt, otto, accepted=False, reason="No fault of ours.")
    now = late.standing(session, attempt)
    assert (now.is_waiting, now.decision.accepted) == (False, False)
    assert (attempt.answers_sha256, result(session, attempt).marked_at) == (digest, marked)
    work()
    assert len(session.scalars(select(Letter).where(Letter.key.like("receipt/%"))).all()) == 1


def test_a_changed_mind_is_a_second_decision(session, exam, ada, otto, passes):
    attempt = sit_with_late(session, exam, ada, in_time=6, late=4)
    digest = attempt.answers_sha256
    decide(session, attempt, otto, accepted=True)
    decide(session, attempt, otto, accepted=False)
    assert result(session, attempt).earned == "6"
    assert attempt.answered == 6
    assert attempt.answers_sha256 != digest  # the versions say what happened
    assert rebuild.differences(session, attempt.id, attempt.id) == []
    decide(session, attempt, otto, accepted=True)
    assert result(session, attempt).earned == "10"
    assert [one.accepted for one in late.decisions(session, attempt)] == [True, False, True]


def test_more_that_arrives_waits_again(session, exam, ada, otto):
    attempt = sit_with_late(session, exam, ada, in_time=6, late=1)
    decide(session, attempt, otto, accepted=False)
    item = items_of(attempt)[8]
    answer(session, attempt, item, None, client=TAB, seq=77)
    assert late.standing(session, attempt).is_waiting
    decide(session, attempt, otto, accepted=False)
    assert not late.standing(session, attempt).is_waiting


def test_of_several_late_changes_the_last_counts(session, exam, ada, otto):
    attempt = sit_with_late(session, exam, ada, in_time=0, late=1)
    item = items_of(attempt)[0]
    answer(session, attempt, item, None, client=TAB, seq=50)
    decide(session, attempt, otto, accepted=True)
    assert result(session, attempt).earned == "0"
    assert attempt.answered == 0


def refusal(session, attempt, otto, *, accepted):
    with pytest.raises(Refused) as refused:
        late.decide(session, attempt, accepted=accepted, reason="x", by=otto)
    return refused.value.reason


def test_what_cannot_be_decided_is_refused(session, exam, ada, bob, otto):
    running = start_attempt(session, exam, ada)
    assert refusal(session, running, otto, accepted=True) == "running"
    actions.close(session, running, by=ada)
    assert refusal(session, running, otto, accepted=True) == "nothing-late"
    attempt = sit_with_late(session, exam, bob, in_time=1, late=1)
    decide(session, attempt, otto, accepted=True)
    assert refusal(session, attempt, otto, accepted=True) == "decided"


def test_a_pass_that_is_held_back_is_announced_only_at_its_release(session, ada, otto, passes):
    exam = add_exam(session, release=HELD)
    attempt = sit_with_late(session, exam, ada, in_time=6, late=4)
    decide(session, attempt, otto, accepted=True)
    assert result(session, attempt).passed
    assert passes == []
    actions.release_results(session, exam, by=otto)
    assert passes == [attempt.id]


@pytest.fixture
def certified(app, session, ada, otto, work, request, tmp_path):
    """A pass that only the accepted late answers made, with its certificate issued."""
    cache = request.config.cache.mkdir("certificate-fonts")
    share_fonts(app.config["PROBITY"].instance_dir, cache)
    exam = add_certifying_exam(session, tmp_path)
    attempt = sit_with_late(session, exam, ada, in_time=6, late=6)
    decide(session, attempt, otto, accepted=True)
    return attempt


def test_a_pass_with_a_certificate_cannot_be_taken_back(session, certified, otto, rosa, work):
    session.commit()
    assert refusal(session, certified, otto, accepted=False) == "certificate"  # being issued
    session.rollback()
    work()
    certificate = only_certificate(session)
    assert refusal(session, certified, otto, accepted=False) == "certificate"
    session.rollback()
    assert result(session, certified).passed
    credentials.revoke(session, certificate, reason="Taken back.", by=rosa)
    session.commit()
    decide(session, certified, otto, accepted=False)
    assert not result(session, certified).passed


def test_emptied_answers_that_would_lose_a_certified_pass_are_refused(session, exam, ada, otto):
    attempt = sit_with_late(session, exam, ada, in_time=12, late=0)
    keys = operating.read_key(session, attempt, by=SYSTEM)
    for seq, item in enumerate(keys):
        answer(session, attempt, item, None, client=TAB, seq=seq)
    assert result(session, attempt).passed
    assert refusal(session, attempt, otto, accepted=True) == "certificate"


def test_no_browser_can_send_the_name_of_the_office():
    from probity.exams.requests import CLIENT

    assert CLIENT.fullmatch(late.OFFICE) is None
    assert ResponseEvent.client.type.length >= len(late.OFFICE)
