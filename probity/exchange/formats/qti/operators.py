"""The expressions of response processing that can be run exactly."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor, prod
from typing import Any

from probity.exchange.formats.qti.shapes import is_inside
from probity.exchange.formats.qti.values import (
    NULL,
    Declaration,
    NotOurs,
    Value,
    coords_of,
    number,
    scalar,
)

Operator = Callable[[Sequence[Value], Mapping[str, str], "Scope"], Value]
TRUE, FALSE = Value((True,)), Value((False,))
MOST_FIGURES = 15


class Poisoned(NotOurs):
    """An expression whose value cannot be told."""

    def __init__(self, what: str) -> None:
        super().__init__("qti_processing", what=what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Poison:
    """An outcome that was set to something that cannot be told, and what that was."""

    what: str


@dataclass(slots=True)
class Scope:
    """The variables at one moment of the processing."""

    responses: Mapping[str, Declaration]
    outcomes: Mapping[str, Declaration]
    given: dict[str, Value]
    results: dict[str, Any]

    def value(self, name: str) -> Value:
        found = self.given.get(name, self.results.get(name))
        if isinstance(found, Poison):
            raise Poisoned(found.what)
        if found is None:
            raise Poisoned(name)
        value: Value = found
        return value

    def declared(self, name: str) -> Declaration:
        found = self.responses.get(name) or self.outcomes.get(name)
        if found is None:
            raise Poisoned(name)
        return found


def truth(holds: Any) -> Value:
    return TRUE if holds else FALSE


def _base_value(_: Sequence[Value], at: Mapping[str, str], __: Scope) -> Value:
    base = at.get("baseType") or "string"
    text = at.get("text") or ""
    found = scalar(text.strip() if base == "string" else text, base)
    return NULL if found is None else Value((found,))


def _variable(_: Sequence[Value], at: Mapping[str, str], scope: Scope) -> Value:
    return scope.value(at.get("identifier") or "")


def _correct(_: Sequence[Value], at: Mapping[str, str], scope: Scope) -> Value:
    declared = scope.declared(at.get("identifier") or "")
    return declared.value(declared.correct)


def _default(_: Sequence[Value], at: Mapping[str, str], scope: Scope) -> Value:
    declared = scope.declared(at.get("identifier") or "")
    return declared.value(declared.default)


def _map_response(_: Sequence[Value], at: Mapping[str, str], scope: Scope) -> Value:
    name = at.get("identifier") or ""
    mapping, given = scope.declared(name).mapping, scope.value(name)
    if mapping is None:
        raise Poisoned(name)
    total = Fraction(0)
    for item in dict.fromkeys(given.items):
        word = str(item) if not isinstance(item, bool) else str(item).lower()
        worth = mapping.default
        for entry in mapping.entries:
            if _is_key(word, entry.key, is_case_sensitive=entry.is_case_sensitive):
                worth = entry.value
                break
        total += worth
    return Value((mapping.clipped(total),))


def _is_key(word: str, key: str, *, is_case_sensitive: bool) -> bool:
    return word == key if is_case_sensitive else word.casefold() == key.casefold()


def _map_point(_: Sequence[Value], at: Mapping[str, str], scope: Scope) -> Value:
    name = at.get("identifier") or ""
    areas, given = scope.declared(name).areas, scope.value(name)
    if areas is None:
        raise Poisoned(name)
    total, hit = Fraction(0), set()
    for point in given.items:
        found = [i for i, e in enumerate(areas.areas) if is_inside(e.shape, e.coords, point)]
        total += Fraction(0) if found else areas.default
        hit.update(found[:1])
    total += sum((areas.areas[place].value for place in hit), Fraction(0))
    return Value((areas.clipped(total),))


def _match(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
    first, second = _two(inner)
    if first.is_null or second.is_null:
        return NULL
    if "ordered" in {first.cardinality, second.cardinality}:
        return truth(first.items == second.items)
    return truth(sorted(map(repr, first.items)) == sorted(map(repr, second.items)))


def _equal(inner: Sequence[Value], at: Mapping[str, str], _: Scope) -> Value:
    if any(value.is_null for value in inner):
        return NULL
    x, y = _numbers(inner)
    mode = at.get("toleranceMode") or "exact"
    if mode == "exact":
        return truth(x == y)
    around = [number(part) for part in (at.get("tolerance") or "").split()]
    if not around or any(part is None for part in around):
        raise Poisoned("tolerance")
    below, above = around[0] or Fraction(0), around[-1] or Fraction(0)
    if mode == "relative":
        below, above = abs(x) * below / 100, abs(x) * above / 100
    low = y >= x - below if _flag(at, "includeLowerBound") else y > x - below
    high = y <= x + above if _flag(at, "includeUpperBound") else y < x + above
    return truth(low and high)


def _flag(at: Mapping[str, str], name: str) -> bool:
    return (at.get(name) or "true").lower() != "false"


def _equal_rounded(inner: Sequence[Value], at: Mapping[str, str], _: Scope) -> Value:
    if any(value.is_null for value in inner):
        return NULL
    x, y = _numbers(inner)
    figures = number(at.get("figures"))
    if figures is None or figures.denominator != 1 or not 0 <= figures <= MOST_FIGURES:
        raise Poisoned("figures")
    mode = at.get("roundingMode") or "significantFigures"
    return truth(rounded(x, mode, int(figures)) == rounded(y, mode, int(figures)))


def rounded(value: Fraction, mode: str, figures: int) -> Fraction:
    """A number to so many decimals or significant figures; halves go up."""
    if value == 0:
        return value
    places = figures
    if mode == "significantFigures":
        exact = Decimal(abs(value).numerator) / Decimal(abs(value).denominator)
        places = figures - 1 - exact.adjusted()
    scale = Fraction(10) ** places
    return floor(value * scale + Fraction(1, 2)) / scale


def _string_match(inner: Sequence[Value], at: Mapping[str, str], _: Scope) -> Value:
    first, second = _two(inner)
    if first.is_null or second.is_null:
        return NULL
    one, two = str(first.one), str(second.one)
    if not _flag(at, "caseSensitive"):
        one, two = one.casefold(), two.casefold()
    part = (at.get("substring") or "false").lower() == "true"
    return truth(two in one if part else one == two)


def _substring(inner: Sequence[Value], at: Mapping[str, str], _: Scope) -> Value:
    first, second = _two(inner)
    if first.is_null or second.is_null:
        return NULL
    one, two = str(first.one), str(second.one)
    if not _flag(at, "caseSensitive"):
        one, two = one.casefold(), two.casefold()
    return truth(one in two)


def _pattern(inner: Sequence[Value], at: Mapping[str, str], _: Scope) -> Value:
    pattern = at.get("pattern") or ""
    if not inner or re.escape(pattern).replace("\\ ", " ") != pattern:
        raise Poisoned("patternMatch")
    return NULL if inner[0].is_null else truth(inner[0].one == pattern)


def _and(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
    if any(not value.is_null and value.one is False for value in inner):
        return FALSE
    return NULL if any(value.is_null for value in inner) else TRUE


def _or(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
    if any(not value.is_null and value.one is True for value in inner):
        return TRUE
    return NULL if any(value.is_null for value in inner) else FALSE


def _any_n(inner: Sequence[Value], at: Mapping[str, str], _: Scope) -> Value:
    least, most = number(at.get("min")), number(at.get("max"))
    if least is None or most is None or any(value.is_null for value in inner):
        raise Poisoned("anyN")
    return truth(least <= sum(value.one is True for value in inner) <= most)


def _not(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
    (value,) = inner
    return NULL if value.is_null else truth(value.one is not True)


def _reckon(way: Callable[[list[Fraction]], Fraction | None]) -> Operator:
    def operator(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
        if any(value.is_null for value in inner):
            return NULL
        result = way(_numbers(inner))
        return NULL if result is None else Value((result,))

    return operator


def _compare(way: Callable[[Fraction, Fraction], bool]) -> Operator:
    def operator(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
        if any(value.is_null for value in inner):
            return NULL
        x, y = _numbers(inner)
        return truth(way(x, y))

    return operator


def _numbers(inner: Sequence[Value]) -> list[Fraction]:
    found = [item for value in inner for item in value.items]
    if not all(isinstance(item, Fraction) for item in found):
        raise Poisoned("number")
    return found


def _two(inner: Sequence[Value]) -> tuple[Value, Value]:
    if len(inner) != 2:  # noqa: PLR2004 - two sides to compare
        raise Poisoned("two")
    return inner[0], inner[1]


def _container(kind: str) -> Operator:
    def operator(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
        return Value(tuple(item for value in inner for item in value.items), kind)

    return operator


def _member(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
    one, several = _two(inner)
    return NULL if one.is_null or several.is_null else truth(one.one in several.items)


def _contains(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
    several, part = _two(inner)
    if several.is_null or part.is_null:
        return NULL
    if several.cardinality == "ordered":
        raise Poisoned("contains")
    left = list(several.items)
    for item in part.items:
        if item not in left:
            return FALSE
        left.remove(item)
    return TRUE


def _delete(inner: Sequence[Value], _: Mapping[str, str], __: Scope) -> Value:
    one, several = _two(inner)
    if one.is_null or several.is_null:
        return NULL
    return Value(tuple(i for i in several.items if i != one.one), several.cardinality)


def _index(inner: Sequence[Value], at: Mapping[str, str], _: Scope) -> Value:
    place = number(at.get("n"))
    if place is None or not inner:
        raise Poisoned("index")
    return Value(inner[0].items[int(place) - 1 : int(place)]) if place >= 1 else NULL


def _inside(inner: Sequence[Value], at: Mapping[str, str], _: Scope) -> Value:
    (value,) = inner
    if value.is_null:
        return NULL
    coords = coords_of(at.get("coords"))
    return truth(any(is_inside(at.get("shape") or "", coords, p) for p in value.items))


def _divide(values: list[Fraction]) -> Fraction | None:
    return values[0] / values[1] if values[1] else None


OPERATORS: dict[str, Operator] = {
    "and": _and,
    "anyN": _any_n,
    "baseValue": _base_value,
    "containerSize": lambda inner, _, __: Value((Fraction(len(inner[0].items)),)),
    "contains": _contains,
    "correct": _correct,
    "default": _default,
    "delete": _delete,
    "divide": _reckon(_divide),
    "equal": _equal,
    "equalRounded": _equal_rounded,
    "gt": _compare(lambda x, y: x > y),
    "gte": _compare(lambda x, y: x >= y),
    "index": _index,
    "inside": _inside,
    "integerToFloat": lambda inner, _, __: inner[0],
    "isNull": lambda inner, _, __: truth(inner[0].is_null),
    "lt": _compare(lambda x, y: x < y),
    "lte": _compare(lambda x, y: x <= y),
    "mapResponse": _map_response,
    "mapResponsePoint": _map_point,
    "match": _match,
    "max": _reckon(max),
    "member": _member,
    "min": _reckon(min),
    "multiple": _container("multiple"),
    "not": _not,
    "null": lambda _, __, ___: NULL,
    "or": _or,
    "ordered": _container("ordered"),
    "patternMatch": _pattern,
    "product": _reckon(lambda values: Fraction(prod(values))),
    "round": _reckon(lambda values: Fraction(floor(values[0] + Fraction(1, 2)))),
    "stringMatch": _string_match,
    "substring": _substring,
    "subtract": _reckon(lambda values: values[0] - values[1]),
    "sum": _reckon(lambda values: sum(values, Fraction(0))),
    "truncate": _reckon(lambda values: Fraction(int(values[0]))),
    "variable": _variable,
}
