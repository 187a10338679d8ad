"""How many certificates may have been issued before an accident that nothing shows any more.

What is known (register, files, log, witnesses) is counted elsewhere and exact. This is about what
came after the last of it: a number given twice can never be mended, one left out costs nothing.
"""

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.credentials.models import Reservation
from probity.kernel import clock
from probity.ledger import queries as log

LEAST = 10_000
"""A national exam in one bulk, which may have come out of nothing."""

FACTOR = 2
"""Times the most that was ever issued in so long a time."""

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Margin:
    """So many numbers are left free behind the highest one known; `why` is for the operator."""

    room: int
    why: str

    def after(self, highest: int) -> int:
        """The last number that is left out: a round one, so that everybody sees the jump."""
        step = 10 ** (len(str(min(self.room, LEAST))) - 1) if self.room else 1
        return -(-(highest + self.room) // step) * step


def margin(session: Session, told: int | None) -> Margin:
    """What an operator says, else twice the busiest time in the past as long as the unknown one."""
    if told is not None:
        return Margin(told, f"up to {told} more may have been issued, as --unseen says")
    since = _last_sign(session)
    most = 0 if since is None else busiest(_times(session), clock.now() - since)
    if since is None or FACTOR * most <= LEAST:
        return Margin(LEAST, f"up to {LEAST} more may have been issued, the least that is assumed")
    return Margin(
        FACTOR * most,
        f"up to {FACTOR * most} more may have been issued, twice the most there ever was in a time "
        f"as long as since {since.isoformat(timespec='minutes')}, the last that is known",
    )


def busiest(times: Iterable[datetime], span: timedelta) -> int:
    """The most of these times, given in order, that lie within a span."""
    within: deque[datetime] = deque()
    most = 0
    for time in times:
        within.append(time)
        while time - within[0] > span:
            within.popleft()
        most = max(most, len(within))
    return most


def _times(session: Session) -> Iterable[datetime]:
    taken = select(Reservation.made_at).order_by(Reservation.made_at)
    return session.scalars(taken.execution_options(yield_per=AT_ONCE))


def _last_sign(session: Session) -> datetime | None:
    """When the log, with all that was taken back, got its last entry; status lists enter hourly."""
    last = log.entry_at(session, log.size(session) - 1)
    return None if last is None else datetime.fromisoformat(json.loads(last.entry)["time"])
