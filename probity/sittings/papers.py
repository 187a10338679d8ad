"""Papers made before a sitting opens, so that a start reads one row and draws nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, null, select, update
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.exams import composing, fixed, supply
from probity.exams import queries as exams_read
from probity.exams.composing import Ready
from probity.exams.models import Attempt, ExamRevision
from probity.kernel import jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor
from probity.sittings import queries
from probity.sittings.models import Registration, Sitting, SittingState

AT_ONCE = 20
"""Papers drawn for one transaction: few, for SQLite has one writer."""


class Lacking(Exception):
    """The bank cannot fill the blueprint; `cells` name what is missing."""

    def __init__(self, cells: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(cells)} cells cannot be filled")
        self.cells = cells


@dataclass(frozen=True, slots=True)
class Drawn:
    """A paper for one registration."""

    registration_id: int
    ready: Ready


def ask(session: Session, sitting: Sitting, *, by: Actor, anew: bool = False) -> None:
    """Let the worker draw what is missing; `anew` throws away what nobody has begun.

    The sitting must be locked. Refuses when it is over or cancelled, and `anew` once it is open.
    """
    now = exams_read.now(session)
    if sitting.state is SittingState.CANCELLED or sitting.closes_at <= now:
        raise Refused(_("This sitting is over. It needs no papers."), "over")
    if anew:
        if sitting.opens_at <= now:
            raise Refused(
                _("The sitting is open: papers that candidates may hold already stay."), "open"
            )
        _throw_away(session, sitting)
    sitting.papers_round += 1
    sitting.papers_asked_at = now
    sitting.papers_lacking = []
    audit.record(
        session,
        AuditEvent.SITTING_PAPERS_ASKED,
        f"sitting/{sitting.id}",
        by=by,
        round=sitting.papers_round,
        anew=anew,
    )
    jobs.enqueue(
        session,
        "sittings.prepare",
        key=queries.papers_key(sitting),
        sitting=sitting.public_id,
        number=sitting.papers_round,
    )


def _throw_away(session: Session, sitting: Sitting) -> None:
    sitting.revision_id = None
    waiting = update(Registration).where(
        Registration.sitting_id == sitting.id, Registration.attempt_id.is_(None)
    )
    session.execute(waiting.values(paper=null(), seed=None, revision_id=None))


def throw_away_with(session: Session, item_id: int) -> int:
    """Throw away papers that hold an item and that nobody has begun; the duty draws them anew.

    Returns how many there were.
    """
    now = exams_read.now(session)
    query = (
        select(Registration.id, Registration.sitting_id, Registration.paper)
        .join(Sitting)
        .where(
            Sitting.state == SittingState.PLANNED,
            Sitting.closes_at > now,
            Registration.attempt_id.is_(None),
            Registration.paper.is_not(None),
        )
    )
    spoilt = {
        number: sitting
        for number, sitting, paper in session.execute(query)
        if any(slot["item_id"] == item_id for slot in paper["slots"])
    }
    for number in spoilt:
        waiting = update(Registration).where(
            Registration.id == number, Registration.attempt_id.is_(None)
        )
        session.execute(waiting.values(paper=null(), seed=None, revision_id=None))
    again = update(Sitting).where(Sitting.id.in_(set(spoilt.values())))
    session.execute(again.values(papers_asked_at=None))
    return len(spoilt)


def pin(session: Session, sitting: Sitting) -> ExamRevision:
    """The revision that everybody in this sitting sits, chosen once. The sitting must be locked."""
    if sitting.revision_id is None:
        sitting.revision_id = exams_read.current_revision(session, sitting.exam).id
        session.flush()  # flush: the relationship follows the new id
        session.expire(sitting, ["revision"])
    return session.get_one(ExamRevision, sitting.revision_id)


def draw(session: Session, sitting: Sitting, revision: ExamRevision) -> list[Drawn]:
    """Papers for the next few who have none; retakers meet unseen items first. Raises Lacking."""
    waiting = queries.without_paper(session, sitting.id, AT_ONCE)
    if not waiting:
        return []
    shelves = supply.of_exam(session, exams_read.content_of(revision))
    _prove(shelves)
    seen = _seen(session, sitting, [person for _number, person in waiting])
    given = _given(session, sitting, revision)
    return [
        Drawn(number, composing.make_ready(session, revision, seen[person], shelves, given))
        for number, person in waiting
    ]


def _given(session: Session, sitting: Sitting, revision: ExamRevision) -> Counter[int] | None:
    """How often each form was given, to attempts at the exam and to places of this sitting."""
    if not exams_read.content_of(revision).forms:
        return None
    form = Registration.paper["form"]["id"].as_integer()
    query = select(form, func.count()).where(
        Registration.sitting_id == sitting.id,
        Registration.paper.is_not(None),
        Registration.attempt_id.is_(None),
    )
    waiting = session.execute(query.group_by(form))
    return fixed.used(session, sitting.exam_id) + Counter(
        {row[0]: row[1] for row in waiting if row[0] is not None}
    )


def _prove(shelves: Sequence[supply.Shelf]) -> None:
    lacking = [shelf for shelf in supply.proved(shelves) if shelf.lacking]
    if lacking:
        raise Lacking(
            [
                {
                    "section": shelf.name,
                    "cell": shelf.cell.model_dump(mode="json", exclude_none=True),
                    "have": len(shelf.fitting),
                    "lack": shelf.lacking,
                }
                for shelf in lacking
            ]
        )


def _seen(session: Session, sitting: Sitting, people: Sequence[int]) -> dict[int, frozenset[int]]:
    """Items these people have met in earlier papers of the exam, one query for all."""
    rows = session.execute(
        select(Attempt.candidate_id, Attempt.paper).where(
            Attempt.candidate_id.in_(people), Attempt.exam_id == sitting.exam_id
        )
    )
    found: dict[int, set[int]] = {person: set() for person in people}
    for person, paper in rows:
        found[person].update(slot["item_id"] for slot in paper["slots"])
    return {person: frozenset(items) for person, items in found.items()}


def keep(session: Session, drawn: Sequence[Drawn]) -> None:
    """Put papers where none is yet; whoever has started or got one meanwhile is left alone."""
    for one in drawn:
        waiting = update(Registration).where(
            Registration.id == one.registration_id,
            Registration.seed.is_(None),
            Registration.attempt_id.is_(None),
        )
        session.execute(
            waiting.values(
                paper=one.ready.paper, seed=one.ready.seed, revision_id=one.ready.revision.id
            )
        )


def fill_gaps(session: Session, sitting: Sitting) -> None:
    """Draw for those who came after the papers were made: a few here, more by the duty.

    The sitting must be locked. What the bank cannot fill is left to the start, which says so.
    """
    if sitting.revision_id is None:
        return
    if len(queries.without_paper(session, sitting.id, AT_ONCE + 1)) > AT_ONCE:
        sitting.papers_asked_at = None  # the duty that looks every minute takes it up
        return
    try:
        keep(session, draw(session, sitting, pin(session, sitting)))
    except Lacking as error:
        sitting.papers_lacking = error.cells
