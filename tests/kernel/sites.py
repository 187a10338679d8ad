"""Installations for tests that commit for real, from several threads or processes."""

import secrets
from contextlib import contextmanager

from probity.kernel.db import db
from probity.wiring import create_app
from tests.databases import environment
from tests.kernel.probe import bp


def build(url, folder, *, config=None, **environ):
    """The application with the probe's routes; its tables are not made."""
    app = create_app(environment(url, folder, **environ), TESTING=True, **(config or {}))
    app.register_blueprint(bp)
    return app


@contextmanager
def opened(app):
    """Make the tables, and let go of the database at the end."""
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


def address(kind, request, folder):
    """A new empty database of this kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'own.db'}"
    return request.getfixturevalue("postgres").create_database(f"own_{secrets.token_hex(4)}")
