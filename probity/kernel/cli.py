"""Commands that run the installation: web server, worker, both, and the state of the database."""

import os
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from probity.kernel import migrations, worker


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", type=int, help="Default: 1 on SQLite, one per core on PostgreSQL.")
def serve(host: str, port: int, processes: int | None) -> None:
    """Run the web server."""
    more = ["--processes", str(processes)] if processes else []
    _become("probity.kernel.server", "--host", host, "--port", str(port), *more)


@click.command("work")
@with_appcontext
def work() -> None:
    """Do background duties until stopped."""
    worker.run_forever(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest schema."""
    migrations.upgrade()


@click.command("up")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def up(host: str, port: int) -> None:
    """Run web server and worker as one process tree; Ctrl-C stops both."""
    _become("probity.kernel.supervisor", "--host", host, "--port", str(port))


def _become(module: str, *arguments: str) -> None:
    """Go on as a small process: a parent need not keep the application in memory."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606


COMMANDS = (serve, work, migrate, up, migrations.command)
