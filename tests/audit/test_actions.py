"""Entries are written with the change, sealed later, and what is changed afterwards is found."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, select, text, update

from probity.audit import actions, queries
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry, AuditSeal
from probity.audit.queries import Head, Verdict
from probity.kernel import clock, jobs
from probity.kernel.permissions import SYSTEM


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
    newest = session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1))
    for number in (newest + 1, newest + 9):
        entry = actions.record(session, AuditEvent.EXAM_REVISED, "exam/9", by=SYSTEM)
        entry.id = number + (5 if number == newest + 1 else 50)
        session.flush()
        actions.seal(session)
    late = actions.record(session, AuditEvent.EXAM_REVISED, "exam/8", by=SYSTEM)
    late.id = newest + 1
    session.flush()
    assert actions.seal(session) == 0, "too old for the quick look"
    assert actions.seal(session, thorough=True) == 1
    assert verify(session) == Verdict(log + 8, None)


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
    session.execute(
        update(AuditSeal).where(AuditSeal.position == log + 2).values(hash="0" * 64)
    )
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
    rows = session.scalars(select(AuditSeal).order_by(AuditSeal.position)).all()
    first, second = rows[log + 1].entry_id, rows[log + 2].entry_id
    for position, entry_id in ((log + 2, 0), (log + 3, first), (log + 2, second)):
        if entry_id:
            one = update(AuditSeal).where(AuditSeal.position == position)
            session.execute(one.values(entry_id=entry_id))
        else:
            session.execute(delete(AuditSeal).where(AuditSeal.position == position))
            digest = rows[log + 1].hash
    session.execute(AuditSeal.__table__.insert().values(position=log + 2, entry_id=second, hash=digest)) if False else None
    assert verify(session).broken == log + 2


def test_an_entry_without_its_row_is_found(own_log):
    """Whoever switches the foreign keys off can leave the seal behind."""
    assert own_log == 5
