"""Clocks that are wrong, set back, or pass from one year, month or hour to the next."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import time_machine
from sqlalchemy import select

from faults.candidate import Sitter, new_device
from faults.site import Node
from faults.trial import POSTGRESQL, Trial, case
from probity.exams.models import Attempt, ResponseEvent
from probity.kernel.settings import ROOT

PATH = str(ROOT / "faults" / "clock")
SET_SECONDS = 30
"""How long a process may take to notice; a new one has to start first."""

MOMENTS = {
    "the year ends": "2027-12-31T23:59:57Z",
    "a leap day begins": "2028-02-28T23:59:57Z",
    "a leap day ends": "2028-02-29T23:59:57Z",
    "a month ends": "2027-03-31T23:59:57Z",
    "summer time ends in Berlin": "2027-10-31T00:59:57Z",
    "summer time begins in Berlin": "2027-03-28T00:59:57Z",
    "32 bits of seconds end": "2038-01-19T03:14:04Z",
}

SHIFTED = """
CREATE SCHEMA shifted;
CREATE TABLE shifted.clock (seconds double precision);
INSERT INTO shifted.clock VALUES (0);
CREATE FUNCTION shifted.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  'SELECT pg_catalog.clock_timestamp() + (SELECT seconds FROM shifted.clock) * interval ''1 s''';
CREATE FUNCTION shifted.now() RETURNS timestamptz LANGUAGE sql STABLE AS
  'SELECT pg_catalog.now() + (SELECT seconds FROM shifted.clock) * interval ''1 s''';
"""


class Clock:
    """The clock of one node, and with `database` also the one that PostgreSQL tells the site."""

    def __init__(self, trial: Trial, *, database: bool) -> None:
        self.trial, self.database = trial, database and trial.on_postgres
        self.file: Path = trial.site.folder / f"clock-{time.monotonic_ns()}"
        self.file.write_text("0")
        self.nodes: list[Node] = []

    def node(self, **environ: str) -> Node:
        """A node whose clock follows this one."""
        node = self.trial.own_node(PYTHONPATH=PATH, FAULT_CLOCK=str(self.file), **environ)
        self.nodes.append(node)
        return node

    def add(self, seconds: float) -> None:
        """Let everything that follows this clock be so many seconds off the real time."""
        part = self.file.with_suffix(".part")
        part.write_text(repr(seconds))
        part.replace(self.file)
        if self.database:
            self._run("UPDATE shifted.clock SET seconds = %s", seconds)
        until = time.monotonic() + SET_SECONDS
        while not all(self._is_set(pid, seconds) for node in self.nodes for pid in node.workers):
            if time.monotonic() > until:
                raise TimeoutError(f"a node does not take the time that is {seconds} s off")
            time.sleep(0.05)

    def _is_set(self, pid: int, seconds: float) -> bool:
        told = self.file.with_name(f"{self.file.name}.{pid}")
        with suppress(ValueError, OSError):  # not there yet, or half written
            return abs(float(told.read_text()) - seconds) < 1
        return False

    @contextmanager
    def in_database(self) -> Iterator[None]:
        """New connections to this database find our clock before PostgreSQL's own."""
        if not self.database:
            yield
            return
        name = urlsplit(self.trial.site.url).path.lstrip("/")
        self._run(SHIFTED)
        self._run(f"ALTER DATABASE {name} SET search_path = shifted, pg_catalog, public")
        try:
            yield
        finally:
            self._run(f"ALTER DATABASE {name} RESET search_path")
            self._run("DROP SCHEMA shifted CASCADE")

    def _run(self, statement: str, *values: Any) -> None:
        with psycopg.connect(self.trial.site.url, autocommit=True) as line:
            line.execute(statement, values or None)


@case(
    "F15a",
    "The clock of a candidate's device is years off",
    "saves whose own time lies in 1970, 1999, 2099 or is no time at all",
    "It is kept as evidence and decides nothing: the times of the record are the server's",
)
def client_clock(trial: Trial) -> None:
    people = trial.people(4, trial.node.port)
    times = ("1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2099-02-29T25:61:00Z", "yesterday")
    began = datetime.now(UTC)  # noqa: TID251 (the real time, to compare with)
    for person, typed in zip(people, times, strict=True):
        body = person.body_of
        person.body_of = lambda *a, b=body, t=typed: {**b(*a), "at": t}  # type: ignore[method-assign]
    with trial.saving(people):
        trial.saved_before(trial.either(40, 400))
    names = [person.attempt for person in people]
    with trial.site.reading() as session:
        mine = Attempt.public_id.in_(names)
        rows = session.execute(
            select(ResponseEvent.typed_at, ResponseEvent.saved_at)
            .join(Attempt, Attempt.id == ResponseEvent.attempt_id)
            .where(mine)
        ).all()
    trial.claim("What the device said is kept", {typed for typed, _saved in rows} == set(times))
    soon = timedelta(seconds=1)
    late = datetime.now(UTC) + soon  # noqa: TID251 (as above)
    trial.claim("The server's time counts", all(began - soon < at < late for _t, at in rows))


