"""Commands that need the whole installation: the demonstration and the doctor."""

import hashlib
import secrets
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from random import Random

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from sqlalchemy import select, text

from probity.backup import state as backups
from probity.catalogue import actions as catalogue
from probity.catalogue.models import Course
from probity.credentials.keyring import ring
from probity.kernel import cli as kernel_cli
from probity.kernel import prepared, storage, worker
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import ROOT, Settings
from probity.kernel.work import reading, writing
from probity.portal import demonstration as demo

group = AppGroup("demo", help="The demonstration installation.")
console = Console(highlight=False)

SEED = 20261122
LEAST_FREE_BYTES = 500 * 1024**2


def _settings() -> Settings:
    settings: Settings = current_app.config["PROBITY"]
    return settings


@group.command("run")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.pass_context
@with_appcontext
def run(context: click.Context, host: str, port: int) -> None:
    """Prepare whatever is missing, then run web server and worker."""
    context.invoke(kernel_cli.migrate)
    complete = load_courses()
    with reading() as session:
        empty = demo.is_empty(session)
    if empty and _settings().demonstration:
        load_demonstration()
    with console.capture() as captured:
        console.print(f"\nProbity runs at [bold]{_settings().base_url}[/bold] (Ctrl-C stops it)")
        if _settings().demonstration:
            _print_accounts()
    greeting = captured.get()
    if complete:
        prepared.note(_settings(), greeting)
    click.echo(greeting)
    context.invoke(kernel_cli.up, host=host, port=port)


@group.command("load")
@click.pass_context
@with_appcontext
def load(context: click.Context) -> None:
    """Fill an empty demonstration with people, attempts and certificates."""
    if not _settings().demonstration:
        raise click.ClickException(
            f"BASE_URL is {_settings().base_url}: demo data is refused where others can reach the site."
        )
    context.invoke(kernel_cli.migrate)
    with reading() as session:
        if not demo.is_empty(session):
            raise click.ClickException(
                "There are people here already; demo data needs an empty database."
            )
    load_courses()
    load_demonstration()
    _print_accounts()


def load_courses() -> bool:
    """Load every course folder whose files changed; False if one is broken: the site goes on."""
    complete = True
    for number, root in enumerate(_settings().courses_dirs):
        mark = _settings().instance_dir / f"courses-{number}.sha256"
        digest = _digest(root)
        with reading() as session:
            known = session.scalar(select(Course.id).limit(1)) is not None
        if known and mark.exists() and mark.read_text() == digest:
            continue  # checking and rendering every lesson again would double the start
        try:
            with writing() as session:
                catalogue.load_courses(session, root, by=SYSTEM)
        except Refused as error:
            reason = escape(f"{error} See `probity courses check {root}`.")
            console.print(
                f"[red]{escape(str(root))} was not loaded:[/red] {reason}", soft_wrap=True
            )
            complete = False
        else:
            mark.write_text(digest)
    return complete


