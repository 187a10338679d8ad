"""Imports under crashes: each question exactly once, and files that do not stay for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from probity.bank.models import Item
from probity.exchange import actions, importing, jobs, queries
from probity.exchange.models import BatchState, ImportedItem
from probity.kernel import clock
from probity.kernel.jobs import Job
from tests.factories.exchange import add_batch, many, storage_of

COUNT = 60


class Killed(BaseException):
    """The worker is gone: nothing of it cleans up."""


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 10)
    monkeypatch.setattr(jobs, "BROUGHT_AT_ONCE", 10)


def die_at(monkeypatch, module, name, call):
    """Let the worker end in the middle of a step."""
    real, calls = getattr(module, name), []

    def once(*args, **kwargs):
        calls.append(1)
        result = real(*args, **kwargs)
        if len(calls) == call:
            raise Killed
        return result

    monkeypatch.setattr(module, name, once)


def restart(session):
    """The lease runs out, and another worker comes."""
    session.execute(update(Job).values(run_at=clock.now() - timedelta(seconds=1)))


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_a_reader_killed_half_way_goes_on(app, session, work, monkeypatch, small_steps):
    batch = add_batch(app, session, many(COUNT))
    with monkeypatch.context() as patch:
        die_at(patch, actions, "keep", 3)
        with pytest.raises(Killed):
            work()
    assert count(session, ImportedItem) == 20
    restart(session)
    work()
    session.expire_all()
    numbers = session.scalars(select(ImportedItem.number).order_by(ImportedItem.number)).all()
    assert numbers == list(range(COUNT))
    assert batch.state is BatchState.READY
    assert batch.counts["all"] == COUNT


def test_an_import_killed_half_way_makes_each_item_once(
    app, session, work, monkeypatch, small_steps, ivy
):
    batch = add_batch(app, session, many(COUNT), by=ivy)
    work()
    actions.confirm(session, batch, by=ivy)
    with monkeypatch.context() as patch:
        die_at(patch, importing, "bring", 4)
        with pytest.raises(Killed):
            work()
    assert count(session, Item) == 30
    restart(session)
    work()
    session.expire_all()
    assert count(session, Item) == COUNT
    assert batch.state is BatchState.DONE
    items = session.scalars(select(ImportedItem.item_id)).all()
    assert len(set(items)) == COUNT


def test_an_undo_killed_half_way_ends(app, session, work, monkeypatch, small_steps, ivy):
    batch = add_batch(app, session, many(COUNT), by=ivy)
    work()
    actions.confirm(session, batch, by=ivy)
    work()
    actions.undo(session, batch, by=ivy)
    with monkeypatch.context() as patch:
        die_at(patch, importing, "take_back", 2)
        with pytest.raises(Killed):
            work()
    restart(session)
    work()
    session.expire_all()
    assert batch.state is BatchState.UNDONE
    assert batch.counts["retired"] == COUNT


def test_a_stopped_import_keeps_what_is_in(app, session, work, monkeypatch, small_steps, ivy):
    batch = add_batch(app, session, many(COUNT), by=ivy)
    work()
    actions.confirm(session, batch, by=ivy)
    with monkeypatch.context() as patch:
        die_at(patch, importing, "bring", 3)
        with pytest.raises(Killed):
            work()
    session.expire_all()
    actions.cancel(session, batch, by=ivy)
    restart(session)
    work()
    session.expire_all()
    assert (batch.state, count(session, Item)) == (BatchState.DONE, 20)
    assert batch.counts["created"] == 20


def test_files_are_deleted_after_thirty_days(app, session, work):
    batch = add_batch(app, session)
    work()
    key = batch.files[0]["key"]
    assert storage_of(app).exists(key)
    batch.created_at = clock.now() - queries.FILES_KEPT - timedelta(hours=1)
    session.execute(update(Job).where(Job.name == "exchange.clear").values(run_at=clock.now()))
    from probity.kernel.jobs import hasten

    hasten(session, "exchange.clear")
    work()
    session.expire_all()
    assert not storage_of(app).exists(key)
    assert batch.files_deleted_at is not None
    assert count(session, ImportedItem) == 3
