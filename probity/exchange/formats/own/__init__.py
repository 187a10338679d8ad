"""Our own question files: what a course folder holds, or several of them with media in an archive."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from probity.bank.marking import Mark
from probity.bank.shapes import dump_item, parse_item
from probity.exchange import archive, encoding
from probity.exchange.archive import Archive
from probity.exchange.formats.own.emitting import yaml_of
from probity.exchange.found import (
    MIB,
    Content,
    Format,
    Found,
    LoadMedia,
    MediaFile,
    Note,
    Other,
    Source,
    Unreadable,
    Written,
)
from probity.exchange.wording import unfit
from probity.kernel import yamlfile

VERSION = "probity/1"
MARK = "format.txt"
YAML = "application/yaml"
ZIP = "application/zip"
AT_ONCE = 200
LARGEST = 400_000
MOST_CHARACTERS = 2 * MIB
SHOWN = 1500


class Own:
    """The shape that course files have; everything an item says is in them."""

    name = "probity"

    def sniff(self, name: str, head: bytes) -> bool:  # noqa: ARG002
        if archive.is_archive(head):
            return MARK.encode() in head[:100] and VERSION.encode() in head[:200]
        return f"format: {VERSION}".encode() in head[:4096] and b"items:" in head

    def read(self, source: Source) -> Iterator[Found | Other]:
        source.dialect, source.encoding = VERSION, "utf-8"
        if not archive.is_archive(source.head(4)):
            text, source.encoding = encoding.decode(source.whole())
            yield from _read_file(text, 0, (), "", None)
            return
        opened = archive.open_archive(source.whole())
        source.problems.extend(opened.notes)
        index = 0
        for name in sorted(name for name in opened if name.endswith(".yaml")):
            text, _ = encoding.decode(opened.read(name))
            folder = tuple(name.split("/")[1:-1])
            for thing in _read_file(text, index, folder, f"{name}: ", opened):
                index += isinstance(thing, Found)
                yield thing

    def respond(self, found: Found, response: Any) -> Any:  # noqa: ARG002
        return response

    def native_score(self, found: Found, mark: Mark) -> Fraction:  # noqa: ARG002
        return mark.earned

    def native_max(self, found: Found) -> Fraction:
        return Fraction(str((found.content or {}).get("points", 1)))

    def write(self, items: Sequence[Content], load: LoadMedia) -> Written:
        """One file; an archive where items have media or lie in folders, or are very many."""
        plain = all(not item.get("media") and not item.get("folder") for item in items)
        if plain:
            text = _file_of(items)
            if len(text.encode()) <= LARGEST:
                return Written("questions.yaml", text.encode(), YAML)
        return _archive(items, load)


def _read_file(
    text: str, index: int, folder: tuple[str, ...], prefix: str, opened: Archive | None
) -> Iterator[Found | Other]:
    document = _parsed(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    data = document.data
    if not isinstance(data, dict) or data.get("format") != VERSION:
        raise Unreadable("own_version", where=prefix, version=VERSION)
    defaults = data.get("defaults") if isinstance(data.get("defaults"), dict) else {}
    items = data.get("items")
    if not isinstance(items, list):
        raise Unreadable("own_no_items", where=prefix)
    lines = text.split("\n")
    places = [document.place(("items", number)).line for number in range(len(items))]
    for number, given in enumerate(items):
        end = places[number + 1] - 1 if number + 1 < len(items) else len(lines)
        excerpt = "\n".join(lines[places[number] - 1 : end]).rstrip()[:SHOWN]
        where = f"{prefix}line {places[number]}"
        found = Found(index + number, "", where, "", "other", folder=folder, excerpt=excerpt)
        _fill(found, _completed(given, defaults or {}), opened)
        yield found


def _fill(found: Found, given: Any, opened: Archive | None) -> None:
    """Turn what stands in the file into content, in the form that the bank keeps."""
    if not isinstance(given, dict) or not isinstance(given.get("kind"), str):
        found.ref = found.where
        found.refusal = Note("lost", "own_no_kind", {}, found.where)
        return
    found.ref = str(given.get("id") or found.where)
    found.native_kind = found.kind = given["kind"]
    try:
        found.content = dump_item(parse_item(_standing(given)))
    except ValidationError as refusal:
        found.refusal = Note("lost", "content_unfit", unfit(refusal), found.where)
        return
    if "id" not in given:
        del found.content["id"]
    for medium in _media(found.content):
        _take(found, medium, opened)


def _standing(given: Content) -> Content:
    """The item with stand-ins for what a bare file need not say."""
    base = {"id": "IMP-9999999", "status": "draft", "author": "–", "domain": "Imported"}
    base |= {"competency": "", "cognitive": ""}
    whole = {**base, **given}
    if whole.get("kind") == "case" and isinstance(whole.get("items"), list):
        whole["items"] = [
            {**base, "id": f"IMP-{9_999_998 - place}", **part} if isinstance(part, dict) else part
            for place, part in enumerate(whole["items"])
        ]
    return whole


def _take(found: Found, medium: Mapping[str, Any], opened: Archive | None) -> None:
    """Take a file out of the archive; without one the bank may have it under its digest."""
    name = f"media/{medium['sha256']}"
    if opened is not None and name in opened:
        found.media.append(MediaFile(medium["name"], opened.read(name), medium["type"]))
    else:
        found.notes.append(Note("lost", "own_no_medium", {"name": medium["name"]}, found.where))


def _completed(given: Any, defaults: Content) -> Any:
    if not isinstance(given, dict):
        return given
    full = {**defaults, **given}
    if isinstance(given.get("items"), list):
        full["items"] = [_completed(child, defaults) for child in given["items"]]
    held: Content = json.loads(json.dumps(full, default=str))
    return held


def _parsed(text: str) -> yamlfile.Document:
    if len(text) > MOST_CHARACTERS:
        raise Unreadable("file_too_large", most=MOST_CHARACTERS // MIB)
    try:
        return yamlfile.parse(text)
    except yamlfile.Unreadable as error:
        where = f"line {error.place.line}"
        raise Unreadable("own_broken", where=where, yaml=error.code) from error


def _media(content: Content) -> list[Content]:
    parts = [content, *content.get("items", ())]
    return [medium for part in parts for medium in part.get("media", ())]


def _file_of(items: Sequence[Content]) -> str:
    bare = [{name: value for name, value in item.items() if name != "folder"} for item in items]
    return yaml_of({"format": VERSION, "items": bare})


def _archive(items: Sequence[Content], load: LoadMedia) -> Written:
    notes: dict[int, list[Note]] = {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(zipfile.ZipInfo(MARK), VERSION)
        shelves: dict[tuple[str, ...], list[Content]] = {}
        for item in items:
            shelves.setdefault(tuple(map(_safe, item.get("folder", ()))), []).append(item)
        for folder, held in sorted(shelves.items()):
            for number, chunk in enumerate(_chunks(held), start=1):
                path = "/".join(("questions", *folder, f"items-{number:03}.yaml"))
                target.writestr(path, _file_of(chunk))
        written: set[str] = set()
        for place, item in enumerate(items):
            for medium in _media(item):
                if medium["sha256"] in written:
                    continue
                try:
                    target.writestr(f"media/{medium['sha256']}", load(medium["sha256"]))
                    written.add(medium["sha256"])
                except (KeyError, OSError):
                    note = Note("lost", "own_no_medium", {"name": medium["name"]})
                    notes.setdefault(place, []).append(note)
    return Written("questions.zip", out.getvalue(), ZIP, notes)


def _chunks(items: Sequence[Content]) -> Iterator[list[Content]]:
    """Items in files that are quick to read: YAML is slow."""
    chunk: list[Content] = []
    length = 0
    for item in items:
        size = len(json.dumps(item, default=str))
        if chunk and (len(chunk) >= AT_ONCE or length + size > LARGEST):
            yield chunk
            chunk, length = [], 0
        chunk.append(item)
        length += size
    if chunk:
        yield chunk


def _safe(name: str) -> str:
    """A folder's name as part of a path."""
    cleaned = "".join("-" if sign in '/\\:*?"<>|' or sign < " " else sign for sign in name)
    return cleaned.strip(" .") or "-"


FORMATS: dict[str, Format] = {"probity": Own()}
