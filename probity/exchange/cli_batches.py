"""Commands that bring questions in and take them out; `probity bank` holds them."""

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from probity.bank import listing
from probity.bank.models import Item
from probity.bank.queries import items_visible_to, places
from probity.bank.rules import listed_words
from probity.exchange import actions, exporting, labels, queries
from probity.exchange.completing import Choices
from probity.exchange.formats import MODULES, WRITERS
from probity.exchange.models import BatchState, Export, ImportBatch, ImportedItem
from probity.exchange.staging import keep_upload
from probity.kernel import storage, worker
from probity.kernel.errors import Refused
from probity.kernel.ids import public_id
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading, writing

MOST_SHOWN = 40


@click.command("import")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--confirm", is_flag=True, help="Import for good; else only say what would come of it."
)
@click.option("--undo", metavar="IMPORT", help="Take out again what an import brought.")
@click.option("--domain", help="For questions that name none. Default: the first of the bank.")
@click.option("--competency", default="", help="Such as PR01.F.")
@click.option("--cognitive", default="", help="remember, understand, apply, analyse or evaluate.")
@click.option(
    "--use", default="practice", type=click.Choice(["practice", "practice_only", "secure"])
)
@click.option("--tags", default="", help="Parted by commas.")
@click.option("--folder", default="", help="Such as Imports/2026.")
@click.option("--format", "form", type=click.Choice(sorted(MODULES)), help="Default: found out.")
@click.option("--encoding", default="", help="Default: found out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question, one a line.")
@with_appcontext
def import_files(
    paths: tuple[Path, ...], confirm: bool, undo: str | None, as_json: bool, **chosen: Any
) -> None:
    """Read question files and say what each question would become; `--confirm` imports them."""
    try:
        if undo:
            _undo(undo)
            return
        if not paths:
            raise click.UsageError("Name at least one file, or --undo IMPORT.")
        batch_id = _begin(paths, chosen)
        _run(batch_id, "Reading")
        failed = _tell(batch_id, as_json=as_json)
        if not confirm or failed:
            _forget(batch_id)
        else:
            _import(batch_id)
    except Refused as refusal:
        _refuse(refusal.message)
    if failed:
        sys.exit(1)


@click.command("export")
@click.argument("path", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(WRITERS), default="probity", show_default=True)
@click.option("--ref", "refs", multiple=True, help="An item; may be given several times.")
@click.option("--text", default="", help="Words to look for.")
@click.option("--kind", default="")
@click.option("--domain", default="")
@click.option("--state", default="")
@click.option("--use", default="")
@click.option("--tag", default="")
@with_appcontext
def export_items(path: Path, form: str, refs: tuple[str, ...], **wanted: str) -> None:
    """Write items into a file, and name what the format cannot hold."""
    try:
        with writing() as session:
            export = exporting.ask(session, _items(session, refs, wanted), form, by=SYSTEM)
            export_id = export.id
        worker.run_now(f"export/{export_id}", lambda _session: None)
    except Refused as refusal:
        _refuse(refusal.message)
    with reading() as session:
        export = session.get_one(Export, export_id)
        if export.storage_key is None:
            _refuse("The file could not be written.")
        path.write_bytes(storage.get(export.storage_key))
        for note in export.notes:
            click.echo(f"{note['ref']}: {note['kind']}: {labels.sentence(note)}")
        click.echo(f"{len(export.refs)} items written to {path}")


COMMANDS = (import_files, export_items)


def _begin(paths: Sequence[Path], chosen: dict[str, Any]) -> int:
    folder = public_id()
    uploads = []
    for number, path in enumerate(paths):
        data = path.read_bytes()
        key = keep_upload(folder, number, data)
        sha256 = hashlib.sha256(data).hexdigest()
        uploads.append(actions.Upload(path.name, key, sha256, len(data)))
    wanted = {"format": chosen["form"] or "", "encoding": chosen["encoding"]}
    with writing() as session:
        domains, _competencies = places(session)
        choices = Choices(
            domain=chosen["domain"] or (domains[0] if domains else Choices().domain),
            competency=chosen["competency"],
            cognitive=chosen["cognitive"],
            use=chosen["use"],
            tags=tuple(listed_words(chosen["tags"])),
            folder=chosen["folder"],
        )
        batch = actions.begin(session, uploads, choices, by=SYSTEM, identity=folder, wanted=wanted)
        return batch.id


