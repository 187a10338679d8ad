"""A copy of the database as it was at one moment, made while others write."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, inspect, make_url, text

from probity.backup import commands
from probity.kernel import clock
from probity.kernel.errors import Refused

SQLITE, POSTGRESQL = "sqlite", "postgresql"
PAGES = 2048
_TELL = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Copy:
    """The file of a copy, and a way to ask exactly what is in it."""

    kind: str
    file: Path
    connection: Connection


@contextmanager
def line_to(url: str, **how: str) -> Iterator[Connection]:
    """A connection besides those of the application, closed at the end whatever happens."""
    engine = create_engine(url, poolclass=NullPool, **how)
    with engine.connect() as connection:
        yield connection


def kind_of(url: str) -> str:
    return SQLITE if url.startswith("sqlite") else POSTGRESQL


def path_of(url: str) -> Path:
    """The file of a database of SQLite."""
    return Path(make_url(url).database or "")


@contextmanager
def copied(url: str, folder: Path, tell: _TELL) -> Iterator[Copy]:
    """Copy the database into a file of `folder`; `tell` gets how much is done of how much."""
    way = _copied_sqlite if kind_of(url) == SQLITE else _copied_postgresql
    with way(url, folder, tell) as copy:
        yield copy


@contextmanager
def _copied_sqlite(url: str, folder: Path, tell: _TELL) -> Iterator[Copy]:
    file = folder / "database.sqlite"
    try:
        copy_sqlite(path_of(url), file, tell)
        with closing(sqlite3.connect(file)) as made:
            problem = made.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Refused(f"The database cannot be read: {error}. It may be damaged.") from error
    if problem != "ok":
        raise Refused(f"The database is damaged: {problem}. Do not delete any earlier backup.")
    with line_to(f"sqlite:///{file}") as connection:
        yield Copy(SQLITE, file, connection)


def copy_sqlite(source: Path, target: Path, tell: _TELL = lambda _done, _of: None) -> None:
    """Copy by the backup interface of SQLite; one reading transaction spans all its steps."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=15)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.isolation_level = None
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the snapshot is taken here
        old.backup(new, pages=PAGES, progress=lambda _s, left, of: tell(of - left, of))


@contextmanager
def _copied_postgresql(url: str, folder: Path, tell: _TELL) -> Iterator[Copy]:
    file = folder / "database.dump"
    with line_to(url, isolation_level="REPEATABLE READ") as connection:
        # the transaction stands still while pg_dump reads the same snapshot
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SET TRANSACTION READ ONLY"))
        number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
        program = commands.tool("pg_dump", number // 10_000)
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        tell(0, 1)
        commands.run([program, *options, f"--file={file}", "--dbname", "{}"], url)
        tell(1, 1)
        yield Copy(POSTGRESQL, file, connection)


def tables(url: str) -> list[str]:
    """The tables of a database; none if it does not exist yet."""
    if kind_of(url) == SQLITE and not path_of(url).is_file():
        return []
    with line_to(url) as line:
        return inspect(line).get_table_names()


def put_back(url: str, file: Path) -> None:
    """Make a copy the database; the place is empty."""
    if kind_of(url) == SQLITE:
        path = path_of(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        copy_sqlite(file, part)
        part.replace(path)
        return
    program = commands.tool("pg_restore")
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    commands.run([program, *options, "--dbname", "{}", str(file)], url)


def set_aside(url: str) -> str:
    """Move what is in the database out of the way; say where it is now."""
    mark = f"{clock.now():%Y%m%d%H%M%S}"
    if kind_of(url) == SQLITE:
        path = path_of(url)
        kept = path.with_name(f"{path.name}.replaced-{mark}")
        copy_sqlite(path, kept)
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).unlink()
        return str(kept)
    with line_to(url) as connection, connection.begin():
        connection.execute(text(f'ALTER SCHEMA public RENAME TO "replaced_{mark}"'))
        connection.execute(text("CREATE SCHEMA public"))
    return f'the schema "replaced_{mark}" of the same database'
