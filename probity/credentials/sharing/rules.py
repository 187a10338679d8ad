"""What a link may show, when it ends, and what a handle looks like."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol

from probity.credentials.rules import masked

LONGEST_LABEL = 80
MOST_LINKS = 50
FARTHEST = timedelta(days=5 * 366)
KEPT = timedelta(days=90)
"""How long an ended link stays in its holder's list."""

_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){2,38}[a-z0-9]")


class Field(StrEnum):
    """What a link may show beside title, issuer and status. Without NAME names are masked."""

    NAME = "name"
    NATIVE = "native"
    LEVEL = "level"
    STANDARD = "standard"
    SUMMARY = "summary"
    ISSUED = "issued_on"
    VALID = "valid_until"
    NUMBER = "number"


class Named(Protocol):
    """A holder's names as they were issued."""

    @property
    def name_latin(self) -> str: ...

    @property
    def name_native(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Names:
    """Names as they may be shown; `native` is None where it is not to be shown."""

    latin: str
    native: str | None


def shown_names(holder: Named, fields: Collection[str]) -> Names:
    """The names in full if the holder chose so, else their beginnings."""
    native = holder.name_native if Field.NATIVE in fields else None
    if Field.NAME in fields:
        return Names(holder.name_latin, native)
    return Names(masked(holder.name_latin), masked(native) if native else None)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The moment in which a day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def is_handle(handle: str) -> bool:
    """Four to forty small letters, digits and single hyphens inside."""
    return _HANDLE.fullmatch(handle) is not None


def spent(handle: str) -> str:
    """What is kept of a handle whose person has gone, so that nobody takes their place."""
    return hashlib.sha256(handle.encode()).hexdigest()
