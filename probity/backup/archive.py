"""What lies inside the encryption: a tar of files, then the list of them, then the manifest.

Everything streams: one file is in memory at a time, the list of them on disk.
"""

import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any, BinaryIO

from probity.backup.sealing import Damaged

DATABASE, INSTANCE, FILES = "database", "instance/", "files/"
LIST, MANIFEST = "files.jsonl", "manifest.json"
VERSION = 1
BLOCK = 1024 * 1024
IN_MEMORY = 8 * BLOCK


@dataclass(frozen=True, slots=True)
class Log:
    """Size and root of the log, and its latest checkpoint as signed."""

    size: int
    root: str
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, as it was at the snapshot of the database."""

    made_at: str
    kind: str
    schema: str
    log: Log
    counts: dict[str, int]
    numbers: dict[str, int]
    settings: dict[str, str]
    missing: list[str] = field(default_factory=list)
    files: int = 0
    list_sha256: str = ""
    version: int = VERSION

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def loads(cls, data: bytes) -> "Manifest":
        try:
            told = json.loads(data)
            return cls(**{**told, "log": Log(**told["log"])})
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged(f"The manifest cannot be read ({error}).") from error


class Writer:
    """Adds files one after the other and notes the hash of each."""

    def __init__(self, out: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._list = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed by `finish`)
        self.count = 0

    def add(self, name: str, data: bytes) -> None:
        self._put(name, len(data), hashlib.sha256(data).hexdigest(), io.BytesIO(data))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file that nobody writes to any more, without reading it into memory."""
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            source.seek(0)
            self._put(name, path.stat().st_size, digest, source)

    def finish(self, manifest: Manifest) -> Manifest:
        """Write the list of files, then the manifest, which names the hash of the list."""
        size = self._list.tell()
        self._list.seek(0)
        digest = hashlib.file_digest(self._list, "sha256").hexdigest()
        self._list.seek(0)
        self._member(LIST, size, self._list)
        self._list.close()
        whole = replace(manifest, list_sha256=digest)
        data = whole.as_json()
        self._member(MANIFEST, len(data), io.BytesIO(data))
        self._tar.close()
        return whole

    def _put(self, name: str, size: int, digest: str, source: Any) -> None:
        self._member(name, size, source)
        self._list.write(_row(name, digest, size))
        self.count += 1

    def _member(self, name: str, size: int, source: Any) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, source)
        self._tar.members.clear()  # type: ignore[attr-defined]  # it would remember every file


@dataclass(slots=True)
class Member:
    """One file on its way; what was not read is hashed all the same."""

    name: str
    size: int
    source: BinaryIO
    _hash: Any = field(default_factory=hashlib.sha256)

    def blocks(self) -> Iterator[bytes]:
        while data := self.source.read(BLOCK):
            self._hash.update(data)
            yield data

    def read(self) -> bytes:
        return b"".join(self.blocks())

    def digest(self) -> str:
        for _ in self.blocks():
            pass
        return str(self._hash.hexdigest())


def read(
    source: IO[bytes], take: Callable[[Member], None], tell: Callable[[int], object] = int
) -> Manifest:
    """Hand every file to `take`, then compare all with the list. Raises Damaged with the name."""
    reading = _Reading(take, tell)
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for info in tar:
                opened = tar.extractfile(info)
                reading.last = info.name
                reading.member(info, opened)
                tar.members.clear()  # type: ignore[attr-defined]
        while source.read(BLOCK):  # the end is authentic only if it was read
            pass
    except tarfile.TarError as error:
        raise Damaged(f"It cannot be read any further after {reading.last} ({error}).") from error
    except Damaged as error:
        raise Damaged(f"{error} That is in or after {reading.last}.") from error
    finally:
        reading.seen.close()
    return reading.end()


class _Reading:
    """What was seen so far of an archive."""

    def __init__(self, take: Callable[[Member], None], tell: Callable[[int], object]) -> None:
        self.take, self.tell = take, tell
        self.last, self.count, self.digest = "the beginning", 0, ""
        self.manifest: Manifest | None = None
        self.seen = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed by `read`)

    def member(self, info: tarfile.TarInfo, opened: Any) -> None:
        if opened is None:
            raise Damaged("It is no file, so this is no backup of ours.")
        found = Member(info.name, info.size, opened)
        if found.name == LIST:
            self._compare(found)
        elif found.name == MANIFEST:
            self.manifest = Manifest.loads(found.read())
        else:
            self.take(found)
            self.seen.write(_row(found.name, found.digest(), found.size))
            self.count += 1
            self.tell(self.count)

    def _compare(self, listed: Member) -> None:
        """The list has the files in the order in which they come."""
        whole = hashlib.sha256()
        self.seen.seek(0)
        for stated in listed.source:
            whole.update(stated)
            mine = self.seen.readline()
            if mine != stated:
                name = json.loads(stated).get("name", "")
                raise Damaged(f"{name} is missing or is not the file that was put in.")
        if more := self.seen.readline():
            raise Damaged(f"{json.loads(more)['name']} is not in the list of files.")
        self.digest = whole.hexdigest()

    def end(self) -> Manifest:
        if self.manifest is None:
            raise Damaged(f"It has no manifest: the last thing in it is {self.last}.")
        if self.manifest.version != VERSION:
            told = f"Its form is {self.manifest.version}"
            raise Damaged(f"{told}; this version of Probity reads {VERSION}.")
        if (self.count, self.digest) != (self.manifest.files, self.manifest.list_sha256):
            raise Damaged("The list of files is not the one the manifest names.")
        return self.manifest


def _row(name: str, digest: str, size: int) -> bytes:
    told = {"name": name, "sha256": digest, "bytes": size}
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"
