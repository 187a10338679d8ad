"""Puts a credential or an assertion into a picture, as the Open Badges baking rules say.

`probity.credentials.checks.baked` takes it out again.
"""

import struct
import zlib

from probity.credentials.checks.baked import ASSERTION, CREDENTIAL, NAMESPACE, PNG

_HEADER_ENDS = len(PNG) + 4 + 4 + 13 + 4
"""A PNG opens with its signature and one chunk of 13 bytes: length, name, content, checksum."""


def into_png(picture: bytes, text: str, *, old: bool = False) -> bytes:
    """The picture with an uncompressed iTXt chunk right after its header."""
    keyword = ASSERTION if old else CREDENTIAL
    content = b"iTXt" + keyword + b"\0\0\0\0\0" + text.encode()
    length, checksum = struct.pack(">I", len(content) - 4), struct.pack(">I", zlib.crc32(content))
    return picture[:_HEADER_ENDS] + length + content + checksum + picture[_HEADER_ENDS:]


def into_svg(picture: str, text: str) -> bytes:
    """The picture with the credential as the first thing in it."""
    head, _, rest = picture.partition(">")
    safe = text.replace("]]>", "]]]]><![CDATA[>")
    element = f"<openbadges:credential><![CDATA[{safe}]]></openbadges:credential>"
    return f'{head} xmlns:openbadges="{NAMESPACE}">{element}{rest}'.encode()