def _run(batch_id: int, label: str) -> None:
    """Do the duty that waits for this import here, with a bar."""
    with reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        key = actions.duty_key(batch)
        of = batch.progress.get("of")
    with click.progressbar(length=of or 0, label=label, file=sys.stderr, show_pos=True) as bar:

        def watch(session: Session) -> None:
            done = session.get_one(ImportBatch, batch_id).progress.get("done", bar.pos)
            bar.length = max(bar.length or 0, done)
            bar.update(done - bar.pos)

        if not worker.run_now(key, watch):
            _refuse("Another worker is busy with this import. Try again in a minute.")


def _tell(batch_id: int, *, as_json: bool) -> bool:
    """Say what was found; tells whether nothing could be read."""
    with reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        rows = session.scalars(queries.items_of(batch)).all()
        if as_json:
            for row in rows:
                click.echo(json.dumps(_facts(row), ensure_ascii=False))
        else:
            _table(rows)
            counts = queries.by_finding(session, batch)
            found = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
            click.echo(f"{len(rows)} questions: {found or 'none'}")
        for note in batch.problems:
            click.echo(f"{note['where']}: {labels.sentence(note)}".lstrip(": "), err=True)
        return batch.state is BatchState.FAILED


def _table(rows: Sequence[ImportedItem]) -> None:
    """The questions of which there is something to say; the others are counted only."""
    told = [row for row in rows if row.notes or row.finding.value != "new"]
    for row in told[:MOST_SHOWN]:
        click.echo(f"{row.where:<14} {row.kind:<11} {row.finding.value:<9} {row.ref[:40]}")
        for note in row.notes:
            click.echo(f"    {note['kind']}: {labels.sentence(note)}")
    if len(told) > MOST_SHOWN:
        click.echo(f"… and {len(told) - MOST_SHOWN} more; --json prints all")


def _facts(row: ImportedItem) -> dict[str, Any]:
    notes = [{"effect": note["kind"], "what": labels.sentence(note)} for note in row.notes]
    return {
        "number": row.number + 1,
        "file": row.batch.files[row.file]["name"],
        "where": row.where,
        "ref": row.ref,
        "kind": row.kind,
        "finding": row.finding.value,
        "title": row.title,
        "notes": notes,
    }


def _import(batch_id: int) -> None:
    with writing() as session:
        batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
        actions.confirm(session, batch, by=SYSTEM)
    _run(batch_id, "Importing")
    _tell_outcome(batch_id)


def _undo(identity: str) -> None:
    with writing() as session:
        batch = queries.lock_batch(session, SYSTEM, identity)
        if batch is None:
            _refuse(f"There is no import {identity}.")
        actions.undo(session, batch, by=SYSTEM)
        batch_id = batch.id
    _run(batch_id, "Undoing")
    _tell_outcome(batch_id)


def _tell_outcome(batch_id: int) -> None:
    with reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        outcomes = queries.by_outcome(session, batch)
        stayed = queries.items_of(batch).where(ImportedItem.reason != "")
        for row in session.scalars(stayed):
            name = row.item.ref if row.item else row.where
            click.echo(f"{name}: {row.reason}")
        told = ", ".join(f"{number} {name}" for name, number in sorted(outcomes.items()))
        click.echo(f"{told}; import {batch.public_id}")


def _forget(batch_id: int) -> None:
    """A look only: nothing is kept of the files."""
    with writing() as session:
        batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
        actions.cancel(session, batch, by=SYSTEM)
        keys = [*queries.staged_keys(session, batch), *actions.forget_files(batch)]
    for key in keys:
        storage.delete(key)


def _items(session: Session, refs: Sequence[str], wanted: dict[str, str]) -> Sequence[Item]:
    if refs:
        query = items_visible_to(SYSTEM).where(Item.ref.in_(refs)).order_by(Item.ref)
    else:
        chosen = listing.Filter(
            text=wanted["text"],
            kind=wanted["kind"],
            domain=wanted["domain"],
            state=wanted["state"],
            partition=wanted["use"],
            tag=wanted["tag"],
        )
        query = listing.search(session, SYSTEM, chosen)
    return session.scalars(query).all()


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
