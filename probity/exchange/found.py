"""What a reader finds in a foreign file: questions, other things, and what is said of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, Protocol

from probity.bank.marking import Mark

MIB = 1024 * 1024

Effect = Literal["kept", "changed", "lost"]


class Unreadable(Exception):
    """A file that cannot be read as what it claims to be; the note says why and where."""

    def __init__(self, code: str, where: str = "", **facts: Any) -> None:
        super().__init__(code)
        self.note = Note("lost", code, facts, where)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell about a question or a file; `sentences.say` puts it into words."""

    kind: Effect
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that a question shows; its text refers to it as `media:NAME`."""

    name: str
    data: bytes
    type: str


@dataclass(slots=True)
class Found:
    """One question: with content, or with the reason why it cannot be one of ours.

    `content` is an item without id, domain, author, status, use and facts; `native` is all that
    `respond` and `native_score` need besides, as plain JSON. `excerpt` is what stands in the file,
    as text, to be shown beside what became of it.
    """

    index: int
    ref: str
    where: str
    native_kind: str
    kind: str
    content: dict[str, Any] | None = None
    notes: list[Note] = field(default_factory=list)
    refusal: Note | None = None
    media: list[MediaFile] = field(default_factory=list)
    folder: tuple[str, ...] = ()
    native: dict[str, Any] = field(default_factory=dict)
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """A thing in the file that is no question: a category, a description, a test, a stimulus."""

    where: str
    what: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold before it is refused."""

    most_bytes: int = 512 * MIB
    deepest: int = 200
    most_question_bytes: int = 4 * MIB
    most_media_bytes: int = 20 * MIB
    most_questions: int = 50_000


@dataclass(slots=True)
class Source:
    """A file to read: its bytes, or the path of a file too large to hold.

    `problems`, `dialect` and `encoding` are filled in by the reader as it goes.
    """

    name: str
    data: bytes | None = None
    path: Path | None = None
    limits: Limits = field(default_factory=Limits)
    problems: list[Note] = field(default_factory=list)
    dialect: str = ""
    encoding: str = ""

    def whole(self) -> bytes:
        """The whole file; raises Unreadable when it is larger than the limit."""
        if self.size > self.limits.most_bytes:
            raise Unreadable("file_too_large", most=self.limits.most_bytes // MIB)
        if self.data is not None:
            return self.data
        return self.path.read_bytes() if self.path else b""

    def head(self, length: int = 65_536) -> bytes:
        """The first bytes, to tell the format and the encoding."""
        if self.data is not None:
            return self.data[:length]
        if self.path is None:
            return b""
        with self.path.open("rb") as file:
            return file.read(length)

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        if self.data is not None:
            return len(self.data)
        return self.path.stat().st_size if self.path else 0


@dataclass(frozen=True, slots=True)
class Written:
    """A file made of items, and per item (by its place) what the format cannot hold."""

    name: str
    data: bytes
    type: str
    notes: Mapping[int, Sequence[Note]] = field(default_factory=dict)


Content = dict[str, Any]
LoadMedia = Callable[[str], bytes]
"""Gives the bytes of a media file by its sha256; raises KeyError or FileNotFoundError."""


class Format(Protocol):
    """One file format. `read` streams; `write` takes items as their JSON content."""

    name: str

    def sniff(self, name: str, head: bytes) -> bool:
        """Tell whether a file may be of this format."""

    def read(self, source: Source) -> Iterator[Found | Other]:
        """Give every question and every other thing; raises Unreadable."""

    def respond(self, found: Found, response: Any) -> Any:
        """Turn a response in the file's own terms into one of ours."""

    def native_score(self, found: Found, mark: Mark) -> Fraction:
        """What the format would give for this mark."""

    def native_max(self, found: Found) -> Fraction:
        """What the format gives for the best response."""


class Writer(Format, Protocol):
    """A format that questions also go out in."""

    def write(self, items: Sequence[Content], load: LoadMedia) -> Written:
        """Make one file; every item that does not fit is named in the notes."""
