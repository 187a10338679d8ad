"""Claim, run, finish, back off: a duty's effects happen once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event, Thread, Timer

import pytest
import time_machine
from sqlalchemy import select, text, update

from probity.kernel import clock, jobs, worker
from probity.kernel.db import db
from probity.kernel.jobs import Job, JobState, LostLease, NeedsAttention, NotYet, handler
from probity.kernel.work import writing
from tests.kernel.rows import change, committed, keys, one, throttle


@pytest.fixture
def queue(session, duties):
    """Queue a duty that does what the given function does; give its row."""

    def register(run, *, every=None, **arguments):
        handler("probe.duty", every=every)(run)
        if every:
            jobs.ensure_periodic(session)
        else:
            jobs.enqueue(session, "probe.duty", key="probe/1", **arguments)
        session.commit()
        return session.scalars(select(Job)).one()

    return register


def effect(key):
    def run(job, **_arguments):
        with job.step(done=True) as session:
            session.add(throttle(key))

    return run


def test_a_duty_is_done_with_its_arguments(session, work, queue):
    def run(job, bell):
        with job.step(done=True) as unit:
            unit.add(throttle(f"bell {bell}"))

    job = queue(run, bell=7)
    assert work() == 1
    assert keys(session) == ["bell 7"]
    assert (job.state, job.owner, job.tries) == (JobState.DONE, None, 1)
    assert job.ended_at <= clock.now()
    assert work() == 0


def test_a_duty_without_a_last_step_ends_by_itself(session, work, queue):
    def run(job):
        with job.step(progress={"done": 3, "of": 9}) as unit:
            unit.add(throttle("half"))

    job = queue(run)
    work()
    assert (job.state, job.progress) == (JobState.DONE, {"done": 3, "of": 9})


def test_the_one_that_waited_longest_comes_first(session, work, duties):
    order = []
    handler("probe.duty")(lambda _job, place: order.append(place))
    for number, name in enumerate(["late", "later", "first"]):
        jobs.enqueue(session, "probe.duty", key=name, place=name)
        age = timedelta(minutes=9 if name == "first" else 5 - number)
        session.execute(update(Job).where(Job.key == name).values(run_at=clock.now() - age))
    assert work() == 3
    assert order == ["first", "late", "later"]


def test_a_duty_for_later_waits(session, work, queue):
    job = queue(effect("x"))
    job.run_at = clock.now() + timedelta(minutes=1)
    assert work() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert work() == 1


def test_a_failure_is_tried_again_later_and_later_then_given_up(session, work, queue):
    def run(_job):
        raise ConnectionError("the other side is away")

    job = queue(run)
    pauses = []
    now = clock.now()
    for _ in range(jobs.MOST_TRIES):
        with time_machine.travel(now, tick=False):
            assert work() == 1
        if job.state is JobState.QUEUED:
            pauses.append((job.run_at - now).total_seconds())
            assert work() == 0, "not before the pause is over"
        now = job.run_at
    assert pauses == [4, 8, 16, 32]
    assert (job.state, job.tries, job.owner) == (JobState.DEAD, 5, None)
    assert job.message == "ConnectionError: the other side is away"
    assert job.ended_at is not None
    with time_machine.travel(now + timedelta(days=1)):
        assert work() == 0


def test_what_a_failed_step_wrote_is_undone(session, work, queue):
    def run(job):
        with job.step() as unit:
            unit.add(throttle("first"))
        with job.step(done=True) as unit:
            unit.add(throttle("second"))
            unit.flush()
            raise ZeroDivisionError

    job = queue(run)
    work()
    assert keys(session) == ["first"]
    assert job.state is JobState.QUEUED


def test_a_duty_put_back_runs_again(session, work, queue):
    works = []

    def run(job):
        if not works:
            raise RuntimeError("not yet")
        effect("at last")(job)

    job = queue(run)
    job.tries = jobs.MOST_TRIES - 1
    work()
    assert job.state is JobState.DEAD
    works.append(True)
    jobs.requeue(job)
    assert work() == 1
    assert (keys(session), job.state) == (["at last"], JobState.DONE)


def test_what_a_person_must_decide_is_not_tried_again(session, work, queue):
    def run(_job):
        raise NeedsAttention("No glyph for U+1F600 in the font.")

    job = queue(run)
    work()
    assert (job.state, job.tries) == (JobState.ATTENTION, 1)
    assert job.message == "No glyph for U+1F600 in the font."
    assert work() == 0


def test_a_message_quotes_no_row(session, work, queue):
    def run(job):
        with job.step() as unit:
            unit.execute(
                text("INSERT INTO throttle (name, key, count) VALUES ('probe', :answer, 1)"),
                {"answer": "canary-answer"},
            )

    job = queue(run)
    work()
    assert job.message.startswith("IntegrityError")
    assert "canary-answer" not in job.message


def test_a_long_message_is_cut(session, work, queue):
    def run(_job):
        raise RuntimeError("x" * 5000)

    job = queue(run)
    work()
    assert len(job.message) == 2000


def test_a_periodic_duty_comes_back_and_never_dies(session, work, queue):
    failing = []

    def run(job):
        if failing:
            raise RuntimeError("bad day")
        with job.step(done=True):
            pass

    job = queue(run, every=timedelta(minutes=5))
    now = clock.now()
    with time_machine.travel(now, tick=False):
        assert work() == 1
        assert (job.state, job.owner, job.tries) == (JobState.QUEUED, None, 0)
        assert job.run_at == now + timedelta(minutes=5)
    failing.append(True)
    for _ in range(12):
        now = job.run_at
        with time_machine.travel(now, tick=False):
            assert work() == 1
        assert job.run_at - now <= timedelta(minutes=10)
    assert (job.state, job.tries) == (JobState.QUEUED, 12)
    failing.clear()
    with time_machine.travel(job.run_at, tick=False):
        work()
    assert job.tries == 0


def test_a_duty_that_a_new_version_no_longer_knows_dies_without_harm(session, work, queue, duties):
    job = queue(effect("x"))
    duties.clear()
    job.tries = jobs.MOST_TRIES - 1
    assert work() == 1
    assert (job.state, job.message) == (JobState.DEAD, "KeyError: 'probe.duty'")


def test_a_duty_that_ends_every_worker_is_given_up(session, work, queue):
    """It never comes to backing off: the tries are counted when it is claimed."""
    job = queue(effect("x"))
    job.tries, job.owner = jobs.MOST_TRIES, "a worker that died"
    job.run_at = clock.now() - timedelta(seconds=1)
    assert work() == 1
    assert (job.state, keys(session)) == (JobState.DEAD, [])
    assert job.message == "The worker ended each time before the duty did."


def test_a_failure_after_the_last_step_changes_nothing(session, work, queue):
    def run(job):
        effect("done")(job)
        raise RuntimeError("too late to matter")

    job = queue(run)
    work()
    assert (job.state, job.message) == (JobState.DONE, "")


def test_a_duty_deleted_meanwhile_is_let_go(session, work, queue):
    def run(_job):
        with writing() as unit:
            unit.execute(text("DELETE FROM job"))
        raise RuntimeError("nothing to put back")

    queue(run)
    assert work() == 1
    assert session.scalars(select(Job)).all() == []


def expire(app):
    change(app, update(Job).values(run_at=clock.now() - timedelta(seconds=1)))


def test_a_worker_that_froze_cannot_commit_after_another_took_over(own_site, duties):
    begun, thaw, ran = Event(), Event(), []

    @handler("probe.duty")
    def run(job):
        ran.append(job.owner)
        if len(ran) == 1:
            begun.set()
            assert thaw.wait(20)
        with job.step(done=True) as session:
            session.add(throttle(f"by {ran.index(job.owner)}"))

    with own_site.app_context(), writing() as session:
        jobs.enqueue(session, "probe.duty", key="probe/1")
    frozen = Thread(target=worker.run_once, args=[own_site])
    frozen.start()
    assert begun.wait(20)
    assert worker.run_once(own_site) is False, "the lease is not over"
    expire(own_site)
    assert worker.run_once(own_site) is True
    thaw.set()
    frozen.join(20)
    assert committed(own_site) == ["by 1"]
    found = one(own_site, select(Job.state, Job.tries, Job.message))
    assert found == (JobState.DONE, 2, "")


def test_each_step_extends_the_lease(own_site, duties):
    ends = []

    @handler("probe.duty")
    def run(job):
        expire(own_site)
        with job.step() as session:
            ends.append(session.scalar(select(Job.run_at)) - clock.now())

    with own_site.app_context(), writing() as session:
        jobs.enqueue(session, "probe.duty", key="probe/1")
    worker.run_once(own_site)
    assert ends[0] > jobs.LEASE - timedelta(seconds=5)


def test_a_claim_without_its_lease_opens_no_step(app, session, queue):
    queue(effect("x"))
    with app.app_context():
        with writing() as unit:
            held = worker.claim(unit)
        with writing() as unit:
            unit.execute(update(Job).values(owner="somebody else"))
        with pytest.raises(LostLease), held.step():
            pass


def test_two_workers_take_different_duties(own_site, duties):
    """While one is in the middle of claiming, the other takes the next or waits its turn."""
    handler("probe.duty")(lambda _job: None)
    with own_site.app_context(), writing() as session:
        for number in range(40):
            jobs.enqueue(session, "probe.duty", key=f"probe/{number}")
    taken = []

    def take():
        with own_site.app_context():
            while True:
                with writing() as session:
                    held = worker.claim(session)
                if held is None:
                    return
                taken.append(held.job_id)

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 40


@pytest.fixture
def signals():
    """Put back what the worker's own handlers replaced."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handling in before.items():
        signal.signal(number, handling)


