"""An application whose units of work really commit, for tests of what happens at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from probity.kernel.db import db
from probity.wiring import create_app
from tests.databases import PostgresServer, environment


@contextmanager
def committing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """One application for a test file, on the database that the fixture's parameter names."""
    folder = tmp_path_factory.mktemp("busy")
    url = f"sqlite:///{folder / 'busy.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create_database(f"busy_{request.module.__name__.rpartition('.')[2]}")
    app = create_app(environment(url, folder), TESTING=True)
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()
