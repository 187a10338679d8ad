"""Two officers at once, and an officer while the candidate works: each on a connection of its own."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from probity.accounts.roles import Role
from probity.exams import actions, queries, supervision
from probity.exams.models import Attempt, AttemptState, Ending, Exam, Notice
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading, writing
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam, answer, start_attempt
from tests.races import committing

CROWD = 4


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def busy(request, tmp_path_factory):
    """An application whose units of work really commit."""
    with committing(request, tmp_path_factory) as app:
        with app.app_context(), writing() as session:
            add_exam(session)
        yield app


@pytest.fixture
def attempts(busy):
    """Three attempts that run."""
    with busy.app_context(), writing() as session:
        exam = session.get_one(Exam, 1)
        people = [
            add_person(session, f"{secrets.token_hex(8)}@example.org", Role.CANDIDATE)
            for _ in range(3)
        ]
        return [start_attempt(session, exam, person).id for person in people]


def all_at_once(app, *acts):
    """Run each act in a unit of work of its own, all at one moment; what they returned."""
    together = Barrier(len(acts))

    def run(act):
        with app.app_context():
            together.wait(10)
            with writing() as session:
                return act(session)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def one(app, attempt_id):
    with app.app_context(), reading() as session:
        found = session.get_one(Attempt, attempt_id)
        session.expunge_all()
        return found


def notices(app, attempt_id):
    with app.app_context(), reading() as session:
        return session.scalars(select(Notice.kind).where(Notice.attempt_id == attempt_id)).all()


def changed(done):
    return sum(len(found.changed) for found in done)


def test_extensions_given_at_once_all_count(busy, attempts):
    before = {number: one(busy, number).deadline for number in attempts}

    def extend(order):
        def act(session):
            return supervision.extend(session, order, 60, "Noise", by=SYSTEM)

        return act

    orders = [attempts, attempts[::-1]] * (CROWD // 2)
    done = all_at_once(busy, *(extend(order) for order in orders))
    assert changed(done) == CROWD * len(attempts)
    for number in attempts:
        assert one(busy, number).deadline - before[number] == timedelta(minutes=CROWD)


def test_a_pause_asked_for_at_once_is_one_pause_and_ends_once(busy, attempts):
    def pause(session):
        return supervision.pause(session, attempts, "Fire alarm", by=SYSTEM)

    def resume(session):
        return supervision.resume(session, attempts, by=SYSTEM)

    assert changed(all_at_once(busy, *[pause] * CROWD)) == len(attempts)
    paused_at = one(busy, attempts[0]).paused_at
    end = one(busy, attempts[0]).deadline
    assert changed(all_at_once(busy, *[resume] * CROWD)) == len(attempts)
    resumed = one(busy, attempts[0])
    assert notices(busy, attempts[0]) == ["paused", "resumed"]
    assert timedelta(0) < resumed.deadline - end < timedelta(minutes=1)
    assert resumed.paused_at is None
    assert paused_at is not None


def test_an_ending_meets_a_hand_in_and_one_of_them_wins(busy, attempts):
    number = attempts[0]

    def end(session):
        return supervision.end(session, number, "Used a telephone", by=SYSTEM)

    def hand_in(session):
        (attempt,) = supervision.lock(session, [number])
        actions.close(session, attempt, by=attempt.candidate)

    all_at_once(busy, end, hand_in, end, hand_in)
    found = one(busy, number)
    assert found.state is AttemptState.CLOSED
    assert (found.ending is Ending.ENDED_BY_STAFF) == (notices(busy, number) == ["ended"])


def test_an_ending_while_answers_arrive_counts_what_was_acknowledged(busy, attempts):
    number = attempts[1]
    given = one(busy, number)

    def save(item):
        def act(session):
            return answer(session, given, item, None)

        return act

    def end(session):
        return supervision.end(session, number, "Used a telephone", by=SYSTEM)

    items = [slot["item"] for slot in given.paper["slots"][:3]]
    *saved, _done = all_at_once(busy, *(save(item) for item in items), end)
    counted = {
        item
        for item, outcome in zip(items, saved, strict=True)
        if type(outcome).__name__ == "Saved"
    }
    with busy.app_context(), reading() as session:
        assert set(queries.answers(session, number)) == counted
        assert session.get_one(Attempt, number).ending is Ending.ENDED_BY_STAFF
