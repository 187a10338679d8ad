"""What the candidates' side knows: every save it sent, every acknowledgement it got, and when."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import Any, Protocol

Key = tuple[str, int]
"""Client and sequence number: what names a save on both sides."""

MOST_EXCERPTS = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """One save as the candidate's device wrote it down before it sent it."""

    attempt: str
    item: str
    base: int
    value: str
    at: float


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the server confirmed, and how long the device waited since it first sent it."""

    version: int
    at: float
    waited: float


class Device(Protocol):
    """What writes into a ledger; its line is closed at the end."""

    def hang_up(self) -> None: ...


class Ledger:
    """Shared by all candidates of one case. Times are of the monotonic clock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.sent: dict[Key, Sent] = {}
        self.acknowledged: dict[Key, Acknowledged] = {}
        self.answers: Counter[int] = Counter()
        self.refusals: Counter[str] = Counter()
        self.refused: dict[Key, str] = {}
        self.broken = 0
        self.contradictions: list[str] = []
        self.excerpts: list[str] = []
        self.devices: list[Device] = []

    def send(self, key: Key, attempt: str, item: str, base: int, value: Any) -> None:
        """Write down a save before its first byte leaves."""
        with self._lock:
            self.sent[key] = Sent(attempt, item, base, as_text(value), time.monotonic())

    def acknowledge(self, key: Key, version: int) -> None:
        """Write down an acknowledgement. Two for one save must agree."""
        now = time.monotonic()
        with self._lock:
            self.answers[200] += 1
            before = self.acknowledged.get(key)
            if before is not None and before.version != version:
                self.contradictions.append(f"{key}: first version {before.version}, then {version}")
                return
            if before is None:
                waited = now - self.sent[key].at
                self.acknowledged[key] = Acknowledged(version, now, waited)

    def refuse(self, status: int, body: bytes) -> str:
        """Write down any other answer; its reason comes back."""
        reason = _reason(body)
        with self._lock:
            self.answers[status] += 1
            self.refusals[f"{status} {reason}".strip()] += 1
            if self._is_error(status) and len(self.excerpts) < MOST_EXCERPTS:
                self.excerpts.append(f"{status}: {body[:300].decode(errors='replace')}")
        return reason

    def give_up(self, key: Key, reason: str) -> None:
        """Write down that a save was refused for good."""
        with self._lock:
            self.refused[key] = reason

    def count(self, status: int) -> None:
        """Write down an answer to something that is no save."""
        with self._lock:
            self.answers[status] += 1

    def break_off(self) -> None:
        """Write down a line that broke before an answer came."""
        with self._lock:
            self.broken += 1

    @property
    def errors(self) -> int:
        """Answers that say the server failed, 503 apart: that one says so honestly."""
        return sum(count for status, count in self.answers.items() if self._is_error(status))

    @property
    def unanswered(self) -> set[Key]:
        """Saves that nobody has acknowledged or refused for good so far."""
        with self._lock:
            return self.sent.keys() - self.acknowledged.keys() - self.refused.keys()

    def share(self, share: float) -> float:
        """How long this share of the acknowledged saves waited at most, in seconds."""
        waits = sorted(one.waited for one in self.acknowledged.values())
        return waits[min(len(waits) - 1, int(len(waits) * share))] if waits else 0.0

    def longest_silence(self) -> float:
        """The longest stretch without any acknowledgement, in seconds."""
        times = sorted(one.at for one in self.acknowledged.values())
        return max((b - a for a, b in pairwise(times)), default=0.0)

    @staticmethod
    def _is_error(status: int) -> bool:
        return status >= 500 and status != 503


def as_text(value: Any) -> str:
    """A response in one spelling, so that two can be compared."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _reason(body: bytes) -> str:
    try:
        answer = json.loads(body)
    except ValueError:
        return "(no JSON)"
    return str(answer.get("reason", "")) if isinstance(answer, Mapping) else "(no object)"
