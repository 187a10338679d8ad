"""QTI 3.0: single items, tests with items, and packages written by us."""

import re
from collections.abc import Iterator, Sequence

from probity.exchange.formats.qti.base import QtiFormat, numbered, single_document
from probity.exchange.formats.qti.bundling import VERSION_3, write_package
from probity.exchange.formats.qti.reading import read_document, version_of
from probity.exchange.found import Content, Found, LoadMedia, Other, Source, Written

ROOT = re.compile(rb"<(\w+:)?qti-assessment-(item|test|section|stimulus)[\s>]")


class Qti3(QtiFormat):
    """Reads documents of version 3; writes a package of version 3.0."""

    name = "qti-3.0"

    def sniff(self, name: str, head: bytes) -> bool:  # noqa: ARG002
        return bool(ROOT.search(head))

    def read(self, source: Source) -> Iterator[Found | Other]:
        root = single_document(source)
        source.dialect = version_of(root)
        yield from numbered(read_document(root, "", limits=source.limits))

    def write(self, items: Sequence[Content], load: LoadMedia) -> Written:
        return write_package(items, load, VERSION_3)


FORMATS = {"qti-3.0": Qti3()}
