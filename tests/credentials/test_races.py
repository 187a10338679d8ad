"""Two workers, one of them killed: one number, one file, one entry, one letter for each pass."""

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.credentials import queries
from probity.credentials.models import Certificate
from probity.kernel.db import db
from probity.kernel.jobs import Job, JobState
from probity.kernel.mail import Letter
from probity.wiring import create_app
from tests.databases import environment
from tests.factories.accounts import add_person
from tests.factories.credentials import add_certifying_exam, pass_exam, share_fonts

MANY = 4
PATIENCE_SECONDS = 240


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, tmp_path, font_cache):
    """The environment of an installation of its own, whose changes really commit."""
    url = f"sqlite:///{tmp_path / 'site.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create_database("certificates")
    share_fonts(tmp_path, font_cache)
    return environment(url, tmp_path)


@pytest.fixture
def site(settings, tmp_path):
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
        with Session(db.engine.execution_options(writing=True)) as session:
            exam = add_certifying_exam(session, tmp_path)
            for number in range(MANY):
                pass_exam(session, exam, add_person(session, f"p{number}@example.org"))
    yield app
    with app.app_context():
        db.engine.dispose()


def start_worker(settings):
    return subprocess.Popen(
        [sys.executable, "-m", "probity", "work"],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(condition):
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "the workers did not finish in time"
        time.sleep(0.1)


def count(app):
    with app.app_context(), Session(db.engine) as session:
        return queries.count(session)


def end_leases(app):
    """What passing time would do for the duties of the dead."""
    with app.app_context(), Session(db.engine.execution_options(writing=True)) as session:
        held = select(Job).where(Job.state == JobState.QUEUED, Job.owner.is_not(None))
        for job in session.scalars(held):
            job.run_at = job.created_at
        session.commit()


@pytest.mark.first
@pytest.mark.timeout(600)
def test_two_workers_of_whom_one_is_killed_issue_everything_once(site, settings):
    workers = [start_worker(settings), start_worker(settings)]
    try:
        wait_for(lambda: count(site) >= 1)
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        end_leases(site)
        workers.append(start_worker(settings))
        wait_for(lambda: count(site) == MANY)
        for worker in workers[1:]:  # whoever lost a lease tidies up before it goes
            worker.terminate()
            worker.wait(PATIENCE_SECONDS)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    with site.app_context(), Session(db.engine) as session:
        issued = session.scalars(select(Certificate).order_by(Certificate.number)).all()
        told = session.scalars(select(Letter.key).where(Letter.key.startswith("certificate/")))
        assert [c.number[-6:] for c in issued] == [f"{n:06d}" for n in range(1, MANY + 1)]
        assert sorted(told) == sorted(f"certificate/{c.attempt_id}" for c in issued)
        folder = site.config["PROBITY"].instance_dir / "files"
        stored = {str(p.relative_to(folder)) for p in folder.rglob("*.pdf")}
        assert stored == {c.storage_key for c in issued}
