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


class Change(Protocol):
    """A decision with the time from which it holds."""

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
    """Tell whether a name is the holder's, in either writing or in both as printed."""
    names = [latin, *([native, f"{latin} {native}", f"{native} {latin}"] if native else [])]
    return fold_name(typed) in {fold_name(name) for name in names}


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


def status(changes: Iterable[Change], ends_at: datetime, now: datetime) -> Status:
    """What holds now. Revoking and superseding are final and outlast expiry."""
    held = [c for c in sorted(changes, key=lambda c: c.effective_at) if c.effective_at <= now]
    decisions = [change.decision for change in held]
    for final in (Decision.REVOKED, Decision.SUPERSEDED):
        if final in decisions:
            return Status(final.value)
    if now > ends_at:
        return Status.EXPIRED
    return Status.SUSPENDED if decisions[-1:] == [Decision.SUSPENDED] else Status.VALID


def may_follow(decision: Decision, present: Status) -> bool:
    """Which decisions are open, given what holds now."""
    if present in {Status.REVOKED, Status.SUPERSEDED}:
        return False
    if decision is Decision.REINSTATED:
        return present is Status.SUSPENDED
    return decision is not Decision.SUSPENDED or present is Status.VALID
