"""Takes the credential out of a badge: a PNG or SVG as the Open Badges baking rules describe it.

The picture itself states nothing; only what lies inside is checked. Pure.
"""

import struct
import zlib
from collections.abc import Iterator

from lxml import etree

from probity.credentials.checks.contents import Problem

PNG = b"\x89PNG\r\n\x1a\n"
CREDENTIAL, ASSERTION = b"openbadgecredential", b"openbadges"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
OLD_CONTEXT = "https://w3id.org/openbadges/v2"
_OLD_NAMESPACE = "http://openbadges.org"
_MARKUP = b"<?xml", b"<svg", b"<!--", b"<!DOCTYPE"
_MOST_CHUNKS = 5000
_OPTIONS = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}


class BadBadge(ValueError):
    """A badge out of which nothing can be taken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def is_picture(data: bytes) -> bool:
    """Tell whether this could be a badge."""
    return data.startswith(PNG) or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_MARKUP)


def take_out(data: bytes) -> bytes | None:
    """The credential inside as it was put there; None if the picture is no badge.

    Raises BadBadge.
    """
    texts, old = _of_png(data) if data.startswith(PNG) else _of_svg(data)
    if len(texts) > 1:
        raise BadBadge(Problem.BADGE_SEVERAL)
    if texts:
        if not texts[0].lstrip().startswith(b"{"):  # a token; ours are never that
            raise BadBadge(Problem.BADGE_FOREIGN)
        return texts[0]
    if old:
        raise BadBadge(Problem.BADGE_OLD)
    return None


def _of_png(data: bytes) -> tuple[list[bytes], bool]:
    """The credentials in a PNG, and whether there is an assertion of the older standard."""
    found, old = [], False
    for kind, content, whole in _chunks(data):
        keyword, _, rest = content.partition(b"\0")
        if kind == b"iTXt" and keyword == CREDENTIAL:
            _language, _, words = rest[2:].partition(b"\0")
            _translated, sign, text = words.partition(b"\0")
            if not whole or not sign or rest[:1] != b"\0":
                raise BadBadge(Problem.BADGE_BROKEN)
            found.append(text)
        old = old or (kind in {b"iTXt", b"tEXt"} and keyword == ASSERTION)
    return found, old


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Name and content of each chunk, and whether it is as it was written."""
    place = len(PNG)
    for _ in range(_MOST_CHUNKS):
        head = data[place : place + 8]
        if len(head) < 8:  # noqa: PLR2004 (four bytes of length, four of name)
            return
        (length,) = struct.unpack(">I", head[:4])
        content = data[place + 8 : place + 8 + length]
        checksum = data[place + 8 + length : place + 12 + length]
        yield head[4:], content, checksum == struct.pack(">I", zlib.crc32(head[4:] + content))
        place += 12 + length


def _of_svg(data: bytes) -> tuple[list[bytes], bool]:
    if b"<!ENTITY" in data:
        raise BadBadge(Problem.BADGE_BROKEN)
    try:
        root = etree.fromstring(data, etree.XMLParser(**_OPTIONS))
    except (etree.XMLSyntaxError, ValueError):
        return [], False
    places = list(root.iter(f"{{{NAMESPACE}}}credential"))
    texts = [(place.get("verify") or "".join(place.itertext())).encode() for place in places]
    return texts, next(root.iter(f"{{{_OLD_NAMESPACE}}}assertion"), None) is not None
