"""The current answers against the record of what arrived."""

import json
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import delete, select, update

from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.exams import actions, queries, rebuild
from probity.exams.models import Outcome, Response, ResponseEvent
from probity.kernel.permissions import SYSTEM
from tests.factories.exams import add_exam, answer, items_of, start_attempt

WHOLE = (0, 2**31 - 1)


def scribble(session, attempt, seed, changes=60):
    """Random saves as three tabs would send them: new, stale, repeated."""
    rng = Random(seed)
    items = items_of(attempt)
    sent = []
    for seq in range(changes):
        if sent and rng.random() < 0.15:
            answer(session, attempt, **rng.choice(sent))
            continue
        item = rng.choice(items)
        row = session.get(Response, (attempt.id, item), populate_existing=True)
        base = max((row.version if row else 0) - (rng.random() < 0.2), 0)
        value = rng.choice([None, "", f"words {seq}", ["a", "b"], {"g1": "x"}, True])
        client = str(rng.randrange(3)) * 36
        change = {"item": item, "value": value, "client": client, "seq": seq, "base": base}
        sent.append(change)
        answer(session, attempt, **change)
    session.expire_all()


@pytest.fixture
def exam(session):
    return add_exam(session)


@pytest.fixture
def attempt(session, exam, ada):
    attempt = start_attempt(session, exam, ada)
    scribble(session, attempt, 7)
    return attempt


def kinds(session):
    session.flush()
    return [(one.item, one.kind) for one in rebuild.differences(session, *WHOLE)]


@pytest.mark.parametrize("seed", range(5))
def test_after_random_saves_nothing_differs(session, exam, ada, bob, seed):
    for person in (ada, bob):
        scribble(session, start_attempt(session, exam, person), seed)
    events = session.scalars(select(ResponseEvent.outcome)).all()
    assert {Outcome.SAVED, Outcome.SUPERSEDED} <= set(events)
    assert kinds(session) == []


def tamper(session, attempt, how):
    mine = Response.attempt_id == attempt.id
    item = session.scalars(select(Response.item).where(mine).order_by(Response.item)).first()
    one = mine & (Response.item == item)
    if how == "missing":
        session.execute(delete(Response).where(one))
    elif how == "extra":
        event = ResponseEvent.attempt_id == attempt.id
        session.execute(delete(ResponseEvent).where(event, ResponseEvent.item == item))
    elif how == "version":
        session.execute(update(Response).where(one).values(version=Response.version + 1))
    else:
        session.execute(update(Response).where(one).values(value="tampered"))
    session.expire_all()
    return item


@pytest.mark.parametrize("how", ["missing", "extra", "version", "value"])
def test_each_way_of_tampering_is_found_and_repaired(session, attempt, how):
    item = tamper(session, attempt, how)
    assert kinds(session) == [(item, how)]
    assert rebuild.repair(session, attempt.id, by=SYSTEM) == []
    session.expire_all()
    assert kinds(session) == []
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.event == str(AuditEvent.ATTEMPT_REBUILT))
    ).one()
    assert entry.details == {"answers": 1}


def test_a_repair_brings_back_what_was_there(session, attempt):
    before = {item: (row.version, row.value) for item, row in answers(session, attempt).items()}
    for how in ("missing", "version", "value"):
        tamper(session, attempt, how)
        rebuild.repair(session, attempt.id, by=SYSTEM)
        session.expire_all()
        after = {item: (row.version, row.value) for item, row in answers(session, attempt).items()}
        assert after == before


def answers(session, attempt):
    return queries.answers(session, attempt.id)


def test_a_digest_that_fits_no_record_is_named_and_left_alone(session, attempt):
    actions.settle(session, attempt)
    assert kinds(session) == []
    attempt.answers_sha256 = "0" * 64
    assert kinds(session) == [("", "digest")]
    (left,) = rebuild.repair(session, attempt.id, by=SYSTEM)
    assert left.kind == "digest"
    assert attempt.answers_sha256 == "0" * 64


def test_a_record_that_contradicts_itself_is_named(session, attempt):
    event = session.scalars(
        select(ResponseEvent).where(ResponseEvent.outcome == Outcome.SAVED)
    ).first()
    copy = {name: getattr(event, name) for name in ("attempt_id", "item", "version", "typed_at")}
    times = {"saved_at": event.saved_at, "outcome": Outcome.SAVED, "value": event.value}
    session.add(ResponseEvent(client="9" * 36, seq=0, **copy, **times))
    assert (event.item, "twice") in kinds(session)
    assert [one.kind for one in rebuild.repair(session, attempt.id, by=SYSTEM)] == ["twice"]


def test_answers_of_no_attempt_are_found(session, attempt):
    orphan = Response(attempt_id=attempt.id + 5, item="q1", version=1, value="x")
    orphan.saved_at = attempt.started_at
    session.add(orphan)
    session.flush()
    parts = list(rebuild.stretches(session))
    found = [one for part in parts for one in rebuild.differences(session, *part)]
    assert [(one.attempt, one.kind) for one in found] == [("", "extra")]


def test_stretches_cover_every_attempt_once(session, exam, ada, bob, monkeypatch):
    monkeypatch.setattr(rebuild, "AT_ONCE", 1)
    ids = [start_attempt(session, exam, person).id for person in (ada, bob)]
    parts = list(rebuild.stretches(session))
    assert [sum(first <= one <= last for first, last in parts) for one in ids] == [1, 1]
    assert all(after[0] == before[1] + 1 for before, after in pairwise(parts))


@pytest.fixture
def run(app, session):
    def invoke(*arguments, exit_code=0):
        session.commit()
        result = app.test_cli_runner().invoke(args=["exams", "rebuild", *arguments])
        session.expire_all()
        assert result.exit_code == exit_code, result.output
        return result.stdout

    return invoke


def test_the_command_checks_and_repairs(run, session, attempt):
    assert "Every answer" in run("--check")
    item = tamper(session, attempt, "value")
    (found,) = [json.loads(line) for line in run("--check", "--json", exit_code=1).splitlines()]
    assert (found["attempt"], found["item"], found["kind"]) == (attempt.public_id, item, "value")
    assert "1 differences." in run("--check", "--attempt", attempt.public_id, exit_code=1)
    assert run("--repair", "--json") == ""
    run("--check")


def test_the_command_says_what_it_cannot_do(run, attempt):
    run(exit_code=2)
    run("--check", "--attempt", "nobody", exit_code=1)
