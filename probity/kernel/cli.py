"""Commands that run the installation: web server, worker, both, and the state of the database."""

import os
import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from probity.kernel import worker
from probity.kernel.settings import ROOT, Settings

THREADS = 8


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", type=int, help="Default: 1 on SQLite, one per core on PostgreSQL.")
@with_appcontext
def serve(host: str, port: int, processes: int | None) -> None:
    """Run the web server."""
    from granian import Granian  # noqa: PLC0415 (the worker need not load a server)
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    settings: Settings = current_app.config["PROBITY"]
    sqlite = settings.database_url.startswith("sqlite")
    Granian(
        "app:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes or (1 if sqlite else os.cpu_count() or 1),
        blocking_threads=THREADS,
        working_dir=ROOT,
        log_level=LogLevels.error,
    ).serve()


@click.command("work")
@with_appcontext
def work() -> None:
    """Do background duties until stopped."""
    worker.run_forever(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest schema."""
    upgrade(directory=str(ROOT / "migrations"))


@click.command("up")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def up(host: str, port: int) -> None:
    """Run web server and worker as one process tree; Ctrl-C stops both."""
    command = [sys.executable, "-m", "probity.kernel.supervisor"]
    sys.stdout.flush()
    # the parent becomes the small supervisor: it need not keep the application in memory
    os.execv(sys.executable, [*command, "--host", host, "--port", str(port)])  # noqa: S606


COMMANDS = (serve, work, migrate, up)
