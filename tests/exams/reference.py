"""What an attempt is, said a second time as plainly as possible: the model the real one is held to.

Time is whole seconds since the start. Nothing here is shared with the code that it checks.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

GRACE = 10
LONGEST_PAUSE = 24 * 3600


@dataclass
class Reference:
    """One attempt; `sections` names the section of every step, `limits` their seconds."""

    sections: list[str]
    limits: dict[str, int]
    limit: int
    factor: Fraction
    break_left: int
    now: int = 0
    step: int = 0
    step_end: int | None = None
    paused: int | None = None
    pause_end: int = 0
    on_break: bool = False
    ending: str | None = None
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    seen: dict[int, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.deadline = int(self.limit * self.factor)
        self._enter()

    def _enter(self) -> None:
        seconds = self.limits.get(self.sections[self.step])
        self.step_end = (
            None if seconds is None else min(self.now + int(seconds * self.factor), self.deadline)
        )

    @property
    def phase(self) -> str:
        if self.ending:
            return "closed"
        if self.paused is not None:
            return "paused"
        return "open" if self.now <= self.deadline + GRACE else "over"

    @property
    def step_over(self) -> bool:
        return self.step_end is not None and self.now > self.step_end + GRACE

    def jump(self, seconds: int) -> None:
        self.now += seconds
        if self.paused is not None and self.now >= self.pause_end:
            self.resume(self.pause_end)

    def save(self, number: int, item: str, step: int, base: int, value: Any) -> tuple[str, int]:
        if number in self.seen:
            return self.seen[number]
        late = self.ending not in (None, "handed-in") or self.phase == "over"
        if self.ending == "handed-in":
            return "closed", 0
        if self.phase == "paused":
            return "paused", 0
        version = self.answers.get(item, (0, None))[0]
        if late or step != self.step or self.step_over:
            outcome = ("late-kept", 0)
        elif base != version:
            outcome = ("superseded", 0)
        else:
            outcome = ("saved", version + 1)
            self.answers[item] = (version + 1, value)
        self.seen[number] = outcome
        return outcome

    def advance(self, step: int) -> str | int:
        if self.phase in ("closed", "over"):
            return "closed"
        if step < self.step:
            return self.step
        if self.phase == "paused":
            return "paused"
        if step > self.step:
            return "not-reached"
        here = self.sections[self.step]
        ahead = [
            number
            for number in range(self.step + 1, len(self.sections))
            if not self.step_over or self.sections[number] != here
        ]
        if not ahead:
            return "last"
        self.step = ahead[0]
        if self.sections[self.step] != here:
            self._enter()
        return self.step

    def pause(self, length: int = LONGEST_PAUSE) -> None:
        self.paused, self.pause_end = self.now, self.now + length

    def resume(self, at: int) -> None:
        length = at - (self.paused or 0)
        self.give(length)
        if self.on_break:
            self.break_left -= length
        self.paused, self.on_break = None, False

    def give(self, seconds: int) -> None:
        self.deadline += seconds
        if self.step_end is not None:
            self.step_end += seconds

    def close(self, ending: str) -> None:
        if self.ending is None:
            self.ending = "time-over" if self.phase == "over" else ending
            self.paused, self.on_break = None, False
