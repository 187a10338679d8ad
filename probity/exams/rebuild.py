"""The answers that count, computed anew from everything that arrived, and compared.

One statement reads both tables for a stretch of attempts, so that it sees them at one moment also
while candidates save. A saved event holds the version it became: the highest one is what counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, func, literal, select, union_all
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.exams import rules
from probity.exams.models import Attempt, Outcome, Response, ResponseEvent
from probity.kernel.permissions import Actor

AT_ONCE = 200
"""Attempts compared in one transaction; their answers fit into memory many times over."""

BEYOND_REPAIR = ("digest", "twice")
"""Here the record itself is not whole; a person has to look."""

_EVENT, _CURRENT = 0, 1

Answer = tuple[int, Any]


class _Row(NamedTuple):
    attempt_id: int
    item: str
    source: int
    version: int
    value: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is not what the record of the attempt says, or a digest that is not.

    `kind` is missing, extra, version, value, twice or digest; versions are 0 where there is none.
    """

    attempt_id: int
    attempt: str
    item: str
    kind: str
    recorded: int
    current: int


def count(session: Session) -> int:
    """How many attempts there are to look at."""
    return session.scalar(select(func.count()).select_from(Attempt)) or 0


def stretches(session: Session) -> Iterator[tuple[int, int]]:
    """First and last id of each stretch of attempts, in order; together they leave no id out."""
    first = 0
    while ids := session.scalars(
        select(Attempt.id).where(Attempt.id >= first).order_by(Attempt.id).limit(AT_ONCE)
    ).all():
        yield first, ids[-1]
        first = ids[-1] + 1
    yield first, 2**31 - 1  # answers of no attempt at all


def differences(session: Session, first: int, last: int) -> list[Difference]:
    """Compare the attempts with ids from `first` to `last`."""
    attempts = {
        row.id: row
        for row in session.execute(
            select(Attempt.id, Attempt.public_id, Attempt.answers_sha256).where(
                Attempt.id.between(first, last)
            )
        )
    }
    found: list[Difference] = []
    recorded: dict[int, dict[str, Answer]] = {}
    rows = (
        _Row(*row) for row in session.execute(_both(first, last).execution_options(yield_per=2000))
    )
    for attempt_id, its in groupby(rows, key=lambda row: row.attempt_id):
        known = attempts.get(attempt_id)
        name = known.public_id if known else ""
        recorded[attempt_id], wrong = _compare(attempt_id, name, its)
        found += wrong
    for known in attempts.values():
        answers = recorded.get(known.id, {})
        if known.answers_sha256 not in (None, rules.answers_digest(answers)):
            found.append(Difference(known.id, known.public_id, "", "digest", 0, 0))
    return found


def repair(session: Session, attempt_id: int, *, by: Actor) -> list[Difference]:
    """Set the current answers of one attempt to what its record says; what stays wrong comes back.

    The record and the digest are evidence of what was handed in and are never written anew.
    """
    session.execute(select(Attempt.id).where(Attempt.id == attempt_id).with_for_update())
    found = differences(session, attempt_id, attempt_id)
    wrong = [one for one in found if one.kind not in BEYOND_REPAIR]
    events = {row.item: row for row in _saved(session, attempt_id)}
    for item in sorted({one.item for one in wrong}):
        _restore(session, attempt_id, item, events.get(item))
    if wrong:
        audit.record(
            session, AuditEvent.ATTEMPT_REBUILT, f"attempt/{attempt_id}", by=by, answers=len(wrong)
        )
    session.flush()  # flush: the second look reads what was written
    return differences(session, attempt_id, attempt_id)


def _both(first: int, last: int) -> CompoundSelect[Any]:
    """Saved events and current answers of a stretch, by attempt, item and version."""
    events = select(
        ResponseEvent.attempt_id,
        ResponseEvent.item,
        literal(_EVENT).label("source"),
        ResponseEvent.version,
        ResponseEvent.value,
    ).where(ResponseEvent.attempt_id.between(first, last), ResponseEvent.outcome == Outcome.SAVED)
    current = select(
        Response.attempt_id,
        Response.item,
        literal(_CURRENT),
        Response.version,
        Response.value,
    ).where(Response.attempt_id.between(first, last))
    return union_all(events, current).order_by("attempt_id", "item", "source", "version")


def _compare(
    attempt_id: int, name: str, rows: Iterable[_Row]
) -> tuple[dict[str, Answer], list[Difference]]:
    """What one attempt's record says, and where its current answers differ."""
    recorded: dict[str, Answer] = {}
    wrong: list[Difference] = []
    for item, its in groupby(rows, key=lambda row: row.item):
        said: Answer | None = None
        now: Answer | None = None
        for row in its:
            if row.source == _CURRENT:
                now = row.version, row.value
                continue
            if said is not None and said[0] == row.version:
                wrong.append(Difference(attempt_id, name, item, "twice", row.version, row.version))
            said = row.version, row.value
        if said is not None:
            recorded[item] = said
        kind = _difference(said, now)
        if kind is not None:
            versions = [one[0] if one else 0 for one in (said, now)]
            wrong.append(Difference(attempt_id, name, item, kind, *versions))
    return recorded, wrong


def _difference(said: Answer | None, now: Answer | None) -> str | None:
    if now is None:
        return "missing"
    if said is None:
        return "extra"
    if said[0] != now[0]:
        return "version"
    return None if rules.answers_digest({"": said}) == rules.answers_digest({"": now}) else "value"


def _saved(session: Session, attempt_id: int) -> Sequence[ResponseEvent]:
    """The saved events of an attempt, by version."""
    query = select(ResponseEvent).where(
        ResponseEvent.attempt_id == attempt_id, ResponseEvent.outcome == Outcome.SAVED
    )
    return session.scalars(query.order_by(ResponseEvent.version)).all()


def _restore(session: Session, attempt_id: int, item: str, event: ResponseEvent | None) -> None:
    current = session.get(Response, (attempt_id, item), populate_existing=True)
    if event is None:
        if current is not None:
            session.delete(current)
        return
    if current is None:
        current = Response(attempt_id=attempt_id, item=item)
        session.add(current)
    current.version, current.value, current.saved_at = event.version, event.value, event.saved_at
