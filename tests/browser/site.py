"""A whole installation as its own process tree: web server, worker, database, folder."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from probity.kernel.db import db
from probity.kernel.migrations import upgrade
from probity.kernel.settings import ROOT
from probity.kernel.work import reading, writing
from probity.wiring import create_app
from tests.databases import environment

START_SECONDS = 120
STOP_SECONDS = 10


class Site:
    """Serves at `address`; `writing` and `reading` reach into its database from the test."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.address = f"http://localhost:{self.port}"
        self.environment = environment(database_url, folder / "instance", BASE_URL=self.address)
        self.app = create_app(self.environment)
        self.exam: str | None = None
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the schema and start both processes."""
        with self.app.app_context():
            upgrade()
        self.worker = self._run("work")
        self.start_web()

    def start_web(self) -> None:
        self.web = self._run("serve", "--port", str(self.port))
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.web.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the site did not start:\n{self.log('serve')}")
            time.sleep(0.05)

    def kill_web(self) -> None:
        """Let the web server die as in a power cut."""
        if self.web is not None:
            os.killpg(self.web.pid, signal.SIGKILL)
            self.web.wait(STOP_SECONDS)

    def stop(self) -> None:
        for process in (self.web, self.worker):
            if process is None or process.poll() is not None:
                continue
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(STOP_SECONDS)
        with self.app.app_context():
            db.engine.dispose()

    def answers(self) -> bool:
        """Tell whether the web server is up."""
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def log(self, name: str) -> str:
        """What a process wrote, for the message of a failed test."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-4000:]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.app.app_context(), writing() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.app.app_context(), reading() as session:
            yield session

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{arguments[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "probity", *arguments],
                env=self._whole_environment(),
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that a kill reaches the server's own workers
            )

    def _whole_environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
