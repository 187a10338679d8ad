"""Entries are written with the change, sealed later, and what is changed afterwards is found."""

from datetime import timedelta

import pytest
import structlog
import time_machine
from sqlalchemy import delete, func, insert, select, update

from probity.audit import actions, queries
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry, AuditSeal
from probity.audit.queries import Head, Verdict
from probity.kernel import clock, jobs
from probity.kernel.db import db
from probity.kernel.logs import configure_logs
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading, writing


@pytest.fixture
def log(session, vera):
    """Five sealed entries, and what the log holds besides."""
    before = session.scalars(select(AuditEntry.id)).all()
    for number in range(5):
        actions.record(session, AuditEvent.EXAM_CREATED, f"exam/{number}", by=vera, number=number)
        session.flush()
    actions.seal(session)
    session.commit()
    return len(before)


def verify(session):
    session.expire_all()
    return queries.verify(session)


def test_an_entry_says_who_did_what_when(session, vera):
    with time_machine.travel(clock.now(), tick=False):
        entry = actions.record(session, AuditEvent.EXAM_CREATED, "exam/1", by=vera, items=40)
        session.flush()
        assert entry.at == clock.now()
    assert (entry.actor_id, entry.event, entry.subject) == (vera.id, "exam:created", "exam/1")
    assert entry.details == {"items": 40}


@pytest.mark.parametrize("actor", [SYSTEM, None])
def test_what_the_site_does_by_itself_has_no_person(session, actor):
    assert actions.record(session, AuditEvent.EXAM_CREATED, "exam/1", by=actor).actor_id is None


def test_sealing_takes_every_entry_once_in_order(session, log):
    sealed = session.execute(
        select(AuditSeal.position, AuditSeal.entry_id).order_by(AuditSeal.position)
    ).all()
    ids = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()
    assert [tuple(row) for row in sealed] == list(enumerate(ids, start=1))
    assert actions.seal(session) == 0


def test_sealing_goes_on_where_it_stopped(session, log, monkeypatch):
    monkeypatch.setattr(actions, "SEALED_AT_ONCE", 3)
    for number in range(4):
        actions.record(session, AuditEvent.EXAM_REVISED, f"exam/{number}", by=SYSTEM)
    assert [actions.seal(session) for _ in range(3)] == [3, 1, 0]
    assert verify(session) == Verdict(log + 9, None)


def test_an_entry_that_came_late_is_sealed_even_if_newer_ones_are(session, log, monkeypatch):
    """On PostgreSQL an id is drawn long before its transaction commits."""
    monkeypatch.setattr(actions, "LATEST", 2)
    newest = session.scalar(select(func.max(AuditEntry.id)))
    for number in (newest + 9, newest + 1):
        session.add(
            AuditEntry(id=number, at=clock.now(), event="e", subject=f"exam/{number}", details={})
        )
        session.flush()
        sealed_at_once = actions.seal(session)
    assert sealed_at_once == 0, "too old for the quick look"
    assert actions.seal(session, thorough=True) == 1
    assert verify(session) == Verdict(log + 7, None)


def test_an_untouched_log_is_whole(session, log):
    assert verify(session) == Verdict(log + 5, None)


def test_an_empty_log_is_whole(session):
    assert verify(session) == Verdict(0, None)


CHANGES = {
    "time": {"at": clock.now() - timedelta(days=1)},
    "person": {"actor_id": 999},
    "event": {"event": "exam:revised"},
    "subject": {"subject": "exam/77"},
    "details": {"details": {"number": 4}},
}


@pytest.mark.parametrize("part", CHANGES)
@pytest.mark.parametrize("number", [0, 2, 4])
def test_an_edited_entry_is_found(session, log, part, number):
    one = update(AuditEntry).where(AuditEntry.subject == f"exam/{number}")
    session.execute(one.values(CHANGES[part]))
    if part == "details" and number == 4:  # the same details as before
        assert verify(session).broken is None
    else:
        assert verify(session).broken == log + number + 1


def test_an_edited_seal_is_found(session, log):
    session.execute(update(AuditSeal).where(AuditSeal.position == log + 2).values(hash="0" * 64))
    assert verify(session) == Verdict(log + 5, log + 2)


