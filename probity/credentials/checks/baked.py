"""Takes the credential out of a badge: a PNG or SVG as the Open Badges baking rules describe it.

The picture itself states nothing; only what lies inside is checked. The reading program loads this
file by its path (see reading.py), so it imports nothing of ours, and what parses drawings only when
one is read: everybody else wants no more than the names. Nothing compressed is ever unpacked.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n"
CREDENTIAL, ASSERTION = b"openbadgecredential", b"openbadges"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
OLD_CONTEXT = "https://w3id.org/openbadges/v2"
_OLD_NAMESPACE = "http://openbadges.org"
_MARKUP = b"<?xml", b"<svg", b"<!--", b"<!DOCTYPE"
_TEXTS = frozenset({b"iTXt", b"tEXt", b"zTXt"})
MOST_CHUNKS = 5000
MOST_ELEMENTS = 20_000
DEEPEST = 100


class BadBadge(ValueError):
    """A badge out of which nothing can be taken; `problem` is one of `contents.Problem`."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def is_picture(data: bytes) -> bool:
    """Tell whether this could be a badge."""
    return data.startswith(PNG) or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_MARKUP)


def read(data: bytes) -> dict[str, Any]:
    """The members of `contents.Contents`, or only the `problem` that kept them from being read."""
    try:
        inside = take_out(data)
    except BadBadge as error:
        return {"problem": error.problem}
    if inside is None:
        return {"problem": "picture"}
    return {"credential": inside, "receipt": None, "claims": [], "fields": {}, "text": ""}


def take_out(data: bytes) -> str | None:
    """The credential inside as it was put there; None if the picture is no badge.

    Raises BadBadge.
    """
    texts, old = _of_png(data) if data.startswith(PNG) else _of_svg(data)
    if len(texts) > 1:
        raise BadBadge("badge-several")
    if texts:
        if not texts[0].lstrip().startswith("{"):  # a token; ours are never that
            raise BadBadge("badge-foreign")
        return texts[0]
    if old:
        raise BadBadge("badge-old")
    return None


def _of_png(data: bytes) -> tuple[list[str], bool]:
    """The credentials in a PNG, and whether there is an assertion of the older standard."""
    found, old = [], False
    for kind, content, whole in _chunks(data):
        keyword, _, rest = content.partition(b"\0")
        if kind in _TEXTS and keyword == CREDENTIAL:
            found.append(_text(kind, rest, whole=whole))
        old = old or (kind in _TEXTS and keyword == ASSERTION)
    return found, old


def _text(kind: bytes, rest: bytes, *, whole: bool) -> str:
    """The words of a text chunk behind its keyword. What is packed may be a bomb: it stays so."""
    if kind == b"zTXt" or (kind == b"iTXt" and rest[:1] == b"\1"):
        raise BadBadge("badge-packed")
    _language, _, words = rest[2:].partition(b"\0")
    _translated, sign, text = words.partition(b"\0")
    if kind != b"iTXt" or not whole or not sign or rest[:1] != b"\0":
        raise BadBadge("badge-broken")
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise BadBadge("badge-broken") from error


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Name and content of each chunk, and whether it is as it was written."""
    place = len(PNG)
    for _ in range(MOST_CHUNKS):
        head = data[place : place + 8]
        if len(head) < 8:  # noqa: PLR2004 (four bytes of length, four of name)
            return
        (length,) = struct.unpack(">I", head[:4])
        content = data[place + 8 : place + 8 + length]
        checksum = data[place + 8 + length : place + 12 + length]
        yield head[4:], content, checksum == struct.pack(">I", zlib.crc32(head[4:] + content))
        place += 12 + length
    raise BadBadge("badge-complex")


class _Drawing:
    """Follows a drawing from its start, keeps the credentials in it and nothing else."""

    def __init__(self) -> None:
        self.texts: list[list[str]] = []
        self.old = False
        self._open: list[list[str] | None] = []
        self._elements = 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if len(self._open) >= DEEPEST:
            raise BadBadge("badge-deep")
        if self._elements > MOST_ELEMENTS:
            raise BadBadge("badge-complex")
        self.old = self.old or name == f"{_OLD_NAMESPACE} assertion"
        told: list[str] | None = None
        if name == f"{NAMESPACE} credential":
            verify = attributes.get("verify", "")
            told = [] if not verify else None
            self.texts.append([verify] if told is None else told)
        self._open.append(told)

    def end(self, _name: str) -> None:
        self._open.pop()

    def say(self, words: str) -> None:
        for told in self._open:
            if told is not None:
                told.append(words)

    @staticmethod
    def refuse(*_declared: object) -> None:
        """An entity can grow a thousandfold or fetch a file: no badge needs one."""
        raise BadBadge("badge-entities")


def _of_svg(data: bytes) -> tuple[list[str], bool]:
    from xml.parsers import expat  # noqa: PLC0415 (only the reader of strangers' files needs it)

    drawing, parser = _Drawing(), expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = drawing.begin, drawing.end
    parser.CharacterDataHandler = drawing.say
    parser.EntityDeclHandler = parser.SkippedEntityHandler = drawing.refuse
    try:
        parser.Parse(data.lstrip(b" \t\r\n"), True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, BadBadge):
            raise
        raise BadBadge("badge-malformed") from error
    return ["".join(told) for told in drawing.texts], drawing.old
