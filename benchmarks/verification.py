"""What a check costs in a small and in a large register, and whether guessing tells anything.

`.venv/bin/python -m benchmarks.verification [databases]`. CPU of this thread is counted, not time;
that of PostgreSQL is its own. `first` is a certificate that nobody has asked about for a minute:
log, status lists and key are looked at anew; `again` is one whose evidence was found good within
the last minute. The pages are whole requests, from the headers to the last byte of HTML: an empty
one in the layout of the site, the verdict on a number with name, and the public certificate.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import Select, select, text

from benchmarks.cpu import TICK, children, used
from benchmarks.site import Site, prepare
from benchmarks.visitor import EMPTY, Visitor
from probity.credentials import actions, enquiries, entries, evidence, issuing, queries
from probity.credentials import facts as fact_table
from probity.credentials.lists import publishing
from probity.credentials.lists import queries as lists
from probity.credentials.models import Certificate, Reservation
from probity.credentials.press import Press, press_of
from probity.kernel import clock, ids, storage, worker
from probity.kernel.db import db
from probity.kernel.errors import TooMany
from probity.kernel.work import reading, writing
from probity.ledger import actions as ledger
from probity.portal import demonstration

FEW, MANY = 1_000, 1_000_000
ASKED = 200
PAIRS = 10
GUESSES = 100_000
TIMED = 4_000
PLACES = 2_000
EXAM = "government-procurement-foundations"
NOBODY = "Somebody Else"
FILLED = 100_000_000
"""Ids from here on belong to certificates that only fill the register."""

_SERIES = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :rows) "
    "SELECT i FROM n) s",
    "postgresql": "generate_series(0, CAST(:rows AS int) - 1) AS s(i)",
}
_OTHERWISE = {
    "sqlite": {
        "public_id": "lower(hex(randomblob(13)))",
        "number": "'PRB-2019-' || printf('%06d', s.i)",
        "sha256": "lower(hex(randomblob(32)))",
    },
    "postgresql": {
        "public_id": "substr(md5(s.i::text), 1, 26)",
        "number": "'PRB-2019-' || lpad(s.i::text, 6, '0')",
        "sha256": "md5(s.i::text) || md5((-s.i)::text)",
    },
}
"""What differs between certificates that fill the register; as scattered as real ones."""


class Register:
    """A site of its own with a few signed and logged certificates among many rows."""

    def __init__(self, kind: str, rows: int) -> None:
        self.site = Site(kind)
        self.site.open()
        with redirect_stderr(Path(os.devnull).open("w")):  # lines of the log are made, not shown
            self.app: Flask = self.site.app()
        self.visitor: Visitor | None = None
        prepare(self.app, 1)
        with self.app.app_context():
            self.data = _issue_one(self.app)
            self.known = _enter_some(self.app, ASKED)
            self.addresses = _addresses()
            _fill(kind, rows)

    @contextmanager
    def opened(self) -> Iterator[None]:
        with self.app.app_context(), self.app.test_request_context():
            yield

    def cost(self, *, again: bool) -> tuple[float, float, float]:
        """What the register's answer to a number with name costs; `again` within the minute."""

        def ask(number: str, name: str) -> float:
            began = time.thread_time_ns()
            answer = enquiries.check_number(number, name, place="192.0.2.1")
            spent = (time.thread_time_ns() - began) / 1000
            assert answer.record is not None
            return spent

        with self.opened():
            if not again:
                evidence._kept.clear()  # noqa: SLF001 (as if a minute had passed)
            return self._summed(ask(*known) for known in self.known)

    def page_cost(self, page: str) -> tuple[float, float, float]:
        """What a whole page costs: `empty`, `verdict` or `certificate`."""
        visitor = self.visitor = self.visitor or Visitor(self.app)
        show = {
            "empty": lambda _turn: visitor.get(EMPTY),
            "verdict": lambda turn: visitor.post(
                "/verify", **dict(zip(("number", "name"), self.known[turn], strict=True))
            ),
            "certificate": lambda turn: visitor.get(f"/c/{self.addresses[turn]}"),
        }[page]
        return self._summed(map(show, range(ASKED)))

    def _summed(self, costs: Iterable[float]) -> tuple[float, float, float]:
        """CPU microseconds: median here, mean in the database.

        Last, the best tenth here: what a machine with nothing else to do would need.
        """
        before = used(self.site.database)
        spent = sorted(costs)
        theirs = (used(self.site.database) - before) / len(spent) * 1e6
        return statistics.median(spent), theirs, spent[len(spent) // 10]

    def close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
        self.site.close()


def _issue_one(app: Flask) -> bytes:
    """A whole certificate as the worker makes it; its file."""
    with writing() as session:
        person = demonstration.add_simulated(session, 0)
        demonstration.sit(session, person, EXAM, 1.0, Random(0))
    worker.run_pending(app)
    with reading() as session:
        return storage.get(session.query(Certificate).one().storage_key)


def _enter_some(app: Flask, count: int) -> list[tuple[str, str]]:
    """More of the same, signed and in the log, without files; numbers and names."""
    press = press_of(app)
    with writing() as session:
        session.execute(text("DROP INDEX uq_certificate_first"))
        session.execute(text("DROP INDEX uq_certificate_reservation_first"))
        first = session.query(Reservation).one()
        stated = fact_table.from_json(first.facts)
        signed = {}
        for number in range(count):
            named = replace(stated, public_id=ids.public_id(), number=f"PRB-2018-{number:06d}")
            row = Reservation(
                attempt_id=first.attempt_id, replaces_id=None, public_id=named.public_id, year=2018,
                serial=number, holder_id=first.holder_id, facts=fact_table.to_json(named),
                made_at=clock.now(), credential=None, receipt=None, storage_key=None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            signed[row.id] = press.sign(named, row.made_at).decode()
        for ready in issuing.enter_in_log(session, signed, press.log):
            made = f"{ready.id:064x}"
            file = actions.IssuedFile(ready.credential or "", made, f"none/{ready.id}")
            issuing.enter(session, ready.id, file)
    _publish(press)
    return [(f"PRB-2018-{number:06d}", stated.name_latin) for number in range(count)]


def _addresses() -> list[str]:
    """Public ids of what was entered."""
    with reading() as session:
        named = Certificate.number.like("PRB-2018-%")
        return list(session.scalars(select(Certificate.public_id).where(named)))


def _publish(press: Press) -> None:
    """The status lists, as the worker signs them every hour."""
    now, keys = clock.now(), press.ring.private(press.current.id)
    with reading() as session:
        homes = lists.homes(session, press.settings.base_url)
        encoded = publishing.due(session, now, press.current, homes)
    with writing() as session:
        publishing.publish(session, publishing.sign(encoded, keys, homes, now), now)
        ledger.sign_checkpoint(session, press.log)


def _fill(kind: str, rows: int) -> None:
    """Certificates that nobody asks about."""
    other = _OTHERWISE[kind]
    names = [column.name for column in Certificate.__table__.columns]
    values = {name: f"c.{name}" for name in names} | other
    values |= {"id": f"{FILLED} + s.i", "storage_key": "'none/' || (s.i + 1000000)"}
    values |= {"credential": "'{}'", "receipt": "NULL"}
    listed = ", ".join(values[name] for name in names)
    with writing() as session:
        session.execute(
            text(
                f"INSERT INTO certificate ({', '.join(names)}) SELECT {listed} "
                f"FROM certificate c, {_SERIES[kind]} WHERE c.id = (SELECT min(id) FROM certificate)"
            ),
            {"rows": rows},
        )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        line.execute(text("VACUUM ANALYZE" if kind == "postgresql" else "ANALYZE"))


def plan(register: Register, statement: Select[Any], wanted: str) -> dict[str, Any]:
    """How the database finds an entry, in its words; on PostgreSQL with the pages it looks at."""
    with register.opened(), reading() as session:
        line = session.connection()
        asked = statement.params(wanted=wanted)
        told = str(asked.compile(dialect=line.dialect, compile_kwargs={"literal_binds": True}))
        if register.site.kind == "sqlite":
            steps = line.exec_driver_sql(f"EXPLAIN QUERY PLAN {told}")
            return {"plan": [step[3] for step in steps]}
        explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {told}"
        top = line.exec_driver_sql(explained).scalar_one()[0]["Plan"]
        return {
            "plan": list(_nodes(top)),
            "pages": top["Shared Hit Blocks"] + top["Shared Read Blocks"],
        }


def _nodes(node: dict[str, Any]) -> Iterator[str]:
    yield " ".join(filter(None, (node["Node Type"], node.get("Index Name"))))
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


MEASURED: dict[str, Callable[[Register], tuple[float, float, float]]] = {
    "first": lambda register: register.cost(again=False),
    "again": lambda register: register.cost(again=True),
    "page: empty": lambda register: register.page_cost("empty"),
    "page: verdict": lambda register: register.page_cost("verdict"),
    "page: certificate": lambda register: register.page_cost("certificate"),
}


def compare(few: Register, many: Register) -> dict[str, Any]:
    """The same checks and pages in both registers by turns."""
    found: dict[str, Any] = {}
    for name, cost in MEASURED.items():
        for register in (few, many):
            cost(register)
        pairs = [
            (cost(few), cost(many)) if turn % 2 else (cost(many), cost(few))[::-1]
            for turn in range(PAIRS)
        ]
        ratios = [sum(large[:2]) / sum(small[:2]) for small, large in pairs]
        low, middle, high = statistics.quantiles(ratios, n=4)
        found[name] = {
            "few_us": _middles([small for small, _large in pairs]),
            "many_us": _middles([large for _small, large in pairs]),
            "ratio": [round(ratio, 2) for ratio in (low, middle, high)],
        }
    return found


def _middles(costs: list[tuple[float, float, float]]) -> dict[str, int]:
    names = ("app", "database", "app_best_tenth")
    columns = zip(*costs, strict=True)
    return {name: round(statistics.median(of)) for name, of in zip(names, columns, strict=True)}


def guessed(register: Register) -> dict[str, Any]:
    """Guesses of numbers with a name, and of addresses: from one place, then from many."""
    rng, found = Random(1), {}
    with register.opened():
        known = [number for number, _name in register.known]
        tries: dict[str, Callable[[str], Any]] = {
            "numbers": lambda place: enquiries.check_number(
                rng.choice(known) if rng.random() < 0.5 else f"PRB-2019-{rng.randrange(10**6):06d}",
                NOBODY,
                place=place,
            ),
            "addresses": lambda place: _look(ids.public_id(), place),
        }
        for name, ask in tries.items():
            told = [_outcome(ask, "198.51.100.7") for _ in range(GUESSES // 2)]
            spread = [_outcome(ask, f"2001:db8::{n:x}") for n in range(PLACES)]
            found[name] = {
                "from one place": {word: told.count(word) for word in sorted(set(told))},
                "from as many places": {word: spread.count(word) for word in sorted(set(spread))},
            }
    return found


def _look(public_id: str, place: str) -> str:
    """What opening an address of a public page does before the page is made."""
    enquiries.check_place(place)
    with reading() as session:
        certificate = queries.by_public_id(session, public_id)
    if certificate is None:
        enquiries.count_miss(place)
    return "found" if certificate else "not found"


def _outcome(ask: Callable[[str], Any], place: str) -> str:
    """What a guess learns, the time of asking left out."""
    try:
        answer = ask(place)
    except TooMany:
        return "turned away"
    return answer if isinstance(answer, str) else json.dumps(asdict(answer) | {"checked_at": ""})


def told_by_time(register: Register) -> dict[str, Any]:
    """CPU of a wrong name for a known number against an unknown number, by turns.

    The interval holds the median of the differences of pairs with 95 % confidence.
    """
    spent: dict[bool, list[float]] = {True: [], False: []}
    with register.opened():
        for turn in range(TIMED):
            asked = {True: register.known[turn % ASKED][0], False: f"PRB-2017-{turn:06d}"}
            for known in (True, False) if turn % 2 else (False, True):
                began = time.thread_time_ns()
                enquiries.check_number(asked[known], NOBODY, place=None)
                spent[known].append((time.thread_time_ns() - began) / 1000)
    low, _middle, high = statistics.quantiles(spent[False], n=4)
    apart = sorted(
        known - unknown for known, unknown in zip(spent[True], spent[False], strict=True)
    )
    reach = round(0.98 * TIMED**0.5)
    return {
        "known_us": round(statistics.median(spent[True]), 1),
        "unknown_us": round(statistics.median(spent[False]), 1),
        "spread_us": round(high - low, 1),
        "difference_us": [round(apart[TIMED // 2 + step], 1) for step in (-reach, 0, reach)],
    }


def other_ways(register: Register) -> dict[str, float]:
    """CPU milliseconds of checking a file: as issued, and with one letter of its page changed."""
    altered = _altered(register.data)
    with register.opened():
        return {
            name: round(cost_ms(lambda data=data: enquiries.check_upload(data, place=None)), 1)  # type: ignore[misc]
            for name, data in (("as issued", register.data), ("altered", altered))
        }


def _altered(data: bytes) -> bytes:
    """With another number in its metadata: as long as before, so only the signature tells."""
    place = data.index(b"PRB-") + 4
    return data[:place] + b"9" + data[place + 1 :]


def cost_ms(work: Callable[[], Any], times: int = 40) -> float:
    """Mean CPU of a piece of work, with that of the processes that read files for it."""
    work()
    before = _spent()
    for _ in range(times):
        work()
    return (_spent() - before) / times * 1000


def _spent() -> float:
    """Seconds of this process and of those it started, those that have ended included."""
    total = time.process_time()
    for pid in children(os.getpid()):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += sum(map(int, fields[11:15])) / TICK
    return total


def measure(kind: str, say: Callable[[str], None] = print) -> dict[str, Any]:
    say(f"{kind}: filling registers with {FEW:,} and {MANY:,} certificates")
    few, many = Register(kind, FEW), Register(kind, MANY)
    try:
        number, _name = many.known[0]
        found = {
            "check": compare(few, many),
            "plans": {
                str(rows): plan(register, entries.NAMED, number)
                for rows, register in ((FEW, few), (MANY, many))
            },
            "file_ms": other_ways(few),
            "wrong_name": told_by_time(many),
            "guesses": guessed(many),
        }
    finally:
        few.close()
        many.close()
    say(json.dumps({kind: found}, indent=2, ensure_ascii=False))
    return found


if __name__ == "__main__":
    for chosen in sys.argv[1:] or ["sqlite", "postgresql"]:
        measure(chosen)
