"""Drawn figures: SVG of shapes and words only, checked, then made safe to stand inside a page."""

import re
from dataclasses import dataclass
from typing import NoReturn
from xml.etree import ElementTree as ET

from probity.kernel.yamlfile import Place, Unreadable, decode, place_of

NAME = re.compile(
    r"(?P<stem>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?P<narrow>\.narrow)?(?P<locale>\.zh-Hans)?\.svg"
)
WIDEST_WITHOUT_TWIN = 400
NARROWEST_TEXT = 9

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_ELEMENT_NAMES = "svg title desc g rect circle ellipse line path polyline polygon text tspan"
_CLASSES = frozenset({"fig", "fig-box", "fig-yes", "fig-no", "fig-arrow", "fig-text"})
_ATTRIBUTE_NAMES = (
    "viewBox role class id aria-labelledby x y x1 y1 x2 y2 cx cy r rx ry d points width height dx dy"
    " fill stroke stroke-width stroke-linecap stroke-linejoin stroke-dasharray opacity fill-opacity"
    " stroke-opacity fill-rule transform font-size font-weight font-style text-anchor"
    " dominant-baseline letter-spacing textLength"
)
_ELEMENTS, _ATTRIBUTES = frozenset(_ELEMENT_NAMES.split()), frozenset(_ATTRIBUTE_NAMES.split())
_COLOURS = frozenset({"none", "currentColor"})
_BOX = re.compile(r"-?[\d.]+[ ,]+-?[\d.]+[ ,]+(?P<width>[\d.]+)[ ,]+(?P<height>[\d.]+)\s*")


@dataclass(frozen=True, slots=True)
class Figure:
    """One drawing in one language; `body` is what stands between the tags of the svg."""

    name: str
    title: str
    description: str
    width: float
    markup: str

    @property
    def needs_twin(self) -> bool:
        return self.width > WIDEST_WITHOUT_TWIN


def read_figure(name: str, raw: bytes) -> Figure:
    """Check a file and give the figure; the first rule it breaks is raised with its place."""
    source = decode(raw)
    if "<!DOCTYPE" in source or "<!ENTITY" in source:
        _refuse(source, "<!", "A DOCTYPE or an entity is not allowed.", "Save as plain SVG.")
    try:
        root = ET.fromstring(source)  # noqa: S314 - entities are refused above
    except ET.ParseError as error:
        line, column = error.position
        message = f"The file is not well-formed: {str(error).split(':')[0]}."
        mend = "Open it in an editor that checks XML."
        raise Unreadable("A01", message, mend, Place(line, column + 1)) from error
    _check_shape(source, root)
    for element in root.iter():
        _check_element(source, element, name.partition(".")[0])
    title, description = (" ".join((root[n].text or "").split()) for n in (0, 1))
    if not title or not description:
        _refuse(source, "<title", "<title> or <desc> is empty.", "Write both, in words.")
    box = _BOX.fullmatch(root.get("viewBox", ""))
    if not box:
        _refuse(source, "<svg", "viewBox is missing.", 'Add viewBox="0 0 640 …".')
    return Figure(name, title, description, float(box["width"]), _markup(root, title))


def _check_shape(source: str, root: ET.Element) -> None:
    tags = [_local(element) for element in root]
    if _local(root) != "svg" or tags[:2] != ["title", "desc"]:
        _refuse(
            source,
            "<svg",
            "A figure begins with <title> (its alt text) and <desc> (its long description).",
            "Add both, in the language of the file, as the first two children of <svg>.",
        )


def _check_element(source: str, element: ET.Element, stem: str) -> None:
    name = _local(element)
    if name not in _ELEMENTS or (name != element.tag and not element.tag.startswith(_NAMESPACE)):
        _refuse(
            source,
            f"<{name}",
            f"<{name}> is not allowed in a figure.",
            "Draw with shapes and text only: no script, style, image, link, foreignObject.",
        )
    for key, value in element.attrib.items():
        _check_attribute(source, key, value, stem)


def _check_attribute(source: str, key: str, value: str, stem: str) -> None:
    shown = f'{key.rsplit("}", 1)[-1]}="{value}"'
    if key not in _ATTRIBUTES or (key in {"fill", "stroke"} and value not in _COLOURS):
        _refuse(
            source,
            shown,
            f"{shown} is not allowed in a figure.",
            "Use currentColor, none, or a fig- class, so that it works in light and dark.",
        )
    if key == "class" and not set(value.split()) <= _CLASSES:
        _refuse(source, shown, f"{shown} is unknown.", f"Use {', '.join(sorted(_CLASSES))}.")
    if key == "id" and not value.startswith(stem):
        mend = f'Begin it with the name of the file: "{stem}-…".'
        _refuse(source, shown, f"The id {value} may meet another one in the page.", mend)
    if key == "font-size" and not _is_legible(value):
        mend = f"Write {NARROWEST_TEXT} or more."
        _refuse(source, shown, "Text this small cannot be read on a phone.", mend)


def _is_legible(value: str) -> bool:
    return value.replace(".", "", 1).isdigit() and float(value) >= NARROWEST_TEXT


def _markup(root: ET.Element, title: str) -> str:
    """The svg without ids, so that it may stand twice in a page, named by its title."""
    for element in root.iter():
        element.tag = _local(element)
        for key in ("id", "aria-labelledby"):
            element.attrib.pop(key, None)
    root.set("role", "img")
    root.set("aria-label", title)
    root.set("focusable", "false")
    for child in list(root)[:2]:
        root.remove(child)
    return ET.tostring(root, encoding="unicode")


def _local(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _refuse(source: str, needle: str, message: str, mend: str) -> NoReturn:
    raise Unreadable("A02", message, mend, place_of(source, max(source.find(needle), 0)))
