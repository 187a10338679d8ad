"""What operators read at the command line: attempts as they stand, and the key of a paper."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import marking
from probity.bank import queries as bank
from probity.bank.kinds.base import MarkedByPeople
from probity.bank.shapes import AnyItem
from probity.exams import paper, rules
from probity.exams.models import Attempt, Exam, Result
from probity.kernel.permissions import Actor


def attempt(session: Session, public_id: str) -> Attempt | None:
    """Find an attempt whoever sat it."""
    return session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one_or_none()


def attempts_after(session: Session, last: int, most: int, exam: Exam | None) -> Sequence[Attempt]:
    """Read on after the attempt with the id `last`; those of one exam if one is named."""
    query = select(Attempt).where(Attempt.id > last).order_by(Attempt.id).limit(most)
    if exam is not None:
        query = query.where(Attempt.exam_id == exam.id)
    loaded = query.options(
        joinedload(Attempt.result), joinedload(Attempt.candidate), joinedload(Attempt.exam)
    )
    return session.scalars(loaded).all()


def outcome(attempt: Attempt) -> dict[str, Any]:
    """One attempt with its exact marks, also before the candidate may see them."""
    result = attempt.result
    status = "open"
    if attempt.closed_at is not None:
        status = "released" if result is not None and result.released_at else "provisional"
    return {
        "attempt": attempt.public_id,
        "exam": attempt.exam.slug,
        "number": attempt.number,
        "email": attempt.candidate.email,
        "name": attempt.name_latin,
        "status": status,
        "started_at": attempt.started_at.isoformat(),
        "closed_at": attempt.closed_at.isoformat() if attempt.closed_at else None,
        "passed": result.passed if result else None,
        "score": _score(result) if result else None,
        "earned": result.earned if result else None,
        "possible": result.possible if result else None,
        "cut_score": result.cut if result else None,
    }


def _score(result: Result) -> str:
    return "/".join(rules.shown(Fraction(marks)) for marks in (result.earned, result.possible))


def read_key(session: Session, attempt: Attempt, *, by: Actor) -> dict[str, Any]:
    """Give a response that earns full marks for each question; null where people mark.

    Whoever asks is written into the audit log.
    """
    audit.record(session, AuditEvent.ATTEMPT_KEY_READ, f"attempt/{attempt.id}", by=by)
    slots = paper.load(attempt.paper)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    return {
        slot.item: _response(paper.part_of(parsed[slot.version_id], slot.child)) for slot in slots
    }


def _response(item: AnyItem) -> Any:
    try:
        return marking.key_response(item)
    except MarkedByPeople:
        return None
