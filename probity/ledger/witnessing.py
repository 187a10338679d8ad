"""Which second parties watch the log, and what they state about it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.kernel import clock
from probity.kernel.db import insert
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor
from probity.ledger import notes, queries
from probity.ledger.models import LogCheckpoint, LogCosignature, LogWitness
from probity.ledger.notes import COSIGNATURE, BadNote, Key

MAY_BE_AHEAD = timedelta(minutes=5)
"""How far the clock of a witness may be before ours."""


def add_witness(session: Session, key: Key, *, by: Actor) -> LogWitness:
    """Accept the cosignatures of this key from now on."""
    if key.kind != COSIGNATURE:
        raise Refused(_("This is not the key of a witness. Ask for the one that ends in its name."))
    found = session.scalar(select(LogWitness).where(LogWitness.key == key.text))
    if found is None:
        found = LogWitness(name=key.name, key=key.text, added_at=clock.now())
        session.add(found)
    found.removed_at = None
    session.flush()  # flush: the record needs the id
    audit.record(session, AuditEvent.WITNESS_ADDED, f"witness/{found.id}", by=by)
    return found


def remove_witness(session: Session, witness: LogWitness, *, by: Actor) -> None:
    """Accept nothing more from it and show nothing of it; what it stated stays in the records."""
    witness.removed_at = clock.now()
    audit.record(session, AuditEvent.WITNESS_REMOVED, f"witness/{witness.id}", by=by)


def accept(session: Session, text: str) -> int:
    """Keep the cosignatures of our witnesses on a checkpoint of ours; return how many are new.

    Refuses notes of strangers and checkpoints that this log never signed.
    """
    lines, row = read(session, text)
    known = {witness.key: witness.id for witness in queries.all_witnesses(session)}
    fresh = 0
    for found in lines:
        values = {
            "checkpoint_id": row.id,
            "witness_id": known[found.key.text],
            "seen_at": datetime.fromtimestamp(found.time or 0, UTC),
            "line": found.line,
        }
        statement = insert(session, LogCosignature).values(values).on_conflict_do_nothing()
        made = session.execute(statement.returning(LogCosignature.id)).all()
        fresh += len(made)
    return fresh


def read(session: Session, text: str) -> tuple[list[notes.Signature], LogCheckpoint]:
    """Check what a witness sent, without keeping it."""
    try:
        checkpoint = notes.read_checkpoint(text)
        lines = notes.open_note(text, queries.witnesses(session))
    except BadNote as error:
        raise Refused(str(error), "note") from error
    if not lines:
        raise Refused(_("No witness of this log signed this note."), "stranger")
    latest = clock.now() + MAY_BE_AHEAD
    if any((found.time or 0) > latest.timestamp() for found in lines):
        raise Refused(_("The time in the cosignature lies in the future. Set the clock."), "clock")
    row = queries.stated(session, checkpoint)
    if row is None:
        raise Refused(_("This log did not sign this checkpoint."), "checkpoint")
    return lines, row
