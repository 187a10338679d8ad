"""Reading ZIP archives from strangers: bounded, in memory, and never onto the disk."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from probity.exchange.found import MIB, Note, Unreadable

MOST_ENTRIES = 20_000
MOST_ENTRY_BYTES = 64 * MIB
MOST_TOTAL_BYTES = 1024 * MIB
MOST_RATIO = 200
SMALL = MIB
"""Below this many bytes a high ratio does no harm."""

CHUNK = 256 * 1024
MAGIC = b"PK\x03\x04"
EMPTY = b"PK\x05\x06"
SIGNATURE = b"PK\x01\x02"
UTF8 = 0x800
ENCRYPTED = 0x1
UNICODE_PATH = 0x7075

BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What reading a damaged archive raises."""

_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LITTER = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$)")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much an archive may hold."""

    entries: int = MOST_ENTRIES
    entry_bytes: int = MOST_ENTRY_BYTES
    total_bytes: int = MOST_TOTAL_BYTES
    ratio: int = MOST_RATIO


@dataclass(slots=True)
class Archive:
    """The files of an archive by their cleaned names; bytes are read when asked for."""

    file: zipfile.ZipFile
    entries: dict[str, zipfile.ZipInfo]
    notes: list[Note]
    bounds: Bounds
    spent: int = 0
    lower: dict[str, str] = field(default_factory=dict)
    stream: IO[bytes] | None = None

    def close(self) -> None:
        """Let go of the file on the disk, if there is one."""
        self.file.close()
        if self.stream is not None:
            self.stream.close()

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def find(self, name: str) -> str | None:
        """The entry of this name, or of one that differs in capital letters alone."""
        if name in self.entries:
            return name
        return self.lower.get(name.casefold())

    def size(self, name: str) -> int:
        """How many bytes an entry says it has."""
        return self.entries[name].file_size

    def read(self, name: str) -> bytes:
        """The bytes of one entry. Raises Unreadable; KeyError when there is none."""
        info = self.entries[name]
        parts: list[bytes] = []
        length = 0
        try:
            with self.file.open(info) as stream:
                while chunk := stream.read(CHUNK):
                    length += len(chunk)
                    self._allow(name, info, length, len(chunk))
                    parts.append(chunk)
        except NotImplementedError as error:
            raise Unreadable("archive_entry_packed", where=name, name=name) from error
        except BROKEN as error:
            raise Unreadable("archive_entry_broken", where=name, name=name) from error
        return b"".join(parts)

    def head(self, name: str, length: int = 4096) -> bytes:
        """The first bytes of one entry. Raises Unreadable."""
        try:
            with self.file.open(self.entries[name]) as stream:
                return stream.read(length)
        except NotImplementedError as error:
            raise Unreadable("archive_entry_packed", where=name, name=name) from error
        except BROKEN as error:
            raise Unreadable("archive_entry_broken", where=name, name=name) from error

    def _allow(self, name: str, info: zipfile.ZipInfo, length: int, more: int) -> None:
        """What an entry really unpacks to counts, not what it says."""
        self.spent += more
        if length > self.bounds.entry_bytes or self.spent > self.bounds.total_bytes:
            raise Unreadable("archive_too_large", where=name, most=self.bounds.entry_bytes // MIB)
        if length > SMALL and length > self.bounds.ratio * max(1, info.compress_size):
            raise Unreadable("archive_bomb", where=name, name=name)


def is_archive(head: bytes) -> bool:
    """Tell whether a file begins as an archive does."""
    return head.startswith((MAGIC, EMPTY))


def open_archive(data: bytes | Path, bounds: Bounds | None = None) -> Archive:
    """Open an archive and look at its list of entries. Raises Unreadable."""
    within = bounds or Bounds()
    stream: IO[bytes] = data.open("rb") if isinstance(data, Path) else io.BytesIO(data)
    try:
        archive = _listed(stream, within)
    except Unreadable:
        stream.close()
        raise
    archive.stream = stream
    return archive


def _listed(stream: IO[bytes], within: Bounds) -> Archive:
    refuse_crowd(stream, within)
    try:
        file = zipfile.ZipFile(stream)
    except BROKEN as error:
        raise Unreadable("archive_broken") from error
    infos = file.infolist()
    refuse_size(infos, within)
    archive = Archive(file, {}, [], within)
    for info in infos:
        _take(archive, info)
    archive.lower = {name.casefold(): name for name in archive.entries}
    return archive


def refuse_crowd(stream: IO[bytes], within: Bounds) -> None:
    """Count the entries in the list at the end before anything is built of them."""
    stream.seek(0, io.SEEK_END)
    size = stream.tell()
    tail_length = min(size, 65_557)
    stream.seek(size - tail_length)
    tail = stream.read(tail_length)
    place = tail.rfind(EMPTY)
    if place < 0 or len(tail) - place < 22:  # noqa: PLR2004 - the length of the last record
        raise Unreadable("archive_broken")
    listed = int.from_bytes(tail[place + 12 : place + 16], "little")
    told = int.from_bytes(tail[place + 10 : place + 12], "little")
    least = 46
    if told > within.entries or listed > (within.entries + 1) * (least + 1024):
        raise Unreadable("archive_crowded", most=within.entries)
    stream.seek(0)


def refuse_size(infos: list[zipfile.ZipInfo], within: Bounds) -> None:
    """Refuse what says of itself that it is too much."""
    if len(infos) > within.entries:
        raise Unreadable("archive_crowded", most=within.entries)
    if sum(info.file_size for info in infos) > within.total_bytes:
        raise Unreadable("archive_too_large", most=within.total_bytes // MIB)
    for info in infos:
        unpacked = info.file_size
        if unpacked > SMALL and unpacked > within.ratio * max(1, info.compress_size):
            raise Unreadable("archive_bomb", where=shown_name(info), name=shown_name(info))


def shown_name(info: zipfile.ZipInfo) -> str:
    """An entry's name: UTF-8 where it says or shows so, else GBK, else the DOS letters."""
    if info.flag_bits & UTF8:
        return info.filename
    said = _unicode_path(info.extra)
    if said:
        return said
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _unicode_path(extra: bytes) -> str:
    while len(extra) >= 4:  # noqa: PLR2004 - a header of two numbers
        kind = int.from_bytes(extra[:2], "little")
        length = int.from_bytes(extra[2:4], "little")
        if kind == UNICODE_PATH and length > 5:  # noqa: PLR2004 - version and checksum come first
            return extra[9 : 4 + length].decode("utf-8", "replace")
        extra = extra[4 + length :]
    return ""


def _take(archive: Archive, info: zipfile.ZipInfo) -> None:
    """Enter one entry under a clean name, or say why it is left out."""
    shown = shown_name(info)
    if shown.endswith("/") or _LITTER.search(shown):
        return
    name = clean_name(shown)
    code = ""
    if name is None:
        code = "archive_path"
    elif stat.S_ISLNK(info.external_attr >> 16):
        code = "archive_link"
    elif info.flag_bits & ENCRYPTED:
        code = "archive_locked"
    elif name in archive.entries:
        code = "archive_twin"
    if code or name is None:
        safe = _CONTROL.sub("?", shown)[:200]
        archive.notes.append(Note("lost", code, {"name": safe}, where=safe))
        return
    archive.entries[name] = info


def clean_name(name: str) -> str | None:
    """A name below the root of the archive, or nothing where it would lead out of it."""
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path) or _CONTROL.search(path):
        return None
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if not parts or ".." in parts:
        return None
    return "/".join(parts)
