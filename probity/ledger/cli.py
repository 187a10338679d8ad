"""Commands about the log."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from probity.kernel import clock
from probity.kernel.errors import Misconfigured, Refused
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading, writing
from probity.ledger import (
    actions,
    auditing,
    exporting,
    notes,
    queries,
    signing,
    standalone,
    tiles,
    witness,
    witnessing,
)
from probity.ledger.auditing import Findings
from probity.ledger.models import LogLeaf
from probity.ledger.notes import BadNote, Key

group = AppGroup("log", help="The append-only log of certificates.")
witnesses = AppGroup("witnesses", help="Second parties whose cosignatures are accepted.")
group.add_command(witnesses)

DATABASE = "database"
DISHONEST = 3
"""The exit code of a witness that was shown another past."""


@group.command("checkpoint")
def checkpoint() -> None:
    """Sign the log as it is now."""
    with _said(), writing() as session:
        made = actions.sign_checkpoint(session, signing.signer())
    click.echo(made.text, nl=False)


@group.command("prove")
@click.argument("subject")
def prove(subject: str) -> None:
    """Print the receipt of an entry: SUBJECT is its index or a name such as issue/PUBLIC-ID."""
    with reading() as session:
        leaf = _leaf(session, subject)
        newest = queries.latest(session)
        if leaf is None:
            raise click.ClickException(f"The log has no entry {subject}.")
        if newest is None or leaf.index >= newest.size:
            raise click.ClickException(
                f"No checkpoint covers entry {leaf.index} yet. Run `probity log checkpoint`."
            )
        receipt = queries.receipt_of(session, leaf, newest)
    click.echo(json.dumps(receipt, ensure_ascii=False, indent=1))


@group.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the log to FOLDER as static files; what is there already stays."""
    with _said(), reading() as session, _progress("Writing", None) as tell:
        written = exporting.export(session, folder, signing.keys(), tell)
    click.echo(f"{written} files of the tree written to {folder}.")


@group.command("audit")
@click.argument("source", default=DATABASE)
@click.option("--key", "keys", multiple=True, help="A key of the log or a witness, as noted down.")
@click.option(
    "--noted",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint kept from an earlier visit.",
)
def audit(source: str, keys: tuple[str, ...], noted: tuple[Path, ...]) -> None:
    """Recompute the whole log; exit 1 if anything does not fit.

    SOURCE is `database` (the log of this installation), an address or an exported folder.
    """
    if source == DATABASE:
        sys.exit(_audit_database(keys, noted))
    fetch = standalone.opened(source)
    try:
        with _progress("Checking", None) as tell:
            texts = [path.read_text() for path in noted]
            report = standalone.audit(fetch, keys, texts, tell)
    except (standalone.Unreadable, OSError) as error:
        raise click.ClickException(str(error)) from error
    sys.exit(standalone.show(report))


def _audit_database(keys: tuple[str, ...], noted: tuple[Path, ...]) -> int:
    with _said(), reading() as session:
        known = [*signing.keys(), *map(Key.parse, keys)]
        kept = [notes.read_checkpoint(path.read_text()) for path in noted]
        with _progress("Checking", queries.size(session)) as tell:
            found = auditing.audit(session, known, kept, tell)
    return _tell(found)


def _tell(found: Findings) -> int:
    click.echo(f"{found.size} entries, root {found.root.hex()}")
    click.echo(f"{found.checkpoints} checkpoints, {found.cosignatures} cosignatures")
    for fault in found.faults[: standalone.TOLD]:
        click.echo(f"FAULT: {fault}")
    if more := found.faults[standalone.TOLD :]:
        click.echo(f"FAULT: and {len(more)} more.")
    if not found.faults:
        click.echo("No fault: every entry is in the tree, and every checkpoint fits.")
        click.echo("Only a witness or a noted checkpoint can tell that the end was not cut off.")
    return 1 if found.faults else 0