def _digest(root: Path) -> str:
    """SHA-256 over the names and bytes of every file of a folder, and of the code that reads them."""
    found = hashlib.sha256()
    for folder in (root, ROOT / "probity" / "catalogue", ROOT / "probity" / "bank"):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.suffix != ".pyc":
                found.update(f"{path.relative_to(folder)}\0".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def load_demonstration() -> None:
    """Make the demo people and their history, or say what they lack."""
    try:
        _load_demonstration()
    except LookupError as error:
        raise click.ClickException(
            f"Demo data cannot be made: {error}. Let COURSES_DIRS name the folder `courses` too, or "
            "run `probity migrate`, `probity courses load` and `probity up` to do without."
        ) from error


def _load_demonstration() -> None:
    """The real worker issues the certificates."""
    password = _password()
    rng = Random(SEED)  # noqa: S311 (the same demonstration each time)
    with writing() as session:
        people = demo.add_people(session, password)
        demo.study(session, people["learner"], "GP", 0.5)
        passed = demo.sit(session, people["learner"], demo.CERTIFICATE_EXAM, 0.97, rng)
        revoked = demo.sit(session, people["learner2"], demo.CERTIFICATE_EXAM, 0.97, rng)
        expired = demo.sit(session, people["learner2"], demo.SHORT_EXAM, 1.0, rng)
        demo.backdate(expired, demo.EXPIRED_YEARS)
        ids = [passed.id, revoked.id, expired.id]
    with _progress("Simulating a sitting", demo.SIMULATED) as report, writing() as session:
        demo.simulate_sitting(session, report, rng, demo.SIMULATED)
        demo.add_sittings(session, rng)
    with _progress("Issuing certificates", len(ids)) as report:
        worker.run_pending(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
        report(len(ids))
    with writing() as session:
        demo.revoke(session, ids[1])


def _password() -> str:
    """The password of the demo people: given, kept from the first start, or new."""
    if _settings().demo_password:
        return _settings().demo_password
    kept = _settings().instance_dir / "demo-password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(f"demo-{secrets.token_hex(5)}")
    return kept.read_text()


def _print_accounts() -> None:
    kept = _settings().instance_dir / "demo-password"
    if not (_settings().demo_password or kept.exists()):
        return  # whoever is here was not made by us
    names = " ".join(f"{name}@demo.example" for name, *_rest in demo.PEOPLE)
    console.print(f"Demo accounts: {names}", soft_wrap=True)
    console.print(f"Password of all: [bold]{escape(_password())}[/bold]")


class _progress:  # noqa: N801 (used like a function)
    """A bar on a terminal, silence elsewhere."""

    def __init__(self, title: str, total: int) -> None:
        self.bar = Progress(console=console, disable=not console.is_terminal)
        self.task = self.bar.add_task(title, total=total)

    def __enter__(self) -> Callable[[int], None]:
        self.bar.start()
        return lambda done: self.bar.update(self.task, completed=done)

    def __exit__(self, *_error: object) -> None:
        self.bar.stop()


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check this installation; exit 1 if something must be mended."""
    failed = 0
    for name, check in CHECKS:
        try:
            problem = check()
        except Exception as error:  # noqa: BLE001 (a doctor reports every illness)
            problem = f"{type(error).__name__}: {error}"
        mark = "[green]ok[/green]  " if not problem else "[red]FAIL[/red]"
        console.print(f"{mark} {name}" + (f": {problem}" if problem else ""), soft_wrap=True)
        failed += bool(problem)
    raise SystemExit(1 if failed else 0)


def _database() -> str:
    with reading() as session:
        session.execute(text("SELECT 1"))
    return ""


def _schema() -> str:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    with db.engine.connect() as connection:
        have = set(MigrationContext.configure(connection).get_current_heads())
    want = set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    return "" if have == want else "the schema is not the newest; run `probity migrate`"


def _clock() -> str:
    if db.engine.dialect.name != "postgresql":
        return ""
    with reading() as session:
        theirs: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    tolerated = 2
    apart = abs((theirs - datetime.now(UTC)).total_seconds())  # noqa: TID251 (compares two clocks)
    return (
        ""
        if apart < tolerated
        else f"this machine's clock is {apart:.0f} s from the database's; use NTP"
    )


def _storage() -> str:
    storage.put("doctor/probe", b"probe")
    kept = storage.get("doctor/probe")
    storage.delete("doctor/probe")
    return "" if kept == b"probe" else "a file read back differs from what was written"


def _secrets() -> str:
    path = _settings().instance_dir / "secrets.json"
    mode = path.stat().st_mode & 0o077
    return "" if not mode else f"{path} can be read by others; chmod 600 it"


def _keys() -> str:
    return ring.diagnose(_settings())


def _disk() -> str:
    free = shutil.disk_usage(_settings().instance_dir).free
    return "" if free > LEAST_FREE_BYTES else f"only {free // 1024**2} MB left in INSTANCE_DIR"


def _backup() -> str:
    return backups.diagnose(_settings())


def _mail() -> str:
    if _settings().smtp_url or _settings().demonstration:
        return ""
    return "SMTP_URL is not set: letters stay in the outbox"


def _typesetting() -> str:
    return "" if find_spec("weasyprint") else "WeasyPrint is not installed"


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("database answers", _database),
    ("schema is the newest", _schema),
    ("clocks agree", _clock),
    ("storage keeps files", _storage),
    ("secrets are private", _secrets),
    ("keys open, and for nobody else", _keys),
    ("disk has room", _disk),
    ("a backup is at hand", _backup),
    ("mail can leave", _mail),
    ("certificates can be typeset", _typesetting),
)

COMMANDS = (group, doctor)
