"""Databases that tests stand on: an empty one, one with a bank and a course, one with a certificate.

What most tests of exams begin with is written once instead of once for each test; each test runs in
a transaction of its own and leaves its ground as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from flask import Flask
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.orm import Session

from probity.kernel import worker
from probity.kernel.db import db
from tests.factories.accounts import add_ada
from tests.factories.assembly import fill_bank as shelve
from tests.factories.catalogue import load_sound_course
from tests.factories.credentials import define_certifying_exam, pass_exam
from tests.factories.exams import fill_bank


class Grounds:
    """The databases of one kind; each is made when a test first asks for it.

    `make` gives the address of a new empty database of this kind.
    """

    def __init__(self, app: Flask, make: Callable[[str], URL]) -> None:
        self.app = app
        self.make = make
        self.files: dict[Path, bytes] = {}

    @cached_property
    def empty(self) -> Engine:
        with self.app.app_context():
            return db.engine

    @cached_property
    def stocked(self) -> Engine:
        """Holds the bank and the course that the factories of exams ask for."""
        engine = self._new("stocked")
        with self._session(engine) as session:
            _stock(session)
        return engine

    @cached_property
    def shelved(self) -> Engine:
        """Holds the larger bank from which forms are assembled."""
        engine = self._new("shelved")
        with self._session(engine) as session:
            shelve(session)
        return engine

    @cached_property
    def issued(self) -> Engine:
        """Holds also a certificate that Ada earned and the worker issued."""
        folder = self.app.config["PROBITY"].instance_dir / "files"
        others = set(folder.rglob("*"))  # what earlier tests left belongs to no certificate of ours
        engine = self._new("issued")
        with standing_on(self.app, engine):
            with self._session(engine) as session:
                _stock(session)
                pass_exam(session, define_certifying_exam(session), add_ada(session), native="林薇")
            worker.run_pending(self.app)
        kept = set(folder.rglob("*")) - others
        self.files.update((path, path.read_bytes()) for path in kept if path.is_file())
        return engine

    def mend_files(self) -> None:
        """Put back what tests altered or lost of the files of `issued`: no transaction does."""
        for path, data in self.files.items():
            if not path.exists() or path.read_bytes() != data:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)

    def close(self) -> None:
        for engine in vars(self).values():
            if isinstance(engine, Engine):
                engine.dispose()

    def _new(self, name: str) -> Engine:
        engine = create_engine(self.make(name), **self.app.config["SQLALCHEMY_ENGINE_OPTIONS"])
        db.metadata.create_all(engine)
        return engine

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with self.app.app_context(), Session(engine.execution_options(writing=True)) as session:
            yield session
            session.commit()


def _stock(session: Session) -> None:
    fill_bank(session)
    load_sound_course(session)


@contextmanager
def standing_on(app: Flask, ground: Engine | Connection) -> Iterator[None]:
    """Let the application use this database for a while."""
    with app.app_context():
        engines = db.engines
    before = engines[None]
    engines[None] = ground  # type: ignore[assignment]
    try:
        yield
    finally:
        engines[None] = before
