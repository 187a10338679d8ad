"""Duties are queued with the change that causes them, once per key."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from sqlalchemy import select

from probity.kernel import clock, jobs
from probity.kernel.jobs import Job, JobState, handler
from probity.kernel.work import WroteWhileReading, reading, writing
from tests.kernel.rows import count, one


@pytest.fixture
def known(duties):
    handler("probe.ring")(lambda _job, **_arguments: None)
    handler("probe.tick", every=timedelta(minutes=5))(lambda _job: None)
    return duties


def queued(session):
    session.expire_all()
    return session.scalars(select(Job).order_by(Job.id)).all()


def test_a_duty_is_queued_with_its_arguments(session, known):
    jobs.enqueue(session, "probe.ring", key="bell/1", bell=1, tone="a")
    (job,) = queued(session)
    assert (job.name, job.key, job.arguments) == ("probe.ring", "bell/1", {"bell": 1, "tone": "a"})
    assert (job.state, job.tries, job.owner, job.progress) == (JobState.QUEUED, 0, None, {})
    assert job.message == ""
    assert job.run_at == job.created_at <= clock.now()


def test_the_same_key_is_queued_once_even_after_it_is_done(session, known):
    jobs.enqueue(session, "probe.ring", key="bell/1", bell=1)
    queued(session)[0].state = JobState.DONE
    session.flush()
    jobs.enqueue(session, "probe.ring", key="bell/1", bell=2)
    (job,) = queued(session)
    assert (job.arguments, job.state) == ({"bell": 1}, JobState.DONE)


def test_an_unknown_duty_is_refused_at_once(session, known):
    with pytest.raises(KeyError, match=r"no duty is called probe\.sing"):
        jobs.enqueue(session, "probe.sing", key="x")


def test_a_duty_vanishes_with_the_change_that_failed(own_site, known):
    def fail():
        with writing() as session:
            jobs.enqueue(session, "probe.ring", key="bell/1")
            raise ZeroDivisionError

    with own_site.app_context(), pytest.raises(ZeroDivisionError):
        fail()
    assert count(own_site, Job) == 0


def test_a_page_cannot_queue(app, session, known):
    with app.app_context(), reading() as unit, pytest.raises(WroteWhileReading):
        jobs.enqueue(unit, "probe.ring", key="bell/1")


def test_eight_at_once_queue_one(own_site, known):
    together = Barrier(8)

    def queue(_number):
        with own_site.app_context():
            together.wait(10)
            with writing() as session:
                jobs.enqueue(session, "probe.ring", key="bell/1")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(queue, range(8)))
    assert count(own_site, Job) == 1


def test_duties_that_come_back_have_one_row_each(own_site, known):
    def begin(_number):
        with own_site.app_context(), writing() as session:
            jobs.ensure_periodic(session)

    with ThreadPoolExecutor(4) as pool:  # four workers start at the same moment
        list(pool.map(begin, range(4)))
    assert one(own_site, select(Job.name, Job.key)) == ("probe.tick", "periodic/probe.tick")


def test_a_duty_that_comes_back_can_be_called_now(session, known):
    jobs.ensure_periodic(session)
    job = queued(session)[0]
    job.run_at = clock.now() + timedelta(minutes=4)
    session.flush()
    jobs.hasten(session, "probe.tick")
    assert queued(session)[0].run_at <= clock.now()


def test_calling_a_duty_makes_its_row_if_no_worker_ever_ran(session, known):
    jobs.hasten(session, "probe.tick")
    assert [job.key for job in queued(session)] == ["periodic/probe.tick"]


def test_a_duty_under_way_is_not_called_again(session, known):
    jobs.ensure_periodic(session)
    lease_ends = clock.now() + timedelta(seconds=40)
    job = queued(session)[0]
    job.owner, job.run_at = "a worker", lease_ends
    session.flush()
    jobs.hasten(session, "probe.tick")
    assert queued(session)[0].run_at == lease_ends


def test_a_duty_that_stopped_gets_another_round(session, known):
    jobs.enqueue(session, "probe.ring", key="bell/1")
    job = queued(session)[0]
    job.state, job.tries, job.ended_at = JobState.DEAD, jobs.MOST_TRIES, clock.now()
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        jobs.requeue(job)
        session.flush()
        assert (job.state, job.tries, job.owner, job.ended_at) == (JobState.QUEUED, 0, None, None)
        assert job.run_at == clock.now()
