"""Look whether a backup is whole: every byte, and whether what it holds agrees with itself."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from probity.backup import archive, contents
from probity.backup.archive import DATABASE, FILES, INSTANCE, Manifest, Member
from probity.backup.creating import KEYS, SECRETS
from probity.backup.databases import POSTGRESQL, SQLITE
from probity.backup.sealing import Damaged, Opener, SealedReader
from probity.kernel.errors import Refused

MOST_TOLD = 20
SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass
class Report:
    """What was looked at: a line for each check, with what is wrong."""

    manifest: Manifest | None = None
    checks: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def add(self, name: str, told: str, problems: list[str]) -> None:
        self.checks.append((name, told, problems))

    @property
    def sound(self) -> bool:
        return self.manifest is not None and not any(wrong for _, _, wrong in self.checks)


class _Look:
    """Takes the files as they come; the database comes first, and says which others there must be."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "copy"
        self.kind, self.problems = "", list[str]()
        self.counts: dict[str, int] = {}
        self.leaves, self.numbers = contents.Leaves(), contents.Numbers()
        self.instance: set[str] = set()
        self.wanted = sqlite3.connect(folder / "wanted")
        self.wanted.isolation_level = None
        self.wanted.execute("PRAGMA synchronous = OFF")
        self.wanted.execute(
            "CREATE TABLE wanted (key TEXT PRIMARY KEY, sha256 TEXT, number TEXT, found TEXT)"
        )

    def take(self, member: Member) -> None:
        if member.name == DATABASE:
            self._take_database(member)
        elif member.name.startswith(FILES):
            self.wanted.execute(
                "UPDATE wanted SET found = ? WHERE key = ?",
                (member.digest(), member.name.removeprefix(FILES)),
            )
        else:
            self.instance.add(member.name.removeprefix(INSTANCE))

    def _take_database(self, member: Member) -> None:
        with self.database.open("wb") as out:
            for block in member.blocks():
                out.write(block)
        with self.database.open("rb") as made:
            self.kind = SQLITE if made.read(16) == SQLITE_MAGIC else POSTGRESQL
        try:
            if self.kind == SQLITE:
                self._check_integrity()
            self.wanted.execute("BEGIN")
            for table, row in contents.rows(self.kind, self.database):
                self.counts[table] = self.counts.get(table, 0) + 1
                if row is not None:
                    self._row(table, row)
            self.wanted.execute("COMMIT")
        except (Refused, sqlite3.DatabaseError) as error:
            self.problems.append(f"The copy of the database cannot be read: {error}")
        self.database.unlink()

    def _check_integrity(self) -> None:
        address = f"file:{self.database}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as line:
            told = [row[0] for row in line.execute("PRAGMA integrity_check(5)")]
        self.problems += [one for one in told if one != "ok"]

    def _row(self, table: str, row: contents.Row) -> None:
        if table == "certificate":
            self.wanted.execute(
                "INSERT INTO wanted VALUES (?, ?, ?, NULL)",
                (row["storage_key"], row["sha256"], row["number"]),
            )
        elif table == "log_leaf":
            self.leaves.add(row)
        elif table == "certificate_reservation":
            self.numbers.take(row)
        elif table == "audit_entry":
            self.numbers.audit(row)

    def wrong_files(self) -> list[str]:
        query = (
            "SELECT number, found FROM wanted WHERE found IS NULL OR found != sha256 "
            "ORDER BY number LIMIT 20"
        )
        return [
            f"{number}: the file "
            + ("is missing" if found is None else "is not the registered one")
            for number, found in self.wanted.execute(query)
        ]


def verify(path: Path, opener: Opener, tell: Callable[[int], object] = int) -> Report:
    """Read a whole backup without restoring it; nothing outside a temporary folder is written."""
    report = Report()
    with TemporaryDirectory(prefix="probity-verify-") as folder, closing_look(folder) as look:
        try:
            with path.open("rb") as source:
                sealed = SealedReader(source, opener)
                report.manifest = archive.read(sealed, look.take, tell)  # type: ignore[arg-type]
        except Damaged as error:
            report.add("Every byte is as it was written", "", [str(error)])
            return report
        _conclude(report, report.manifest, look)
    return report


@contextmanager
def closing_look(folder: str) -> Iterator[_Look]:
    look = _Look(Path(folder))
    with closing(look.wanted):
        yield look


def _conclude(report: Report, manifest: Manifest, look: _Look) -> None:
    report.add("Every byte is as it was written", f"{manifest.files} files", [])
    rows = sum(look.counts.values())
    differ = [
        f"{table}: {look.counts.get(table, 0)} rows instead of {count}"
        for table, count in manifest.counts.items()
        if look.counts.get(table, 0) != count
    ]
    told = f"{manifest.kind}, schema {manifest.schema}, {rows} rows"
    report.add("The database opens and is complete", told, look.problems + differ)
    number = manifest.counts.get("certificate", 0)
    report.add("Every certificate has its file", f"{number} certificates", look.wrong_files())
    tree, stated, wrong = look.leaves.tree, manifest.log, list[str]()
    if (tree.size, tree.root.hex()) != (stated.size, stated.root):
        wrong = [f"{tree.size} entries with root {tree.root.hex()} instead of {stated.root}"]
    report.add("The log gives the root noted", f"{stated.size} entries", wrong)
    last = ", ".join(f"{year}: {last:06d}" for year, last in manifest.numbers.items())
    report.add("No number is missing", last or "none taken", look.numbers.gaps()[:MOST_TOLD])
    lacking = [name for name in (SECRETS, f"{KEYS}/public.json") if name not in look.instance]
    held = f"{sum(name.endswith('.pem') for name in look.instance)} private keys"
    if manifest.counts.get("certificate", 0) == 0:
        lacking = [name for name in lacking if name == SECRETS]
    report.add("Secrets and keys are in it", held, [f"{name} is missing" for name in lacking])
    report.add("Nothing was unreadable when it was made", "", list(manifest.missing))
