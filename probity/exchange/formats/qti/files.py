"""The files that items show: found beside them, named for the bank, judged by their bytes."""

import posixpath
import re
from collections.abc import Callable
from urllib.parse import unquote

from probity.exchange.archive import Archive
from probity.exchange.found import Limits, MediaFile, Unreadable
from probity.exchange.media import clean_svg, true_type

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST = 100
TEXT = re.compile(r"\.(x?html?|xml)$", re.IGNORECASE)

PAGE = "text/html"

Fetch = Callable[[str], MediaFile | None]


def no_files(_address: str) -> MediaFile | None:
    """A file that came alone has nothing beside it."""
    return None


class Beside:
    """The files of an archive, as one of its entries refers to them."""

    def __init__(self, archive: Archive, entry: str, limits: Limits) -> None:
        self.archive, self.limits = archive, limits
        self.folder = posixpath.dirname(entry)
        self.names: dict[str, str] = {}
        self.cleaned: set[str] = set()

    def entry_of(self, address: str) -> str | None:
        """The entry behind an address: beside the item, then from the root of the archive."""
        path = (
            unquote(address.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0])
            .strip()
            .replace("\\", "/")
        )
        for prefix in ("$IMS-CC-FILEBASE$/", "%24IMS-CC-FILEBASE%24/", "$IMS_CC_FILEBASE$/"):
            path = path.removeprefix(prefix)
        if not path or "://" in path or path.startswith(("/", "data:", "mailto:")):
            return None
        for start in (self.folder, "", "web_resources"):
            entry = posixpath.normpath(posixpath.join(start, path))
            if not entry.startswith("..") and (found := self.archive.find(entry)):
                return found
        return None

    def __call__(self, address: str) -> MediaFile | None:
        entry = self.entry_of(address)
        if entry is None or self.archive.size(entry) > self.limits.most_media_bytes:
            return None
        try:
            data = self.archive.read(entry)
        except Unreadable:
            return None
        return self._judged(entry, data)

    def _judged(self, entry: str, data: bytes) -> MediaFile | None:
        """A file by what its bytes show; drawings come without their scripts."""
        kind, ending = true_type(data)
        if kind == "image/svg+xml":
            cleaned, was_active = clean_svg(data)
            if cleaned is None:
                return None
            if was_active:
                self.cleaned.add(entry)
            data = cleaned
        if not kind and TEXT.search(entry):
            kind, ending = PAGE, "html"
        return MediaFile(self._name(entry, ending), data, kind) if kind else None

    def _name(self, entry: str, ending: str) -> str:
        """A name for the bank, different for each file of the item."""
        stem = UNSAFE.sub("-", posixpath.splitext(posixpath.basename(entry))[0]).strip(".-_")
        name = f"{(stem or 'file')[:LONGEST]}.{ending}"
        taken = {other for path, other in self.names.items() if path != entry}
        turn = 2
        while name in taken:
            name = f"{(stem or 'file')[:LONGEST]}-{turn}.{ending}"
            turn += 1
        self.names[entry] = name
        return name
