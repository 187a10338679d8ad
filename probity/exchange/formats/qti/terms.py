"""Responses in the terms of a QTI file and in ours, by a table kept with the question as JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from probity.exchange.formats.qti.values import PAIR, Native, NotOurs

Table = dict[str, Any]


class Unsayable(ValueError):
    """A response that the file allows and our item has no way to give."""


def from_native(table: Table, native: Mapping[str, Any], ids: list[str] | None = None) -> Any:
    """Our response for one in the file's terms; nothing given is None. Raises Unsayable."""
    return _FROM[table["form"]](table, _listed(native), ids or [])


def to_native(table: Table, response: Any, ids: list[str] | None = None) -> Native:
    """The response in the file's terms for one of ours."""
    if response is None:
        return {}
    return _TO[table["form"]](table, response, ids or [])


def responses_of(table: Table) -> list[str]:
    """The identifiers of the responses that a table reads."""
    if "response" in table:
        return [table["response"]]
    inner = table.get("children") or (table.get("gaps") or table.get("rows") or {}).values()
    return [name for part in inner for name in responses_of(part)]


def _listed(native: Mapping[str, Any]) -> Native:
    found: Native = {}
    for name, value in native.items():
        values = value if isinstance(value, list) else [value]
        found[name] = [str(entry) for entry in values if entry is not None and str(entry).strip()]
    return found


def _given(table: Table, native: Native) -> list[str]:
    return native.get(table["response"]) or []


def _id_of(ids: Mapping[str, Any], value: str) -> Any:
    found = ids.get(" ".join(value.split()))
    if found is None:
        raise Unsayable(value)
    return found


def _one(table: Table, native: Native, _: list[str]) -> Any:
    given = _given(table, native)
    if len(given) > 1:
        raise Unsayable(str(given))
    return _id_of(table["ids"], given[0]) if given else None


def _many(table: Table, native: Native, _: list[str]) -> Any:
    chosen = [_id_of(table["ids"], value) for value in dict.fromkeys(_given(table, native))]
    return chosen or None


def _order(table: Table, native: Native, ids: list[str]) -> Any:
    chosen = _many(table, native, ids)
    if chosen and len(chosen) < len(table["ids"]):
        raise Unsayable(str(chosen))
    return chosen


def _ends(table: Table, value: str) -> tuple[str, str]:
    parts = [part.strip() for part in value.split("," if table.get("comma") else None)]
    if len(parts) != PAIR:
        raise Unsayable(value)
    first, second = reversed(parts) if table.get("swap") else parts
    if table.get("loose") and first not in table["left"]:
        first, second = second, first
    return _id_of(table["left"], first), _id_of(table["right"], second)


def _pairs(table: Table, native: Native, _: list[str]) -> Any:
    found: dict[str, str] = {}
    for value in dict.fromkeys(_given(table, native)):
        left, right = _ends(table, value)
        if found.setdefault(left, right) != right:
            raise Unsayable(value)
    return found or None


def _cells(table: Table, native: Native, _: list[str]) -> Any:
    found: dict[str, list[str]] = {}
    for value in dict.fromkeys(_given(table, native)):
        row, column = _ends(table, value)
        found.setdefault(row, []).append(column)
    return found or None


def _text(table: Table, native: Native, _: list[str]) -> Any:
    given = _given(table, native)
    return given[0] if given else None


def _words(table: Table, native: Native, _: list[str]) -> Any:
    """A label of the file stands for its words; other words stand for themselves."""
    given = _given(table, native)
    return table["ids"].get(given[0], given[0]) if given else None


def _points(table: Table, native: Native, _: list[str]) -> Any:
    return [[_pixel(part) for part in value.split()] for value in _given(table, native)] or None


def _pixel(text: str) -> int:
    try:
        return round(float(text))
    except (ValueError, OverflowError) as error:
        raise Unsayable(text) from error


def _gaps(table: Table, native: Native, ids: list[str]) -> Any:
    found = {gap: from_native(inner, native, ids) for gap, inner in table["gaps"].items()}
    return {gap: value for gap, value in found.items() if value is not None} or None


def _rows(table: Table, native: Native, ids: list[str]) -> Any:
    reader = _many if table.get("many") else _one
    found = {row: reader(inner, native, ids) for row, inner in table["rows"].items()}
    return {row: value for row, value in found.items() if value is not None} or None


def _children(table: Table, native: Native, ids: list[str]) -> Any:
    names = ids or [str(place) for place in range(len(table["children"]))]
    found = {
        name: from_native(inner, native)
        for name, inner in zip(names, table["children"], strict=False)
    }
    return {name: value for name, value in found.items() if value is not None} or None


def _back(ids: Mapping[str, Any], ours: Any) -> str:
    for native, value in ids.items():
        if value == ours:
            return native
    raise NotOurs("qti_no_key")  # the declared answer is nothing that the question offers


def _pair_words(table: Table, left: str, right: str) -> str:
    ends = (_back(table["left"], left), _back(table["right"], right))
    between = "," if table.get("comma") else " "
    return between.join(reversed(ends) if table.get("swap") else ends)


def _to_pairs(table: Table, response: Any, _: list[str]) -> Native:
    return {table["response"]: [_pair_words(table, le, ri) for le, ri in response.items()]}


def _to_cells(table: Table, response: Any, _: list[str]) -> Native:
    values = [_pair_words(table, row, one) for row, many in response.items() for one in many]
    return {table["response"]: values}


def _to_many(table: Table, response: Any, _: list[str]) -> Native:
    return {table["response"]: [_back(table["ids"], ours) for ours in response]}


def _to_gaps(table: Table, response: Any, _: list[str]) -> Native:
    found: Native = {}
    for gap, value in response.items():
        found.update(to_native(table["gaps"][gap], value))
    return found


def _to_words(table: Table, response: Any, _: list[str]) -> Native:
    label = next((name for name, words in table["ids"].items() if words == response), response)
    return {table["response"]: [label]}


def _to_rows(table: Table, response: Any, _: list[str]) -> Native:
    found: Native = {}
    for row, value in response.items():
        inner = table["rows"][row]
        chosen = value if isinstance(value, list) else [value]
        found[inner["response"]] = [_back(inner["ids"], ours) for ours in chosen]
    return found


def _to_children(table: Table, response: Any, ids: list[str]) -> Native:
    found: Native = {}
    names = ids or [str(place) for place in range(len(table["children"]))]
    for name, inner in zip(names, table["children"], strict=False):
        found.update(to_native(inner, response.get(name)))
    return found


_FROM: dict[str, Callable[[Table, Native, list[str]], Any]] = {
    "cells": _cells,
    "children": _children,
    "gaps": _gaps,
    "many": _many,
    "one": _one,
    "order": _order,
    "pairs": _pairs,
    "points": _points,
    "rows": _rows,
    "text": _text,
    "truth": _one,
    "words": _words,
}
_TO: dict[str, Callable[[Table, Any, list[str]], Native]] = {
    "cells": _to_cells,
    "children": _to_children,
    "gaps": _to_gaps,
    "many": _to_many,
    "one": lambda table, ours, _: {table["response"]: [_back(table["ids"], ours)]},
    "order": _to_many,
    "pairs": _to_pairs,
    "points": lambda table, ours, _: {table["response"]: [f"{x} {y}" for x, y in ours]},
    "rows": _to_rows,
    "text": lambda table, ours, _: {table["response"]: [ours]},
    "truth": lambda table, ours, _: {table["response"]: [_back(table["ids"], ours)]},
    "words": _to_words,
}
