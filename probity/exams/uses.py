"""What exams tell the bank of its items: how often they were shown, and what answers said."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.bank import usage
from probity.bank.models import ItemVersion
from probity.exams import queries, reporting, statistics
from probity.exams.models import Attempt, Exam
from probity.kernel import clock

SETTLED = timedelta(minutes=10)
"""By then whatever began together with an attempt is in the database, in whatever order."""


def next_last(session: Session, after: int, most: int) -> int:
    """The last of the next attempts to count; `after` itself when there is none."""
    settled = Attempt.started_at < queries.now(session) - SETTLED
    query = select(Attempt.id).where(Attempt.id > after, settled).order_by(Attempt.id).limit(most)
    return max(session.scalars(query), default=after)


def count_shown(session: Session, after: int, until: int) -> None:
    """Tell the bank what the papers of the attempts in between showed."""
    query = (
        select(Attempt.paper, Attempt.started_at, Exam.code)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.id > after, Attempt.id <= until)
        .order_by(Attempt.id)
    )
    for paper, started, code in session.execute(query):
        shown = {slot["item_id"] for slot in paper["slots"]}
        usage.note_shown(session, f"exam/{code}", dict.fromkeys(shown, 1), started)


def exams_sat(session: Session) -> list[int]:
    """The exams that anybody sat."""
    return list(session.scalars(select(Attempt.exam_id).distinct().order_by(Attempt.exam_id)))


def note_figures(session: Session, exam_id: int) -> int:
    """Tell the bank the figures of an exam's items; gives how many there are.

    Parts of case sets have figures of their own in the exam's report; the bank keeps those of
    whole items.
    """
    sat = reporting.sittings(session, session.get_one(Exam, exam_id))
    keyed = {
        one.key[0]: one
        for one in statistics.items(sat)
        if isinstance(one.key, tuple) and one.key[1] is None
    }
    rows = session.execute(
        select(ItemVersion.id, ItemVersion.item_id).where(ItemVersion.id.in_(keyed))
    )
    items = {row[0]: row[1] for row in rows}
    known = usage.figures_of(session, list(items.values()))
    found = [
        usage.Found(
            item_id=items[version],
            version_id=version,
            answers=one.answers,
            facility=one.facility.value,
            discrimination=one.discrimination.value if one.discrimination else None,
        )
        for version, one in keyed.items()
        if version in items
        and (items[version] not in known or known[items[version]].answers <= one.answers)
    ]
    usage.note_figures(session, found, clock.now())
    return len(found)
