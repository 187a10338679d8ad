"""Migrations run both ways on both databases and end at what the models say."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from probity.kernel.db import Model, db
from probity.kernel.migrations import downgrade, upgrade
from probity.wiring import create_app
from tests.databases import environment


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """An application over a database without tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        name = (
            f"empty_{tmp_path.name[-8:]}".lower()
            .replace("-", "_")
            .replace("[", "")
            .replace("]", "")
        )
        url = request.getfixturevalue("postgres").create_database(name)
    return create_app(environment(url, tmp_path / "instance"), TESTING=True)


INDEX, GIN = "item_found", "ix_item_words_text"
"""The full-text indexes of SQLite, which has tables of its own, and of PostgreSQL."""


def tables() -> set[str]:
    found = inspect(db.engine).get_table_names()
    return {name for name in found if not name.startswith(INDEX)} - {"alembic_version"}


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return name != GIN and not (kind == "table" and (name or "").startswith(INDEX))


def test_up_down_and_up_again_ends_at_the_models(empty: Flask) -> None:
    with empty.app_context():
        upgrade()
        assert tables() == set(Model.metadata.tables)
        downgrade("base")
        assert tables() == set()
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": is_ours}
            )
            assert compare_metadata(context, Model.metadata) == []
        db.engine.dispose()


def test_the_database_itself_refuses_to_change_a_certificate(empty: Flask) -> None:
    with empty.app_context():
        upgrade()
        with db.engine.connect() as connection:
            kept = connection.execute(text(LISTED[db.engine.dialect.name])).scalar_one()
        db.engine.dispose()
    assert kept >= 2


LISTED = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'freeze_%'",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'freeze_%'",
}
