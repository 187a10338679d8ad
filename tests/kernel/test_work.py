"""One unit of work is one transaction."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from probity.kernel.db import db, insert
from probity.kernel.ratelimit import Throttle
from probity.kernel.work import WroteWhileReading, reading, writing
from tests.kernel.rows import add_row, committed, keys, one, throttle


def test_what_is_written_is_there_when_the_block_is_left(own_site):
    add_row(own_site, "kept")
    assert committed(own_site) == ["kept"]


def test_a_failure_undoes_everything_of_the_block(own_site):
    def fail():
        with writing() as session:
            session.add(throttle("lost"))
            session.flush()
            raise ZeroDivisionError

    with own_site.app_context(), pytest.raises(ZeroDivisionError):
        fail()
    assert committed(own_site) == []


def test_a_failure_of_the_commit_itself_undoes_it_too(own_site):
    add_row(own_site, "there")
    with own_site.app_context(), pytest.raises(IntegrityError), writing() as session:
        session.add_all([throttle("new"), throttle("there")])
    assert committed(own_site) == ["there"]


@pytest.mark.parametrize("inner", [reading, writing])
@pytest.mark.parametrize("outer", [reading, writing])
def test_units_do_not_nest(app, session, outer, inner):
    with app.app_context(), outer():
        with pytest.raises(RuntimeError, match="do not nest"), inner():
            pass
        with pytest.raises(RuntimeError, match="do not nest"), inner():  # still refused
            pass
    with app.app_context(), inner():  # after the outer one is closed a new one opens
        pass


def test_the_next_unit_begins_without_the_leftovers_of_before(app, session):
    with app.app_context():
        db.session().add(throttle("stray"))
        with writing() as unit:
            unit.add(throttle("meant"))
        with reading() as unit:
            assert keys(unit) == ["meant"]


WRITES = {
    "object": lambda session: session.add(throttle("new")) or session.flush(),
    "insert": lambda session: session.execute(
        insert(session, Throttle).values(name="probe", key="x", count=0, ends_at=None)
    ),
    "update": lambda session: session.execute(update(Throttle).values(count=9)),
    "delete": lambda session: session.execute(delete(Throttle)),
    "change": lambda session: (
        setattr(session.scalars(select(Throttle)).one(), "count", 9) or session.flush()
    ),
    "removal": lambda session: (
        session.delete(session.scalars(select(Throttle)).one()) or session.flush()
    ),
}


@pytest.mark.parametrize("way", WRITES)
def test_a_reading_unit_refuses_every_way_to_write(app, session, way):
    session.add(throttle("there"))
    session.commit()
    with app.app_context(), reading() as unit, pytest.raises(WroteWhileReading):
        WRITES[way](unit)
    assert keys(session) == ["there"]


def test_a_reading_unit_reads_and_flushes_nothing(app, session):
    session.add(throttle("there"))
    session.commit()
    with app.app_context(), reading() as unit:
        row = unit.scalars(select(Throttle)).one()
        unit.flush()
        assert row.count == 0


def test_of_forty_at_once_one_gets_the_seat(own_site):
    add_row(own_site, "seat")

    def take(_number):
        return own_site.test_client().post("/probe/seat").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(take, range(40)))
    assert statuses == {303: 1, 409: 39}
    assert one(own_site, select(Throttle.count)).count == 1


def test_writers_that_wait_for_each_other_all_get_through(own_site):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: add_row(own_site, f"row {number:02}"), range(40)))
    assert len(committed(own_site)) == 40
