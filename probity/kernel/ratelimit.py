"""Failures are counted, successes are not; the counters live in the database of the site."""

from datetime import datetime, timedelta

from sqlalchemy import String, bindparam, case, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from probity.kernel import clock, jobs
from probity.kernel.db import Model, insert
from probity.kernel.errors import TooMany
from probity.kernel.worker import Claim


class Throttle(Model):
    """Failures of one kind from one place within one window."""

    __tablename__ = "throttle"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


_ROW = Throttle.metadata.tables[Throttle.__tablename__].c
_USED_UP = select(_ROW.ends_at).where(
    _ROW.name == bindparam("name"),
    _ROW.key == bindparam("key"),
    _ROW.ends_at > bindparam("now"),
    _ROW.count >= bindparam("most"),
)
"""Made once, and without the ORM: it is asked before every check."""


def check(session: Session, name: str, key: str, *, most: int) -> None:
    """Raise TooMany if this place has failed `most` times in the current window."""
    now = clock.now()
    given = {"name": name, "key": key, "now": now, "most": most}
    ends_at = session.connection().execute(_USED_UP, given).scalar_one_or_none()
    if ends_at is not None:
        raise TooMany(max(1, round((ends_at - now).total_seconds())))


def count(session: Session, name: str, key: str, *, per_seconds: int) -> None:
    """Count one failure; a new window begins when the last one is over."""
    now = clock.now()
    first = insert(session, Throttle).values(
        name=name, key=key, count=1, ends_at=now + timedelta(seconds=per_seconds)
    )
    over = Throttle.ends_at <= now
    session.execute(
        first.on_conflict_do_update(
            index_elements=[Throttle.name, Throttle.key],
            set_={
                "count": case((over, 1), else_=Throttle.count + 1),
                "ends_at": case((over, first.excluded.ends_at), else_=Throttle.ends_at),
            },
        )
    )


def clear(session: Session, name: str, key: str) -> None:
    """Forget the failures of a place that has proved itself."""
    session.execute(delete(Throttle).where(Throttle.name == name, Throttle.key == key))


@jobs.handler("ratelimit.sweep", every=timedelta(hours=1))
def sweep(job: Claim) -> None:
    """Drop windows that are over."""
    with job.step(done=True) as session:
        session.execute(delete(Throttle).where(Throttle.ends_at < clock.now()))
