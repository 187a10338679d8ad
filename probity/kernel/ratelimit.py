"""Failures are counted, successes are not; the counters live in the database of the site."""

from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from probity.kernel import clock
from probity.kernel.db import Model
from probity.kernel.errors import TooMany


class Throttle(Model):
    """Failures of one kind from one place within one window."""

    __tablename__ = "throttle"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


def check(session: Session, name: str, key: str, *, most: int) -> None:
    """Raise TooMany if this place has failed `most` times in the current window."""
    row = session.get(Throttle, (name, key))
    now = clock.now()
    if row is not None and row.ends_at > now and row.count >= most:
        raise TooMany(max(1, round((row.ends_at - now).total_seconds())))


def count(session: Session, name: str, key: str, *, per_seconds: int) -> None:
    """Count one failure; a new window begins when the last one is over."""
    now = clock.now()
    row = session.get(Throttle, (name, key), with_for_update=True)
    if row is None:
        session.add(
            Throttle(name=name, key=key, count=1, ends_at=now + timedelta(seconds=per_seconds))
        )
    elif row.ends_at <= now:
        row.count, row.ends_at = 1, now + timedelta(seconds=per_seconds)
    else:
        row.count += 1


def clear(session: Session, name: str, key: str) -> None:
    """Forget the failures of a place that has proved itself."""
    row = session.get(Throttle, (name, key))
    if row is not None:
        session.delete(row)


def sweep(session: Session) -> None:
    """Drop windows that are over."""
    session.execute(delete(Throttle).where(Throttle.ends_at < clock.now()))
