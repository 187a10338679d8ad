"""Answers that arrived after the end, and what an officer decides about them.

Nothing that arrived is ever changed. A decision appends saved events of the client OFFICE, with the
next version each, so that the record alone still says which answer counts and why. The newest
decision holds; it covers everything that had arrived by then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, joinedload

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.exams import actions, queries
from probity.exams.events import PassTakenBack
from probity.exams.models import (
    LATE,
    Attempt,
    AttemptState,
    Exam,
    LateDecision,
    Outcome,
    Response,
    ResponseEvent,
    Result,
)
from probity.kernel import events, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

OFFICE = "exam office"
"""Stands where events of browsers have the id of their tab; no tab can have this one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the late answers of one attempt stand; `decision` is the one that holds."""

    attempt: Attempt
    answers: int
    latest: datetime
    decision: LateDecision | None

    @property
    def is_waiting(self) -> bool:
        """Also when more arrived after the decision."""
        return self.decision is None or self.decision.decided_at < self.latest


def standings(session: Session, exam: Exam) -> list[Standing]:
    """Every closed attempt of an exam with late answers; those that wait come first."""
    here = (Attempt.exam_id == exam.id, Attempt.state == AttemptState.CLOSED)
    found = _standings(session, *here)
    return sorted(found, key=lambda one: (not one.is_waiting, one.latest))


def standing(session: Session, attempt: Attempt) -> Standing | None:
    """The same of one attempt; None if nothing arrived late."""
    return next(iter(_standings(session, Attempt.id == attempt.id)), None)


def _standings(session: Session, *where: Any) -> list[Standing]:
    late = (
        select(
            ResponseEvent.attempt_id,
            func.count(ResponseEvent.item.distinct()).label("answers"),
            func.max(ResponseEvent.saved_at).label("latest"),
        )
        .where(LATE)  # not a parameter: only so the index of late events is found
        .group_by(ResponseEvent.attempt_id)
        .subquery()
    )
    newest = (
        select(LateDecision.attempt_id, func.max(LateDecision.id).label("id"))
        .group_by(LateDecision.attempt_id)
        .subquery()
    )
    rows = session.execute(
        select(Attempt, late.c.answers, late.c.latest, LateDecision)
        .join(late, late.c.attempt_id == Attempt.id)
        .outerjoin(newest, newest.c.attempt_id == Attempt.id)
        .outerjoin(LateDecision, LateDecision.id == newest.c.id)
        .where(*where)
        .options(defer(Attempt.paper), joinedload(Attempt.candidate), joinedload(Attempt.result))
    )
    return [Standing(*row) for row in rows]


def decisions(session: Session, attempt: Attempt) -> Sequence[LateDecision]:
    """Every decision about an attempt, the newest first."""
    query = select(LateDecision).where(LateDecision.attempt_id == attempt.id)
    return session.scalars(query.order_by(LateDecision.id.desc())).all()


def late_answers(session: Session, attempt_id: int) -> dict[str, ResponseEvent]:
    """What arrived late, by item; of several changes of one answer the last."""
    rows = session.scalars(
        select(ResponseEvent)
        .where(ResponseEvent.attempt_id == attempt_id, LATE)
        .order_by(ResponseEvent.saved_at, ResponseEvent.client, ResponseEvent.seq)
    )
    return {row.item: row for row in rows}


def answers_in_time(session: Session, attempt_id: int) -> dict[str, ResponseEvent]:
    """What counted before any decision, by item."""
    rows = session.scalars(
        select(ResponseEvent)
        .where(
            ResponseEvent.attempt_id == attempt_id,
            ResponseEvent.outcome == Outcome.SAVED,
            ResponseEvent.client != OFFICE,
        )
        .order_by(ResponseEvent.version)
    )
    return {row.item: row for row in rows}


def find_attempt(session: Session, exam: Exam, public_id: str) -> Attempt | None:
    query = select(Attempt).where(Attempt.exam_id == exam.id, Attempt.public_id == public_id)
    return session.scalars(query).one_or_none()


def lock_attempt(session: Session, exam: Exam, public_id: str) -> Attempt | None:
    """The attempt, held until the end of the transaction."""
    query = select(Attempt).where(Attempt.exam_id == exam.id, Attempt.public_id == public_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).one_or_none()


def decide(
    session: Session, attempt: Attempt, *, accepted: bool, reason: str, by: Actor
) -> LateDecision:
    """Let late answers count, or not. Marks anew; a changed answer means a new receipt by mail.

    The attempt must be locked. Refuses what would turn a certified pass into a fail.
    """
    _refuse(standing(session, attempt), attempt, accepted=accepted)
    before = _facts(attempt)
    late = late_answers(session, attempt.id)
    if accepted:
        wanted = {item: event.value for item, event in late.items()}
    else:
        in_time = answers_in_time(session, attempt.id)
        wanted = {item: in_time[item].value if item in in_time else None for item in late}
    changed = _set(session, attempt, wanted)
    decision = LateDecision(
        attempt_id=attempt.id,
        accepted=accepted,
        reason=reason,
        decided_at=queries.now(session),
        decided_by_id=by.id,
    )
    session.add(decision)
    session.flush()  # flush: marking reads the answers, the receipt's key needs decision.id
    if changed:
        actions.settle(session, attempt)
        _mark_again(session, attempt)
        key = f"receipt/{attempt.public_id}/{decision.id}"
        jobs.enqueue(
            session,
            "exams.send_receipt",
            key=key,
            attempt_id=attempt.id,
            decision_id=decision.id,
        )
    after = {f"{name}_after": value for name, value in _facts(attempt).items()}
    audit.record(
        session,
        AuditEvent.LATE_DECIDED,
        f"attempt/{attempt.id}",
        by=by,
        decision=decision.id,
        accepted=accepted,
        answers=len(late),
        changed=changed,
        **{f"{name}_before": value for name, value in before.items()},
        **after,
    )
    return decision


def _refuse(now: Standing | None, attempt: Attempt, *, accepted: bool) -> None:
    if attempt.state is not AttemptState.CLOSED:
        raise Refused(_("This attempt is still running. Decide after its end."), "running")
    if now is None:
        raise Refused(_("No answer of this attempt arrived late."), "nothing-late")
    if not now.is_waiting and now.decision is not None and now.decision.accepted is accepted:
        raise Refused(_("This was decided before, in the same way."), "decided")


def _facts(attempt: Attempt) -> dict[str, str | bool | None]:
    result = attempt.result
    return {
        "digest": attempt.answers_sha256,
        "earned": result.earned if result else None,
        "passed": result.passed if result else None,
    }


def _set(session: Session, attempt: Attempt, wanted: Mapping[str, Any]) -> int:
    """Make these values count, each as the next version; returns how many were changed."""
    current = queries.answers(session, attempt.id)
    mine = (ResponseEvent.attempt_id == attempt.id, ResponseEvent.client == OFFICE)
    seq = session.scalar(select(func.count()).where(*mine)) or 0
    now, first = queries.now(session), seq
    for item, value in sorted(wanted.items()):
        row = current.get(item)
        if (row.value if row else None) == value:
            continue
        if row is None:
            row = Response(attempt_id=attempt.id, item=item, version=0)
            session.add(row)
        row.version, row.value, row.saved_at = row.version + 1, value, now
        session.add(
            ResponseEvent(
                attempt_id=attempt.id,
                client=OFFICE,
                seq=seq,
                item=item,
                version=row.version,
                value=value,
                outcome=Outcome.SAVED,
                typed_at="",
                saved_at=now,
            )
        )
        seq += 1
    return seq - first


def _mark_again(session: Session, attempt: Attempt) -> None:
    """Put the result in line with the answers; whether it is released stays as it was."""
    result = session.get_one(Result, attempt.id, with_for_update=True)
    content = queries.content_of(attempt.revision)
    had_passed = result.passed
    for name, value in actions.marked(session, attempt, content).items():
        setattr(result, name, value)
    if result.released_at is None or result.passed is had_passed:
        return
    if result.passed:
        actions.announce_pass(session, attempt, result, content)
    else:
        events.announce(session, PassTakenBack(attempt.id))
