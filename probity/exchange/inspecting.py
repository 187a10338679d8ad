"""What an import would make of a file, and what responses in the file's own terms earn."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from probity.bank import marking
from probity.bank.marking import BadResponse, MarkedByPeople
from probity.bank.shapes import AnyItem
from probity.exchange import detect
from probity.exchange.found import Format, Found, Note, Other, Source, Unreadable
from probity.exchange.items import as_item
from probity.exchange.reading import with_media
from probity.exchange.sentences import say
from probity.exchange.wording import unfit
from probity.kernel.markup import plain_text

PIECES = ("options", "steps", "choices", "right", "columns", "areas")
FURTHER = ("left", "rows")
GAP_SHOWN = "_____"


@dataclass(slots=True)
class Inspected:
    """All that one file holds, with the format that read each question."""

    name: str
    format: str = ""
    dialect: str = ""
    encoding: str = ""
    found: list[tuple[Format, Found]] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class NoScore(ValueError):
    """A response that cannot be marked; the sentence says why."""


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves, and those in folders, in the order of their names."""
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                for name in sorted(names):
                    if not name.startswith("."):
                        yield Path(folder) / name
        else:
            yield path


def inspect(path: Path, *, keep_media: bool = True) -> Inspected:
    """Read a file, or every file in an archive of loose ones."""
    seen = Inspected(str(path))
    source = Source(path.name, path=path)
    try:
        for inner in detect.files_of(source):
            _read(inner, seen, keep_media=keep_media)
    except Unreadable as error:
        seen.warnings.append(_placed(error.note))
    seen.warnings.extend(_placed(note) for note in source.problems)
    return seen


def _read(source: Source, seen: Inspected, *, keep_media: bool) -> None:
    format_ = detect.format_of(source)
    if format_ is None:
        if source.path is None:  # one of several in an archive
            unknown = Note("lost", "format_unknown", {"name": source.name}, source.name)
            seen.warnings.append(_placed(unknown))
        return
    try:
        for thing in format_.read(source):
            if isinstance(thing, Other):
                seen.others.append(thing)
                continue
            thing.index = len(seen.found)
            settle(thing)
            if not keep_media:
                thing.media = []
            seen.found.append((format_, thing))
    except Unreadable as error:
        seen.warnings.append(_placed(error.note))
    seen.format = seen.format or format_.name
    seen.dialect = seen.dialect or source.dialect
    seen.encoding = seen.encoding or source.encoding


def settle(found: Found) -> None:
    """List the files in the content; what is then no whole item is refused, as an import would."""
    if found.content is None or found.refusal is not None:
        return
    found.content = with_media(found.content, found.media)
    try:
        as_item(found.content)
    except ValidationError as refusal:
        found.refusal = Note("lost", "content_unfit", unfit(refusal))


def _placed(note: Note) -> str:
    return f"{note.where}: {say(note)}" if note.where else say(note)


def as_json(seen: Inspected) -> dict[str, Any]:
    """One file as the command line prints it."""
    items, rejected = [], []
    for format_, found in seen.found:
        if found.refusal is not None or found.content is None:
            why = say(found.refusal) if found.refusal else ""
            rejected.append(
                {"index": found.index, "ref": found.ref, "where": found.where,
                 "native_kind": found.native_kind, "why": why}
            )  # fmt: skip
        else:
            items.append(_item(format_, found, found.content))
    return {
        "file": seen.name,
        "format": seen.format or None,
        "dialect": seen.dialect,
        "encoding": seen.encoding,
        "items": items,
        "rejected": rejected,
        "others": [{"where": one.where, "what": one.what, "ref": one.ref} for one in seen.others],
        "warnings": seen.warnings,
    }


def _item(format_: Format, found: Found, content: dict[str, Any]) -> dict[str, Any]:
    item = as_item(content)
    return {
        "index": found.index,
        "ref": found.ref,
        "where": found.where,
        "kind": found.kind,
        "native_kind": found.native_kind,
        "title": content.get("name") or found.ref,
        "stem_text": _stem(content),
        "options": _pieces(content, PIECES),
        **{name: _pieces(content, (name,)) for name in FURTHER if content.get(name)},
        **({"gaps": _gaps(content)} if content.get("gaps") else {}),
        "correct": _key(item),
        "max_score": float(format_.native_max(found)),
        "scorable": marking.is_scorable(item),
        "folder": list(found.folder),
        "tags": content.get("tags", []),
        "media": [medium["name"] for medium in content.get("media", [])],
        "warnings": [say(note) for note in found.notes],
    }


def _stem(content: dict[str, Any]) -> str:
    texts = [content.get(name, {}).get("en", "") for name in ("title", "stem", "text")]
    words = " ".join(" ".join(plain_text(part) for part in text.split("\n\n")) for text in texts)
    for gap in content.get("gaps", []):
        words = words.replace(f"[[{gap['id']}]]", GAP_SHOWN)
    return " ".join(words.split())


def _pieces(content: dict[str, Any], names: Sequence[str]) -> list[dict[str, str]]:
    pieces: list[dict[str, Any]] = next((content[name] for name in names if content.get(name)), [])
    return [
        {"id": piece["id"], "text": plain_text((piece.get("text") or piece["label"])["en"])}
        for piece in pieces
    ]


def _gaps(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": gap["id"], "options": _pieces(gap, ("choose",))} for gap in content["gaps"]
    ]  # fmt: skip


def _key(item: AnyItem) -> Any:
    """A response that earns everything, if there is one."""
    try:
        key = marking.key_response(item)
        return key if marking.mark(item, key).share == 1 else None
    except (MarkedByPeople, BadResponse):
        return None


@lru_cache(maxsize=16)
def _seen(path: Path) -> Inspected:
    return inspect(path, keep_media=False)


def native_score(path: Path, index: Any, response: Any) -> tuple[Fraction, Fraction]:
    """What a response in the file's own terms earns, and the most there is. Raises NoScore."""
    found = _seen(path).found
    if not isinstance(index, int) or not 0 <= index < len(found):
        raise NoScore(f"there is no question {index}")
    format_, question = found[index]
    if question.refusal is not None or question.content is None:
        raise NoScore(say(question.refusal) if question.refusal else "not imported")
    try:
        ours = format_.respond(question, response)
        mark = marking.mark(as_item(question.content), ours)
    except MarkedByPeople as error:
        raise NoScore("this question is marked by people") from error
    except BadResponse as error:
        raise NoScore(error.sentence) from error
    except (ValueError, KeyError, TypeError) as error:
        raise NoScore(str(error)) from error
    return format_.native_score(question, mark), format_.native_max(question)
