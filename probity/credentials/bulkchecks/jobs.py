"""Reading tables, checking their rows in steps, and forgetting them after a month."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.credentials import enquiries
from probity.credentials.bulkchecks import actions, files, queries, reading, wording
from probity.credentials.bulkchecks.actions import Answered
from probity.credentials.bulkchecks.models import TableCheck, TableState
from probity.credentials.receipts import actions as receipts
from probity.credentials.verification import Desk
from probity.exchange.formats.sheet.cells import Row
from probity.kernel import clock, storage
from probity.kernel.jobs import handler
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading as reading_work
from probity.kernel.worker import Claim

AT_ONCE = 200
LONGEST_NUMBER, LONGEST_NAME = 60, 400
FORGOTTEN_AT_ONCE = 50


@handler(actions.READ)
def read_table(job: Claim, check_id: int) -> None:
    """Read a table that was handed in, for its owner to look at."""
    with reading_work() as session:
        found = session.get_one(TableCheck, check_id)
        key = found.storage_key if found.state is TableState.READING else None
    if key is None:
        return
    told: reading.Table | reading.NotRead
    try:
        told = reading.read(storage.get(key))
    except reading.NotRead as problem:
        told = problem
    with job.step(done=True) as session:
        found = session.get_one(TableCheck, check_id, with_for_update=True)
        if found.state is not TableState.READING:
            return
        if isinstance(told, reading.NotRead):
            actions.note_failure(found, told.code, told.facts)
        else:
            actions.note_table(found, told)


@handler(actions.RUN)
def check_table(job: Claim, check_id: int) -> None:
    """Ask the register for each row; after a crash go on behind the last that was kept."""
    with reading_work() as session:
        found = session.get_one(TableCheck, check_id)
        if found.state is not TableState.RUNNING or found.storage_key is None:
            return
        key, done, total = found.storage_key, found.done, found.rows
        columns = found.number_column or 0, found.name_column or 0
    rows = reading.read(storage.get(key)).rows
    desk = enquiries.open_desk()
    while done < total:
        with reading_work() as session:
            answers = [answer(session, desk, row, *columns) for row in rows[done : done + AT_ONCE]]
        with job.step(progress={"done": done + len(answers), "of": total}) as session:
            found = session.get_one(TableCheck, check_id, with_for_update=True)
            if found.state is not TableState.RUNNING:
                return
            actions.keep(session, found, answers)
            done = found.done
    _finish(job, check_id)


@handler("credentials.forget_tables", every=timedelta(hours=6))
def forget_tables(job: Claim) -> None:
    """Nobody needs to know after a month who was looked up."""
    gone = [""]
    while gone:
        with job.step() as session:
            gone = actions.forget_old(session, FORGOTTEN_AT_ONCE, by=SYSTEM)
        for key in gone:
            storage.delete(key)


def answer(session: Session, desk: Desk, row: Row, number_at: int, name_at: int) -> Answered:
    """What the register says to one row: the same as to somebody who types it."""
    number, name = row.cell(number_at), row.cell(name_at)
    shown = row.number, number[:LONGEST_NUMBER], name[:LONGEST_NAME]
    if not number or not name:
        return Answered(*shown, wording.INCOMPLETE)
    found = desk.by_number(session, number, name)
    record = found.record
    if record is None:
        return Answered(*shown, wording.UNKNOWN, notes=found.reasons)
    return Answered(*shown, str(found.status), record.valid_until, record.since, found.reasons)


def _finish(job: Claim, check_id: int) -> None:
    """Write the result files, then tell of them together with the receipt."""
    with reading_work() as session:
        found = session.get_one(TableCheck, check_id)
        locale, identity = found.locale, found.public_id
        with force_locale(locale.replace("-", "_")):
            made = _files(session, found)
    results = {}
    for kind, data in made.items():
        sha256 = hashlib.sha256(data).hexdigest()
        results[kind] = {"sha256": sha256, "key": f"tables/{identity}/{sha256[:16]}.{kind}"}
        storage.put(results[kind]["key"], data)
    with job.step(done=True) as session, force_locale(locale.replace("-", "_")):
        found = session.get_one(TableCheck, check_id, with_for_update=True)
        found.counts, found.ended_at = queries.counts(session, found), clock.now()
        told = wording.receipt(found, results)
        sealed = f"table/{identity}/{results['csv']['sha256']}"
        token = receipts.ask(session, sealed, told, found.ended_at)
        owner = session.get_one(Person, found.person_id)
        actions.finish(session, found, results, token, by=owner)


def _files(session: Session, found: TableCheck) -> dict[str, Any]:
    rows: Sequence[list[str]] = [
        wording.cells(row) for row in session.scalars(queries.rows_of(found))
    ]
    headings = wording.headings()
    return {"csv": files.as_csv(headings, rows), "xlsx": files.as_workbook(headings, rows)}
