"""Duties of imports and exports: read, import, undo, write, and clear away what is old."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from time import monotonic
from typing import TypeVar

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.exchange import actions, exporting, importing, queries, recognising
from probity.exchange.models import BatchState, ImportBatch
from probity.exchange.reading import Candidate, Told, guess, read_files
from probity.exchange.staging import fetch, publish, stage
from probity.kernel import scratch, storage
from probity.kernel.jobs import handler
from probity.kernel.permissions import SYSTEM, Actor
from probity.kernel.work import reading
from probity.kernel.worker import Claim

T = TypeVar("T")

AT_ONCE = 100
"""Questions read in one transaction."""

BROUGHT_AT_ONCE = 25
"""Questions imported in one transaction: few, for SQLite has one writer."""

SECONDS = 10.0
"""The longest pause between two steps; a lease lasts sixty."""


@handler(actions.READ)
def read(job: Claim, batch_id: int, round_: int) -> None:
    """Read every question; after a crash go on behind the last one that was kept."""
    with reading() as session:
        batch = session.get(ImportBatch, batch_id)
        if batch is None or not _is_meant(batch, round_):
            return
        files, folder = list(batch.files), batch.public_id
        kept = queries.last_number(session, batch_id)
        by = _person(session, batch.created_by_id)
    about = guess(files, fetch)
    place = scratch.folder(current_app.config["PROBITY"].instance_dir / "work")
    for chunk in _steps(read_files(files, fetch, place)):
        fresh = [one for one in chunk if isinstance(one, Told) or one.values["number"] > kept]
        if not _keep(job, batch_id, round_, folder, fresh, by=by, about=about):
            return
    with job.step(done=True) as session:
        batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
        if _is_meant(batch, round_):
            actions.finish_reading(session, batch)


def _keep(
    job: Claim,
    batch_id: int,
    round_: int,
    folder: str,
    chunk: Sequence[Candidate | Told],
    *,
    by: Actor,
    about: int,
) -> bool:
    """One step of reading; tells whether to go on."""
    candidates = [one for one in chunk if isinstance(one, Candidate)]
    for candidate in candidates:
        candidate.values["media"] = stage(folder, candidate.media)
    with job.step() as session:
        batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
        if not _is_meant(batch, round_):
            return False
        known = recognising.look_up(session, by, batch_id, candidates)
        actions.keep(session, batch, candidates, known)
        for one in chunk:
            if isinstance(one, Told) and not batch.files[one.file].get("told"):
                actions.keep_file(batch, one)
        done = batch.progress.get("done", 0) + len(candidates)
        batch.progress = {"done": done, "about": max(about, done) if about else 0}
    return True


@handler(actions.WRITE)
def bring(job: Claim, batch_id: int, person_id: int | None) -> None:
    """Import in steps; what a step did and its writing down are one transaction."""
    while True:
        with reading() as session:
            batch = session.get_one(ImportBatch, batch_id)
            rows = queries.pending(session, batch_id, BROUGHT_AT_ONCE)
            media = [one for row in rows if row.chosen for one in row.media]
            folder, by = batch.public_id, _person(session, person_id)
            locale, name = getattr(by, "locale", "en"), getattr(by, "name", "–")
        publish(folder, media)
        with force_locale(locale.replace("-", "_")), job.step() as session:
            batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
            if batch.state is not BatchState.IMPORTING:
                importing.count(session, batch)
                return
            rows = queries.pending(session, batch_id, BROUGHT_AT_ONCE)
            importing.bring(session, batch, rows, by=_person(session, person_id), author=name)
            done = batch.progress.get("done", 0) + len(rows)
            batch.progress = {"done": done, "of": batch.counts["all"]}
            if not rows:
                importing.finish(session, batch)
                return


@handler(actions.UNDO)
def take_back(job: Claim, batch_id: int, person_id: int | None) -> None:
    """Undo in steps, as the import went."""
    while True:
        with reading() as session:
            locale = getattr(_person(session, person_id), "locale", "en")
        with force_locale(locale.replace("-", "_")), job.step() as session:
            batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
            if batch.state is not BatchState.UNDOING:
                return
            rows = queries.to_undo(session, batch_id, BROUGHT_AT_ONCE)
            importing.take_back(session, rows, by=_person(session, person_id))
            done = batch.progress.get("done", 0) + len(rows)
            batch.progress = {"done": done, "of": batch.progress.get("of", done)}
            if not rows:
                importing.finish_undo(session, batch)
                return


@handler(exporting.WRITE)
def write(job: Claim, export_id: int) -> None:
    """Make the file of an export, then let it be fetched."""
    with reading() as session:
        task = exporting.task(session, export_id)
    if task is None:
        return
    made = exporting.write(task)
    if made.data is not None:
        storage.put(made.key, made.data)
    with job.step(done=True) as session:
        exporting.finish(session, export_id, made)


@handler("exchange.clear", every=timedelta(hours=6))
def clear(job: Claim) -> None:
    """Delete uploaded files after thirty days and exported ones after seven."""
    with job.step() as session:
        keys = [
            key
            for batch in queries.batches_to_clear(session)
            for key in [*actions.forget_files(batch), *queries.staged_keys(session, batch)]
        ]
        keys += [key for one in queries.exports_to_clear(session) for key in exporting.forget(one)]
    for key in keys:
        storage.delete(key)


def _is_meant(batch: ImportBatch, round_: int) -> bool:
    return batch.state is BatchState.READING and batch.round == round_


def _person(session: Session, person_id: int | None) -> Actor:
    return session.get_one(Person, person_id) if person_id is not None else SYSTEM


def _steps(things: Iterable[T]) -> Iterator[list[T]]:
    """Things in lists that are written at once: neither too many nor too late."""
    chunk: list[T] = []
    began = monotonic()
    for thing in things:
        chunk.append(thing)
        if len(chunk) >= AT_ONCE or monotonic() - began > SECONDS:
            yield chunk
            chunk, began = [], monotonic()
    if chunk:
        yield chunk
