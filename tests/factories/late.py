"""Attempts whose time ran out before their last answers arrived."""

from datetime import timedelta

from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.exams import actions, operating, queries
from probity.exams.models import Attempt, Exam
from probity.kernel.permissions import SYSTEM
from tests.factories.exams import answer, items_of, start_attempt

TAB = "55555555-5555-4555-8555-555555555555"


def sit_with_late(
    session: Session, exam: Exam, person: Person, *, in_time: int, late: int
) -> Attempt:
    """So many right answers in time, then so many right ones late, in the order of the paper."""
    attempt = start_attempt(session, exam, person)
    keys = operating.read_key(session, attempt, by=SYSTEM)
    items = items_of(attempt)
    for item in items[:in_time]:
        answer(session, attempt, item, keys[item])
    ended = queries.now(session) - timedelta(minutes=3)
    attempt.started_at = ended - timedelta(minutes=30)
    attempt.deadline = attempt.accept_until = ended
    session.flush()
    typed_at = (ended - timedelta(seconds=20)).isoformat()
    for seq, item in enumerate(items[in_time : in_time + late]):
        answer(session, attempt, item, keys[item], client=TAB, seq=seq, typed_at=typed_at)
    session.expire_all()
    actions.close(session, attempt, by=person)
    session.commit()
    return attempt
