"""A log whose keys are known, and ways to break it that no trigger stops."""

from contextlib import contextmanager

import pytest
from sqlalchemy import text

from probity.ledger import actions, signing
from tests.factories.ledger import Signer, add_entries


@pytest.fixture(autouse=True)
def _keys(request):
    """Give the log the key of the tests for as long as one runs; some need no application."""
    if "session" not in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("app")
    before = dict(app.extensions)
    signing.provide(app, signer=Signer, published=lambda: [Signer().public])
    yield
    app.extensions.update(before)


@pytest.fixture
def key():
    return Signer().key


@pytest.fixture
def log(session):
    """Three checkpoints over 20 entries."""
    for first, count in ((0, 5), (5, 6), (11, 9)):
        add_entries(session, count, first=first)
        actions.sign_checkpoint(session, Signer())
    session.commit()
    return session


TABLES = ("log_leaf", "log_node", "log_checkpoint", "log_cosignature")


@contextmanager
def unguarded(session):
    """What somebody does who owns the database: the triggers are away, within one transaction."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        if sqlite:
            for verb in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER freeze_{table}_{verb}"))
        else:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER freeze_{table}"))
    yield
    session.expire_all()


@pytest.fixture
def tamper(session):
    """Run statements that the database would refuse."""

    def run(*statements, **values):
        with unguarded(session):
            for statement in statements:
                session.execute(text(statement), values)
        session.commit()

    return run
