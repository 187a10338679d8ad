"""Papers answered stretch by stretch: sealed sections, sections with a time of their own, forward only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.catalogue.shapes import Exam as ExamContent
from probity.catalogue.shapes import Section
from probity.exams import lifecycle, paper, queries
from probity.exams.lifecycle import Phase
from probity.exams.models import Attempt, AttemptState
from probity.exams.paper import Slot, Stretch
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor


def enter(attempt: Attempt, content: ExamContent, now: datetime) -> None:
    """Start the clock of the section in which the present step lies, if it has one."""
    name = _sections(attempt.paper)[attempt.step]
    minutes = next((one.minutes for one in content.sections if one.id == name), None)
    attempt.step_until = lifecycle.step_until(attempt, minutes, _factor(attempt), now)


def _factor(attempt: Attempt) -> Fraction:
    """By how much this person's time is longer, as an accommodation said at the start."""
    return Fraction(str(attempt.terms.get("factor", 1)))


def _sections(kept: Mapping[str, Any]) -> list[str]:
    """The section of every step of a kept paper."""
    found = {slot.get("step", 0): slot["section"] for slot in kept["slots"]}
    return [found[step] for step in sorted(found)]


def advance(session: Session, attempt: Attempt, from_step: int, *, by: Actor) -> int:
    """Leave a step for good; returns the present one. Leaving one again changes nothing.

    The attempt must be locked. Refuses when it is over or paused, from a step that was not reached,
    and from the last one.
    """
    now = queries.now(session)
    if lifecycle.is_over(attempt, now):
        raise Refused(_("The exam has ended."), "closed")
    if from_step < attempt.step:
        return attempt.step
    if lifecycle.phase(attempt, now) is Phase.PAUSED:
        raise Refused(_("The exam is paused. You can go on when it continues."), "paused")
    if from_step > attempt.step:
        raise Refused(_("You have not come to this part of the exam yet."), "not-reached")
    sections = _sections(attempt.paper)
    over = lifecycle.is_step_over(attempt, now)
    following = lifecycle.next_step(sections, attempt.step, step_over=over)
    if following is None:
        raise Refused(_("This is the last part of the exam. Hand in when you are done."), "last")
    same = sections[following] == sections[attempt.step]
    attempt.step = following
    if not same:
        enter(attempt, queries.content_of(attempt.revision), now)
    audit.record(
        session, AuditEvent.ATTEMPT_ADVANCED, f"attempt/{attempt.id}", by=by, step=following
    )
    return following


@dataclass(frozen=True, slots=True)
class Part:
    """One section of a paper; its questions are numbered over the whole paper."""

    number: int
    section: Section
    first: int
    last: int
    state: str
    """`done`, `current` or `coming`."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far a candidate has come. Nothing in it tells what other steps ask."""

    stretch: Stretch
    step: int
    parts: Sequence[Part]
    total: int
    ahead: int
    """Questions in steps not opened yet."""
    leaves_section: bool
    """Whether the next step, if there is one, lies in another section."""
    ends_at: datetime | None
    """When the time of the section is over, if it has its own."""

    @property
    def is_stepped(self) -> bool:
        return self.stretch is not Stretch.PAPER

    @property
    def is_last(self) -> bool:
        return self.ahead == 0

    @property
    def current(self) -> Part:
        return next(part for part in self.parts if part.state == "current")

    @property
    def following(self) -> Part | None:
        """The section after this one."""
        return next((part for part in self.parts if part.state == "coming"), None)


def way(attempt: Attempt, content: ExamContent) -> Way:
    """Where an attempt stands in its paper."""
    slots = paper.load(attempt.paper)
    ahead = [slot for slot in slots if slot.step > attempt.step]
    here = next(slot.section for slot in slots if slot.step == attempt.step)
    return Way(
        stretch=paper.stretch_of(content),
        step=attempt.step,
        parts=list(_parts(slots, content, here)),
        total=len(slots),
        ahead=len(ahead),
        leaves_section=bool(ahead) and ahead[0].section != here,
        ends_at=lifecycle.step_ends(attempt),
    )


def _parts(slots: Sequence[Slot], content: ExamContent, here: str) -> Iterator[Part]:
    state = "done"
    for number, section in enumerate(content.sections, start=1):
        places = [place for place, slot in enumerate(slots, 1) if slot.section == section.id]
        if section.id == here:
            state = "current"
        yield Part(number, section, places[0], places[-1], state)
        if state == "current":
            state = "coming"


def open_items(attempt: Attempt) -> frozenset[str]:
    """The questions that lie open; all of them once the attempt is closed."""
    is_open = attempt.state is AttemptState.OPEN
    slots = attempt.paper["slots"]
    return frozenset(
        slot["item"] for slot in slots if not is_open or slot.get("step", 0) == attempt.step
    )


def state(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """What the room's state says of the present step."""
    ends = lifecycle.step_ends(attempt)
    running = ends + lifecycle.paused_for(attempt, now) if ends else None
    return {"step": attempt.step, "section_ends": running.isoformat() if running else None}
