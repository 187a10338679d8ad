"""What the database says after the fact, against what the candidates' side wrote down."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from faults.ledger import Key, Ledger, as_text
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.exams import rebuild
from probity.exams.models import Attempt, AttemptState, Outcome, Response, ResponseEvent, Result
from probity.kernel.jobs import Job
from probity.kernel.mail import Letter
from probity.kernel.work import reading


@dataclass
class Verdict:
    """What is wrong; everything empty means that nothing is."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stored: int = 0
    seen: bool = False

    @property
    def clean(self) -> bool:
        return not (self.lost or self.duplicated or self.wrong)


def judge(app: Flask, ledger: Ledger) -> Verdict:
    """Compare one case's ledger with the rows of its attempts."""
    verdict = Verdict()
    with app.app_context(), reading() as session:
        attempts = _attempts(session, ledger)
        events = _events(session, [row.id for row in attempts])
        verdict.stored = sum(row.outcome is Outcome.SAVED for row in events)
        _compare(verdict, ledger, {row.id: row.public_id for row in attempts}, events)
        _check_versions(verdict, events)
        _check_current(verdict, session, attempts, events)
        for attempt in attempts:
            verdict.wrong += _endings(session, attempt)
        if session.get_bind().dialect.name == "sqlite":
            said = session.scalar(text("PRAGMA integrity_check"))
            verdict.wrong += [] if said == "ok" else [f"integrity_check: {said}"]
    verdict.wrong += ledger.contradictions
    return verdict


def _attempts(session: Session, ledger: Ledger) -> list[Attempt]:
    names = {one.attempt for one in ledger.sent.values()}
    return list(session.scalars(select(Attempt).where(Attempt.public_id.in_(names))))


def _events(session: Session, attempts: list[int]) -> list[ResponseEvent]:
    return list(
        session.scalars(select(ResponseEvent).where(ResponseEvent.attempt_id.in_(attempts)))
    )


def _compare(
    verdict: Verdict, ledger: Ledger, names: dict[int, str], events: Iterable[ResponseEvent]
) -> None:
    """Acknowledged within stored, stored within sent."""
    stored: dict[Key, ResponseEvent] = {}
    for row in events:
        key = (row.client, row.seq)
        if key in stored:
            verdict.duplicated.append(f"{key} is stored for two attempts")
        stored[key] = row
        sent = ledger.sent.get(key)
        if sent is None:
            verdict.wrong.append(f"{key} was stored and never sent")
            continue
        told = (names[row.attempt_id], row.item, as_text(row.value))
        if told != (sent.attempt, sent.item, sent.value):
            verdict.wrong.append(f"{key} was sent as {sent} and is stored as {told}")
    for key, known in ledger.acknowledged.items():
        found = stored.get(key)
        if found is None or found.outcome is not Outcome.SAVED or found.version != known.version:
            verdict.lost.append(f"{key} was acknowledged as version {known.version}")


def _check_versions(verdict: Verdict, events: Iterable[ResponseEvent]) -> None:
    """The versions of an answer are 1, 2, 3 …: none twice, none left out."""
    versions: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
    for row in events:
        if row.outcome is Outcome.SAVED:
            versions[row.attempt_id, row.item][row.version] += 1
    for place, counted in versions.items():
        twice = [version for version, count in counted.items() if count > 1]
        verdict.duplicated += [f"version {version} of {place} was given twice" for version in twice]
        if max(counted) != len(counted):
            verdict.wrong.append(f"the versions of {place} have a gap: {sorted(counted)}")


def _check_current(
    verdict: Verdict, session: Session, attempts: list[Attempt], events: Iterable[ResponseEvent]
) -> None:
    """The current answers equal the newest events: by our own count and by the site's own command."""
    newest: dict[tuple[int, str], tuple[int, str]] = {}
    for row in sorted(events, key=lambda row: row.version):
        if row.outcome is Outcome.SAVED:
            newest[row.attempt_id, row.item] = (row.version, as_text(row.value))
    ids = [row.id for row in attempts]
    current = {
        (row.attempt_id, row.item): (row.version, as_text(row.value))
        for row in session.scalars(select(Response).where(Response.attempt_id.in_(ids)))
    }
    for place in newest.keys() | current.keys():
        if newest.get(place) != current.get(place):
            said, found = newest.get(place), current.get(place)
            verdict.wrong.append(f"{place}: the events say {said}, the current answer is {found}")
    if ids:
        for one in rebuild.differences(session, min(ids), max(ids)):
            verdict.wrong += [f"rebuild: {one}"] if one.attempt_id in ids else []


def _endings(session: Session, attempt: Attempt) -> list[str]:
    """A closed attempt ended once, has one result and one letter; an open one has none of them."""
    wanted = int(attempt.state is AttemptState.CLOSED)
    closed = (AuditEntry.event == str(AuditEvent.ATTEMPT_CLOSED)) & (
        AuditEntry.subject == f"attempt/{attempt.id}"
    )
    key = f"receipt/{attempt.public_id}"
    found = {
        "endings": _count(session, AuditEntry, closed),
        "results": _count(session, Result, Result.attempt_id == attempt.id),
        "receipts due": _count(session, Job, Job.key == key),
    }
    wrong = [f"{attempt.public_id}: {n} {what}" for what, n in found.items() if n != wanted]
    sent = session.scalars(select(Job).where(Job.key == key, Job.ended_at.is_not(None))).all()
    letters = _count(session, Letter, Letter.key == key)
    return wrong + ([] if letters == len(sent) else [f"{attempt.public_id}: {letters} letters"])


def _count(session: Session, model: type, condition: object) -> int:
    query = select(func.count()).select_from(model).where(condition)  # type: ignore[arg-type]
    return session.scalar(query) or 0
