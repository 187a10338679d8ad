"""A site of its own to break: web nodes, a database, an exam, and candidates who are signed in."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import count
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from benchmarks.cpu import children
from benchmarks.site import Site
from faults.candidate import Account
from faults.cluster import Cluster
from faults.killer import Killer
from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.exams import actions
from probity.exams.models import ExamState
from probity.kernel import worker
from probity.kernel.db import db
from probity.kernel.migrations import upgrade
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import ROOT
from probity.kernel.work import reading, writing
from tests.factories.accounts import add_person, sign_in_client
from tests.factories.exams import exam_content, fill_bank

EXAM = "short-exam"
START_SECONDS = 90


class Node:
    """One web server with its own processes; several share a database."""

    def __init__(
        self, site: "FaultSite", *, processes: int = 1, root: Path = ROOT, **environ: str
    ) -> None:
        self.site, self.processes, self.root, self.environ = site, processes, root, environ
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> "Node":
        command = [sys.executable, "-m", "probity", "serve", "--port", str(self.port)]
        with self.site.web_log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--processes", str(self.processes)],
                cwd=self.root,
                env={**os.environ, **self.site.environ, **self.environ},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        self.site.killer.own(self.process.pid)
        if wait:
            self.wait()
        return self

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the node did not start: {self.site.log()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        address = f"http://127.0.0.1:{self.port}/healthz"
        try:
            with urllib.request.urlopen(address, timeout=2) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def workers(self) -> list[int]:
        """The processes that hold the application and answer requests."""
        return [pid for pid in children(self.pid) if "resource_tracker" not in _command(pid)]

    def kill(self) -> None:
        """A power cut."""
        pids = self.site.killer.tree(self.pid)
        self.site.killer.kill_tree(self.pid)
        assert self.process is not None
        self.process.wait()
        self.site.killer.wait_gone(pids)

    def stop(self) -> None:
        """Ask it to end, as a deployment does."""
        if self.process is None or not self.running:
            return
        pids = self.site.killer.tree(self.pid)
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
        self.site.killer.wait_gone(pids)


class FaultSite(Site):
    """Made once for several cases; each brings candidates and nodes of its own."""

    def __init__(self, kind: str, folder: Path | None = None) -> None:
        super().__init__(kind)
        if folder is not None:
            self.folder.rmdir()
            self.folder = folder
        self.killer = Killer()
        self.nodes: list[Node] = []
        self._standing: Node | None = None
        self.web_log = self.folder / "web.log"
        self._numbers = count(1)

    def open(self) -> None:
        """The benchmarks' database, under the name of a cluster that can be crashed."""
        super().open()
        if self.postgres is not None:
            cluster = Cluster(self.postgres.folder, durable=True)
            self.postgres = cluster

    @property
    def cluster(self) -> Cluster:
        assert isinstance(self.postgres, Cluster)
        return self.postgres

    @property
    def file(self) -> Path:
        """The database of a site on SQLite."""
        return Path(self.url.removeprefix("sqlite:///"))

    @cached_property
    def shared(self) -> Flask:
        """One application over the same database, to prepare and to look."""
        return self.app()

    def fill(self) -> "FaultSite":
        """Schema, a small bank of every kind and an exam over it."""
        with self.shared.app_context():
            upgrade()
            with writing() as session:
                fill_bank(session)
        self.define_exam(EXAM)
        return self

    def define_exam(self, slug: str, **changes: object) -> None:
        """Publish an exam, or a new revision of it."""
        content = exam_content(slug=slug, **changes)
        content.pop("certificate")
        with self.writing() as session:
            actions.define(session, content, course_code=None, state=ExamState.PUBLISHED, by=SYSTEM)

    def candidates(self, number: int) -> list[Account]:
        """New people with a living session each; hashing passwords would take longer than a case."""
        return [self._candidate() for _ in range(number)]

    def _candidate(self) -> Account:
        email = f"candidate{next(self._numbers)}@faults.example"
        with self.writing() as session:
            person = add_person(session, email, Role.CANDIDATE)
            return Account(person.id, email, self.sign_in(session, person.id))

    def sign_in(self, session: Session, person_id: int) -> str:
        """The cookie of a new session."""
        client = sign_in_client(self.shared, session, session.get_one(Person, person_id))
        cookie = client.get_cookie("session")
        assert cookie is not None
        return str(cookie.value)

    def standing(self) -> Node:
        """The node that cases share; started again if one of them has killed it."""
        if self._standing is None:
            self._standing = Node(self)
        if not self._standing.running:
            self._standing.start(wait=False)
        self._standing.wait()
        return self._standing

    def node(self, *, processes: int = 1, root: Path = ROOT, **environ: str) -> Node:
        """A web node that ends with the case."""
        node = Node(self, processes=processes, root=root, **environ)
        self.nodes.append(node)
        return node

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.shared.app_context(), writing() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.shared.app_context(), reading() as session:
            yield session

    def do_duties(self) -> None:
        """What the worker would do: letters go out, overdue attempts are ended."""
        worker.run_pending(self.shared)

    def forget_lines(self) -> None:
        """Drop our own connections: the database they led to may be gone."""
        with self.shared.app_context():
            db.engine.dispose()

    def stop_nodes(self) -> None:
        for node in self.nodes:
            node.stop()
        self.nodes.clear()

    def log(self) -> str:
        """What the nodes wrote last, for the message of a failed case."""
        return self.web_log.read_text(errors="replace")[-3000:] if self.web_log.exists() else ""

    def log_count(self, event: str) -> int:
        """How often the nodes noted something."""
        return self.web_log.read_text(errors="replace").count(event) if self.web_log.exists() else 0

    def close(self) -> None:
        self.stop_nodes()
        if self._standing is not None:
            self._standing.stop()
        if "shared" in self.__dict__:
            self.forget_lines()
        with suppress(RuntimeError):  # a case may have left the database dead
            super().close()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return "resource_tracker"
