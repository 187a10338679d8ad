"""Make a backup of the running installation: database first, then files, keys and secrets."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from flask import Flask

from probity.backup import contents, databases
from probity.backup.archive import DATABASE, FILES, INSTANCE, Manifest, Writer
from probity.backup.databases import Copy
from probity.backup.sealing import Lock, SealingWriter
from probity.kernel import clock, settings
from probity.kernel.errors import Refused
from probity.kernel.settings import Settings
from probity.kernel.storage import Storage

LAST = "last-backup.json"
ENDING = ".backup"
WORK = "backup.work"
SECRETS = "secrets.json"
KEYS = "keys"
KEPT_OUT = {"KEYS_PASSPHRASE", "INSTANCE_DIR", "DATABASE_URL", "STORAGE_URL"}
"""The passphrase of the keys must not lie beside them; the others are chosen at the restore."""

Tell = Callable[[str, int, int | None], object]


@dataclass(slots=True)
class Made:
    """What was written, and what could not be."""

    path: Path
    size: int
    manifest: Manifest
    pruned: list[Path] = field(default_factory=list)


def create(app: Flask, target: Path, lock: Lock, tell: Tell, keep: int | None = None) -> Made:
    """Write a backup to a file, or under a name with the time into a folder. Raises Refused.

    The file appears whole or not at all. With `keep` only so many of a folder are left.
    """
    chosen: Settings = app.config["PROBITY"]
    path = target / f"probity-{clock.now():%Y%m%d-%H%M%S}{ENDING}" if target.is_dir() else target
    if path.exists():
        raise Refused(f"{path} exists already. Name a new file, or a folder.")
    with _alone(chosen.instance_dir) as work, _appearing(path) as out:
        sealed = SealingWriter(out, lock)
        manifest = _write(app, chosen, work, Writer(sealed), tell)  # type: ignore[arg-type]
        sealed.finish()
    made = Made(path, path.stat().st_size, manifest)
    _note(chosen, made)
    if keep is not None:
        made.pruned = _prune(path.parent, keep)
    return made


def _write(app: Flask, chosen: Settings, work: Path, out: Writer, tell: Tell) -> Manifest:
    url, made_at = chosen.database_url, clock.now().isoformat(timespec="seconds")
    with databases.copied(url, work, lambda done, of: tell("Database", done, of)) as copy:
        told = _described(copy, made_at)
    out.add_file(DATABASE, copy.file)
    copy.file.unlink()
    for name, data in _instance(chosen.instance_dir):
        out.add(f"{INSTANCE}{name}", data)
    storage: Storage = app.extensions["probity-storage"]
    told = replace(told, missing=_files(storage, out, tell), files=out.count)
    return out.finish(told)


def _described(copy: Copy, made_at: str) -> Manifest:
    line = copy.connection
    return Manifest(
        made_at=made_at,
        kind=copy.kind,
        schema=contents.schema(line),
        log=contents.log(line),
        counts=contents.counts(line),
        numbers=contents.numbers(line),
        settings=_settings(),
    )


def _instance(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Secrets and keys; what can be made again (fonts, marks of loaded courses) is left out."""
    yield SECRETS, (folder / SECRETS).read_bytes()
    for path in sorted((folder / KEYS).glob("*")):
        if path.is_file() and path.suffix in {".pem", ".json"}:
            yield f"{KEYS}/{path.name}", path.read_bytes()


def _files(storage: Storage, out: Writer, tell: Tell) -> list[str]:
    """All stored files: those that came after the snapshot do no harm. Names what was not there."""
    gone = []
    for count, key in enumerate(storage.keys("")):
        try:
            out.add(f"{FILES}{key}", storage.get(key))
        except FileNotFoundError:  # a duty took it away meanwhile
            continue
        except OSError as error:
            gone.append(f"{key}: {error.strerror or error}")
        tell("Files", count + 1, None)
    return gone


def _settings() -> dict[str, str]:
    known = settings.VARIABLES.keys() - KEPT_OUT
    return {name: os.environ[name] for name in sorted(known) if os.environ.get(name)}


@contextmanager
def _alone(instance: Path) -> Iterator[Path]:
    """A private folder for the copy of the database; one backup at a time."""
    work = instance / WORK
    with (instance / f"{WORK}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("Another backup is being made. Try again when it has ended.") from error
        shutil.rmtree(work, ignore_errors=True)  # of one that was killed
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    part = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror or error}).") from error
    finally:
        part.unlink(missing_ok=True)


def _note(chosen: Settings, made: Made) -> None:
    told = {"made_at": made.manifest.made_at, "path": str(made.path), "bytes": made.size}
    part = chosen.instance_dir / f"{LAST}.part"
    part.write_text(json.dumps({**told, "log": made.manifest.log.size}))
    part.replace(chosen.instance_dir / LAST)


def _prune(folder: Path, keep: int) -> list[Path]:
    """Delete the oldest of our names; the time in them sorts."""
    gone = sorted(folder.glob(f"probity-*{ENDING}"))[:-keep]
    for path in gone:
        path.unlink()
    return gone
