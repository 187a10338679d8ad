"""Sizes of pictures, and a grey picture for one that did not come along."""

import struct
import zlib
from collections.abc import Iterable

SMALLEST, LARGEST = 1, 4000
GREY = b"\xcc"
PNG = b"\x89PNG\r\n\x1a\n"


def size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG, read from its head alone."""
    if data.startswith(PNG) and len(data) >= 24:  # noqa: PLR2004 - where the size ends
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:  # noqa: PLR2004 - as above
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    return _jpeg(data) if data.startswith(b"\xff\xd8") else None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:  # noqa: PLR2004 - each part begins so
        kind, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:  # noqa: PLR2004 - a frame
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return int(width), int(height)
        place += 2 + max(2, length)
    return None


def reach(coords: Iterable[str]) -> tuple[int, int]:
    """How large a picture must be to hold these areas."""
    numbers = [
        int(float(part))
        for text in coords
        for part in text.split(",")
        if part.strip().replace(".", "", 1).isdigit()
    ]
    largest = min(LARGEST, max([SMALLEST, *numbers]) + 20)
    return largest, largest


def grey(width: int, height: int) -> bytes:
    """A grey PNG of this size."""
    width, height = (min(LARGEST, max(SMALLEST, side)) for side in (width, height))
    rows = (b"\x00" + GREY * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