def test_a_signal_lets_the_duty_under_way_finish(own_site, duties, signals):
    @handler("probe.duty")
    def run(job, number):
        os.kill(os.getpid(), signal.SIGTERM)
        effect(f"duty {number}")(job)

    handler("probe.tick", every=timedelta(days=1))(lambda _job: None)
    with own_site.app_context(), writing() as session:
        for number in range(3):
            jobs.enqueue(session, "probe.duty", key=f"probe/{number}", number=number)
        session.execute(update(Job).values(run_at=clock.now() - timedelta(hours=1)))
    worker.run_forever(own_site)
    assert len(committed(own_site)) == 1
    made = select(Job.key).where(Job.key.startswith("periodic/"))
    assert one(own_site, made).key == "periodic/probe.tick"


def test_an_idle_worker_stops_at_once(own_site, duties, signals):
    Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()
    began = clock.now()
    worker.run_forever(own_site)
    assert clock.now() - began < timedelta(seconds=5)


def test_where_the_system_tells_no_memory_a_worker_is_never_too_large(monkeypatch, tmp_path):
    monkeypatch.setattr(worker, "MEMORY", tmp_path / "not there")
    assert not worker.Size().large_for(0)


def test_only_a_worker_that_stays_large_counts(monkeypatch, tmp_path):
    memory = tmp_path / "statm"
    memory.write_text("9 10 3")
    monkeypatch.setattr(worker, "MEMORY", memory)
    size = worker.Size()
    memory.write_text("9 1000000 3")
    assert not size.large_for(60)
    assert size.large_for(0)
    memory.write_text("9 10 3")
    assert not size.large_for(0)


