"""What the page of one sitting shows beside its roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import queries as exams
from probity.exams.models import ExamRevision
from probity.sittings import entitlements, labels, queries, rules
from probity.sittings.models import Registration, Sitting, SittingState, WindowRule
from probity.sittings.rules import Entitlement, Phase


@dataclass(frozen=True, slots=True)
class Overview:
    """One sitting at one moment."""

    phase: Phase
    is_guarded: bool
    revision: ExamRevision
    newest: ExamRevision
    content: ExamContent
    papers: queries.Papers
    lacking: list[str]
    numbers: queries.Listed
    cut_minutes: int
    entitled: dict[int, Entitlement]

    @property
    def is_outdated(self) -> bool:
        """Whether the exam has a newer revision than the one this sitting is pinned to."""
        return self.revision.id != self.newest.id

    @property
    def may_change(self) -> bool:
        return self.numbers.sitting.state is SittingState.PLANNED and self.phase is not Phase.PAST


def of(session: Session, sitting: Sitting) -> Overview:
    """Everything about a sitting but its roster."""
    now = exams.now(session)
    newest = exams.current_revision(session, sitting.exam)
    revision = sitting.revision or newest
    content = exams.content_of(revision)
    state = queries.papers(session, sitting)
    people = session.scalars(
        queries.roster(sitting).with_only_columns(Registration.person_id).order_by(None)
    ).all()
    return Overview(
        phase=rules.phase(sitting.opens_at, sitting.closes_at, now),
        is_guarded=queries.is_guarded(session, sitting),
        revision=revision,
        newest=newest,
        content=content,
        papers=state,
        lacking=[labels.lacking_sentence(cell) for cell in state.lacking],
        numbers=queries.counted(session, [sitting], now)[0],
        cut_minutes=_cut(sitting, content),
        entitled=_entitled(session, sitting, people),
    )


def _cut(sitting: Sitting, content: ExamContent) -> int:
    """By how many minutes a window that limits the end is shorter than the exam."""
    if sitting.window_rule is WindowRule.START:
        return 0
    short = timedelta(minutes=content.time.minutes) - (sitting.closes_at - sitting.opens_at)
    return max(-(-short // timedelta(minutes=1)), 0)


def _entitled(session: Session, sitting: Sitting, people: Sequence[int]) -> dict[int, Entitlement]:
    """What those registered are entitled to on the day of the sitting."""
    return entitlements.in_force(session, people, entitlements.day_of(sitting))


def papers_json(session: Session, sitting: Sitting) -> dict[str, Any]:
    """How far the papers are, as a script reads it."""
    state = queries.papers(session, sitting)
    return {
        "ready": state.ready,
        "of": state.of,
        "state": "drawing" if state.is_under_way else "lacking" if state.lacking else "idle",
    }
