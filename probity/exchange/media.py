"""The files that go with a question: safe names, true types, no scripts in pictures."""

import base64
import binascii
import hashlib
import re
from urllib.parse import unquote, unquote_to_bytes

from lxml import etree

from probity.exchange import xml
from probity.exchange.found import Limits, MediaFile, Note, Unreadable

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
    (b"ID3", "audio/mpeg", "mp3"),
    (b"\xff\xfb", "audio/mpeg", "mp3"),
    (b"\xff\xf3", "audio/mpeg", "mp3"),
    (b"OggS", "audio/ogg", "ogg"),
    (b"fLaC", "audio/flac", "flac"),
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x1aE\xdf\xa3", "video/webm", "webm"),
)
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
DATA = re.compile(r"data:([a-zA-Z0-9/.+-]*)((?:;[^,;]*)*),", re.ASCII)
ACTIVE = frozenset(
    ["script", "foreignobject", "iframe", "embed", "object", "handler", "set", "animate", "use"]
)
LONGEST_NAME = 80
MOST_FILES = 100


class MediaBag:
    """The files of one question; each is kept once, under a name that is safe in an address."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.files: dict[str, MediaFile] = {}
        self.notes: list[Note] = []

    def add(self, name: str, data: bytes) -> str | None:
        """Keep a file and give its name; None, and a note, for what nobody should open."""
        if len(data) > self.limits.most_media_bytes:
            most = self.limits.most_media_bytes // (1024 * 1024)
            return self._refuse("media_too_large", name, most=most)
        if len(self.files) >= MOST_FILES:
            return self._refuse("media_too_many", name, most=MOST_FILES)
        kind, ending = true_type(data)
        if kind == "image/svg+xml":
            cleaned, was_active = clean_svg(data)
            if cleaned is None:
                return self._refuse("media_unreadable", name)
            if was_active:
                self.notes.append(Note("lost", "scripts_removed"))
            data = cleaned
        if not kind:
            return self._refuse("media_type", name)
        for file in self.files.values():
            if file.data == data:
                return file.name
        safe = self._free(safe_name(name, ending))
        self.files[safe] = MediaFile(safe, data, kind)
        return safe

    def add_address(self, address: str, name: str) -> str | None:
        """Keep what a `data:` address holds."""
        found = DATA.match(address)
        if not found:
            return None
        rest = address[found.end() :]
        try:
            is_text = ";base64" not in found[2].lower()
            data = unquote_to_bytes(rest) if is_text else from_base64(unquote(rest))
        except ValueError:
            return self._refuse("media_unreadable", name or "data")
        return self.add(name or hashlib.sha256(data).hexdigest()[:12], data)

    def _refuse(self, code: str, name: str, **facts: int) -> str | None:
        self.notes.append(Note("lost", code, {"name": name[:80], **facts}))
        return None

    def _free(self, name: str) -> str:
        stem, _, ending = name.rpartition(".")
        number = 2
        while name in self.files:
            name = f"{stem}-{number}.{ending}"
            number += 1
        return name


def from_base64(text: str | bytes) -> bytes:
    """Bytes out of base64, white space ignored. Raises ValueError."""
    raw = text.encode("ascii", "strict") if isinstance(text, str) else text
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def true_type(data: bytes) -> tuple[str, str]:
    """The media type that the bytes show, whatever the name says, and its ending."""
    for signature, kind, ending in SIGNATURES:
        if data.startswith(signature):
            return kind, ending
    if data[:4] == b"RIFF":
        return {b"WEBP": ("image/webp", "webp"), b"WAVE": ("audio/wav", "wav")}.get(
            data[8:12], ("", "")
        )
    if data[4:8] == b"ftyp":
        return ("audio/mp4", "m4a") if data[8:11] == b"M4A" else ("video/mp4", "mp4")
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in data[:4096]:
        return "image/svg+xml", "svg"
    return "", ""


def clean_svg(data: bytes) -> tuple[bytes | None, bool]:
    """A drawing without scripts, handlers and addresses; None where it cannot be read."""
    try:
        root = xml.parse(data)
    except Unreadable:
        return None, False
    if xml.name_of(root) != "svg":
        return None, False
    was_active = False
    for element in list(root.iter()):
        if xml.name_of(element).lower() in ACTIVE and element is not root:
            was_active = True
            if element.getparent() is not None:
                element.getparent().remove(element)
            continue
        for key in list(element.attrib):
            name = key.rpartition("}")[2].lower()
            value = element.attrib[key]
            leads_out = name in {"href", "src"} and not value.startswith(("#", "data:image/"))
            if name.startswith("on") or leads_out or "javascript:" in value.lower():
                was_active = True
                del element.attrib[key]
        if xml.name_of(element).lower() == "style" and re.search(
            r"@import|url\(", element.text or ""
        ):
            was_active = True
            element.text = ""
    return etree.tostring(root), was_active


def safe_name(name: str, ending: str) -> str:
    """A file name of letters, digits, dots and dashes, with the ending of its true type."""
    bare = unquote(name).replace("\\", "/").rsplit("/", 1)[-1]
    stem = bare.rpartition(".")[0] if "." in bare else bare
    safe = UNSAFE.sub("-", stem).strip("-._")[:LONGEST_NAME]
    if not safe:
        safe = "file-" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{safe}.{ending}"
