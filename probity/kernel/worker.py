"""The process that does duties: claim, run, finish, back off."""

import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from probity.kernel import clock, jobs
from probity.kernel.jobs import DUTIES, Job, JobState, LostLease, NeedsAttention, NotYet
from probity.kernel.logs import without_rows
from probity.kernel.work import reading, writing

log = structlog.get_logger()

POLL_SECONDS = 0.5
PAUSE_SECONDS = 5.0
MEMORY = Path("/proc/self/statm")
LARGE_SECONDS = 60.0
LARGE_BYTES = 10 * 2**20
"""What typesetting, signing or counting leave is more; a worker with nothing to do need not keep it."""


class Claim:
    """A duty held by this worker; every effect goes through `step`."""

    def __init__(
        self, job_id: int, name: str, arguments: dict[str, Any], tries: int, owner: str
    ) -> None:
        self.job_id = job_id
        self.name = name
        self.arguments = arguments
        self.tries = tries
        self.owner = owner

    @contextmanager
    def step(
        self, *, done: bool = False, progress: dict[str, Any] | None = None
    ) -> Iterator[Session]:
        """Open one short transaction that only the holder of the lease can commit.

        Raises LostLease if another worker took over. With `done` the duty ends with this commit.
        """
        with writing() as session:
            values: dict[str, Any] = {"run_at": clock.now() + jobs.LEASE}
            if progress is not None:
                values["progress"] = progress
            if done:
                values |= _ending(self.name)
            fence = update(Job).where(Job.id == self.job_id, Job.owner == self.owner)
            if session.execute(fence.values(**values)).rowcount != 1:  # type: ignore[attr-defined]
                raise LostLease(self.name)
            yield session


class Watched(Claim):
    """A duty whose steps somebody looks at as they are taken."""

    def __init__(self, held: Claim, watch: Callable[[Session], None]) -> None:
        super().__init__(held.job_id, held.name, held.arguments, held.tries, held.owner)
        self.watch = watch

    @contextmanager
    def step(
        self, *, done: bool = False, progress: dict[str, Any] | None = None
    ) -> Iterator[Session]:
        with super().step(done=done, progress=progress) as session:
            yield session
            self.watch(session)


def _ending(name: str) -> dict[str, Any]:
    now = clock.now()
    every = _interval(name)
    if every is not None:
        return {"state": JobState.QUEUED, "owner": None, "run_at": now + every, "tries": 0}
    return {"state": JobState.DONE, "owner": None, "ended_at": now}


def _interval(name: str) -> timedelta | None:
    """How often a duty comes back; a name that this version no longer knows does not."""
    return DUTIES[name].every if name in DUTIES else None


