"""The tree of a QTI 2 or 3 item: one set of names for both, and looking things up in it."""

import re
from collections.abc import Iterator

from lxml import etree

from probity.exchange.xml import Element, name_of

_DASH = re.compile(r"-([a-z0-9])")
QTI_NAME = re.compile(r"qti-[a-z]")
KEPT = ("data-", "aria-", "xml:")


def camel(name: str) -> str:
    """`qti-response-if` and `response-if` as `responseIf`."""
    return _DASH.sub(lambda found: found[1].upper(), name.removeprefix("qti-"))


def kebab(name: str) -> str:
    """`responseIf` as `response-if`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"-{found[1].lower()}", name)


def to_version_2(root: Element) -> None:
    """Give the elements of QTI 3 the names of QTI 2; HTML keeps its own."""
    for element in root.iter(etree.Element):
        name = name_of(element)
        if not QTI_NAME.match(name):
            continue
        space = element.tag.rpartition("}")[0]
        element.tag = f"{space}}}{camel(name)}" if space else camel(name)
        for attribute in list(element.attrib):
            if "-" in attribute and not attribute.startswith(KEPT) and "}" not in attribute:
                element.set(camel(attribute), element.attrib.pop(attribute))
    for body in [e for e in root.iter(etree.Element) if name_of(e) == "contentBody"]:
        unwrap(body)


def unwrap(element: Element) -> None:
    """Take an element away and leave what is in it in its place."""
    parent = element.getparent()
    if parent is None:
        return
    place = parent.index(element)
    add_text(parent, place, element.text)
    for offset, child in enumerate(list(element)):
        parent.insert(place + offset, child)
    drop(element)


def drop(element: Element) -> None:
    """Take an element away with all that is in it, but not the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    add_text(parent, parent.index(element), element.tail)
    element.tail = None
    parent.remove(element)


def replace(element: Element, other: Element) -> None:
    """Put another element in the place of one."""
    parent = element.getparent()
    if parent is not None:
        other.tail = element.tail
        element.tail = None
        parent.replace(element, other)


def add_text(parent: Element, place: int, text: str | None) -> None:
    """Add text before the child at this place."""
    if not text:
        return
    if place == 0:
        parent.text = (parent.text or "") + text
    else:
        before = parent[place - 1]
        before.tail = (before.tail or "") + text


def kids(element: Element, *names: str) -> list[Element]:
    """The children of these names, whatever their namespace."""
    return [child for child in element.iterchildren(etree.Element) if name_of(child) in names]


def kid(element: Element, name: str) -> Element | None:
    """The first child of this name."""
    return next((e for e in element.iterchildren(etree.Element) if name_of(e) == name), None)


def within(element: Element, *names: str) -> Iterator[Element]:
    """The descendants of these names, in the order of the file."""
    for child in element.iter(etree.Element):
        if child is not element and name_of(child) in names:
            yield child


def words(element: Element | None) -> str:
    """The text of an element and all in it, trimmed."""
    if element is None:
        return ""
    return "".join(element.itertext()).strip()


def number_of(element: Element, name: str) -> int | None:
    """An attribute as a whole number, or nothing."""
    value = (element.get(name) or "").strip()
    return int(value) if re.fullmatch(r"-?\d{1,9}", value) else None


def verbatim(element: Element) -> str:
    """The element as it stands in the file."""
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def inner(element: Element) -> str:
    """What is in an element, as markup without namespaces."""
    whole = str(etree.tostring(bare(element), encoding="unicode", with_tail=False))
    start = whole.find(">") + 1
    return "" if whole.endswith("/>") and start == len(whole) else whole[start : whole.rfind("<")]


def bare(element: Element) -> Element:
    """A copy whose tags and attributes have no namespaces, so that it reads as HTML."""
    copy = etree.Element(name_of(element) or "span")
    for attribute, value in element.attrib.items():
        if "}" not in attribute:
            copy.set(attribute, value)
        elif attribute.endswith("}lang"):
            copy.set("lang", value)
    copy.text = element.text
    for child in element.iterchildren(etree.Element):
        twin = bare(child)
        twin.tail = child.tail
        copy.append(twin)
    return copy
