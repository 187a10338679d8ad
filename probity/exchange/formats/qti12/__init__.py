"""QTI 1.2 in its dialects: Canvas, Blackboard, Respondus, WebCT, and the examples of IMS."""

import re
from collections.abc import Iterator

from probity.exchange.formats.qti.base import QtiFormat, numbered, single_document
from probity.exchange.formats.qti12.reading import is_qti12, read_qti12
from probity.exchange.found import Found, Other, Source, Unreadable
from probity.exchange.xml import name_of

ROOT = re.compile(rb"<(\w+:)?(questestinterop|objectbank)[\s>]")


class Qti12(QtiFormat):
    """Reads documents of version 1.2."""

    name = "qti-1.2"

    def sniff(self, name: str, head: bytes) -> bool:  # noqa: ARG002
        return bool(ROOT.search(head))

    def read(self, source: Source) -> Iterator[Found | Other]:
        root = single_document(source)
        if not is_qti12(root):
            raise Unreadable("qti_other_document", name=name_of(root))
        yield from numbered(read_qti12(root, "", source=source))


FORMATS = {"qti-1.2": Qti12()}