@group.command("witness")
@click.option("--url", required=True, help="The address of the log, such as https://…/log")
@click.option("--key", "path", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--state", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--new-key", "name", help="Make the key file, under this name of the witness.")
@click.option("--log-key", "log_keys", multiple=True, help="The key of the log, from its operator.")
@click.option("--every", type=click.IntRange(min=1), help="Look again after so many seconds.")
@click.option("--print-only", is_flag=True, help="Print the cosignature instead of posting it.")
def watch(
    url: str,
    path: Path,
    state: Path,
    name: str | None,
    log_keys: tuple[str, ...],
    every: int | None,
    print_only: bool,
) -> None:
    """Watch a log as a second party: sign only what continues the log seen before.

    Exit 3 if the log went back or split; nothing is signed then.
    """
    with _said():
        key = witness.make_key(path, name) if name else witness.load_key(path)
        click.echo(f"Witness {key.key.text}", err=True)
        while True:
            try:
                _look(url, key, state, log_keys, print_only=print_only)
            except (witness.Unreachable, tiles.Missing) as error:
                if every is None:
                    raise
                click.echo(f"{error} The next look is in {every} seconds.", err=True)
            if every is None:
                return
            time.sleep(every)


def _look(
    url: str, key: witness.WitnessKey, state: Path, log_keys: tuple[str, ...], *, print_only: bool
) -> None:
    fetch = witness.fetcher(url)
    seen = witness.load_state(state)
    if seen is None:
        seen = witness.Seen(log_keys or witness.first_keys(fetch), None)
        click.echo(f"First visit, believing the key {' '.join(seen.keys)}", err=True)
    seen = witness.Seen(tuple(dict.fromkeys((*seen.keys, *log_keys))), seen.checkpoint)
    try:
        now = witness.visit(fetch, seen)
    except witness.Dishonest as error:
        click.echo(str(error), err=True)
        sys.exit(DISHONEST)
    # kept before it is signed: a witness must remember whatever it stated
    witness.save_state(state, witness.Seen(seen.keys, now.text))
    cosigned = notes.body(now.text) + "\n"
    cosigned += notes.cosign(now, key, int(clock.now().timestamp()))
    if print_only:
        click.echo(cosigned, nl=False)
        return
    click.echo(f"{now.size} entries: {witness.post(url, cosigned)}")


@witnesses.command("add")
@click.argument("key")
def add(key: str) -> None:
    """Accept the cosignatures of KEY, written name+hash+key as the witness prints it."""
    with _said(), writing() as session:
        found = witnessing.add_witness(session, Key.parse(key), by=SYSTEM)
        click.echo(f"{found.name} is a witness of this log.")


@witnesses.command("list")
def list_witnesses() -> None:
    """Show every witness, also those removed."""
    with reading() as session:
        for found in queries.all_witnesses(session):
            until = f"  removed {found.removed_at:%Y-%m-%d}" if found.removed_at else ""
            click.echo(f"{found.key}  since {found.added_at:%Y-%m-%d}{until}")


@witnesses.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Accept nothing more from the witness of this NAME; what it stated is kept."""
    with _said(), writing() as session:
        found = [one for one in queries.all_witnesses(session) if one.name == name]
        if not found:
            raise click.ClickException(f"No witness is called {name}.")
        for one in found:
            witnessing.remove_witness(session, one, by=SYSTEM)
    click.echo(f"{name} is no longer a witness of this log.")


def _leaf(session: Session, subject: str) -> LogLeaf | None:
    if subject.isdecimal():
        return queries.entry_at(session, int(subject))
    return queries.entry(session, subject)


@contextmanager
def _said() -> Iterator[None]:
    """Turn what went wrong into its sentence."""
    try:
        yield
    except (Refused, Misconfigured, BadNote, witness.Unreachable, tiles.Missing) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _progress(words: str, total: int | None) -> Iterator[Callable[[int], object]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(words, total=total)
        yield lambda done: bar.update(task, completed=done)