def test_a_worker_outlives_a_database_that_is_away(own_site, duties, signals, monkeypatch):
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.05)
    away = []

    def rename(before, after):
        with own_site.app_context(), db.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
        away.append(after)

    @handler("probe.storm")
    def storm(job):
        effect("before")(job)
        Timer(0.5, rename, ["gone", "job"]).start()
        rename("job", "gone")

    @handler("probe.calm")
    def calm(job):
        effect("after all")(job)
        os.kill(os.getpid(), signal.SIGTERM)

    with own_site.app_context(), writing() as session:
        jobs.enqueue(session, "probe.storm", key="probe/1")
        jobs.enqueue(session, "probe.calm", key="probe/2")
    worker.run_forever(own_site)
    assert away == ["gone", "job"]
    assert committed(own_site) == ["after all", "before"]


def test_a_duty_that_another_claims_in_the_same_moment_is_left_to_it(own_site, duties):
    handler("probe.duty")(effect("twice"))
    with own_site.app_context(), writing() as session:
        jobs.enqueue(session, "probe.duty", key="probe/1")
    with ThreadPoolExecutor(1) as pool:
        with own_site.app_context(), writing() as session:
            assert worker.claim(session)  # not committed: the other still sees the duty as due
            other = pool.submit(worker.run_once, own_site)
            wait([other], 0.5)
        assert other.result(20) is False
    assert committed(own_site) == []
    assert one(own_site, select(Job.tries)).tries == 1


def test_a_duty_that_must_wait_comes_back_and_loses_no_try(session, work, queue):
    def run(job):
        raise NotYet("the line is down", timedelta(minutes=3))

    job = queue(run)
    before = clock.now()
    for _ in range(jobs.MOST_TRIES + 2):
        work()
        assert (job.state, job.owner, job.tries) == (JobState.QUEUED, None, 0)
        assert job.message == "the line is down"
        assert job.run_at >= before + timedelta(minutes=3)
        job.run_at = clock.now()


def test_a_command_does_the_duty_it_waits_for_and_sees_each_step(app, session, queue):
    def run(job, number):
        with job.step(progress={"done": 1}) as unit:
            unit.add(throttle(f"half {number}"))
        with job.step(done=True) as unit:
            unit.add(throttle("whole"))

    job = queue(run, number=7)
    seen = []
    with app.app_context():
        assert worker.run_now("probe/1", lambda unit: seen.append(keys(unit)))
        assert worker.run_now("probe/1", seen.append) is False, "it is over"
        assert worker.run_now("probe/2", seen.append) is False, "there is none"
    assert seen == [["half 7"], ["half 7", "whole"]]
    session.expire_all()
    assert (job.state, job.progress) == (JobState.DONE, {"done": 1})


def test_a_duty_that_a_command_ends_without_a_last_step_is_done(app, session, queue):
    job = queue(lambda _job: None)
    with app.app_context():
        assert worker.run_now("probe/1", keys)
    session.expire_all()
    assert (job.state, job.owner) == (JobState.DONE, None)


def test_what_goes_wrong_in_a_command_is_raised_and_the_duty_stays(app, session, queue):
    def run(job):
        with job.step() as unit:
            unit.add(throttle("half"))
        raise ConnectionError("the other side is away")

    def stop(_session):
        raise KeyboardInterrupt

    job = queue(run)
    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            worker.run_now("probe/1", stop)
        assert keys(session) == [], "what is watched is not committed before"
        assert worker.run_now("probe/1", keys) is False, "the lease of the first is not over"
        session.execute(update(Job).values(run_at=clock.now()))
        session.commit()
        with pytest.raises(ConnectionError):
            worker.run_now("probe/1", keys)
    session.expire_all()
    assert (job.state, job.tries, keys(session)) == (JobState.QUEUED, 2, ["half"])