def claim(session: Session, key: str | None = None) -> Claim | None:
    """Take the duty that has waited longest, or the one of this key, if any is due."""
    now = clock.now()
    mine = (Job.key == key,) if key is not None else ()
    due = (
        select(Job.id)
        .where(Job.state == JobState.QUEUED, Job.run_at <= now, *mine)
        .order_by(Job.run_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    owner = secrets.token_hex(16)
    taken = session.execute(
        update(Job)
        .where(Job.id == due.scalar_subquery())
        .values(owner=owner, run_at=now + jobs.LEASE, tries=Job.tries + 1)
        .returning(Job.id, Job.name, Job.arguments, Job.tries)
    ).one_or_none()
    if taken is None:
        return None
    return Claim(taken.id, taken.name, taken.arguments, taken.tries, owner)


def run_once(app: Flask) -> bool:
    """Do one duty if one is due; tell whether there was one."""
    with app.app_context():
        with reading() as session:
            due = session.scalar(
                select(Job.id)
                .where(Job.state == JobState.QUEUED, Job.run_at <= clock.now())
                .limit(1)
            )
        if due is None:  # looking is cheap; only a real duty takes the write lock
            return False
        with writing() as session:
            held = claim(session)
        if held is None:
            return False
        _run(held)
        return True


def run_now(key: str, watch: Callable[[Session], None]) -> bool:
    """Do the duty of this key here, for a command that somebody waits for.

    `watch` is called in each step before it is committed. Gives False if the duty is over, or
    another worker holds it; what goes wrong is raised and the duty stays queued.
    """
    with writing() as session:
        held = claim(session, key)
    if held is None:
        return False
    duty = DUTIES[held.name]
    duty.run(Watched(held, watch), **held.arguments)
    with writing() as session:
        still = update(Job).where(Job.id == held.job_id, Job.owner == held.owner)
        session.execute(still.values(**_ending(held.name)))
    return True


def run_pending(app: Flask, most: int = 10_000) -> int:
    """Do duties until none is due; return how many were done."""
    done = 0
    while done < most and run_once(app):
        done += 1
    return done


def _run(held: Claim) -> None:
    if held.tries > jobs.MOST_TRIES and _interval(held.name) is None:
        _stop(held, JobState.DEAD, "The worker ended each time before the duty did.")
        return
    try:
        DUTIES[held.name].run(held, **held.arguments)
        with writing() as session:  # a duty without a last step of its own ends here
            still = update(Job).where(Job.id == held.job_id, Job.owner == held.owner)
            session.execute(still.values(**_ending(held.name)))
    except LostLease:
        log.warning("duty.taken-over", duty=held.name, job=held.job_id)
    except NeedsAttention as reason:
        _stop(held, JobState.ATTENTION, str(reason))
    except NotYet as reason:
        _put_off(held, reason)
    except Exception as error:
        log.exception("duty.failed", duty=held.name, job=held.job_id)
        _back_off(held, without_rows(f"{type(error).__name__}: {error}"))


def _stop(held: Claim, state: JobState, message: str) -> None:
    with writing() as session:
        still = update(Job).where(Job.id == held.job_id, Job.owner == held.owner)
        session.execute(
            still.values(state=state, owner=None, message=message[:2000], ended_at=clock.now())
        )


def _put_off(held: Claim, reason: NotYet) -> None:
    with writing() as session:
        still = update(Job).where(Job.id == held.job_id, Job.owner == held.owner)
        session.execute(
            still.values(
                owner=None,
                tries=Job.tries - 1,
                message=str(reason)[:2000],
                run_at=clock.now() + reason.pause,
            )
        )


def _back_off(held: Claim, message: str) -> None:
    with writing() as session:
        job = session.get(Job, held.job_id)
        if job is None or job.owner != held.owner:
            return
        job.owner, job.message = None, message[:2000]
        if job.tries >= jobs.MOST_TRIES and _interval(held.name) is None:
            job.state, job.ended_at = JobState.DEAD, clock.now()
        else:
            pause = jobs.FIRST_PAUSE * 2 ** min(job.tries, 8)
            job.run_at = clock.now() + min(pause, timedelta(minutes=10))


def run_forever(app: Flask) -> None:
    """Do duties until a signal asks to stop; the one under way is finished first.

    A worker that large duties left large starts afresh, in the same process, when nothing is due.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with app.app_context(), writing() as session:
        jobs.ensure_periodic(session)
    size = Size()
    while not stop.is_set():
        try:
            if not run_once(app):
                stop.wait(POLL_SECONDS)
                if size.large_for(LARGE_SECONDS) and not stop.is_set():
                    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 (this very command)
        except Exception:
            log.exception("worker.database")
            stop.wait(PAUSE_SECONDS)


class Size:
    """How much memory this process has taken since it began, and since when it is too much."""

    def __init__(self) -> None:
        self.small = _resident_bytes()
        self.since: float | None = None

    def large_for(self, seconds: float) -> bool:
        if _resident_bytes() <= self.small + LARGE_BYTES:
            self.since = None
            return False
        if self.since is None:
            self.since = time.monotonic()
        return time.monotonic() - self.since >= seconds


def _resident_bytes() -> int:
    """Memory of this process; 0 where the system does not tell."""
    try:
        pages = int(MEMORY.read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
