"""What an item must hold before exams may use it, beyond the shape of its kind. Pure."""

from collections.abc import Mapping
from typing import Any

from probity.bank.shapes import AnyItem, Case, dump_item, shortcomings

EXPLAINED_BY_RUBRIC = frozenset({"essay", "upload"})


def lacking(item: AnyItem) -> list[str]:
    """Codes of what a use in exams still lacks; a case set lacks what one of its parts lacks.

    `rationale`: nothing says why the key is right; `basis`: neither law nor another source;
    `competency`, `cognitive`: not classified.
    """
    parts = list(item.items) if isinstance(item, Case) else [item]
    found = []
    if not all(_is_explained(part) for part in parts):
        found.append("rationale")
    if not all(_is_founded(part) or _is_founded(item) for part in parts):
        found.append("basis")
    places = ("competency", "cognitive")
    return found + [
        name for name in places if not all(getattr(part, name) for part in (item, *parts))
    ]


def missing(item: AnyItem) -> list[str]:
    """Codes of what the house standard asks of an item before it is reviewed."""
    return sorted({problem.code for problem in shortcomings(item)})


def _is_explained(item: Any) -> bool:
    if item.kind in EXPLAINED_BY_RUBRIC:
        return bool(item.rubric or item.model_answer)
    return _has_reason(dump_item(item))


def _has_reason(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(
            (key.startswith("why") and bool(inner)) or _has_reason(inner)
            for key, inner in value.items()
        )
    return isinstance(value, list) and any(_has_reason(inner) for inner in value)


def _is_founded(item: Any) -> bool:
    return bool(item.legal_basis or item.sources)
