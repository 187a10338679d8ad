"""A small installation with certificates, an older and a newer backup of it, and places to restore."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import make_url, select

from probity.accounts.roles import Role
from probity.backup import bundle, creating, restoring, sealing
from probity.backup.creating import Made
from probity.backup.restoring import Place, Restored
from probity.backup.sealing import Passphrase
from probity.credentials.models import Certificate
from probity.exams.models import Exam
from probity.kernel import jobs, worker
from probity.kernel.db import db
from probity.kernel.jobs import Job
from probity.kernel.migrations import upgrade
from probity.kernel.work import reading, writing
from probity.wiring import create_app
from tests.databases import environment
from tests.factories.accounts import add_person
from tests.factories.credentials import add_certifying_exam, pass_exam, share_fonts

SECRET = Passphrase(b"a passphrase of the tests")


def quiet(*_told: object) -> None:
    """Progress that nobody looks at."""


@dataclass
class Installation:
    """One application over a database and folders of its own."""

    app: Flask
    url: str
    instance: Path
    exam: int
    people: int = 0

    def issue(self, passes: int) -> None:
        """Let so many more people pass, and certify them."""
        with self.app.app_context(), writing() as session:
            exam = session.get_one(Exam, self.exam)
            for _ in range(passes):
                self.people += 1
                holder = add_person(session, f"h{self.people}@example.org", Role.CANDIDATE)
                pass_exam(session, exam, holder)
            jobs.hasten(session, "credentials.publish_lists")
        worker.run_pending(self.app)

    def numbers(self) -> list[str]:
        with self.app.app_context(), reading() as session:
            return list(session.scalars(select(Certificate.number).order_by(Certificate.number)))

    def messages(self) -> list[str]:
        """What duties say that did not end."""
        with self.app.app_context(), reading() as session:
            return list(session.scalars(select(Job.message).where(Job.message != "")))

    def files(self) -> dict[str, str]:
        """Which file belongs to which number."""
        with self.app.app_context(), reading() as session:
            rows = session.execute(select(Certificate.number, Certificate.storage_key))
            return dict(iter(rows))


@dataclass
class Told:
    """What the tests know of the installation and what was kept of it."""

    site: Installation
    older: Made
    newer: Made
    bundle: Path
    new_url: Callable[[str], str]
    opened: list[Flask] = field(default_factory=list)
    done: dict[Path, Place] = field(default_factory=dict)

    def place(self, folder: Path) -> Place:
        return Place.of(folder / "place", self.new_url("") or None, None)

    def restored(self, made: Made, folder: Path) -> Place:
        """A backup put back; the second time a copy of the first, which is quicker."""
        if made.path not in self.done:
            self.done[made.path] = self.place(made.path.with_suffix(".restored"))
            self.restore(made, self.done[made.path])
        first = self.done[made.path]
        name = make_url(first.database_url).database or ""
        shutil.copytree(first.instance, folder / "place", symlinks=True)
        return Place.of(folder / "place", self.new_url(name) or None, None)

    def open(self, place: Place) -> Installation:
        """The application over a place, as the command would open it."""
        app = create_app(environment(place.database_url, place.instance), TESTING=True)
        self.opened.append(app)
        return Installation(app, place.database_url, place.instance, self.site.exam, people=100)

    def restore(self, made: Made, place: Place, **how: object) -> Restored:
        return restoring.restore(made.path, SECRET, place, **how)


@pytest.fixture(autouse=True, scope="session")
def _cheap() -> Iterator[None]:
    """Passphrases of tests need not resist anybody."""
    before, sealing.SCRYPT_N = sealing.SCRYPT_N, 2
    yield
    sealing.SCRYPT_N = before


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def told(request, tmp_path_factory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("backups")

    def new_url(template: str) -> str:
        if request.param == "sqlite":
            return ""
        server, name = request.getfixturevalue("postgres"), f"b_{secrets.token_hex(4)}"
        if not template:
            return server.create_database(name)
        at = ("-h", server.folder, "-U", "postgres")
        server._run("createdb", *at, "-T", template, name)
        return f"postgresql://postgres@/{name}?host={server.folder}"

    url = new_url("") or f"sqlite:///{folder / 'site.db'}"
    instance = folder / "instance"
    instance.mkdir()
    share_fonts(instance, request.config.cache.mkdir("certificate-fonts"))
    app = create_app(environment(url, instance), TESTING=True)
    with app.app_context():
        upgrade()
        with writing() as session:
            exam = add_certifying_exam(session, folder)
            session.flush()
            site = Installation(app, url, instance, exam.id)
    site.issue(2)
    assert len(site.numbers()) == 2, site.messages()
    with app.app_context():
        older = creating.create(app, folder / "older.backup", SECRET, quiet)
    site.issue(1)
    with app.app_context():
        newer = creating.create(app, folder / "newer.backup", SECRET, quiet)
        bundle.export(app, folder / "bundle")
    known = Told(site, older, newer, folder / "bundle", new_url)
    yield known
    for one in [app, *known.opened]:
        with one.app_context():
            db.engine.dispose()


@pytest.fixture
def say(monkeypatch):
    """What a command line printed: `say(app, words…)` gives exit code and output."""

    def run(app: Flask, *words: object) -> SimpleNamespace:
        done = app.test_cli_runner().invoke(args=[str(word) for word in words])
        return SimpleNamespace(code=done.exit_code, text=done.output)

    return run
