"""Failures are counted per place and window."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from probity.kernel import clock, jobs, ratelimit
from probity.kernel.errors import TooMany
from probity.kernel.ratelimit import Throttle
from probity.kernel.work import writing
from tests.kernel.rows import one


def fail(session, times=1, key="here"):
    for _ in range(times):
        ratelimit.count(session, "probe", key, per_seconds=60)


def check(session, key="here"):
    ratelimit.check(session, "probe", key, most=3)


def test_the_fourth_failure_of_three_is_one_too_many(session):
    check(session)
    fail(session, 2)
    check(session)
    fail(session)
    with pytest.raises(TooMany) as refused:
        check(session)
    assert 58 <= refused.value.retry_after <= 60
    assert "try again in" in str(refused.value)


def test_places_and_kinds_are_counted_apart(session):
    fail(session, 3)
    check(session, "elsewhere")
    ratelimit.check(session, "another", "here", most=3)


def test_a_window_that_is_over_counts_no_more(session):
    now = clock.now()
    with time_machine.travel(now, tick=False):
        fail(session, 3)
    with time_machine.travel(now + timedelta(seconds=59), tick=False):
        with pytest.raises(TooMany) as refused:
            check(session)
        assert refused.value.retry_after == 1
    with time_machine.travel(now + timedelta(seconds=60), tick=False):
        check(session)
        fail(session)
        row = session.execute(select(Throttle.count, Throttle.ends_at)).one()
        assert row == (1, now + timedelta(seconds=120))


def test_failures_do_not_prolong_their_window(session):
    now = clock.now()
    with time_machine.travel(now, tick=False):
        fail(session)
    with time_machine.travel(now + timedelta(seconds=30), tick=False):
        fail(session)
    row = session.execute(select(Throttle.count, Throttle.ends_at)).one()
    assert row == (2, now + timedelta(seconds=60))


def test_who_proves_himself_is_forgiven(session):
    fail(session, 3)
    ratelimit.clear(session, "probe", "here")
    ratelimit.clear(session, "probe", "never failed")
    check(session)


def test_eight_at_once_are_all_counted(own_site):
    def count(_number):
        with own_site.app_context(), writing() as session:
            fail(session, 5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert one(own_site, select(Throttle.count)).count == 40


def test_windows_that_are_over_are_swept_away(session, work):
    now = clock.now()
    fail(session, 1, "old")
    with time_machine.travel(now + timedelta(minutes=2)):
        fail(session, 1, "young")
        jobs.hasten(session, "ratelimit.sweep")
        work()
        assert session.scalars(select(Throttle.key)).all() == ["young"]
