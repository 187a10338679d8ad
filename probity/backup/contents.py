"""What a copy of the database holds: counts, numbers, the log, and the files it names."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.orm import Session

from probity.audit.events import AuditEvent
from probity.backup import commands
from probity.backup.archive import Log
from probity.backup.databases import SQLITE
from probity.credentials import numbering
from probity.kernel.db import Model
from probity.ledger import merkle, queries

REVISION = "alembic_version"
LOOKED_AT = {
    "audit_entry",
    "certificate",
    "certificate_reservation",
    "log_leaf",
    REVISION,
}
"""Tables whose rows are read; all others are counted."""

Row = dict[str, str | None]


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    there = set(inspect(connection).get_table_names())
    known = [table for name, table in sorted(Model.metadata.tables.items()) if name in there]
    counted = {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in known
    }
    return {**counted, REVISION: 1}


def schema(connection: Connection) -> str:
    return str(connection.execute(text(f"SELECT version_num FROM {REVISION}")).scalar_one())  # noqa: S608


def log(connection: Connection) -> Log:
    """Size, root and latest checkpoint of the log."""
    with Session(connection) as session:
        size, latest = queries.size(session), queries.latest(session)
        root = merkle.root(size, queries.reader(session)) if size else merkle.EMPTY
    return Log(size, root.hex(), latest.text if latest else None)


def numbers(connection: Connection) -> dict[str, int]:
    """The last number of each year."""
    with Session(connection) as session:
        return {str(year): last for year, last in sorted(numbering.last_numbers(session).items())}


def rows(kind: str, file: Path) -> Iterator[tuple[str, Row | None]]:
    """Each row of a copy: its table, and what it holds if anybody looks at it."""
    return _rows_of_sqlite(file) if kind == SQLITE else _rows_of_dump(file)


def _rows_of_sqlite(file: Path) -> Iterator[tuple[str, Row | None]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as line:
        line.row_factory = sqlite3.Row
        names = [
            name for (name,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for name in sorted({*Model.metadata.tables, REVISION} & set(names)):
            order = " ORDER BY leaf_index" if name == "log_leaf" else ""
            what = "*" if name in LOOKED_AT else "1"
            for row in line.execute(f'SELECT {what} FROM "{name}"{order}'):  # noqa: S608 (our names)
                yield name, {key: _text(row[key]) for key in row.keys()} if what == "*" else None  # noqa: SIM118


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _rows_of_dump(file: Path) -> Iterator[tuple[str, Row | None]]:
    """The rows as COPY writes them: tabs between, a backslash before what is special."""
    table, columns = "", list[str]()
    with commands.script(file) as lines:
        for line in lines:
            if not table and line.startswith(b"COPY "):
                words, _, _ = line.decode().partition(" FROM stdin")
                name, _, rest = words.removeprefix("COPY ").partition(" (")
                table = name.rpartition(".")[2].strip('"')
                columns = [column.strip('" ') for column in rest.rstrip(")").split(",")]
            elif table and line == b"\\.\n":
                table = ""
            elif table:
                yield table, _parsed(line, columns) if table in LOOKED_AT else None


def _parsed(line: bytes, columns: list[str]) -> Row:
    cells = line.decode().removesuffix("\n").split("\t")
    return dict(zip(columns, map(_cell, cells), strict=True))


_SIGNS = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


def _cell(written: str) -> str | None:
    if written == "\\N":
        return None
    if "\\" not in written:
        return written
    signs, found = iter(written), []
    for sign in signs:
        if sign == "\\":
            special = next(signs)
            found.append(_SIGNS.get(special, special))
        else:
            found.append(sign)
    return "".join(found)


@dataclass
class Leaves:
    """The tree over leaves that come nearly in order."""

    tree: merkle.Frontier = field(default_factory=merkle.Frontier)
    early: dict[int, bytes] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        entry = (row["entry"] or "").encode()
        self.early[int(row["leaf_index"] or 0)] = merkle.leaf_hash(entry)
        while (found := self.early.pop(self.tree.size, None)) is not None:
            for _node in self.tree.add(found):
                pass


@dataclass
class Numbers:
    """Which numbers were taken, and which were left out on purpose."""

    taken: dict[int, set[int]] = field(default_factory=dict)
    skipped: dict[int, set[int]] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        self.taken.setdefault(int(row["year"] or 0), set()).add(int(row["serial"] or 0))

    def audit(self, row: Row) -> None:
        if row["event"] != AuditEvent.NUMBERS_SKIPPED:
            return
        told = json.loads(row["details"] or "{}")
        left_out = self.skipped.setdefault(int(told["year"]), set())
        left_out.update(range(int(told["first"]), int(told["last"]) + 1))

    def gaps(self) -> list[str]:
        """Numbers that nobody has and nobody left out."""
        found = []
        for year, taken in sorted(self.taken.items()):
            missing = set(range(1, max(taken) + 1)) - taken - self.skipped.get(year, set())
            found += [f"{year}: {number:06d}" for number in sorted(missing)]
        return found
