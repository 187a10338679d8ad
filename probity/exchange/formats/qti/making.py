"""Elements of QTI 2.1 as they are written; version 3 is made of them by renaming."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from probity.exchange.text import to_html
from probity.exchange.xml import Element, name_of

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
MATH = "http://www.w3.org/1998/Math/MathML"
DECIMALS = 10**6
ALLOWED = frozenset({"alt", "colspan", "height", "href", "rowspan", "scope", "src", "width"})
HOLDERS = frozenset({"li", "td", "th"})
BLOCKS = frozenset({"blockquote", "hr", "ol", "p", "pre", "table", "ul"})
GAP = re.compile(r"\[\[([a-z_0-9]+)\]\]")

Address = Callable[[str], str]


def make(name: str, *inner: Any, **attributes: Any) -> Element:
    """An element of QTI with its attributes and what is in it."""
    element = etree.Element(f"{{{QTI}}}{name}", nsmap={None: QTI})
    for key, value in attributes.items():
        if value is not None:
            element.set(
                key.rstrip("_"),
                str(value).lower() if value is True or value is False else str(value),
            )
    for part in inner:
        put(element, part)
    return element


def put(element: Element, part: Any) -> None:
    """Put an element, several of them, or words at the end of an element."""
    if part is None:
        return
    if isinstance(part, str):
        if len(element):
            element[-1].tail = (element[-1].tail or "") + part
        else:
            element.text = (element.text or "") + part
    elif isinstance(part, list):
        for one in part:
            put(element, one)
    else:
        element.append(part)


def markup(text: str, address: Address, *, in_line: bool = False) -> list[Any]:
    """A text of ours as elements; formulas as MathML that carries its TeX along."""
    html = to_html(text, address, in_line=in_line, math="mathml")
    if not html.strip():
        return []
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    found: list[Any] = [root.text] if root.text else []
    for child in root:
        tail, child.tail = child.tail, None
        found.append(_as_xml(child, QTI))
        if tail:
            found.append(tail)
    return found


def _as_xml(element: Element, space: str) -> Element:
    """HTML as XML in the namespace that belongs to it."""
    name = name_of(element) or "span"
    space = MATH if name == "math" else space
    copy = etree.Element(f"{{{space}}}{name}", nsmap={None: space})
    for key, value in element.attrib.items():
        if key in ALLOWED or (space == MATH and key != "xmlns"):
            copy.set(key, value)
    copy.text = element.text
    for child in element:
        if isinstance(child.tag, str):
            twin = _as_xml(child, space)
            twin.tail = child.tail
            copy.append(twin)
    if name == "table" and not any(name_of(part) == "tbody" for part in copy):
        for part in copy:  # a table of headings alone; the schema wants a body
            part.tag = f"{{{space}}}tbody"
    return copy


def plain_number(value: Fraction | int | str | Decimal) -> str:
    """A number in digits, exactly where it ends, cut after twelve digits where it does not."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return format(Decimal(exact.numerator) / Decimal(exact.denominator), ".12f").rstrip("0")


def ends(value: Fraction) -> bool:
    """Whether a number can be written out in a few decimals."""
    return (value * DECIMALS).denominator == 1


def base(kind: str, text: Any) -> Element:
    return make("baseValue", str(text), baseType=kind)


def variable(name: str) -> Element:
    return make("variable", identifier=name)


def correct(name: str) -> Element:
    return make("correct", identifier=name)


def worth(value: Fraction) -> Element:
    """A number of points as an expression that gives it exactly."""
    if ends(value):
        return base("float", plain_number(value))
    return make("divide", base("float", value.numerator), base("float", value.denominator))


def set_to(name: str, expression: Element) -> Element:
    return make("setOutcomeValue", expression, identifier=name)


def add_to(name: str, expression: Element) -> Element:
    return set_to(name, make("sum", variable(name), expression))


def when(test: Element, *rules: Element, otherwise: Iterable[Element] = ()) -> Element:
    """If the test holds, these rules, else the others."""
    condition = make("responseCondition", make("responseIf", test, *rules))
    rest = list(otherwise)
    if rest:
        condition.append(make("responseElse", *rest))
    return condition


