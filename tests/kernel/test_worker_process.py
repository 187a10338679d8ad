"""Workers that are killed, frozen or asked to stop, as processes."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from probity.audit.models import AuditEntry
from probity.kernel import jobs
from probity.kernel.db import db
from probity.kernel.jobs import Job, JobState
from probity.kernel.settings import ROOT
from probity.kernel.work import reading, writing
from probity.kernel.worker import LARGE_BYTES
from tests.kernel.worker_process import build, large, two_steps

DUTIES = 8
PAGE = os.sysconf("SC_PAGE_SIZE")
KILLS = 3


@pytest.fixture
def site(own_url, duties):
    """An installation with duties waiting."""
    jobs.handler("probe.two-steps")(two_steps)
    app = build(own_url.replace("postgresql://", "postgresql+psycopg://"))
    with app.app_context():
        db.create_all()
        with writing() as session:
            for number in range(DUTIES):
                jobs.enqueue(session, "probe.two-steps", key=f"probe/{number}", number=number)
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def worker(app):
    command = [sys.executable, "-m", "tests.kernel.worker_process"]
    command.append(app.config["SQLALCHEMY_DATABASE_URI"])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def await_half(process):
    """The number of the duty that this process is now in the middle of."""
    line = process.stdout.readline()
    assert line.startswith("half "), "the worker ended by itself"
    return int(line.split()[1])


def effects(app):
    with app.app_context(), reading() as session:
        counted = select(AuditEntry.subject, func.count()).group_by(AuditEntry.subject)
        return dict(map(tuple, session.execute(counted)))


def done(app):
    with app.app_context(), reading() as session:
        query = select(func.count()).select_from(Job).where(Job.state == JobState.DONE)
        return session.scalar(query)


ONCE = {f"{step}/{number}": 1 for step in ("first", "last") for number in range(DUTIES)}


def finish(app):
    """Let a new worker do what is left, and stop it as an operator does."""
    with worker(app) as process:
        while done(app) < DUTIES:
            assert process.stdout.readline(), "the worker ended by itself"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.timeout(90)
def test_killed_in_the_middle_again_and_again_every_effect_happens_once(site):
    for _ in range(KILLS):
        with worker(site) as process:
            await_half(process)
            process.kill()
    assert done(site) <= KILLS
    finish(site)
    assert effects(site) == ONCE


@pytest.mark.timeout(90)
def test_a_frozen_worker_that_wakes_up_finds_its_duty_done(site):
    with worker(site) as frozen:
        held = await_half(frozen)
        frozen.send_signal(signal.SIGSTOP)
        finish(site)
        assert effects(site) == ONCE
        frozen.send_signal(signal.SIGCONT)
        frozen.send_signal(signal.SIGTERM)
        assert frozen.wait(20) == 0
    assert effects(site) == ONCE, f"duty {held} was written twice"


def test_asked_to_stop_a_worker_finishes_the_duty_under_way_and_begins_no_other(site):
    with worker(site) as process:
        number = await_half(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert effects(site) == {f"first/{number}": 1, f"last/{number}": 1}
    assert done(site) == 1


def test_a_worker_that_a_duty_left_large_starts_afresh_and_goes_on(site):
    jobs.handler("probe.large")(large)
    with site.app_context(), writing() as session:
        jobs.enqueue(session, "probe.large", key="probe/large")
    with worker(site) as process:
        while process.stdout.readline() != "large\n":
            pass
        memory = Path(f"/proc/{process.pid}/statm")
        full = int(memory.read_text().split()[1])
        while int(memory.read_text().split()[1]) > full - LARGE_BYTES // PAGE:
            assert process.poll() is None
            time.sleep(0.05)
        with site.app_context(), writing() as session:
            jobs.enqueue(session, "probe.two-steps", key="probe/last", number=DUTIES)
        while process.stdout.readline() != f"done {DUTIES}\n":
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert done(site) == DUTIES + 2
