"""Variables of QTI items: what a response may be, what is right, and what answers are worth."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from probity.exchange.formats.qti.tree import kid, kids, words
from probity.exchange.xml import Element

NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")
PAIR = 2

Native = dict[str, list[str]]
"""Responses by identifier, as the words that the format writes."""


class NotOurs(Exception):
    """A question that cannot be one of ours; the code names the reason."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Value:
    """One value, several in any order, several in order, or (empty) none."""

    items: tuple[Any, ...] = ()
    cardinality: str = "single"

    @property
    def is_null(self) -> bool:
        return not self.items

    @property
    def one(self) -> Any:
        return self.items[0]


NULL = Value()


@dataclass(frozen=True, slots=True)
class MapEntry:
    """What one answer is worth."""

    key: str
    value: Fraction
    is_case_sensitive: bool = True


@dataclass(frozen=True, slots=True)
class AreaEntry:
    """What a point within an area is worth."""

    shape: str
    coords: tuple[int, ...]
    value: Fraction


@dataclass(frozen=True, slots=True)
class Mapping:
    """What answers are worth, and between which bounds their sum stays."""

    entries: tuple[MapEntry, ...] = ()
    areas: tuple[AreaEntry, ...] = ()
    default: Fraction = Fraction(0)
    lower: Fraction | None = None
    upper: Fraction | None = None

    def clipped(self, total: Fraction) -> Fraction:
        if self.lower is not None:
            total = max(total, self.lower)
        return total if self.upper is None else min(total, self.upper)


@dataclass(slots=True)
class Declaration:
    """One declared variable."""

    identifier: str
    cardinality: str = "single"
    base: str = ""
    correct: list[str] | None = None
    default: list[str] | None = None
    mapping: Mapping | None = None
    areas: Mapping | None = None
    attributes: dict[str, str] = field(default_factory=dict)

    def value(self, native: list[str] | None) -> Value:
        """A value of this variable from its words; what has no meaning is left out."""
        parsed = tuple(
            item for item in (scalar(text, self.base) for text in native or ()) if item is not None
        )
        if self.cardinality == "single":
            parsed = parsed[:1]
        return Value(parsed, self.cardinality)


def scalar(text: str, base: str) -> Any:
    """One value from its words; text that is not of the type is nothing."""
    if base == "string":
        return text or None
    bare = " ".join(text.split())
    if base in {"integer", "float", "duration"}:
        return number(bare)
    if base == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(bare.lower())
    if base in {"pair", "point"}:
        parts = bare.replace(",", " ").split() if base == "point" else bare.split()
        if len(parts) != PAIR:
            return None
        if base == "pair":
            return " ".join(sorted(parts))
        x, y = number(parts[0]), number(parts[1])
        return None if x is None or y is None else (x, y)
    return bare or None


def number(text: str | None) -> Fraction | None:
    """A number exactly, or nothing."""
    bare = (text or "").strip()
    return Fraction(bare) if NUMBER.fullmatch(bare) else None


def read_declaration(element: Element) -> Declaration:
    """A response, outcome or template declaration. Raises NotOurs for numbers that are none."""
    declared = Declaration(
        element.get("identifier") or "",
        element.get("cardinality") or "single",
        element.get("baseType") or "",
        attributes=dict(element.attrib),
    )
    declared.correct = _values(kid(element, "correctResponse"), declared)
    declared.default = _values(kid(element, "defaultValue"), declared)
    mapping, areas = kid(element, "mapping"), kid(element, "areaMapping")
    if mapping is not None:
        declared.mapping = _mapping(mapping, declared)
    if areas is not None:
        declared.areas = _mapping(areas, declared)
    return declared


def _values(element: Element | None, declared: Declaration) -> list[str] | None:
    if element is None:
        return None
    found = [
        "".join(value.itertext()) if declared.base == "string" else words(value)
        for value in kids(element, "value")
    ]
    if declared.base == "string":
        found = [_unwrapped(text) for text in found]
    return [text for text in found if text.strip()] or None


def _unwrapped(text: str) -> str:
    """Line breaks and indents around a value come from the file's layout."""
    return text.strip()


def _mapping(element: Element, declared: Declaration) -> Mapping:
    entries = tuple(
        MapEntry(
            _key(entry.get("mapKey") or "", declared.base),
            needed(entry.get("mappedValue")),
            (entry.get("caseSensitive") or "true").lower() != "false",
        )
        for entry in kids(element, "mapEntry")
    )
    areas = tuple(
        AreaEntry(
            entry.get("shape") or "default",
            coords_of(entry.get("coords")),
            needed(entry.get("mappedValue")),
        )
        for entry in kids(element, "areaMapEntry")
    )
    lower, upper = element.get("lowerBound"), element.get("upperBound")
    return Mapping(
        entries,
        areas,
        needed(element.get("defaultValue") or "0"),
        number(lower) if lower else None,
        number(upper) if upper else None,
    )


def _key(text: str, base: str) -> str:
    if base == "string":
        return text.strip()
    parsed = scalar(text, base)
    return str(parsed) if parsed is not None else text


def needed(text: str | None) -> Fraction:
    """A number that must be there. Raises NotOurs."""
    found = number(text)
    if found is None:
        raise NotOurs("qti_number", value=(text or "")[:40])
    return found


def coords_of(text: str | None) -> tuple[int, ...]:
    """Image coordinates as whole pixels; percentages and rubbish are refused."""
    parts = [part.strip() for part in (text or "").replace(" ", ",").split(",") if part.strip()]
    found = [number(part) for part in parts]
    if any(value is None for value in found):
        raise NotOurs("qti_coords", value=(text or "")[:40])
    return tuple(round(value) for value in found if value is not None)
