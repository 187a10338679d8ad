"""Changes of the schema. Commands alone load Flask-Migrate: with Alembic it takes ten megabytes."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from probity.kernel.db import db
from probity.kernel.settings import ROOT


def upgrade(revision: str = "head") -> None:
    """Bring the database of the current application up to a revision."""
    _prepare()
    from flask_migrate import upgrade as run  # noqa: PLC0415

    run(revision=revision)


def downgrade(revision: str) -> None:
    """Take the database of the current application back to a revision."""
    _prepare()
    from flask_migrate import downgrade as run  # noqa: PLC0415

    run(revision=revision)


@click.command("db", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@with_appcontext
def command(arguments: tuple[str, ...]) -> None:
    """What Flask-Migrate offers developers."""
    _prepare()
    from flask_migrate.cli import db as group  # noqa: PLC0415

    group.main(list(arguments), prog_name="probity db")


def _prepare() -> None:
    from flask_migrate import Migrate  # noqa: PLC0415

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(ROOT / "migrations"))
