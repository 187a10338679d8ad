"""What a QTI 1.2 item shows: its materials as HTML, its places to answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from probity.exchange.formats.qti.tree import inner, kid, words
from probity.exchange.formats.qti12.conditions import Answer
from probity.exchange.xml import Element, name_of

RESPONSES = (
    "response_lid",
    "response_str",
    "response_num",
    "response_grp",
    "response_xy",
    "response_extension",
)
GAP = "\ue003"
FIELDS = frozenset({"qtimetadatafield", "qti_metadatafield"})
BARE = ("bbmd_", "qmd_")
NUMBERS = frozenset({"decimal", "integer", "scientific"})
TAG = re.compile(r"<[a-zA-Z/!][^>]*>|&[a-zA-Z#0-9]+;")


@dataclass(slots=True)
class Place:
    """One place to answer: its labels in the order of the file, and the words before them."""

    element: Element
    answer: Answer
    labels: list[tuple[str, str]] = field(default_factory=list)
    title: str = ""
    mark: str = ""

    @property
    def is_choice(self) -> bool:
        return name_of(self.element) in {"response_lid", "response_grp"} and bool(self.labels)


def material(element: Element) -> str:
    """One `material` (or anything that holds materials) as HTML."""
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    for part in element.iterchildren():
        name = name_of(part)
        if name in {"mattext", "matemtext", "mat_formattedtext"}:
            yield _words(part)
        elif name == "matimage":
            address = part.get("uri") or part.get("entityref") or ""
            yield f'<img src="{escape(address)}" alt="{escape(part.get("label") or "")}">'
        elif name in {"mataudio", "matvideo"}:
            tag = "audio" if name == "mataudio" else "video"
            yield f'<{tag} src="{escape(part.get("uri") or "")}"></{tag}>'
        elif name == "matbreak":
            yield "<br>"
        elif name in RESPONSES or name in {"response_label", "render_fib", "render_choice"}:
            continue
        elif name:
            yield from _pieces(part)


def _words(part: Element) -> str:
    """The words of a text element; HTML stands in it escaped, bare or as elements."""
    kind = (part.get("texttype") or part.get("type") or "text/plain").lower()
    if len(part):
        return inner(part)
    text = part.text or ""
    if "html" in kind or "rtf" in kind or "smart" in kind:
        return text
    if TAG.search(text) and "plain" not in kind:
        return text
    return escape(text, quote=False).replace("\n", "<br>")


def places(presentation: Element) -> list[Place]:
    """All places to answer, in the order of the file."""
    return [_place(element) for element in presentation.iter() if name_of(element) in RESPONSES]


def _place(element: Element) -> Place:
    answer = Answer(
        element.get("ident") or "",
        (element.get("rcardinality") or "Single").capitalize(),
        is_number=name_of(element) == "response_num" or _fib_kind(element) in NUMBERS,
    )
    place = Place(element, answer)
    for label in element.iter():
        if name_of(label) == "response_label":
            place.labels.append((label.get("ident") or "", material(label)))
    place.title = "".join(
        material_of
        for part in element.iterchildren()
        if name_of(part) in {"material", "material_ref"}
        for material_of in _pieces_of(part)
    )
    return place


def _pieces_of(part: Element) -> Iterator[str]:
    yield from _pieces(part)


def _fib_kind(element: Element) -> str:
    for part in element.iter():
        if name_of(part) == "render_fib":
            return (part.get("fibtype") or "").lower()
    return ""


def flow(presentation: Element) -> str:
    """All materials outside the places to answer, with a mark where each place stands."""
    return "".join(_flow(presentation))


def _flow(element: Element) -> Iterator[str]:
    for part in element.iterchildren():
        name = name_of(part)
        if name in RESPONSES:
            yield f"{GAP}{part.get('ident') or ''}{GAP}"
            yield _inside(part)
        elif name == "material":
            yield material(part)
        elif name == "flow" and (part.get("class") or "") == "RIGHT_MATCH_BLOCK":
            continue
        elif name == "flow":
            yield "".join(_flow(part))
            yield "<br>" if part.get("class") in {"Block", "Row"} else ""
        elif name and name not in {"qticomment", "itemfeedback"}:
            yield "".join(_flow(part))


def _inside(part: Element) -> str:
    """Materials between the pieces of something to be put in order belong to the question."""
    extension = kid(part, "render_extension")
    if extension is None:
        return ""
    return "".join(
        material(m)
        for m in extension.iter()
        if name_of(m) == "material"
        and not any(name_of(parent) == "response_label" for parent in m.iterancestors())
    )


def right_blocks(presentation: Element) -> list[str]:
    """The right side of a Blackboard matching question, which stands apart."""
    for block in presentation.iter():
        if name_of(block) == "flow" and block.get("class") == "RIGHT_MATCH_BLOCK":
            return [material(part) for part in block.iterchildren() if name_of(part) == "flow"]
    return []


def before(place: Place) -> str:
    """The words in the same block as a place, before it (Blackboard keeps its left side there)."""
    parent = place.element.getparent()
    html = ""
    for part in parent.iterchildren():
        if part is place.element:
            return html
        html += material(part)
    return html


class Fields:
    """The metadata of an item by its labels.

    Where an item says a thing twice, the one nearer to its end counts, as importers have it.
    """

    def __init__(self, item: Element) -> None:
        self.found: dict[str, str] = {}
        for element in item.iter():
            name = name_of(element)
            if name in FIELDS:
                label, entry = kid(element, "fieldlabel"), kid(element, "fieldentry")
                if label is not None and entry is not None and words(entry):
                    self.found[words(label).lower()] = words(entry)
            elif name.startswith(BARE) and words(element):
                self.found[name] = words(element)

    def get(self, *names: str) -> str:
        """The first of the names that is there and not empty."""
        return next((self.found[name] for name in names if name in self.found), "")
