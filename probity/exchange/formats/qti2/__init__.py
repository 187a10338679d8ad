"""QTI 2.0, 2.1 and 2.2: single items, tests with items, and packages written by us."""

import re
from collections.abc import Iterator, Sequence

from probity.exchange.formats.qti.base import QtiFormat, numbered, single_document
from probity.exchange.formats.qti.bundling import VERSION_2, write_package
from probity.exchange.formats.qti.reading import read_document, version_of
from probity.exchange.found import Content, Found, LoadMedia, Other, Source, Written

ROOT = re.compile(rb"<(\w+:)?assessment(Item|Test|Section|Stimulus)[\s>]")


class Qti2(QtiFormat):
    """Reads documents of version 2."""

    name = "qti-2.x"

    def sniff(self, name: str, head: bytes) -> bool:  # noqa: ARG002
        return bool(ROOT.search(head))

    def read(self, source: Source) -> Iterator[Found | Other]:
        root = single_document(source)
        source.dialect = version_of(root)
        yield from numbered(read_document(root, "", limits=source.limits))


class Qti21(Qti2):
    """The version that is written, by its own name; files are read as `qti-2.x`."""

    name = "qti-2.1"

    def sniff(self, name: str, head: bytes) -> bool:  # noqa: ARG002
        return False

    def write(self, items: Sequence[Content], load: LoadMedia) -> Written:
        return write_package(items, load, VERSION_2)


FORMATS = {"qti-2.x": Qti2(), "qti-2.1": Qti21()}
