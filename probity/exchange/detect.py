"""Which format a file has, and which files lie in an archive that is no package."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import PurePosixPath

from probity.exchange import archive, encoding
from probity.exchange.archive import Bounds
from probity.exchange.formats import MODULES, format_named
from probity.exchange.found import MIB, Format, Source, Unreadable

HEAD = 65_536
LOOSE = Bounds(entries=2_000, entry_bytes=64 * MIB, total_bytes=512 * MIB)
PACKAGE, MANIFEST = "cartridge", "imsmanifest.xml"
DOCUMENTS = (".xml", ".dat", ".qti")
QUESTIONS = (".gift", ".txt", ".csv", ".xlsx", ".yaml", ".yml", ".json")
QTI_SIGNS = (b"questestinterop", b"<assessment", b"<qti-assessment", b":assessment")

ARCHIVES = frozenset({"probity", "xlsx", PACKAGE})
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
    form = format_of(source) if archive.is_archive(source.head(4)) else None
    is_whole = form is not None and (form.name != PACKAGE or not _is_loose(source))
    if not archive.is_archive(source.head(4)) or is_whole:
        yield source
        return
    opened = archive.open_archive(source.whole(), LOOSE)
    source.problems.extend(opened.notes)
    for name in opened:
        if not PurePosixPath(name).name.startswith("."):
            yield Source(name, data=opened.read(name), limits=source.limits)


def _is_loose(source: Source) -> bool:
    """Tell whether an archive holds files of questions, and neither a manifest nor QTI.

    What cannot be opened is left to the reader of packages, which says what is wrong with it.
    """
    whole = source.path if source.data is None and source.path else source.whole()
    try:
        with closing(archive.open_archive(whole, LOOSE)) as opened:
            names = [name.lower() for name in opened]
            if any(PurePosixPath(name).name == MANIFEST for name in names):
                return False
            heads = [opened.head(name) for name in opened if name.lower().endswith(DOCUMENTS)]
    except Unreadable:
        return False
    if any(sign in head.replace(b"\0", b"") for head in heads for sign in QTI_SIGNS):
        return False
    return any(name.endswith((*QUESTIONS, *DOCUMENTS)) for name in names)


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
