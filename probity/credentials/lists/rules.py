"""Places, addresses and bits: what holds whatever the database says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probity.credentials import rules
from probity.credentials.rules import Change, Decision

SIZE = 131_072
"""Places in a list, so many that a verifier who asks for a list does not say for whom."""

HALF = SIZE // 2
"""A list that is fuller is closed: a free place must be found at random, and soon."""

FINAL = {Decision.REVOKED, Decision.SUPERSEDED, Decision.EXPIRED}
"""Decisions after which the credential's own dates would promise too much."""


class Purpose(StrEnum):
    """What a bit that is set says; each list exists once for each."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one certificate stands in the list of one purpose."""

    purpose: Purpose
    list_id: int
    index: int

    def address(self, base_url: str) -> str:
        """Where the signed list is served; also the id of its credential."""
        return address(base_url, self.list_id, self.purpose)


def address(base_url: str, list_id: int, purpose: Purpose) -> str:
    return f"{base_url}/status/{name(list_id, purpose)}"


def name(list_id: int, purpose: Purpose) -> str:
    return f"{list_id}-{purpose.value}"


def purposes(changes: Iterable[Change], now: datetime) -> set[Purpose]:
    """Which bits of a certificate are set, given what was decided about it."""
    decided = [change.decision for change in rules.in_force(changes, now)]
    if FINAL.intersection(decided):
        return {Purpose.REVOCATION}
    return {Purpose.SUSPENSION} if decided[-1:] == [Decision.SUSPENDED] else set()
