"""Reading the files of a batch, question by question, into what the bank keeps of each."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from probity.exchange import detect
from probity.exchange.completing import (
    Choices,
    checked,
    completed,
    content_digest,
    identity,
    likeness,
    title_of,
)
from probity.exchange.escaping import storable
from probity.exchange.formats import format_named
from probity.exchange.found import Format, Found, MediaFile, Note, Other, Source, Unreadable

log = structlog.get_logger()

MOST_OTHERS = 2000
MOST_QUESTIONS = 50_000
MOST_EXCERPT = 4000
BEGINNINGS = (b"<question ", b"<item ", b"<assessmentItem ", b"<qti-assessment-item ", b"\n  - id:")
MOST_NOTES = 60
_UNSAFE = re.compile(r"\\u0000|\\ud[89a-f]")

Load = Callable[[str], bytes]


@dataclass(slots=True)
class Candidate:
    """One question on its way into the bank; `values` are the columns of its row."""

    values: dict[str, Any]
    media: list[MediaFile] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """What a file turned out to be, and all that is said of it as a whole."""

    file: int
    facts: dict[str, Any] = field(default_factory=dict)
    others: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    is_cut: bool = False

    def keep(self, other: Other, prefix: str) -> None:
        """List what is no question; how many there are is up to the file, so not all of them."""
        if len(self.others) < MOST_OTHERS:
            where = f"{prefix}{other.where}"
            self.others.append(safe({"where": where, "what": other.what, "ref": other.ref[:300]}))
        elif not self.is_cut:
            self.is_cut = True
            self.problems.append(noted(Note("lost", "others_cut", {"most": MOST_OTHERS})))


def read_files(
    files: Sequence[Mapping[str, Any]], load: Load, folder: Path | None = None
) -> Iterator[Candidate | Told]:
    """Every question of every file in order; after each file, what it was.

    Files lie in `folder` while they are read, or where the system keeps such files.
    """
    number = 0
    for place, file in enumerate(files):
        told = Told(place)
        for candidate in _read_file(file, load, told, folder):
            if number >= MOST_QUESTIONS:
                note = Note("lost", "questions_too_many", {"most": MOST_QUESTIONS})
                told.problems.append(noted(note))
                break
            candidate.values |= {"number": number, "file": place}
            number += 1
            yield candidate
        yield told


def guess(files: Sequence[Mapping[str, Any]], load: Load) -> int:
    """About how many questions the files hold, for a bar; 0 where nobody can tell beforehand."""
    found = 0
    for file in files:
        data = load(str(file["key"]))
        if data[:4] == b"PK\x03\x04":
            return 0
        found += max(data.count(sign) for sign in BEGINNINGS) or data.count(b"\n")
    return found


def noted(note: Note) -> dict[str, Any]:
    """A note as it is kept."""
    held = {"kind": note.kind, "code": note.code, "facts": dict(note.facts), "where": note.where}
    kept: dict[str, Any] = safe(held)
    return kept


def safe(thing: Any) -> Any:
    """JSON that every database can keep."""
    text = json.dumps(thing, default=str)
    held = json.loads(text)
    return _storable(held) if _UNSAFE.search(text) else held


def _read_file(
    file: Mapping[str, Any], load: Load, told: Told, folder: Path | None
) -> Iterator[Candidate]:
    """Every question of one file, which lies on the disk meanwhile and not in memory."""
    with TemporaryDirectory(prefix="probity-import-", dir=folder) as held:
        path = Path(held) / "file"
        path.write_bytes(load(str(file["key"])))
        source = Source(str(file["name"]), path=path)
        try:
            if file.get("wanted_encoding"):
                source = detect.in_encoding(source, str(file["wanted_encoding"]))
                told.facts["encoding"] = str(file["wanted_encoding"])
            for inner in detect.files_of(source):
                prefix = "" if inner is source else f"{inner.name}: "
                yield from _read_source(inner, str(file.get("wanted_format", "")), prefix, told)
        except Unreadable as error:
            told.problems.append(noted(error.note))
        told.problems += [noted(note) for note in source.problems]


def _read_source(source: Source, wanted: str, prefix: str, told: Told) -> Iterator[Candidate]:
    form = format_named(wanted) if wanted else detect.format_of(source)
    if form is None:
        name = prefix.removesuffix(": ") or source.name
        told.problems.append(noted(Note("lost", "format_unknown", {"name": name}, name)))
        return
    told.facts.setdefault("format", form.name)
    try:
        for thing in form.read(source):
            if isinstance(thing, Other):
                told.keep(thing, prefix)
            else:
                yield _candidate(thing, form, prefix)
    except Unreadable as error:
        told.problems.append(noted(error.note))
    except Exception as error:  # what a reader did not foresee ends this file only
        log.exception("exchange.reader-failed", format=form.name)
        told.problems.append(noted(Note("lost", "reader_failed", {"error": type(error).__name__})))
    for name in ("dialect", "encoding"):
        if getattr(source, name):
            told.facts.setdefault(name, getattr(source, name))
    if prefix:
        told.problems += [noted(note) for note in source.problems]


def _candidate(found: Found, form: Format, prefix: str) -> Candidate:
    notes = [noted(note) for note in found.notes[:MOST_NOTES]]
    content = with_media(found.content, found.media) if found.content else None
    refusal = noted(found.refusal) if found.refusal else None
    if content is not None and refusal is None:
        whole = checked(completed(content, Choices(), author="–"))
        if whole.item is None:
            refusal = noted(Note("lost", "content_unfit", whole.complaint))
    if refusal is not None:
        notes.append({**refusal, "kind": "refused"})
    held = safe(content) if content is not None and refusal is None else {}
    foreign = (held.get("foreign") or {}).get("id") or held.get("id") or ""
    values = {
        "place": found.index,
        "ref": storable(found.ref)[:300],
        "where": storable(f"{prefix}{found.where}")[:200],
        "native_kind": storable(found.native_kind)[:80],
        "kind": found.kind[:20],
        "title": (title_of(held) or storable(found.ref))[:300],
        "folder": [storable(part)[:100] for part in found.folder][:10],
        "content": held,
        "notes": notes,
        "media": [],
        "excerpt": storable(found.excerpt or _fallback(found))[:MOST_EXCERPT],
        "has_changed": any(note["kind"] == "changed" for note in notes),
        "has_lost": any(note["kind"] == "lost" for note in notes),
        "identity": identity(form.name, str(foreign)),
        "digest": content_digest(held) if held else "",
        "likeness": likeness(held) if held else "",
        "is_refused": refusal is not None,
    }
    return Candidate(values, list(found.media) if held else [])


def with_media(content: dict[str, Any], media: Sequence[MediaFile]) -> dict[str, Any]:
    """The content with every file of the question listed; what the reader said of them stays."""
    if not media:
        return content
    listed = {medium["name"]: medium for medium in content.get("media", ())}
    for file in media:
        digest = hashlib.sha256(file.data).hexdigest()
        known = {"name": file.name, "sha256": digest, "type": file.type, "size": len(file.data)}
        listed[file.name] = {**listed.get(file.name, {}), **known}
    return {**content, "media": list(listed.values())}


def _fallback(found: Found) -> str:
    """Something of the source for formats that keep no words of it."""
    return json.dumps(found.native, ensure_ascii=False, indent=1, default=str)


def _storable(thing: Any) -> Any:
    if isinstance(thing, str):
        return storable(thing)
    if isinstance(thing, dict):
        return {storable(name): _storable(value) for name, value in thing.items()}
    if isinstance(thing, list):
        return [_storable(value) for value in thing]
    return thing
