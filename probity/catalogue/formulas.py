"""Formulas between dollar signs as MathML: made on the server, understood whole or refused."""

from xml.etree import ElementTree as ET

from latex2mathml.converter import convert

LONGEST = 400

_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENT_NAMES = (
    "math mrow mi mn mo mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover"
    " mtable mtr mtd mstyle mpadded"
)
_ATTRIBUTE_NAMES = (
    "accent accentunder columnalign columnspacing display displaystyle fence form linethickness"
    " lspace mathvariant maxsize minsize movablelimits rowspacing rspace scriptlevel separator"
    " stretchy symmetric width height depth"
)
_ELEMENTS, _ATTRIBUTES = frozenset(_ELEMENT_NAMES.split()), frozenset(_ATTRIBUTE_NAMES.split())
_PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "mroot": 2, "mover": 2, "munder": 2, "msubsup": 3}
_PARTS["munderover"] = _PARTS["msubsup"]


class NotUnderstood(Exception):
    """The formula cannot be turned into MathML without guessing."""


def to_mathml(formula: str, *, block: bool = False) -> str:
    """MathML with listed elements and attributes only; safe to be put into a page as it is."""
    if len(formula) > LONGEST:
        raise NotUnderstood(f"it has more than {LONGEST} signs")
    try:
        made = convert(formula, display="block" if block else "inline")
        root = ET.fromstring(made)  # noqa: S314 - made by the converter, holds no entities
    except Exception as error:  # the converter raises bare errors of many kinds
        raise NotUnderstood(_reason(error)) from error
    for element in root.iter():
        _check(element)
    ET.register_namespace("", _NAMESPACE.strip("{}"))
    return ET.tostring(root, encoding="unicode")


def _check(element: ET.Element) -> None:
    name = element.tag.removeprefix(_NAMESPACE)
    if name not in _ELEMENTS:
        raise NotUnderstood(f"it makes <{name}>")
    for attribute in list(element.attrib):
        if attribute not in _ATTRIBUTES:
            raise NotUnderstood(f"it sets {attribute}")
    if len(element) != _PARTS.get(name, len(element)):
        raise NotUnderstood("a brace or an argument is missing")
    if "\\" in (element.text or ""):
        raise NotUnderstood(f"{element.text} is not a known command")


def _reason(error: Exception) -> str:
    words = type(error).__name__
    spaced = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in words)
    return spaced.strip().removesuffix(" error")