def remove(session, number):
    """Take out an entry and its seal, as someone with the database in hand would."""
    found = session.scalar(select(AuditEntry.id).where(AuditEntry.subject == f"exam/{number}"))
    session.execute(delete(AuditSeal).where(AuditSeal.entry_id == found))
    session.execute(delete(AuditEntry).where(AuditEntry.id == found))


@pytest.mark.parametrize("number", [0, 3])
def test_a_removed_entry_is_found(session, log, number):
    remove(session, number)
    assert verify(session).broken == log + number + 1


def test_a_removed_entry_is_found_even_if_the_seals_close_up(session, log):
    remove(session, 1)
    for position in range(log + 3, log + 6):
        session.execute(
            update(AuditSeal).where(AuditSeal.position == position).values(position=position - 1)
        )
    assert verify(session) == Verdict(log + 4, log + 2)


def test_entries_that_changed_places_are_found(session, log):
    pair = select(AuditSeal).where(AuditSeal.position.in_([log + 2, log + 4]))
    first, second = [
        (seal.position, seal.entry_id, seal.hash)
        for seal in session.scalars(pair.order_by(AuditSeal.position))
    ]
    session.execute(delete(AuditSeal).where(AuditSeal.position.in_([first[0], second[0]])))
    for position, entry_id, digest in ((first[0], *second[1:]), (second[0], *first[1:])):
        row = insert(AuditSeal).values(position=position, entry_id=entry_id, hash=digest)
        session.execute(row)
    assert verify(session).broken == log + 2


UNGUARDED = {
    "sqlite": "PRAGMA foreign_keys = OFF",
    "postgresql": "SET session_replication_role = replica",
}


@pytest.mark.parametrize("own_url", ["sqlite", "postgresql"], indirect=True)
def test_an_entry_whose_seal_was_left_behind_is_found(own_site):
    """Whoever has the database in hand can switch off the foreign keys."""
    with own_site.app_context():
        with writing() as session:
            for number in range(3):
                actions.record(session, AuditEvent.EXAM_CREATED, f"exam/{number}", by=SYSTEM)
            session.flush()
            actions.seal(session)
        raw = db.engine.raw_connection()
        raw.cursor().execute(UNGUARDED[db.engine.dialect.name])
        raw.cursor().execute("DELETE FROM audit_entry WHERE subject = 'exam/2'")
        raw.commit()
        raw.invalidate()
        with reading() as session:
            assert queries.verify(session) == Verdict(3, 3)


def test_a_log_that_was_cut_off_no_longer_has_the_noted_head(session, log):
    noted = queries.head(session)
    assert queries.holds(session, noted)
    remove(session, 4)
    assert verify(session) == Verdict(log + 4, None), "the chain alone cannot tell"
    assert not queries.holds(session, noted)
    assert not queries.holds(session, Head(1, "0" * 64))


def test_a_long_check_reports_how_far_it_is(session, log, monkeypatch):
    monkeypatch.setattr(queries, "AT_ONCE", 2)
    done = []
    queries.verify(session, done.append)
    assert done == list(range(2, log + 6, 2))


def test_the_worker_seals_and_checks_by_itself(session, log, work):
    actions.record(session, AuditEvent.EXAM_CREATED, "exam/9", by=SYSTEM)
    assert queries.last_check(session) == {}
    jobs.hasten(session, "audit.seal")
    jobs.hasten(session, queries.CHECK)
    work()
    found = queries.last_check(session)
    assert (found["sealed"], found["broken"]) == (log + 6, None)


def test_the_worker_remembers_a_break_and_logs_it(session, log, work, capsys):
    session.execute(update(AuditEntry).where(AuditEntry.subject == "exam/3").values(actor_id=9))
    jobs.hasten(session, queries.CHECK)
    configure_logs()
    work()
    assert queries.last_check(session)["broken"] == log + 4
    assert '"event": "audit.broken"' in capsys.readouterr().err
    structlog.reset_defaults()


def test_seals_follow_each_other_within_seconds(session):
    jobs.hasten(session, "audit.seal")
    assert jobs.DUTIES["audit.seal"].every <= timedelta(seconds=10)
    assert jobs.DUTIES[queries.CHECK].every <= timedelta(days=1)
