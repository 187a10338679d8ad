"""Which format a file has, and which files lie in an archive that is no package."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from probity.exchange import archive, encoding
from probity.exchange.archive import Bounds
from probity.exchange.formats import MODULES, format_named
from probity.exchange.found import MIB, Format, Source, Unreadable

HEAD = 65_536
LOOSE = Bounds(entries=2_000, entry_bytes=64 * MIB, total_bytes=512 * MIB)
ARCHIVES = frozenset({"probity", "xlsx", "cartridge"})
"""Formats whose files may be archives; others would find their marks in what lies in one unpacked."""

TEXTUAL = frozenset({"csv", "chinese-text", "gift", "aiken", "moodle-xml", "qti-1.2", "probity"})
"""Formats that can be read in an encoding which somebody has chosen."""

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252", "shift_jis", "cp1251")


def format_of(source: Source) -> Format | None:
    """The first format that takes the file for its own; None if none does."""
    head = source.head(HEAD)
    if not head.strip():
        return None
    packed = archive.is_archive(head)
    for name in MODULES:
        if packed and name not in ARCHIVES:
            continue
        found = format_named(name)
        if found.sniff(source.name, head):
            return found
    return None


def files_of(source: Source) -> Iterator[Source]:
    """The file itself; or, if it is an archive of loose files, each of them. Raises Unreadable."""
    if not archive.is_archive(source.head(4)) or format_of(source) is not None:
        yield source
        return
    opened = archive.open_archive(source.whole(), LOOSE)
    source.problems.extend(opened.notes)
    for name in opened:
        if not PurePosixPath(name).name.startswith("."):
            yield Source(name, data=opened.read(name), limits=source.limits)


def in_encoding(source: Source, chosen: str) -> Source:
    """The same file as UTF-8, read in the encoding that somebody has chosen. Raises Unreadable."""
    if not chosen or chosen == "utf-8":
        return source
    try:
        text = source.whole().decode(chosen)
    except (UnicodeDecodeError, LookupError) as error:
        place = getattr(error, "start", "")
        raise Unreadable("encoding_broken", place=place) from error
    data = text.removeprefix("\ufeff").encode()
    return Source(source.name, data=data, limits=source.limits, encoding=encoding.shown(chosen))
