"""Content packages and cartridges: their manifest, and every document in them in turn."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from probity.exchange.archive import Archive, open_archive
from probity.exchange.formats.qti.effort import Effort
from probity.exchange.formats.qti.extras import is_extras, joined
from probity.exchange.formats.qti.files import Beside
from probity.exchange.formats.qti.reading import read_document, version_of
from probity.exchange.formats.qti.tree import kid, kids, within
from probity.exchange.formats.qti12.reading import is_qti12, read_qti12
from probity.exchange.found import Found, Note, Other, Source, Unreadable
from probity.exchange.xml import Element, name_of, parse, prepared

READ = (".xml", ".dat", ".qti")
ENDINGS = (".xml.qti", ".qti.xml")
LIKE_XML = b"<"


class Manifest:
    """What a package says of its files."""

    def __init__(self) -> None:
        self.metadata: dict[str, Element] = {}
        self.extras: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.titles: dict[str, str] = {}

    def add(self, root: Element, folder: str) -> None:
        """Note type and metadata of each resource, by the path of its file."""
        by_identifier: dict[str, str] = {}
        for resource in within(root, "resource"):
            href = resource.get("href") or ""
            if not href:
                first = kid(resource, "file")
                href = (first.get("href") or "") if first is not None else ""
            path = posixpath.normpath(posixpath.join(folder, unquote(href)))
            self.types[path] = resource.get("type") or ""
            by_identifier[resource.get("identifier") or ""] = path
            metadata = kid(resource, "metadata")
            if metadata is not None:
                self.metadata[path] = metadata
            for file in kids(resource, "file"):
                if is_extras(file.get("href") or ""):
                    self.extras[path] = posixpath.normpath(posixpath.join(folder, file.get("href")))
        for entry in within(root, "item"):
            path = by_identifier.get(entry.get("identifierref") or "", "")
            titles = kids(entry, "title")
            if path and titles:
                self.titles[path] = (titles[0].text or "").strip()


def read_package(source: Source) -> Iterator[Found | Other]:
    """Everything in an archive, in its own order. Raises Unreadable."""
    whole = source.path if source.data is None and source.path else source.whole()
    archive = open_archive(whole)
    try:
        yield from _read_archive(archive, source)
    finally:
        archive.close()


def _read_archive(archive: Archive, source: Source) -> Iterator[Found | Other]:
    source.problems.extend(archive.notes)
    source.encoding = "utf-8"
    manifest = _manifest(archive, source)
    index = 0
    effort = Effort(source.size)
    documents = [entry for entry in archive if _is_document(archive, entry)]
    if not documents and not archive.notes:
        source.problems.append(Note("lost", "format_unknown", {"name": source.name}, source.name))
    for entry in documents:
        for thing in _read_entry(archive, entry, manifest, source, effort):
            if isinstance(thing, Found):
                thing.index = index
                index += 1
            yield thing


def _manifest(archive: Archive, source: Source) -> Manifest:
    manifest = Manifest()
    for entry in archive:
        if posixpath.basename(entry).lower() == "imsmanifest.xml":
            try:
                manifest.add(parse(archive.read(entry), source.limits), posixpath.dirname(entry))
            except Unreadable as error:
                source.problems.append(_at(error.note, entry))
    return manifest


def _is_document(archive: Archive, entry: str) -> bool:
    lower = entry.lower()
    if lower.endswith(READ) or lower.endswith(ENDINGS):
        return True
    if "." in posixpath.basename(lower) or not archive.size(entry):
        return False
    try:
        head = archive.head(entry, 64)
    except Unreadable:
        return True  # reading it says what is wrong
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(LIKE_XML)


def _read_entry(
    archive: Archive, entry: str, manifest: Manifest, source: Source, effort: Effort
) -> Iterator[Found | Other]:
    try:
        data = archive.read(entry)
        root = parse(data, source.limits)
    except Unreadable as error:
        source.problems.append(_at(error.note, entry))
        return
    fetch = Beside(archive, entry, source.limits)
    version = version_of(root)
    if is_qti12(root):
        source.dialect = source.dialect or "qti-1.2"
        yield from read_qti12(root, entry, fetch, source, effort)
    elif version:
        source.dialect = source.dialect or version
        source.encoding = prepared(data[:65_536])[1] if len(data) < 65_536 else "utf-8"  # noqa: PLR2004 - a head is enough
        metadata = manifest.metadata.get(entry)
        extras = archive.find(manifest.extras.get(entry, ""))
        if extras is not None:
            metadata = joined(metadata, archive.read(extras))
        yield from read_document(root, entry, fetch, source.limits, metadata, effort)
    else:
        if name_of(root) == "quiz":
            source.problems.append(Note("lost", "package_foreign", {"name": entry}, entry))
        yield Other(entry, name_of(root) or "file")


def _at(note: Note, entry: str) -> Note:
    where = f"{entry}, {note.where}" if note.where and note.where != entry else entry
    return Note(note.kind, note.code, note.facts, where)
