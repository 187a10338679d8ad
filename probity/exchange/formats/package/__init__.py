"""Content packages and cartridges: archives of QTI documents of any version, with their files."""

import re
from collections.abc import Iterator

from probity.exchange.archive import is_archive
from probity.exchange.formats.package.reading import read_package
from probity.exchange.formats.qti.base import QtiFormat
from probity.exchange.found import Found, Other, Source

OFFICE = (b"[Content_Types].xml", b"xl/", b"word/", b"ppt/", b"mimetypeapplication/")

DOCUMENTS = (b".xml", b".dat", b".qti")
LOOSE = (b".gift", b".txt", b".csv", b".xlsx", b".yaml", b".yml", b".json", b".md", b".mbz")
ENTRY = re.compile(rb"PK\x03\x04.{26}([\x20-\xff]{3,200}?\.[A-Za-z0-9]{2,5})", re.DOTALL)


class Package(QtiFormat):
    """Reads archives; the documents in them say of which version they are."""

    name = "cartridge"

    def sniff(self, name: str, head: bytes) -> bool:
        if not is_archive(head) or any(sign in head for sign in OFFICE):
            return False
        if name.lower().endswith(".imscc") or b"imsmanifest.xml" in head:
            return True
        names = [found[1].lower() for found in ENTRY.finditer(head)]
        if any(entry.endswith(DOCUMENTS) for entry in names):
            return True
        return not any(entry.endswith(LOOSE) for entry in names)

    def read(self, source: Source) -> Iterator[Found | Other]:
        yield from read_package(source)


FORMATS = {"cartridge": Package()}
