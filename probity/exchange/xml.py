"""Reading XML from strangers: no entities, no network, bounded depth, errors with their line."""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lxml import etree

from probity.exchange import encoding
from probity.exchange.found import Limits, Source, Unreadable

Element = Any
"""An element of lxml, which has no types."""

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_LATE = re.compile(rb"^(\s+)<\?xml[^>]*\?>")
"""A declaration below blank lines, which no parser allows."""
_ROOT = re.compile(rb"<[A-Za-z_]")
_DECLARATION = re.compile(r"^(\s*)<\?xml[^>]*\?>")
MOST_UNITS = 1_000_000
"""How large a tree may grow in memory, at about 130 bytes each: some 5,000 questions of QTI."""

_REASONS = {
    etree.ErrorTypes.ERR_ATTRIBUTE_REDEFINED: "attributes",
    etree.ErrorTypes.ERR_ATTRIBUTE_WITHOUT_VALUE: "attributes",
    etree.ErrorTypes.ERR_LT_IN_ATTRIBUTE: "attributes",
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY: "start",
    etree.ErrorTypes.ERR_DOCUMENT_END: "end",
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "entity",
    etree.ErrorTypes.ERR_INVALID_CHAR: "signs",
    etree.ErrorTypes.ERR_INVALID_ENCODING: "signs",
    etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: "tags",
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: "cut",
    etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE: "prefix",
}
_RESOURCES = 114
"""The error of libxml2 for a text or a nesting beyond its own limits; lxml has no name for it."""

_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse(data: bytes, limits: Limits | None = None) -> Element:
    """The root of a document. Raises Unreadable."""
    within = limits or Limits()
    if len(data) > within.most_bytes:
        raise Unreadable("file_too_large", most=within.most_bytes // (1024 * 1024))
    if not data.strip():
        raise Unreadable("file_empty")
    parser = etree.XMLParser(**_OPTIONS)
    text = prepared(data)[0]
    refuse_declarations(text)
    refuse_crowd(text)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(error) from error
    refuse_entities(root)
    refuse_depth(root, within.deepest)
    return root


def prepared(data: bytes) -> tuple[bytes, str]:
    """The document in UTF-8, and the encoding that it had."""
    found = declared(data)
    if found == "utf-8" and not data.startswith(b"\xef\xbb\xbf"):
        return _LATE.sub(rb"\1", data, count=1), found
    try:
        text = data.decode(found)
    except (UnicodeDecodeError, LookupError):
        text, found = encoding.decode(data)
    return _DECLARATION.sub(r"\1", text.removeprefix("\ufeff"), count=1).encode(), encoding.shown(
        found
    )


def declared(data: bytes) -> str:
    """The encoding to read a document in: its mark, its declaration if true, else its bytes."""
    for mark, name in encoding.MARKS:
        if data.startswith(mark):
            return name
    said = _DECLARED.match(data[:512])
    if said:
        name = said[1].decode().lower()
        try:
            data.decode(name)
        except (UnicodeDecodeError, LookupError):
            return encoding.detect(data)
        return "utf-8" if name in {"utf8", "utf-8", "us-ascii"} else name
    return encoding.detect(data)


def refuse_declarations(data: bytes) -> None:
    """Refuse entity declarations before anything is parsed that could grow from them."""
    root = _ROOT.search(data)
    if b"<!ENTITY" in data[: root.start() if root else len(data)]:
        raise Unreadable("xml_entities")


def refuse_crowd(text: bytes) -> None:
    """Refuse what would grow beyond memory as a tree; an attribute costs two nodes."""
    tags = text.count(b"<")
    elements = tags - text.count(b"</")
    texts = tags - text.count(b"><")
    if elements + texts + 2 * text.count(b"=") > MOST_UNITS:
        raise Unreadable("xml_crowded", most=MOST_UNITS)


def refuse_entities(root: Element) -> None:
    """Refuse a document whose DOCTYPE declares entities; a DOCTYPE alone does no harm."""
    internal = root.getroottree().docinfo.internalDTD
    if internal is not None and next(iter(internal.iterentities()), None) is not None:
        raise Unreadable("xml_entities")


def refuse_depth(root: Element, deepest: int) -> None:
    """Refuse a document that is nested deeper than any question is."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > deepest:
            raise Unreadable("xml_too_deep", most=deepest)


def name_of(element: Element) -> str:
    """The tag without its namespace."""
    return _bare(element.tag)


@lru_cache(maxsize=256)
def _bare(tag: Any) -> str:
    # a package asks this a hundred times of each question, and of few tags
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def tighten(element: Element) -> None:
    """Take out the white space that only sets child elements apart."""
    for inner in element.iter():
        if len(inner) and not (inner.text or "").strip():
            inner.text = None
        if inner is not element and not (inner.tail or "").strip():
            inner.tail = None


def children(source: Source, tag: str) -> Iterator[Element]:
    """The elements with this tag, one at a time, each forgotten after its turn.

    Raises Unreadable, at the place where reading ends: what came before stands.
    """
    head = source.head()
    if not head.strip():
        raise Unreadable("file_empty")
    refuse_declarations(head)
    events = etree.iterparse(_opened(source), events=("start", "end"), **_OPTIONS)
    depth, first = 0, True
    try:
        for event, element in events:
            if first:
                refuse_entities(element)
                first = False
            depth += 1 if event == "start" else -1
            if depth > source.limits.deepest:
                raise Unreadable("xml_too_deep", most=source.limits.deepest)
            if event == "end" and name_of(element) == tag:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _broken(error) from error


def _opened(source: Source) -> Any:
    """The document in UTF-8, from the disk where it is that already."""
    if source.path is not None and source.data is None:
        source.encoding = declared(source.head())
        if source.encoding == "utf-8" and not _LATE.match(source.head(512)):
            return str(source.path)
    data, source.encoding = prepared(source.whole())
    return io.BytesIO(data)


def _broken(error: etree.XMLSyntaxError) -> Unreadable:
    line, _ = error.position
    reason = _REASONS.get(error.code, "other")
    if error.code == _RESOURCES:
        reason = "nested" if "depth" in (error.msg or "") else "huge"
    return Unreadable("xml_broken", where=f"line {line}", reason=reason)
