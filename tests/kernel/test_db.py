"""Both databases keep the same promises."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import literal, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from probity.audit.models import AuditSeal
from probity.kernel import clock, jobs
from probity.kernel import db as db_module
from probity.kernel.db import BUSY_TIMEOUT_MS, ExactDecimal, insert
from probity.kernel.jobs import Job, JobState
from probity.kernel.ratelimit import Throttle
from tests.kernel.rows import throttle


def test_times_come_back_as_utc_to_the_microsecond(session):
    shanghai = timezone(timedelta(hours=8))
    local = datetime(2026, 11, 22, 9, 30, 15, 123456, tzinfo=shanghai)
    session.add(Throttle(name="probe", key="x", count=0, ends_at=local))
    session.commit()
    found = session.scalars(select(Throttle.ends_at)).one()
    assert found == local
    assert found.tzinfo is UTC
    assert found.hour == 1


def test_a_time_without_a_zone_is_refused(session):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    session.add(Throttle(name="probe", key="x", count=0, ends_at=naive))
    with pytest.raises(StatementError, match="without a zone cannot be stored"):
        session.flush()


def test_no_time_stays_none(session):
    jobs.hasten(session, "mail.deliver")
    assert session.scalars(select(Job.ended_at)).all() == [None]


def test_times_are_ordered_and_compared_as_times(session):
    early = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
    for number, ends_at in enumerate([early, early + timedelta(microseconds=1)]):
        session.add(Throttle(name="probe", key=str(number), count=0, ends_at=ends_at))
    session.flush()
    assert session.scalars(select(Throttle.key).where(Throttle.ends_at > early)).all() == ["1"]


def test_states_are_stored_by_value(session):
    jobs.hasten(session, "mail.deliver")
    assert session.execute(text("SELECT state FROM job")).scalar() == "queued"
    assert session.scalars(select(Job.state)).one() is JobState.QUEUED


def test_json_comes_back_as_it_was(session):
    row = {"a": [1, None, True, "投标"], "b": {"c": 0.5}}
    session.add(
        Job(
            name="x",
            key="x",
            arguments=row,
            progress={},
            state=JobState.DONE,
            run_at=clock.now(),
            created_at=clock.now(),
        )
    )
    session.commit()
    session.expire_all()
    assert session.scalars(select(Job.arguments)).one() == row


def test_a_key_that_leads_nowhere_is_refused(session):
    session.add(AuditSeal(position=1, entry_id=999, hash="x"))
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_insert_knows_what_to_do_on_conflict(session):
    session.add(throttle("x"))
    session.flush()
    row = insert(session, Throttle).values(name="probe", key="x", count=5, ends_at=clock.now())
    session.execute(row.on_conflict_do_nothing())
    assert session.scalars(select(Throttle.count)).all() == [0]


SETTINGS = {
    "sqlite": {
        "PRAGMA journal_mode": "wal",
        "PRAGMA synchronous": 2,
        "PRAGMA foreign_keys": 1,
        "PRAGMA busy_timeout": BUSY_TIMEOUT_MS,
    },
    "postgresql": {"SHOW idle_in_transaction_session_timeout": "1min"},
}


def test_every_connection_is_set_up(session):
    wanted = SETTINGS[session.get_bind().dialect.name]
    assert {name: session.execute(text(name)).scalar() for name in wanted} == wanted


@pytest.mark.parametrize("own_url", ["postgresql"], indirect=True)
def test_a_line_that_broke_while_it_rested_is_replaced(own_site, monkeypatch):
    """Whoever comes next notices nothing."""
    monkeypatch.setattr(db_module, "REST_SECONDS", 0.0)
    with own_site.app_context():
        engine = db_module.db.engine
        with engine.connect() as first, engine.connect() as second:
            before = first.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            first.rollback()
            first.close()
            second.exec_driver_sql(f"SELECT pg_terminate_backend({before})")
        with engine.connect() as again, engine.connect() as other:
            pids = {
                line.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
                for line in (again, other)
            }
    assert before not in pids


@pytest.mark.parametrize("exact", ["0.10", "1", "12345.678901234", None])
def test_a_decimal_comes_back_with_every_digit(session, exact):
    stated = None if exact is None else Decimal(exact)
    found = session.scalar(select(literal(stated, ExactDecimal)))
    assert found == stated
    assert str(found) == str(exact)