@case(
    "F15b",
    "The clock of one of two web nodes is wrong",
    "a second node whose clock runs two minutes ahead, then two hours behind, behind one balancer",
    "Only the clock of the database decides: nobody's deadline or time left changes",
    (POSTGRESQL,),
    quick=False,
)
def node_clock(trial: Trial) -> None:
    clock = Clock(trial, database=False)
    right, wrong = trial.node, clock.node()
    door = trial.proxy(("127.0.0.1", right.port), ("127.0.0.1", wrong.port))
    people = trial.people(6, door.port)
    deadlines = [person.sheet["deadline"] for person in people]
    with trial.saving(people):
        for seconds in (120, -7200):
            clock.add(seconds)
            trial.saved_before(trial.either(60, 500))
    left = []
    for person in people:
        for _ in range(4):
            person.hang_up()  # the next line leads to the other node
            person.open_room()
            now = datetime.fromisoformat(person.sheet["server_time"])
            left.append(abs((now - datetime.now(UTC)).total_seconds()))  # noqa: TID251 (real time)
    trial.claim("Both nodes tell the same time", max(left) < 5)
    trial.claim("Deadlines stay", deadlines == [person.sheet["deadline"] for person in people])


@case(
    "F15c",
    "The clock that decides is set back and forth during an exam",
    "the database's clock (on SQLite the node's) jumps back 90 s, then ahead again",
    "Saves go on; the deadline does not move; versions and order stay",
)
def clock_step(trial: Trial) -> None:
    clock = Clock(trial, database=True)
    with clock.in_database():
        node = clock.node()
        people = trial.people(6, node.port)
        deadlines = [person.sheet["deadline"] for person in people]
        with trial.saving(people):
            for seconds in (-90, 0, 45, 0):
                trial.saved_before(trial.either(30, 200))
                clock.add(seconds)
                told = _server_time(people[0])
                off = (told - datetime.now(UTC)).total_seconds()  # noqa: TID251 (real time)
                trial.claim("The clock that decides was set", abs(off - seconds) < 3)
            trial.saved_before(30)
        again = [person.open_room().sheet["deadline"] for person in people]
        trial.claim("Deadlines stay", again == deadlines)
        node.stop()


def _server_time(person: Sitter) -> datetime:
    """What the site says the time is, asked on a line of its own."""
    other = new_device(person)
    other.open_room()
    other.hang_up()
    return datetime.fromisoformat(other.sheet["server_time"])


@case(
    "F27",
    "A year, a leap day, an hour or 32 bits end during an exam",
    "the clocks of node and database are three seconds before that moment while candidates answer",
    "Saves go on across it; a deadline beyond it is exactly as far away as the limit says",
    quick=False,
)
def roll_over(trial: Trial) -> None:
    clock = Clock(trial, database=True)
    chosen = dict(list(MOMENTS.items())[: trial.either(2, len(MOMENTS))])
    with clock.in_database():
        node = clock.node(TIMEZONE="Europe/Berlin")
        for words, moment in chosen.items():
            target = datetime.fromisoformat(moment).timestamp()
            _across(trial, clock, node, words, target)
        node.stop()


def _across(trial: Trial, clock: Clock, node: Node, words: str, moment: float) -> None:
    away = moment - time.time()
    with time_machine.travel(moment, tick=True):  # sessions begin then, too
        clock.add(away)
        people = trial.people(4, node.port)
        with trial.saving(people):
            time.sleep(4)
            trial.claim(f"Saves go on when {words}", trial.saved_before(20))
        for person in people:
            started = _started(trial, person.attempt)
            limit = datetime.fromisoformat(person.sheet["deadline"]) - started
            trial.claim("The limit is exact", limit == timedelta(minutes=30))
            trial.claim("It began then", abs(started.timestamp() - moment) < 60)
            trial.claim("It can be handed in", person.hand_in()["answers_sha256"])
            person.hang_up()


def _started(trial: Trial, public_id: str) -> datetime:
    with trial.site.reading() as session:
        return session.scalars(
            select(Attempt.started_at).where(Attempt.public_id == public_id)
        ).one()
