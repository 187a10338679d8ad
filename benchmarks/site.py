"""A site of its own to measure: web server, worker where needed, and a database with candidates."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from flask import Flask

from benchmarks.cpu import children
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import ROOT
from tests.databases import PostgresServer, environment

PASSWORD = "a benchmark password that is long"


class Site:
    """Start with `open`, end with `close`; `web` and `database` are the pids to account."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix=f"probity-bench-{kind}-"))
        self.postgres: PostgresServer | None = None
        self.server: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        if self.kind == "postgresql":
            self.folder.chmod(0o755)
            (self.folder / "pg").mkdir()
            self.postgres = PostgresServer(self.folder / "pg", durable=True)
            self.postgres.start()
            url = self.postgres.create_database("bench")
        else:
            url = f"sqlite:///{self.folder / 'bench.db'}"
        self.url = url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        more = {"BASE_URL": f"http://127.0.0.1:{self.port}"}
        self.environ = environment(url, self.folder / "instance", **more)

    def app(self) -> Flask:
        """The application over the same database, to prepare data."""
        from probity.wiring import create_app  # noqa: PLC0415 (after the environment is known)

        return create_app(self.environ)

    def serve(self) -> None:
        command = [
            sys.executable,
            "-m",
            "probity",
            "serve",
            "--port",
            str(self.port),
            "--processes",
            "1",
        ]
        self.server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **self.environ},
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "web.log").open("wb"),
        )
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2).read()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError((self.folder / "web.log").read_text()[-2000:])

    @property
    def web(self) -> list[int]:
        assert self.server is not None
        return [self.server.pid, *children(self.server.pid)]

    @property
    def database(self) -> list[int]:
        if self.postgres is None:
            return []
        pid = int((self.postgres.data / "postmaster.pid").read_text().split()[0])
        return [pid, *children(pid)]

    def close(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(30)
        if self.postgres is not None:
            self.postgres.stop()


def prepare(app: Flask, candidates: int) -> list[str]:
    """Load the bundled courses and make candidates with one password; return their addresses."""
    from probity.accounts import actions as accounts  # noqa: PLC0415
    from probity.accounts import passwords  # noqa: PLC0415
    from probity.accounts.roles import Role  # noqa: PLC0415
    from probity.catalogue import actions as catalogue  # noqa: PLC0415
    from probity.kernel import clock  # noqa: PLC0415
    from probity.kernel.migrations import upgrade  # noqa: PLC0415
    from probity.kernel.work import writing  # noqa: PLC0415

    emails = [f"candidate{number}@bench.example" for number in range(candidates)]
    with app.app_context():
        upgrade()
        with writing() as session:
            catalogue.load_courses(session, ROOT / "courses", by=SYSTEM)
        hashed = passwords.stored_form(PASSWORD)
        with writing() as session:
            for email in emails:
                person = accounts.register(
                    session,
                    email=email,
                    password_hash=hashed,
                    name_latin="Bench Candidate",
                    name_native=None,
                    roles=(Role.CANDIDATE,),
                    confirmed_at=clock.now(),
                )
                person.name_confirmed_at = clock.now()
    return emails
