"""Files that authors add to an item: what they are by their own bytes, and how large pictures are. Pure."""

import re
import struct
from dataclasses import dataclass

MIB = 1024 * 1024
MOST_BYTES = 5 * MIB
NAME = re.compile(r"[^\w.\-]+")
HEADS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
}
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
           "audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/mp4": ".m4a"}  # fmt: skip
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is; pictures have a size."""

    type: str
    width: int = 0
    height: int = 0


def recognised(data: bytes) -> Found | None:
    """Tell a picture or a sound by its first bytes; nothing else may be added to an item."""
    kind = next((kind for head, kind in HEADS.items() if data.startswith(head)), None)
    if data[:4] == b"RIFF":
        kind = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12])
    elif data[4:8] == b"ftyp":
        kind = "audio/mp4" if data[8:11] == b"M4A" else None
    if kind is None:
        return None
    try:
        return Found(kind, *_size(kind, data))
    except (struct.error, IndexError):
        return Found(kind)


def safe_name(name: str, kind: str, taken: set[str]) -> str:
    """A name that texts can refer to, different from those already there."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = NAME.sub("-", last.rpartition(".")[0] or last).strip("-._")[:60] or "file"
    ending, number = ENDINGS[kind], 2
    chosen = f"{stem}{ending}"
    while chosen in taken:
        chosen, number = f"{stem}-{number}{ending}", number + 1
    return chosen


def _size(kind: str, data: bytes) -> tuple[int, int]:
    if kind == "image/png":
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if kind == "image/gif":
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return _jpeg_size(data) if kind == "image/jpeg" else (0, 0)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(data):
        marker, length = data[place + 1], struct.unpack(">H", data[place + 2 : place + 4])[0]
        if marker in FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return 0, 0
