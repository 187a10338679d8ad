"""Duties that must happen once: a row in the transaction of the change, done by the worker.

The pattern (leases and fencing, the same on both databases) is described in docs/operations/duties.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from probity.kernel import clock
from probity.kernel.db import Model, insert

LEASE = timedelta(seconds=60)
MOST_TRIES = 5
FIRST_PAUSE = timedelta(seconds=2)


class JobState(StrEnum):
    QUEUED = "queued"
    DONE = "done"
    ATTENTION = "attention"
    DEAD = "dead"


class Job(Model):
    """One duty. While a worker holds it, `owner` is its token and `run_at` the end of its lease."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    arguments: Mapped[dict[str, Any]]
    state: Mapped[JobState]
    run_at: Mapped[datetime]
    owner: Mapped[str | None] = mapped_column(String(40))
    tries: Mapped[int] = mapped_column(default=0)
    progress: Mapped[dict[str, Any]]
    message: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class NeedsAttention(Exception):
    """A person must decide; trying again would not help. The message is shown to staff."""


class NotYet(Exception):
    """It cannot be done for now; it comes back after a pause, and this did not count as a try."""

    def __init__(self, message: str, pause: timedelta) -> None:
        super().__init__(message)
        self.pause = pause


class LostLease(Exception):
    """Another worker has taken the duty over; whatever this one was about to write must not be."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What to run, and how often it comes back by itself."""

    run: Callable[..., None]
    every: timedelta | None = None


DUTIES: dict[str, Duty] = {}


def handler(name: str, *, every: timedelta | None = None) -> Callable[..., Any]:
    """Register `def verb(job: Claim, **arguments)` for a name; with `every` it runs by itself."""

    def decorate(run: Callable[..., None]) -> Callable[..., None]:
        DUTIES[name] = Duty(run, every)
        return run

    return decorate


def enqueue(session: Session, name: str, *, key: str, **arguments: Any) -> None:
    """Queue a duty once per key, in the caller's transaction."""
    if name not in DUTIES:
        raise KeyError(f"no duty is called {name}")
    _queue(session, name, key, arguments)


def requeue(job: Job) -> None:
    """Give a duty that stopped another round of tries."""
    job.state, job.tries, job.owner = JobState.QUEUED, 0, None
    job.run_at, job.ended_at = clock.now(), None


def ensure_periodic(session: Session) -> None:
    """Make the row of every duty that comes back by itself."""
    for name, duty in DUTIES.items():
        if duty.every is not None:
            _queue(session, name, periodic_key(name), {})


def hasten(session: Session, name: str) -> None:
    """Let a duty that comes back by itself come now, unless it is under way."""
    _queue(session, name, periodic_key(name), {})
    waiting = update(Job).where(Job.key == periodic_key(name), Job.owner.is_(None))
    session.execute(waiting.values(state=JobState.QUEUED, run_at=clock.now()))


def periodic_key(name: str) -> str:
    return f"periodic/{name}"


def _queue(session: Session, name: str, key: str, arguments: dict[str, Any]) -> None:
    now = clock.now()
    row = insert(session, Job).values(
        name=name,
        key=key,
        arguments=arguments,
        state=JobState.QUEUED,
        run_at=now,
        created_at=now,
        progress={},
    )
    session.execute(row.on_conflict_do_nothing(index_elements=[Job.key]))
