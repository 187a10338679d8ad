"""Commands: backups, what follows after one is put back, and the static bundle."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from probity.backup import bundle as bundles
from probity.backup import creating, reconciling, restoring, sealing, verifying
from probity.backup.restoring import Part, Place
from probity.backup.sealing import Damaged, Identity, Lock, Opener, Passphrase, Recipient, WrongKey
from probity.kernel.errors import Misconfigured, Refused
from probity.kernel.settings import ROOT
from probity.ledger import signing

backup = AppGroup("backup", help="Backups: make, check and restore them.")
bundle = AppGroup("bundle", help="Files that keep verification alive without this site.")

INCOMPLETE = 3
"""The backup was made, but something of the installation could not be read."""

LEAST_BYTES = 12
OTHERS = 0o077
WIDTH = 130

_PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A private file with the passphrase.",
)
_IDENTITY = click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The private half of a key made with `keygen`.",
)
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_SINCE = click.option(
    "--since-checkpoint",
    "sources",
    multiple=True,
    help="What others saw of the log: checkpoint, witness state, bundle, export or address.",
)
_NOTHING_SINCE = click.option(
    "--nothing-since", is_flag=True, help="I vouch that nothing was issued after this backup."
)
_UNSEEN = click.option(
    "--unseen",
    type=click.IntRange(min=0, max=100_000_000),
    help="At most so many certificates were issued that nothing shows. Else it is worked out.",
)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return app


@backup.command("keygen")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def keygen(file: Path) -> None:
    """Make a key: the private half goes to FILE, away from this machine; the other is printed."""
    private, public = sealing.new_pair()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"{private}\n")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be made ({error.strerror}).") from error
    click.echo(public)


@backup.command("create")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@_PASSPHRASE
@click.option(
    "--recipient", help="A public key of `keygen`: then nothing here can read the backup."
)
@click.option("--keep", type=click.IntRange(min=1), help="In a folder: delete all but so many.")
def create(
    target: Path, passphrase_file: Path | None, recipient: str | None, keep: int | None
) -> None:
    """Write a backup to FILE, or into a folder under a name with the time.

    The site may run. Exit 0: complete. 1: none was made. 3: made, but something of the
    installation was unreadable; it is named.
    """
    with _said(), _progress() as tell:
        lock = _lock(passphrase_file, recipient)
        made = creating.create(_app(), target, lock, tell, keep)
    told = made.manifest
    click.echo(
        f"{made.path}: {made.size:,} bytes, {told.files} files, "
        f"{told.counts.get('certificate', 0)} certificates, log of {told.log.size} entries."
    )
    for path in made.pruned:
        click.echo(f"Deleted {path}.")
    for words in told.missing:
        click.echo(f"UNREADABLE: {words}", err=True)
    sys.exit(INCOMPLETE if told.missing else 0)


@backup.command("verify")
@_FILE
@_PASSPHRASE
@_IDENTITY
def verify(file: Path, passphrase_file: Path | None, identity: Path | None) -> None:
    """Read a whole backup and look whether it agrees with itself. Exit 0 only if it does."""
    with _said(), _progress() as tell:
        opener = _opener(passphrase_file, identity)
        report = verifying.verify(file, opener, lambda done: tell("Files", done, None))
    table = Table("check", "found", "result")
    for name, told, problems in report.checks:
        table.add_row(name, told, "FAULT" if problems else "ok")
    _console().print(table)
    if report.manifest is not None:
        click.echo(f"Made at {report.manifest.made_at}.")
    for name, _told, problems in report.checks:
        for problem in problems:
            click.echo(f"FAULT: {name}: {problem}")
    sys.exit(0 if report.sound else 1)


@backup.command("restore")
@_FILE
@click.option("--into", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--database-url", help="Default: SQLite in that folder.")
@click.option("--storage-url", help="Default: `files` in that folder.")
@click.option("--replace", is_flag=True, help="Move aside what is there.")
@click.option(
    "--only", type=click.Choice([part.value for part in Part]), help="Put back this part alone."
)
@_PASSPHRASE
@_IDENTITY
@_SINCE
@_NOTHING_SINCE
@_UNSEEN
def restore(  # noqa: PLR0917 (one for each option)
    file: Path,
    into: Path,
    database_url: str | None,
    storage_url: str | None,
    replace: bool,
    only: str | None,
    passphrase_file: Path | None,
    identity: Path | None,
    sources: tuple[str, ...],
    nothing_since: bool,
    unseen: int | None,
) -> None:
    """Put a backup into an empty place, bring it to the newest schema and reconcile it."""
    part = Part(only) if only else None
    with _said(), _progress() as tell:
        place = Place.of(into.resolve(), database_url, storage_url)
        opener = _opener(passphrase_file, identity)
        found = restoring.restore(
            file,
            opener,
            place,
            replace=replace,
            only=part,
            tell=lambda done: tell("Files", done, None),
        )
    for kept in found.aside:
        click.echo(f"What was there is now {kept}.")
    click.echo(
        f"Restored what was there at {found.manifest.made_at}: {found.files} files, in "
        f"{found.seconds:.1f} s."
    )
    if part in {Part.FILES, Part.KEYS}:
        return
    environ = {**found.manifest.settings, **os.environ, **place.environ}
    more = [word for source in sources for word in ("--since-checkpoint", source)]
    more += ["--nothing-since"] * nothing_since
    more += [] if unseen is None else ["--unseen", str(unseen)]
    _follow(environ, "migrate")
    sys.exit(_follow(environ, "backup", "reconcile", "--restored", *more))


def _follow(environ: dict[str, str], *words: str) -> int:
    """Go on in the restored installation, which is another one than this process knows."""
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-m", "probity", *words], cwd=ROOT, env=environ, check=False
    )
    if done.returncode and words[0] == "migrate":
        raise click.ClickException("The restored database could not be brought to this version.")
    return done.returncode


@backup.command("reconcile")
@_SINCE
@click.option("--restored", is_flag=True, help="The database was just put back from a copy.")
@_NOTHING_SINCE
@_UNSEEN
def reconcile(
    sources: tuple[str, ...], restored: bool, nothing_since: bool, unseen: int | None
) -> None:
    """Compare with what others kept: takes lost entries back, moves numbers on, names what lacks.

    Exit 0: everything agrees and goes on. 1: something is held or must be mended.
    """
    if nothing_since and unseen is not None:
        raise click.UsageError("--nothing-since says already that there are none.")
    with _said(), _progress() as tell:
        found = reconciling.reconcile(
            sources,
            at_most=unseen,
            restored=restored,
            nothing_since=nothing_since,
            tell=lambda words, done: tell(words, done, None),
        )
    for words in found.done:
        click.echo(words)
    for words in found.wrong:
        click.echo(f"LOOK: {words}")
    sys.exit(1 if found.wrong or found.held else 0)


@backup.command("release")
@click.option("--reason", required=True, help="Why the log may go on; kept in the audit log.")
def release(reason: str) -> None:
    """Let the log of a restored installation go on from where it is."""
    with _said():
        size = reconciling.release(signing.signer(), reason)
    click.echo(f"The log goes on after {size} entries.")


@bundle.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the bundle below FOLDER and switch FOLDER/current to it; again later, what is new."""
    with _said(), _progress() as tell:
        made = bundles.export(_app(), folder, lambda done: tell("Tiles", done, None))
    click.echo(
        f"{folder / bundles.CURRENT}: log of {made.size} entries ({made.new_tiles} files new), "
        f"{made.lists} status lists."
    )


