"""Numbers, names, validity and status: what holds whatever the database says."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol

PREFIX = "PRB"
"""Stands before every number of this issuer."""

_DASHES = re.compile(r"[\s\u2010-\u2015\u2212\uff0d_./-]+")
_NUMBER = re.compile(rf"{PREFIX}(\d{{4}})(\d{{1,9}})")
_FEBRUARY, _LEAP_DAY = 2, 29


class Status(StrEnum):
    """What the register says of a certificate today."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class Decision(StrEnum):
    """What a registrar can decide about an issued certificate."""

    REVOKED = "revoked"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class CorrectionState(StrEnum):
    """Where a wish for a corrected name stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class BulkState(StrEnum):
    """Where a decision about many certificates stands."""

    PREPARED = "prepared"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What came of one certificate in a decision about many."""

    WAITING = "waiting"
    DECIDED = "decided"
    UNCHANGED = "unchanged"


class Change(Protocol):
    """A decision with the time from which it holds; a later one may cancel it before that."""

    @property
    def id(self) -> int: ...

    @property
    def cancels_id(self) -> int | None: ...

    @property
    def decision(self) -> Decision: ...

    @property
    def effective_at(self) -> datetime: ...


def number(year: int, serial: int) -> str:
    """The printed number, such as PRB-2026-000123."""
    return f"{PREFIX}-{year}-{serial:06d}"


def parse_number(typed: str) -> str | None:
    """The number somebody meant, however they typed dashes, spaces, width and case."""
    plain = _DASHES.sub("", unicodedata.normalize("NFKC", typed)).upper()
    match = _NUMBER.fullmatch(plain)
    return number(int(match[1]), int(match[2])) if match else None


def fold_name(name: str) -> str:
    """Names are the same if they differ only in width, case and spaces."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def is_name_of(typed: str, latin: str, native: str | None) -> bool:
    """Tell whether a name is the holder's, in either writing or in both as printed.

    As many names are folded for whoever has one writing as for whoever has two.
    """
    other = native or latin
    names = [latin, other, f"{latin} {other}", f"{other} {latin}"]
    folded = [fold_name(name) for name in names]
    return fold_name(typed) in (folded if native else folded[:1])


def last_day(issued_on: date, years: int) -> date:
    """A certificate ends on the eve of the anniversary."""
    year = issued_on.year + years
    leap = (issued_on.month, issued_on.day) == (_FEBRUARY, _LEAP_DAY)
    anniversary = date(year, 3, 1) if leap else issued_on.replace(year=year)
    return anniversary - timedelta(days=1)


def first_moment(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def last_moment(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def in_force(changes: Iterable[Change], now: datetime) -> list[Change]:
    """The decisions that hold now, in the order in which they took effect."""
    known = list(changes)
    cancelled = {change.cancels_id for change in known}
    held = [c for c in known if c.effective_at <= now and c.id not in cancelled]
    return sorted(held, key=lambda change: change.effective_at)


def scheduled(changes: Iterable[Change], now: datetime) -> list[Change]:
    """Decisions that will take effect unless somebody cancels them."""
    known = list(changes)
    cancelled = {change.cancels_id for change in known}
    return [c for c in known if c.effective_at > now and c.id not in cancelled]


def status(changes: Iterable[Change], ends_at: datetime, now: datetime) -> Status:
    """What holds now. Revoking and superseding are final and outlast expiry."""
    decisions = [change.decision for change in in_force(changes, now)]
    for final in (Decision.REVOKED, Decision.SUPERSEDED):
        if final in decisions:
            return Status(final.value)
    if now > ends_at or Decision.EXPIRED in decisions:
        return Status.EXPIRED
    halting = [d for d in decisions if d in {Decision.SUSPENDED, Decision.REINSTATED}]
    return Status.SUSPENDED if halting[-1:] == [Decision.SUSPENDED] else Status.VALID


def may_follow(decision: Decision, present: Status) -> bool:
    """Which decisions are open, given what holds now."""
    if decision is Decision.CANCELLED:  # it depends on the decision that it takes back
        return False
    if present in {Status.REVOKED, Status.SUPERSEDED}:
        return False
    if decision is Decision.REINSTATED:
        return present is Status.SUSPENDED
    if decision is Decision.EXPIRED:
        return present in {Status.VALID, Status.SUSPENDED}
    return decision is not Decision.SUSPENDED or present is Status.VALID


def masked(name: str) -> str:
    """A name that can be recognised but not read: `L** W**`."""
    return " ".join(word[0] + "*" * min(max(len(word) - 1, 1), 4) for word in name.split())


WORDS_OF_LOG = {
    Decision.REVOKED: "revoke",
    Decision.SUSPENDED: "suspend",
    Decision.REINSTATED: "reinstate",
    Decision.SUPERSEDED: "supersede",
    Decision.EXPIRED: "expire",
    Decision.CANCELLED: "cancel",
}
"""What the public log calls each decision."""

STEPS = (90, 60, 30, 0, -30)
"""When a holder is reminded: days before the last day; the last letter comes after it."""

RENEWAL_DAYS = 90
"""How long before the end a certificate may be renewed, where its scheme does not say."""


def reminder_due(last: date, today: date) -> int | None:
    """The step of the chain that today belongs to; None before the first and after the last."""
    left = (last - today).days
    if left < STEPS[-1] - LATEST_REMINDER:
        return None
    reached = [step for step in STEPS if left <= step]
    return min(reached) if reached else None


LATEST_REMINDER = 30
"""A letter after the end is not sent when it would come more than so many days late."""
