"""Put a backup back: into an empty place, or parts of it into a place that lost them."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sqlalchemy import text

from probity.backup import archive, databases
from probity.backup.archive import DATABASE, FILES, INSTANCE, Manifest, Member
from probity.backup.creating import SECRETS
from probity.backup.sealing import Opener, SealedReader
from probity.kernel import clock, settings
from probity.kernel.errors import Refused
from probity.kernel.storage import Storage, open_storage

SETTINGS = "settings.env"
OVERLOOKED = {SECRETS, "lost+found", "backup.work.lock"}
"""What any command makes in a new place; secrets alone, without keys and database, are nobody's."""


class Part(StrEnum):
    """What may be put back alone."""

    DATABASE = "database"
    FILES = "files"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation is to be."""

    instance: Path
    database_url: str
    storage_url: str

    @classmethod
    def of(cls, instance: Path, database_url: str | None, storage_url: str | None) -> "Place":
        url = settings.database_url(database_url or f"sqlite:///{instance / 'probity.db'}")
        return cls(instance, url, storage_url or f"file://{instance / 'files'}")

    @property
    def environ(self) -> dict[str, str]:
        return {
            "INSTANCE_DIR": str(self.instance),
            "DATABASE_URL": self.database_url,
            "STORAGE_URL": self.storage_url,
        }


@dataclass
class Restored:
    """What came back, and what was there before."""

    manifest: Manifest
    seconds: float
    files: int
    aside: list[str] = field(default_factory=list)


def what_is_there(place: Place) -> list[str]:
    """What would be in the way, in words; empty for an empty place."""
    found = []
    if place.instance.is_dir():
        names = {path.name for path in place.instance.iterdir()} - OVERLOOKED
        found += [f"{place.instance} holds {', '.join(sorted(names))}"] * bool(names)
    tables = databases.tables(place.database_url)
    if tables:
        found.append(f"the database has {len(tables)} tables{_figures(place.database_url, tables)}")
    if not Path(place.storage_url.removeprefix("file://")).is_relative_to(place.instance):
        first = next(iter(open_storage(place.storage_url).keys("")), None)
        found += [f"the storage holds files, such as {first}"] * (first is not None)
    return found


def _figures(url: str, tables: list[str]) -> str:
    if not {"certificate", "log_head"} <= set(tables):
        return ""
    with databases.line_to(url) as line:
        count = line.execute(text("SELECT count(*) FROM certificate")).scalar_one()
        last = line.execute(text("SELECT max(number) FROM certificate")).scalar_one()
        size = line.execute(text("SELECT max(size) FROM log_head")).scalar_one()
    return f", {count} certificates up to {last}, and a log of {size or 0} entries"


def restore(
    path: Path,
    opener: Opener,
    place: Place,
    *,
    replace: bool = False,
    only: Part | None = None,
    tell: Callable[[int], object] = int,
) -> Restored:
    """Put everything, or one part, in place. Raises Refused, Damaged or WrongKey.

    Nothing is changed before every byte of the backup has been read and found authentic.
    """
    began = time.monotonic()
    if only is None and not replace and (there := what_is_there(place)):
        raise Refused(
            f"The place is not empty: {'; '.join(there)}. Choose an empty one, or add --replace: "
            "then what is there is moved aside."
        )
    place.instance.parent.mkdir(parents=True, exist_ok=True)
    stage = place.instance.with_name(f".{place.instance.name}.restoring")
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    try:
        taking = _Taking(stage, only)
        with path.open("rb") as source:
            manifest = archive.read(SealedReader(source, opener), taking.take, tell)  # type: ignore[arg-type]
        found = Restored(manifest, 0, taking.files)
        if only is None:
            _put_all(stage, place, manifest, found)
        else:
            _PARTS[only](stage, place, replace, found)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    found.seconds = time.monotonic() - began
    return found


class _Taking:
    """Writes what comes out of the archive into a folder beside the place."""

    def __init__(self, stage: Path, only: Part | None) -> None:
        self.stage, self.files = stage, 0
        wanted = {Part.DATABASE: DATABASE, Part.FILES: FILES, Part.KEYS: INSTANCE}
        self.prefix = wanted[only] if only else ""

    def take(self, member: Member) -> None:
        if not member.name.startswith(self.prefix):
            return
        target = (self.stage / member.name).resolve()
        if not target.is_relative_to(self.stage.resolve()):
            raise Refused(f"{member.name} leads out of the place; nothing was restored.")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            for block in member.blocks():
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        self.files += member.name.startswith(FILES)


def _put_all(stage: Path, place: Place, manifest: Manifest, found: Restored) -> None:
    """The database comes last: until then nobody takes the place for an installation."""
    outside = databases.kind_of(place.database_url) != databases.SQLITE or not databases.path_of(
        place.database_url
    ).is_relative_to(place.instance)
    if outside and databases.tables(place.database_url):
        found.aside.append(databases.set_aside(place.database_url))
    if place.instance.is_dir():
        found.aside += _move_aside(place)
    place.instance.mkdir(mode=0o700, exist_ok=True)
    for path in (stage / INSTANCE).iterdir():
        shutil.move(path, place.instance / path.name)
    _write_settings(place, manifest)
    _put_files(stage, open_storage(place.storage_url))
    databases.put_back(place.database_url, stage / DATABASE)


def _move_aside(place: Place) -> list[str]:
    """Keep what lies in the folder, unless it is nothing."""
    if {path.name for path in place.instance.iterdir()} <= OVERLOOKED:
        (place.instance / SECRETS).unlink(missing_ok=True)
        return []
    kept = place.instance.with_name(f"{place.instance.name}.replaced-{clock.now():%Y%m%d%H%M%S}")
    place.instance.rename(kept)
    return [str(kept)]


def _write_settings(place: Place, manifest: Manifest) -> None:
    """The settings of the machine that made the backup, for the environment of the new one."""
    lines = [f"{name}={value}\n" for name, value in manifest.settings.items()]
    path = place.instance / SETTINGS
    path.touch(mode=0o600)
    path.write_text("".join(lines))


def _put_files(stage: Path, storage: Storage) -> int:
    """Put files that are not there, or not whole, into the storage."""
    put = 0
    root = stage / FILES
    for path in sorted(root.rglob("*")) if root.is_dir() else []:
        if not path.is_file():
            continue
        key, data = path.relative_to(root).as_posix(), path.read_bytes()
        if not storage.exists(key) or _digest(storage.get(key)) != _digest(data):
            storage.put(key, data)
            put += 1
    return put


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _only_database(stage: Path, place: Place, replace: bool, found: Restored) -> None:
    if databases.tables(place.database_url):
        if not replace:
            told = "; ".join(what_is_there(place))
            raise Refused(f"There is a database already: {told}. Add --replace to move it aside.")
        found.aside.append(databases.set_aside(place.database_url))
    databases.put_back(place.database_url, stage / DATABASE)


def _only_files(stage: Path, place: Place, replace: bool, found: Restored) -> None:  # noqa: ARG001
    found.files = _put_files(stage, open_storage(place.storage_url))


def _only_keys(stage: Path, place: Place, replace: bool, found: Restored) -> None:
    """Keys that are not there; others only with --replace, for they may be newer."""
    root = stage / INSTANCE
    given = [path for path in sorted(root.rglob("*")) if path.is_file()]
    targets = {path: place.instance / path.relative_to(root) for path in given}
    for path, target in targets.items():
        differs = target.is_file() and _digest(target.read_bytes()) != _digest(path.read_bytes())
        if differs and target.name != SECRETS and not replace:
            raise Refused(
                f"{target} is there and differs from the one in the backup; it may be newer. Add "
                "--replace to keep it under another name and put the backup's in its place."
            )
        if differs:
            kept = target.with_name(f"{target.name}.replaced-{clock.now():%Y%m%d%H%M%S}")
            found.aside.append(str(target.rename(kept)))
    found.files = len(given)
    for path, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(target)


_PARTS = {Part.DATABASE: _only_database, Part.FILES: _only_files, Part.KEYS: _only_keys}
