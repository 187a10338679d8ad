"""What staff do to running attempts, and what the candidate's time is afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.exams import actions, queries, supervision
from probity.exams.models import AttemptState, Ending, Notice
from probity.exams.saving import NotSaved, Saved
from probity.exams.supervision import Skip
from probity.kernel import jobs
from probity.kernel.errors import Refused
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam, answer, items_of, start_attempt

MINUTE = timedelta(minutes=1)


@pytest.fixture
def exam(session):
    return add_exam(session)


@pytest.fixture
def attempt(session, exam, ada):
    return start_attempt(session, exam, ada)


@pytest.fixture
def sweep(session, work):
    """Let the duty come as the worker does."""

    def run():
        jobs.hasten(session, "exams.sweep")
        work()

    return run


def told(session, attempt):
    query = select(Notice).where(Notice.attempt_id == attempt.id).order_by(Notice.id)
    return [(one.kind, one.text, one.seconds) for one in session.scalars(query)]


def age(attempt, length):
    """Let time pass for one attempt: everything it remembers lies that much further back."""
    for name in ("started_at", "deadline", "accept_until", "paused_at", "pause_until"):
        if (moment := getattr(attempt, name)) is not None:
            setattr(attempt, name, moment - length)


def skips(done):
    return [(one.id, why) for one, why in done.skipped]


def test_a_pause_gives_back_exactly_its_length(session, attempt, otto):
    before = attempt.deadline, attempt.accept_until
    supervision.pause(session, [attempt.id], "Fire alarm", by=otto)
    began = attempt.paused_at
    supervision.resume(session, [attempt.id], by=otto)
    length = attempt.deadline - before[0]
    assert length > timedelta(0)
    assert attempt.accept_until - before[1] == length
    assert attempt.paused_at is None
    assert began + length <= queries.now(session)
    kinds = [(kind, text) for kind, text, _seconds in told(session, attempt)]
    assert kinds == [("paused", "Fire alarm"), ("resumed", "")]


def test_a_stretch_of_the_paper_moves_with_the_pause_and_the_extension(session, attempt, otto):
    attempt.step_until = until = attempt.deadline - 5 * MINUTE
    supervision.extend(session, [attempt.id], 60, "Slow start", by=otto)
    assert attempt.step_until == until + MINUTE
    supervision.pause(session, [attempt.id], "Fire alarm", by=otto)
    age(attempt, MINUTE)
    supervision.resume(session, [attempt.id], by=otto)
    assert attempt.step_until >= until + 2 * MINUTE


def test_a_second_pause_and_a_second_resume_do_nothing_and_say_so(session, attempt, otto):
    supervision.pause(session, [attempt.id], "Fire alarm", by=otto)
    began = attempt.paused_at
    again = supervision.pause(session, [attempt.id], "Again", by=otto)
    assert (again.changed, skips(again)) == ([], [(attempt.id, Skip.PAUSED)])
    assert attempt.paused_at == began
    supervision.resume(session, [attempt.id], by=otto)
    deadline = attempt.deadline
    twice = supervision.resume(session, [attempt.id], by=otto)
    assert (twice.changed, skips(twice)) == ([], [(attempt.id, Skip.RUNNING)])
    assert attempt.deadline == deadline


@pytest.mark.parametrize(
    "act",
    [
        lambda session, ids, by: supervision.pause(session, ids, "Why", by=by),
        lambda session, ids, by: supervision.resume(session, ids, by=by),
        lambda session, ids, by: supervision.extend(session, ids, 60, "Why", by=by),
        lambda session, ids, by: supervision.message(session, ids, "Hello", by=by),
        lambda session, ids, by: supervision.end(session, ids[0], "Why", by=by),
    ],
)
def test_nothing_touches_what_has_ended(session, exam, attempt, ada, bob, otto, act):
    late = start_attempt(session, exam, bob)
    age(late, timedelta(hours=1))
    actions.close(session, attempt, by=ada)
    before = attempt.deadline, late.deadline
    assert skips(act(session, [attempt.id], otto)) == [(attempt.id, Skip.CLOSED)]
    assert skips(act(session, [late.id], otto)) == [(late.id, Skip.OVER)]
    assert (attempt.deadline, late.deadline) == before
    assert told(session, attempt) == told(session, late) == []


def test_while_paused_the_time_does_not_run_out(session, exam, attempt, ada, otto, app):
    supervision.pause(session, [attempt.id], "Power cut", by=otto)
    age(attempt, timedelta(hours=3))
    assert queries.expired(session, 10) == []
    assert not queries.is_over(session, attempt)
    assert queries.open_attempt(session, ada.id, exam) is attempt
    assert start_attempt(session, exam, ada) is attempt
    refused = answer(session, attempt, items_of(attempt)[0], None)
    assert isinstance(refused, NotSaved)
    assert refused.reason == "paused"
    supervision.resume(session, [attempt.id], by=otto)
    left = attempt.deadline - queries.now(session)
    assert 29 * MINUTE < left <= 30 * MINUTE


def test_a_pause_may_end_after_the_window(session, ada, otto):
    exam = add_exam(session, slug="windowed")
    attempt = start_attempt(session, exam, ada)
    attempt.terms = {"cut_by_window": True}
    supervision.pause(session, [attempt.id], "Power cut", by=otto)
    age(attempt, 10 * MINUTE)
    end = attempt.deadline
    supervision.resume(session, [attempt.id], by=otto)
    assert attempt.deadline >= end + 10 * MINUTE


def test_a_forgotten_pause_ends_by_itself(session, attempt, otto, sweep):
    supervision.pause(session, [attempt.id], "Power cut", by=otto)
    left = attempt.deadline - attempt.paused_at
    age(attempt, supervision.LONGEST_PAUSE + 5 * MINUTE)
    assert not queries.is_paused(attempt, queries.now(session))
    sweep()
    assert attempt.paused_at is None
    assert attempt.state is AttemptState.OPEN
    rest = attempt.deadline - queries.now(session)
    assert left - 6 * MINUTE < rest <= left - 5 * MINUTE
    age(attempt, timedelta(hours=1))
    sweep()
    assert attempt.ending is Ending.TIME_OVER


def test_the_sweep_spares_who_was_given_time(session, attempt, otto, sweep):
    age(attempt, 29 * MINUTE)
    supervision.extend(session, [attempt.id], 600, "Slow start", by=otto)
    sweep()
    assert attempt.state is AttemptState.OPEN


def test_an_ending_by_staff_is_the_one_ending(session, attempt, otto):
    item = items_of(attempt)[0]
    done = supervision.end(session, attempt.id, "Used a telephone", by=otto)
    assert done.changed == [attempt]
    assert attempt.ending is Ending.ENDED_BY_STAFF
    assert attempt.result is not None
    assert attempt.answers_sha256
    assert told(session, attempt) == [("ended", "Used a telephone", None)]
    late = answer(session, attempt, item, None)
    assert isinstance(late, NotSaved)
    assert late.reason == "late-kept"


def test_an_ending_during_a_pause_ends_the_pause_too(session, attempt, otto):
    supervision.pause(session, [attempt.id], "Power cut", by=otto)
    supervision.end(session, attempt.id, "Went home", by=otto)
    assert attempt.paused_at is None
    assert attempt.ending is Ending.ENDED_BY_STAFF


def test_the_window_is_named_when_it_ended_the_attempt(session, attempt, ada):
    attempt.terms = {**attempt.terms, "cut_by_window": True}
    age(attempt, timedelta(hours=1))
    actions.close(session, attempt, by=ada)
    assert attempt.ending is Ending.WINDOW_CLOSED


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 2001])
def test_candidates_are_told_why_in_a_sentence_that_fits(session, attempt, otto, words):
    with pytest.raises(Refused) as refusal:
        supervision.pause(session, [attempt.id], words, by=otto)
    assert refusal.value.reason == "reason"
    assert attempt.paused_at is None


@pytest.mark.parametrize("seconds", [0, -60, 24 * 3600 + 1])
def test_extra_time_is_more_than_nothing_and_less_than_a_day(session, attempt, otto, seconds):
    with pytest.raises(Refused) as refusal:
        supervision.extend(session, [attempt.id], seconds, "Why", by=otto)
    assert refusal.value.reason == "seconds"


def test_every_act_is_in_the_audit_log_without_its_words(session, attempt, otto):
    supervision.pause(session, [attempt.id], "Ada is unwell", by=otto)
    supervision.resume(session, [attempt.id], by=otto)
    supervision.extend(session, [attempt.id], 60, "Ada was unwell", by=otto)
    supervision.message(session, [attempt.id], "Take care, Ada", by=otto)
    supervision.end(session, attempt.id, "Ada went home", by=otto)
    session.flush()
    own = select(AuditEntry).where(AuditEntry.subject == f"attempt/{attempt.id}")
    entries = session.scalars(own.where(AuditEntry.actor_id == otto.id)).all()
    acts = [one.event.removeprefix("attempt:") for one in entries]
    assert acts == ["paused", "resumed", "extended", "messaged", "closed"]
    assert not any("Ada" in str(one.details) for one in entries)


def test_attempts_are_held_in_the_order_of_their_ids(session, exam, otto):
    people = [add_person(session, f"p{number}@example.org") for number in range(3)]
    ids = [start_attempt(session, exam, person).id for person in people]
    done = supervision.message(session, reversed([*ids, *ids]), "Hello", by=otto)
    assert [one.id for one in done.changed] == ids


# a candidate's own break


@pytest.fixture
def entitled(session, attempt):
    attempt.terms = {**attempt.terms, "break_seconds": 600}
    return attempt


def test_a_break_stops_the_clock_until_the_candidate_goes_on(session, entitled, ada):
    end = entitled.deadline
    supervision.start_break(session, entitled, by=ada)
    age(entitled, 4 * MINUTE)
    supervision.end_break(session, entitled, by=ada)
    assert timedelta(0) <= entitled.deadline - end < MINUTE
    assert 240 <= entitled.break_used <= 242
    assert supervision.break_left(entitled) <= 6 * MINUTE


def test_a_break_ends_by_itself_when_the_allowance_is_used_up(session, entitled, ada):
    item = items_of(entitled)[0]
    supervision.start_break(session, entitled, by=ada)
    age(entitled, 14 * MINUTE)
    assert not queries.is_paused(entitled, queries.now(session))
    supervision.settle(session, entitled)
    session.flush()
    left = entitled.deadline - queries.now(session)
    assert 25 * MINUTE < left <= 26 * MINUTE
    assert entitled.break_used == 600
    assert isinstance(answer(session, entitled, item, None), Saved)
    with pytest.raises(Refused) as refusal:
        supervision.start_break(session, entitled, by=ada)
    assert refusal.value.reason == "no-break-left"


def test_who_is_not_entitled_has_no_break(session, attempt, ada):
    with pytest.raises(Refused) as refusal:
        supervision.start_break(session, attempt, by=ada)
    assert refusal.value.reason == "no-break-left"


def test_staff_may_pause_over_a_break_and_only_they_end_that(session, entitled, ada, otto):
    supervision.start_break(session, entitled, by=ada)
    on_break = supervision.resume(session, [entitled.id], by=otto)
    assert skips(on_break) == [(entitled.id, Skip.ON_BREAK)]
    age(entitled, MINUTE)
    supervision.pause(session, [entitled.id], "Fire alarm", by=otto)
    assert 60 <= entitled.break_used <= 62
    supervision.end_break(session, entitled, by=ada)
    assert entitled.paused_at is not None
    assert supervision.resume(session, [entitled.id], by=otto).changed == [entitled]


def test_no_break_after_the_end(session, entitled, ada):
    age(entitled, timedelta(hours=1))
    with pytest.raises(Refused) as refusal:
        supervision.start_break(session, entitled, by=ada)
    assert refusal.value.reason == "closed"
