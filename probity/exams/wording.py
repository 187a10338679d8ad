"""A response in words, for people who read it rather than mark it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from probity.exams import rules
from probity.kernel.i18n import gettext as _


def words(view: Mapping[str, Any], response: Any) -> list[str]:
    """Lines of plain text; none for no answer. `view` is what the candidate saw of the item."""
    if rules.is_empty(response):
        return []
    return _READERS.get(view["kind"], _written)(view, response)


def _one(view: Mapping[str, Any], response: str) -> list[str]:
    return [_names(view["options"])[response]]


def _several(view: Mapping[str, Any], response: Sequence[str]) -> list[str]:
    names = _names(view["options"])
    return [names[option] for option in response]


def _truth(_view: Mapping[str, Any], response: bool) -> list[str]:
    return [_("True") if response else _("False")]


def _number(view: Mapping[str, Any], response: str) -> list[str]:
    return [f"{response} {view['unit']}" if view["unit"] else response]


def _pairs(view: Mapping[str, Any], response: Mapping[str, str]) -> list[str]:
    left, right = _names(view["left"]), _names(view["right"])
    return [f"{left[one]} → {right[other]}" for one, other in response.items()]


def _steps(view: Mapping[str, Any], response: Sequence[str]) -> list[str]:
    names = _names(view["steps"])
    return [f"{place}. {names[step]}" for place, step in enumerate(response, 1)]


def _gaps(view: Mapping[str, Any], response: Mapping[str, str]) -> list[str]:
    filled = []
    for place, (gap, kind) in enumerate(view["gaps"].items(), 1):
        if gap in response:
            value = response[gap]
            shown = _names(kind["choices"])[value] if kind["by"] == "choosing" else value
            filled.append(f"({place}) {shown}")
    return filled


def _pieces(view: Mapping[str, Any], response: Mapping[str, str]) -> list[str]:
    names = _names(view["choices"])
    places = {gap: place for place, gap in enumerate(view["gaps"], 1)}
    return [f"({places[gap]}) {names[choice]}" for gap, choice in response.items()]


def _crosses(view: Mapping[str, Any], response: Mapping[str, Sequence[str]]) -> list[str]:
    rows, columns = _names(view["rows"]), _names(view["columns"])
    return [
        f"{rows[row]}: {', '.join(columns[column] for column in chosen)}"
        for row, chosen in response.items()
    ]


def _areas(view: Mapping[str, Any], response: Sequence[Any]) -> list[str]:
    if view["by"] == "point":
        return [f"({x}, {y})" for x, y in response]
    names = _names(view["areas"])
    return [names[area] for area in response]


def _written(_view: Mapping[str, Any], response: Any) -> list[str]:
    return str(response).splitlines()


def _names(pieces: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {piece["id"]: piece["text"] for piece in pieces}


_READERS: Mapping[str, Callable[[Mapping[str, Any], Any], list[str]]] = {
    "single": _one,
    "multiple": _several,
    "true_false": _truth,
    "numeric": _number,
    "matching": _pairs,
    "ordering": _steps,
    "cloze": _gaps,
    "gap_match": _pieces,
    "matrix": _crosses,
    "hotspot": _areas,
}