def _lock(passphrase_file: Path | None, recipient: str | None) -> Lock:
    if (passphrase_file is None) == (recipient is None):
        raise click.UsageError("Name either --passphrase-file or --recipient.")
    return Recipient(recipient) if recipient else Passphrase(_secret(passphrase_file))


def _opener(passphrase_file: Path | None, identity: Path | None) -> Opener:
    if (passphrase_file is None) == (identity is None):
        raise click.UsageError("Name either --passphrase-file or --identity.")
    if identity is not None:
        return Identity(identity.read_text())
    return Passphrase(_secret(passphrase_file))


def _secret(path: Path | None) -> bytes:
    if path is None:
        raise click.UsageError("Name --passphrase-file.")
    if path.stat().st_mode & OTHERS:
        raise Refused(f"{path} can be read by others. Type `chmod 600 {path}`.")
    secret = path.read_bytes().strip()
    if len(secret) < LEAST_BYTES:
        raise Refused(f"The passphrase in {path} is shorter than {LEAST_BYTES} bytes.")
    return secret


@contextmanager
def _said() -> Iterator[None]:
    """Turn what went wrong into its sentence."""
    try:
        yield
    except (Refused, Misconfigured, Damaged, WrongKey) as error:
        raise click.ClickException(str(error)) from error


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    return console


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int | None], Any]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {}

        def tell(words: str, done: int, total: int | None) -> None:
            if words not in tasks:
                tasks[words] = bar.add_task(words, total=total)
            bar.update(tasks[words], completed=done, total=total)

        yield tell
