"""Alembic's entry: the same models, SQLite in batch mode, PostgreSQL with a short lock timeout."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Connection, text

from probity.kernel.db import Model, UtcDateTime, db

LOCK_TIMEOUT_MS = 4000


def render_item(kind: str, thing: Any, _autogen_context: Any) -> str | bool:
    """Write our own types as the plain ones beneath them: migrations import nothing of ours."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(thing) is JSON:
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET lock_timeout = {LOCK_TIMEOUT_MS}"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with current_app.app_context(), db.engine.connect() as opened:
        # SQLite's lock from the start: one taken after reading fails if somebody wrote meanwhile
        run(opened.execution_options(writing=True))