def declaration(
    name: str, cardinality: str, kind: str, right: Iterable[str] = (), mapping: Any = None
) -> Element:
    """A response declaration with its key and mapping."""
    values = [make("value", value) for value in right]
    return make(
        "responseDeclaration",
        make("correctResponse", values) if values else None,
        mapping,
        identifier=name,
        cardinality=cardinality,
        baseType=kind,
    )


def outcome(name: str, cardinality: str, kind: str, start: str | None = None) -> Element:
    default = make("defaultValue", make("value", start)) if start is not None else None
    return make(
        "outcomeDeclaration", default, identifier=name, cardinality=cardinality, baseType=kind
    )


class Scale:
    """Shares as mapped values: as points where they end, else as whole parts to be divided."""

    def __init__(self, shares: Iterable[Fraction], points: Fraction) -> None:
        values = list(shares)
        self.parts = 1
        self.points = points
        self.is_plain = all(ends(share * points) for share in values)
        if not self.is_plain:
            self.parts = lcm(*(share.denominator for share in values))

    def value(self, share: Fraction) -> str:
        return plain_number(share * (self.points if self.is_plain else self.parts))

    def score(self, mapped: Element) -> Element:
        """What a mapped value is in points."""
        if self.is_plain:
            return mapped
        return make(
            "divide",
            make("product", mapped, base("float", plain_number(self.points))),
            base("float", self.parts),
        )


def mapping(
    entries: dict[str, Fraction],
    points: Fraction,
    bounds: tuple[Fraction | None, Fraction | None] = (None, None),
    default: Fraction = Fraction(0),
    **flags: Any,
) -> tuple[Element, Scale]:
    """A mapping of shares, and how its values become points."""
    lower, upper = bounds
    known = [bound for bound in (lower, upper) if bound is not None]
    scale = Scale([*entries.values(), *known, default], points)
    element = make(
        "mapping",
        [
            make("mapEntry", mapKey=key, mappedValue=scale.value(share), **flags)
            for key, share in entries.items()
        ],
        lowerBound=None if lower is None else scale.value(lower),
        upperBound=None if upper is None else scale.value(upper),
        defaultValue=scale.value(default),
    )
    return element, scale


def with_gaps(parts: list[Any], gaps: dict[str, Element]) -> list[Any]:
    """Put the elements of gaps in the place of their marks."""
    found: list[Any] = []
    for part in parts:
        if isinstance(part, str):
            found.extend(_cut(part, gaps))
        else:
            _fill(part, gaps)
            found.append(part)
    return found


def in_paragraphs(parts: list[Any]) -> None:
    """Pieces to fill a gap go into running text: into a paragraph inside of lists and tables."""
    for part in parts:
        for holder in [] if isinstance(part, str) else list(part.iter()):
            if name_of(holder) in HOLDERS and any(name_of(child) == "gap" for child in holder):
                _wrap_runs(holder)


def _wrap_runs(holder: Element) -> None:
    """Put what stands between the blocks of an element into paragraphs."""
    words, children = holder.text, list(holder)
    holder.text, run = None, make("p", words or "")
    for child in children:
        holder.remove(child)
        if name_of(child) in BLOCKS:
            _close(holder, run)
            tail, child.tail = child.tail, None
            holder.append(child)
            run = make("p", tail or "")
        else:
            run.append(child)
    _close(holder, run)


def _close(holder: Element, run: Element) -> None:
    if len(run) or (run.text or "").strip():
        holder.append(run)


def _cut(text: str, gaps: dict[str, Element]) -> list[Any]:
    return [
        gaps[piece] if place % 2 else piece
        for place, piece in enumerate(GAP.split(text))
        if place % 2 == 0 or piece in gaps
    ]


def _fill(element: Element, gaps: dict[str, Element]) -> None:
    children = list(element)
    pieces: list[Any] = _cut(element.text, gaps) if element.text else []
    element.text = None
    for child in children:
        element.remove(child)
        tail, child.tail = child.tail, None
        _fill(child, gaps)
        pieces.append(child)
        if tail:
            pieces.extend(_cut(tail, gaps))
    put(element, pieces)
