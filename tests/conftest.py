"""The application on both databases, rolled back after each test, and people to act as."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy import URL
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.kernel.db import db
from probity.wiring import create_app
from tests.databases import PostgresServer, environment
from tests.factories.accounts import add_ada, add_person
from tests.grounds import Grounds, standing_on
from tests.visitor import Visitor

# the suite tries the same cases each time; `make fuzz` looks for new ones
settings.register_profile("suite", derandomize=True)
settings.load_profile("default" if "FUZZ_ROUNDS" in os.environ else "suite")

gc.disable()  # while everything is loaded there is nothing to collect

TESTS = Path(__file__).parent
GROUNDS = {"assembly": "shelved"} | dict.fromkeys(
    ("api", "credentials", "exams", "portal", "sittings"), "stocked"
)
"""Folders whose tests stand on a bank that is there already; the mark `bare` takes it away."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin: no process is left alone with one of them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("first") is None)


def pytest_collection_finish() -> None:
    _keep_what_is_loaded()
    gc.set_threshold(20_000, 10, 10)
    gc.enable()


def _keep_what_is_loaded() -> None:
    """Spare the collector what stays for the whole run: it takes a seventh of the time otherwise."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Switch off pytest-flask's: it makes all requests of a test share one `g` and session."""


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, the same for all of its processes."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    # not below pytest's own folder: the next run of pytest closes that to the server's user
    with TemporaryDirectory(prefix="probity-postgres-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'test.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create_database("tests")


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(environment(database_url, tmp_path_factory.mktemp("instance")), TESTING=True)
    with app.app_context():
        db.create_all()
    _keep_what_is_loaded()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def grounds(
    app: Flask, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grounds]:
    with app.app_context():
        url = db.engine.url

    def make(name: str) -> URL:
        if url.get_backend_name() == "sqlite":
            return url.set(database=str(tmp_path_factory.mktemp(name) / "test.db"))
        request.getfixturevalue("postgres").create_database(name)
        return url.set(database=name)

    grounds = Grounds(app, make)
    yield grounds
    grounds.close()


@pytest.fixture
def session(app: Flask, grounds: Grounds, request: pytest.FixtureRequest) -> Iterator[Session]:
    """Run the test and every request it makes in one transaction, then undo it.

    Requests get app contexts (and so sessions) of their own: never hold one open here.
    """
    with (
        getattr(grounds, _ground(request)).connect() as plain,
        plain.execution_options(writing=True) as connection,
        connection.begin() as outer,
        standing_on(app, connection),
    ):
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


def _ground(request: pytest.FixtureRequest) -> str:
    if request.node.get_closest_marker("bare"):
        return "empty"
    if "certificate" in request.fixturenames:
        return "issued"
    return GROUNDS.get(request.path.relative_to(TESTS).parts[0], "empty")


@pytest.fixture
def browse(app: Flask, session: Session) -> Callable[..., Visitor]:
    return lambda person=None: Visitor(app, session, person)


@pytest.fixture
def work(app: Flask, session: Session) -> Callable[[], int]:
    """Do every duty that is due, as the worker would."""
    from probity.kernel import worker

    def run() -> int:
        session.commit()
        done = worker.run_pending(app)
        session.expire_all()
        return done

    return run


@pytest.fixture
def ada(session: Session) -> Person:
    return add_ada(session)


@pytest.fixture
def bob(session: Session) -> Person:
    return add_person(session, "bob@example.org", Role.CANDIDATE, name_latin="Bob Okoro")


@pytest.fixture
def ivy(session: Session) -> Person:
    return add_person(session, "ivy@example.org", Role.INSTRUCTOR, name_latin="Ivy Chen")


@pytest.fixture
def otto(session: Session) -> Person:
    return add_person(session, "otto@example.org", Role.OFFICER, name_latin="Otto Berg")


@pytest.fixture
def rosa(session: Session) -> Person:
    return add_person(session, "rosa@example.org", Role.REGISTRAR, name_latin="Rosa Diaz")


@pytest.fixture
def vera(session: Session) -> Person:
    return add_person(session, "vera@example.org", Role.AUDITOR, name_latin="Vera Novak")


@pytest.fixture
def root(session: Session) -> Person:
    return add_person(session, "root@example.org", Role.ADMINISTRATOR, name_latin="Rut Admin")


@pytest.fixture
def shared() -> Path:
    """Material beside the checkout; tests that need it are skipped without it."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared beside this checkout")
    return folder
