"""Handing a table in, starting its check, keeping answers, forgetting it all."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials.bulkchecks import queries
from probity.credentials.bulkchecks.models import TableCheck, TableRow, TableState
from probity.credentials.bulkchecks.reading import Table
from probity.kernel import clock, ids, jobs
from probity.kernel.db import insert
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

READ, RUN = "credentials.read_table", "credentials.check_table"
KEPT = timedelta(days=30)
MOST_TABLES = 20
MOST_ROWS_A_DAY = 20_000
"""Of one person within a day: enough for a large employer, little for somebody who guesses."""

LONGEST_NAME = 200


class Answered(NamedTuple):
    """What came of one row."""

    place: int
    number: str
    name: str
    status: str
    valid_until: date | None = None
    since: datetime | None = None
    notes: tuple[str, ...] = ()


def begin(
    session: Session, name: str, sha256: str, storage_key: str, locale: str, *, by: Actor
) -> TableCheck:
    """Have a stored file read; nothing is asked of the register yet."""
    if queries.handed_in(session, by) >= MOST_TABLES:
        raise Refused(
            _("You have handed in %(most)s tables within a day. Go on tomorrow.", most=MOST_TABLES),
            "tables",
        )
    assert by.id is not None  # noqa: S101 (for mypy: only people hand in tables)
    found = TableCheck(
        public_id=ids.public_id(),
        person_id=by.id,
        name=name[:LONGEST_NAME] or "–",
        sha256=sha256,
        locale=locale,
        storage_key=storage_key,
        state=TableState.READING,
        problem=None,
        seen={},
        number_column=None,
        name_column=None,
        rows=0,
        done=0,
        counts={},
        results={},
        receipt=None,
        created_at=clock.now(),
        started_at=None,
        ended_at=None,
        forgotten_at=None,
    )
    session.add(found)
    session.flush()
    jobs.enqueue(session, READ, key=f"table/{found.id}/read", check_id=found.id)
    return found


def note_table(found: TableCheck, table: Table) -> None:
    """Keep what was read, to be looked at before the check."""
    found.state, found.rows = TableState.READY, len(table.rows)
    found.seen = table.as_seen()
    found.number_column, found.name_column = table.found.number, table.found.name


def note_failure(found: TableCheck, code: str, facts: dict[str, Any]) -> None:
    """Keep why a table cannot be read."""
    found.state, found.ended_at = TableState.FAILED, clock.now()
    found.problem = {"code": code, "facts": facts}


def start(
    session: Session, found: TableCheck, number: int | None, name: int | None, *, by: Actor
) -> None:
    """Check every row, by the columns that were chosen."""
    if found.state is not TableState.READY:
        raise Refused(_("This table was started already, or cannot be read."), "state")
    width = found.seen["width"]
    if number is None or name is None or number == name or not {number, name} <= set(range(width)):
        raise Refused(_("Choose two different columns: one of numbers, one of names."), "columns")
    if queries.rows_started(session, by) + found.rows > MOST_ROWS_A_DAY:
        raise Refused(
            _("Within a day %(most)s rows can be checked. Go on tomorrow.", most=MOST_ROWS_A_DAY),
            "quota",
        )
    found.number_column, found.name_column = number, name
    found.state, found.started_at = TableState.RUNNING, clock.now()
    jobs.enqueue(session, RUN, key=f"table/{found.id}/run", check_id=found.id)


def keep(session: Session, found: TableCheck, answers: Sequence[Answered]) -> None:
    """Keep the answers to the next rows."""
    rows = [{**one._asdict(), "notes": list(one.notes), "check_id": found.id} for one in answers]
    session.execute(insert(session, TableRow), rows)
    found.done += len(rows)


def finish(
    session: Session, found: TableCheck, results: dict[str, Any], receipt: str, *, by: Actor
) -> None:
    """The result is there."""
    found.state, found.results, found.receipt = TableState.DONE, results, receipt
    audit.record(session, AuditEvent.TABLE_CHECKED, f"table/{found.id}", by=by, rows=found.rows)


def forget(session: Session, found: TableCheck, *, by: Actor) -> list[str]:
    """Drop what a table held and what was answered; returns the files to delete."""
    if found.state is TableState.RUNNING:
        raise Refused(_("It is being checked. Delete it afterwards."), "running")
    if found.forgotten_at is not None:
        return []
    files = [one["key"] for one in found.results.values() if "key" in one]
    files += [found.storage_key] if found.storage_key else []
    session.execute(delete(TableRow).where(TableRow.check_id == found.id))
    found.storage_key, found.forgotten_at, found.name = None, clock.now(), "–"
    found.results = {kind: {"sha256": one["sha256"]} for kind, one in found.results.items()}
    found.seen = {}
    if found.state is TableState.READING:
        note_failure(found, "empty", {})
    audit.record(session, AuditEvent.TABLE_FORGOTTEN, f"table/{found.id}", by=by)
    return files


def forget_old(session: Session, most: int, *, by: Actor) -> list[str]:
    """Drop what was handed in a month ago; returns the files to delete."""
    gone = []
    for found in queries.old(session, clock.now() - KEPT, most):
        if found.state is TableState.RUNNING:  # its duty stopped long ago
            note_failure(found, "stopped", {})
        gone += forget(session, found, by=by)
    return gone
