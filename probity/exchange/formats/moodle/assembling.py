"""Putting a question together: common fields, languages, files, and a proof that it is an item."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from pydantic import ValidationError

from probity.exchange.formats.moodle import multilang
from probity.exchange.formats.moodle.building import BETWEEN, Body, Refusal, text
from probity.exchange.found import Content, Found, Limits, MediaFile, Note
from probity.exchange.items import as_item
from probity.exchange.language import CHINESE, spread
from probity.exchange.media import MediaBag
from probity.exchange.shares import number
from probity.exchange.text import plain_to_markdown, to_markdown
from probity.exchange.wording import unfit

LONGEST_NAME, MOST_TAGS, LONGEST_TAG, MOST_HINTS = 500, 30, 80, 10
MOST_POINTS, LONGEST_EXCERPT = 10_000, 4000
BLOCK_TAG = re.compile(r"<(p|br|div|ul|ol|table|h\d|pre|li)\b", re.IGNORECASE)


@dataclass(slots=True)
class Question:
    """One question on its way from a file into an item."""

    format: str
    index: int
    where: str
    native_kind: str
    limits: Limits
    name: str = ""
    ref: str = ""
    stem: str = ""
    grade: Decimal = Decimal(1)
    feedback: dict[str, str] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    folder: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    identity: str = ""
    excerpt: str = ""
    may_be_chinese: bool = False
    notes: list[Note] = field(default_factory=list)
    bag: MediaBag = field(init=False)

    def __post_init__(self) -> None:
        """Start with no files."""
        self.bag = MediaBag(self.limits)

    def note(self, *notes: Note) -> None:
        """Say things once each."""
        self.notes.extend(note for note in notes if note not in self.notes)

    def words(self, raw: str, form: str, find: Any, *, in_line: bool = False) -> str:
        """A text in one of the forms that files name, as Markdown; two languages side by side."""
        if not raw.strip():
            return ""
        self.may_be_chinese = self.may_be_chinese or CHINESE.search(raw) is not None
        languages = multilang.split(raw) if "multilang" in raw else None
        if languages is not None:
            if languages.lost:
                self.note(Note("lost", "languages_lost", {"languages": languages.lost}))
            both = (languages.english, languages.chinese)
            made = [self.words(one, form, find, in_line=in_line) for one in both]
            return made[0] if made[0] == made[1] else BETWEEN.join(made)
        if form == "plain_text":
            return plain_to_markdown(raw, in_line=in_line)
        if form == "markdown":
            raw = _markdown().render(raw)
        elif form == "moodle_auto_format" and not BLOCK_TAG.search(raw):
            raw = "<br>".join(raw.strip().splitlines())
        words, notes = to_markdown(raw, find, in_line=in_line)
        self.note(*notes)
        return words

    def found(self, body: Body) -> Found:
        """The finished question, or its refusal if it is no item after all."""
        self.note(*body.notes)
        content = {**self._common(), **body.content}
        self._feedback(content)
        if self.may_be_chinese and spread(content):
            self.note(Note("changed", "language_chinese"))
        native = {**body.native, "max": str(self.grade)}
        found = self._start(str(content["kind"]))
        found.content, found.native = content, native
        try:
            as_item(content)
        except ValidationError as error:
            return self.refused(Refusal("content_unfit", **unfit(error)))
        return found

    def refused(self, refusal: Refusal, verbatim: str = "") -> Found:
        """The question with the reason why it is not taken in; it is kept as it was."""
        found = self._start("other")
        found.refusal = refusal.note
        found.native = {"verbatim": verbatim, **self.data} if verbatim else dict(self.data)
        return found

    def _start(self, kind: str) -> Found:
        media = list(self.bag.files.values())
        self.note(*self.bag.notes)
        return Found(
            index=self.index,
            ref=self.ref or self.name,
            where=self.where,
            native_kind=self.native_kind,
            kind=kind,
            notes=list(self.notes),
            media=media,
            folder=self.folder,
            excerpt=self.excerpt[:LONGEST_EXCERPT],
        )

    def _common(self) -> Content:
        if not self.stem:
            self.stem = plain_to_markdown(self.name)
            self.note(Note("changed", "stem_from_name"))
        if not self.stem:
            raise Refusal("no_stem")
        content: Content = {"stem": text(self.stem), "points": self._points()}
        if self.name:
            content["name"] = self.name[:LONGEST_NAME]
            if len(self.name) > LONGEST_NAME:
                self.note(Note("changed", "name_cut", {"most": LONGEST_NAME}))
        if self.tags:
            content["tags"] = self._kept_tags()
        if self.hints:
            content["hints"] = [text(hint) for hint in self.hints[:MOST_HINTS]]
            if len(self.hints) > MOST_HINTS:
                self.note(Note("lost", "hints_cut", {"most": MOST_HINTS}))
        if self.bag.files:
            content["media"] = media_entries(list(self.bag.files.values()))
        content["foreign"] = {
            "format": self.format,
            "id": self.identity,
            "max": str(self.grade),
            "data": self.data or None,
        }
        return content

    def _kept_tags(self) -> list[str]:
        tags = list(dict.fromkeys(tag[:LONGEST_TAG].strip() for tag in self.tags if tag.strip()))
        if len(tags) > MOST_TAGS:
            self.note(Note("lost", "tags_cut", {"most": MOST_TAGS}))
        return tags[:MOST_TAGS]

    def _feedback(self, content: Content) -> None:
        said = {name: text(words) for name, words in self.feedback.items() if words}
        if said:
            content["feedback"] = said

    def _points(self) -> int | str:
        if self.grade <= 0 or self.grade > MOST_POINTS:
            self.note(Note("changed", "points_changed", {"grade": str(self.grade)}))
            return 1
        rounded = round(self.grade, 4)
        if rounded != self.grade:
            self.note(Note("changed", "points_rounded", {"grade": str(self.grade)}))
        return number(rounded) or 1


def media_entries(files: Sequence[MediaFile]) -> list[Content]:
    """What an item says of its files."""
    return [
        {
            "name": file.name,
            "sha256": hashlib.sha256(file.data).hexdigest(),
            "type": file.type,
            "size": len(file.data),
        }
        for file in files
    ]


@cache
def _markdown() -> MarkdownIt:
    """The Markdown of others, HTML included: it goes through the same sieve as any HTML."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
