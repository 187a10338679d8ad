"""Answers that a device could not send and an invigilator brings in a file.

They are kept as late, whatever the device's clock says: an officer decides whether they count.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import queries as bank
from probity.exams import paper, queries
from probity.exams.models import Attempt, Outcome, RecoveryFile, ResponseEvent
from probity.exams.recovery_keys import Opened
from probity.exams.requests import BadRequest, Items, read_save
from probity.exams.saving import MOST_LATE, Save
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

LARGEST_CHANGE = 64 * 1024


class Fate(StrEnum):
    """What became of one change in a file."""

    SAVED = "saved"
    SUPERSEDED = "superseded"
    KEPT_BEFORE = "kept-before"
    KEPT = "kept"
    TOO_MANY = "too-many"
    MALFORMED = "malformed"


FATES = {
    Outcome.SAVED: Fate.SAVED,
    Outcome.SUPERSEDED: Fate.SUPERSEDED,
    Outcome.LATE: Fate.KEPT_BEFORE,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One change of the file; `why` says what is wrong with a malformed one."""

    item: str
    typed_at: str
    fate: Fate
    why: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a file brought. `is_repeated` if exactly this file was handed in before."""

    attempt: Attempt
    sha256: str
    is_repeated: bool
    lines: Sequence[Line]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(line.fate.value for line in self.lines))


def lock_attempt(session: Session, public_id: str) -> Attempt | None:
    """The attempt whoever sat it, held until the end of the transaction."""
    query = select(Attempt).where(Attempt.public_id == public_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def receive(session: Session, attempt: Attempt, file: Opened, *, by: Actor) -> Report:
    """Keep every change that is not known yet as late. The attempt must be locked.

    Refuses while the attempt runs: what is kept as late could not count any more when the device
    comes back and sends it in time.
    """
    if not queries.is_over(session, attempt):
        raise Refused(
            _(
                "This attempt is still running. The device may come back, and the candidate can go "
                "on at another one. Keep the file and bring it after the end."
            ),
            "running",
        )
    read = [_read(change, _items(session, attempt)) for change in file.changes]
    known = _known(session, attempt, [one for one in read if isinstance(one, Save)])
    room = MOST_LATE - _late(session, attempt)
    lines: list[Line] = []
    for one in read:
        if isinstance(one, Line):
            lines.append(one)
            continue
        fate = known.get((one.client, one.seq))
        if fate is None:
            fate, room = (Fate.KEPT, room - 1) if room > 0 else (Fate.TOO_MANY, room)
            if fate is Fate.KEPT:
                session.add(_event(session, attempt, one))
                known[one.client, one.seq] = Fate.KEPT_BEFORE
        lines.append(Line(one.item, one.typed_at, fate))
    is_repeated = _note_file(session, attempt, file, len(lines), by)
    report = Report(attempt, file.sha256, is_repeated, lines)
    counts = {name.replace("-", "_"): number for name, number in report.counts.items()}
    audit.record(
        session,
        AuditEvent.ATTEMPT_RECOVERED,
        f"attempt/{attempt.id}",
        by=by,
        file=file.sha256,
        **counts,
    )
    return report


def _items(session: Session, attempt: Attempt) -> Items:
    slots = paper.load(attempt.paper)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    return {
        slot.item: (slot.step, paper.part_of(parsed[slot.version_id], slot.child)) for slot in slots
    }


def _read(change: Any, items: Items) -> Save | Line:
    """Check one change by the same rules as a save that comes by itself."""
    try:
        return read_save(_body(change), items)
    except (BadRequest, orjson.JSONEncodeError) as error:
        sent = change if isinstance(change, dict) else {}
        # half a surrogate pair could not be shown
        shown = (str(sent.get(name, ""))[:40].encode(errors="replace") for name in ("item", "at"))
        item, typed_at = (words.decode() for words in shown)
        return Line(item, typed_at, Fate.MALFORMED, str(error))


def _body(change: Any) -> bytes:
    body = orjson.dumps(change)
    if len(body) > LARGEST_CHANGE:
        raise BadRequest("The answer is larger than 64 KiB.")
    return body


def _known(session: Session, attempt: Attempt, read: Sequence[Save]) -> dict[tuple[str, int], Fate]:
    """What is kept already of the clients in the file."""
    rows = session.execute(
        select(ResponseEvent.client, ResponseEvent.seq, ResponseEvent.outcome).where(
            ResponseEvent.attempt_id == attempt.id,
            ResponseEvent.client.in_({one.client for one in read}),
        )
    )
    return {(client, seq): FATES[outcome] for client, seq, outcome in rows}


def _late(session: Session, attempt: Attempt) -> int:
    return (
        session.scalar(
            select(func.count()).where(
                ResponseEvent.attempt_id == attempt.id, ResponseEvent.outcome == Outcome.LATE
            )
        )
        or 0
    )


def _event(session: Session, attempt: Attempt, change: Save) -> ResponseEvent:
    return ResponseEvent(
        attempt_id=attempt.id,
        client=change.client,
        seq=change.seq,
        item=change.item,
        version=0,
        value=change.value,
        outcome=Outcome.LATE,
        typed_at=change.typed_at,
        saved_at=queries.now(session),
    )


def _note_file(session: Session, attempt: Attempt, file: Opened, changes: int, by: Actor) -> bool:
    """Write down that the file came; tell whether it had come before."""
    same = select(RecoveryFile.id).where(
        RecoveryFile.attempt_id == attempt.id, RecoveryFile.sha256 == file.sha256
    )
    if session.scalar(same) is not None:
        return True
    session.add(
        RecoveryFile(
            attempt_id=attempt.id,
            sha256=file.sha256,
            changes=changes,
            received_at=queries.now(session),
            received_by_id=by.id,
        )
    )
    return False
