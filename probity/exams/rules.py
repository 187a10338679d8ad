"""Eligibility, deadlines, verdicts and digests: pure functions over plain values."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person may not start now: a stable reason, and from when it may be tried again."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What an exam asks before it lets a person start; `allowed` None means without limit."""

    allowed: int | None
    cooling_off: timedelta
    opens_at: datetime | None
    closes_at: datetime | None
    prerequisites: frozenset[str]


@dataclass(frozen=True, slots=True)
class History:
    """What a person brings: ended attempts (latest last), lessons completed, the name confirmed."""

    ended_at: Sequence[datetime]
    completed: frozenset[str]
    name_confirmed: bool


def refusal(policy: Policy, history: History, now: datetime) -> Refusal | None:
    """The first reason why an attempt may not start, None if it may."""
    if policy.opens_at is not None and now < policy.opens_at:
        return Refusal("window", policy.opens_at)
    if policy.closes_at is not None and now >= policy.closes_at:
        return Refusal("window")
    if not history.name_confirmed:
        return Refusal("name-not-confirmed")
    if not policy.prerequisites <= history.completed:
        return Refusal("prerequisite")
    if policy.allowed is not None and len(history.ended_at) >= policy.allowed:
        return Refusal("attempts")
    if history.ended_at and now < (free := history.ended_at[-1] + policy.cooling_off):
        return Refusal("cooling-off", free)
    return None


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms a person sits; kept with the attempt as evidence.

    `limit` already holds the person's entitlements. `closes_at` cuts the time off only where
    `window_limits_end`; otherwise it limits the start alone. `watched` attempts report presence.
    """

    limit: timedelta
    grace: timedelta
    closes_at: datetime | None = None
    window_limits_end: bool = True
    watched: bool = False
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def deadline(self, started_at: datetime) -> datetime:
        """The end of the time for somebody who starts now."""
        end = started_at + self.limit
        if self.closes_at is None or not self.window_limits_end:
            return end
        return min(end, self.closes_at)

    def is_cut(self, started_at: datetime) -> bool:
        """Tell whether the window ends before the time of somebody who starts now."""
        return self.deadline(started_at) < started_at + self.limit


LOST_AFTER = timedelta(seconds=25)
"""A watched room calls every eight seconds; after three calls that did not come it is cut off."""


def given_back(
    paused_at: datetime | None, pause_until: datetime | None, now: datetime
) -> timedelta:
    """What a pause that nobody has ended yet adds to the time; nothing where there is none.

    A pause ends by itself at `pause_until`, whether or not anybody wrote that down.
    """
    if paused_at is None:
        return timedelta(0)
    end = now if pause_until is None else min(now, pause_until)
    return max(end - paused_at, timedelta(0))


@dataclass(frozen=True, slots=True)
class SlotMark:
    """What one slot of a paper earned, and the domain it counts for, if it counts at all."""

    domain: str
    earned: Fraction
    possible: Fraction
    scored: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """The sum over a paper."""

    earned: Fraction
    possible: Fraction

    @property
    def share(self) -> Fraction:
        return self.earned / self.possible if self.possible else Fraction(0)

    def passes(self, cut: Fraction) -> bool:
        """Reaching the cut score is passing; a paper worth nothing is never passed."""
        return self.possible > 0 and self.share >= cut


def tally(marks: Iterable[SlotMark]) -> Tally:
    """Add up marks exactly. A question may cost points, but no sum falls below nothing."""
    rows = [mark for mark in marks if mark.scored]
    earned = sum((mark.earned for mark in rows), Fraction(0))
    return Tally(max(earned, Fraction(0)), sum((mark.possible for mark in rows), Fraction(0)))


def by_domain(marks: Iterable[SlotMark]) -> dict[str, Tally]:
    """One tally a domain, in order of the domains' codes."""
    groups: defaultdict[str, list[SlotMark]] = defaultdict(list)
    for mark in marks:
        if mark.scored:
            groups[mark.domain].append(mark)
    return {domain: tally(groups[domain]) for domain in sorted(groups)}


def weak_domains(marks: Iterable[SlotMark], least: Fraction | None) -> list[str]:
    """Domains below the share that each of them has to reach; none where nothing is asked."""
    if least is None:
        return []
    tallies = by_domain(marks).items()
    return [domain for domain, part in tallies if part.possible and part.share < least]


def shown(value: Fraction, places: int = 2) -> str:
    """A mark as people read it: rounded once, half up, without idle zeros."""
    if value < 0:
        return f"-{shown(-value, places)}"
    scale = 10**places
    units = (2 * value.numerator * scale + value.denominator) // (2 * value.denominator)
    whole, rest = divmod(units, scale)
    return f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")


def percent(value: Fraction) -> str:
    """A share as a percentage with at most one decimal, half up."""
    return shown(value * 100, 1)


def answers_digest(answers: Mapping[str, tuple[int, Any]]) -> str:
    """SHA-256 (hex) over canonical JSON of every item's version and response, in item order."""
    rows = [[item, version, value] for item, (version, value) in sorted(answers.items())]
    body = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def is_empty(response: Any) -> bool:
    """Tell whether a response says nothing."""
    return response is None or response in ("", [], {})
