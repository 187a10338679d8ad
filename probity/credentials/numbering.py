"""The series of numbers: how far each year has come, and moving it on without giving a number."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.credentials import rules
from probity.credentials.models import NumberSeries, Reservation
from probity.kernel.db import insert


def last_numbers(session: Session) -> dict[int, int]:
    """The last number known of each year, whichever table knows it."""
    found: dict[int, int] = {}
    series = select(NumberSeries.year, NumberSeries.last).where(NumberSeries.prefix == rules.PREFIX)
    taken = select(Reservation.year, func.max(Reservation.serial)).group_by(Reservation.year)
    for year, last in [*session.execute(series), *session.execute(taken)]:
        found[year] = max(last, found.get(year, 0))
    return found


def move_on(session: Session, year: int, last: int) -> tuple[int, int] | None:
    """Let the next number of a year be the one after `last`; return the first and last left out.

    A series never goes back: None if it is that far already.
    """
    before = last_numbers(session).get(year, 0)
    last = max(last, before)
    row = insert(session, NumberSeries).values(prefix=rules.PREFIX, year=year, last=last)
    keys = [NumberSeries.prefix, NumberSeries.year]
    session.execute(row.on_conflict_do_update(index_elements=keys, set_={"last": last}))
    return (before + 1, last) if last > before else None
