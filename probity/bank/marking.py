"""Answering items: check a response, mark it, show the item, explain the result. Pure."""

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

from markupsafe import Markup

from probity.bank.kinds.arranging import MatchingKind, OrderingKind
from probity.bank.kinds.base import (
    BadResponse,
    FormData,
    Kind,
    Mark,
    MarkedByPeople,
    Order,
    Response,
    View,
    block,
    id_map,
    line,
    shown,
)
from probity.bank.kinds.choices import MultipleKind, SingleKind, TrueFalseKind
from probity.bank.kinds.gaps import ClozeKind, GapMatchKind
from probity.bank.kinds.pictures import HotspotKind
from probity.bank.kinds.tables import MatrixKind
from probity.bank.kinds.written import NumericKind, OpenKind, ShortTextKind
from probity.bank.media import Address, media_of, place
from probity.bank.quantities import in_words, plain
from probity.bank.shapes import AnyItem, Case
from probity.kernel.i18n import gettext as _
from probity.kernel.markup import block_html, plain_text

__all__ = [
    "BadResponse",
    "FormData",
    "Mark",
    "MarkedByPeople",
    "Response",
    "View",
    "candidate_view",
    "check_response",
    "feedback",
    "is_scorable",
    "key_response",
    "mark",
    "presentation_order",
    "response_from_form",
]

KINDS: dict[str, Kind[Any]] = {
    "single": SingleKind(),
    "multiple": MultipleKind(),
    "true_false": TrueFalseKind(),
    "numeric": NumericKind(),
    "short_text": ShortTextKind(),
    "matching": MatchingKind(),
    "ordering": OrderingKind(),
    "cloze": ClozeKind(),
    "gap_match": GapMatchKind(),
    "matrix": MatrixKind(),
    "hotspot": HotspotKind(),
    "essay": OpenKind(),
    "upload": OpenKind(),
}
BY_PEOPLE = frozenset({"essay", "upload"})


def is_scorable(item: AnyItem) -> bool:
    """Tell whether the machine can mark the item whole; only such items enter an exam."""
    if isinstance(item, Case):
        return all(is_scorable(child) for child in item.items)
    return item.kind not in BY_PEOPLE


def check_response(item: AnyItem, response: Response) -> Response:
    """Bring a response into its normal form; `None` and what is blank clear it.

    Raises BadResponse when the form is wrong; whether it is right plays no part.
    """
    if response is None:
        return None
    if isinstance(item, Case):
        given = id_map(response, item.items)
        checked = {
            child.id: check_response(child, given[child.id])
            for child in item.items
            if child.id in given
        }
        return {name: value for name, value in checked.items() if value is not None} or None
    return KINDS[item.kind].check(item, response)


def mark(item: AnyItem, response: Response, locale: str = "en") -> Mark:
    """Mark a response exactly. Raises BadResponse or MarkedByPeople."""
    given = check_response(item, response)
    if isinstance(item, Case):
        marks = [mark(child, (given or {}).get(child.id), locale) for child in item.items]
        earned = sum((part.earned for part in marks), Fraction(0))
        return Mark(earned, sum((part.possible for part in marks), Fraction(0)))
    if not is_scorable(item):
        raise MarkedByPeople(f"{item.id} is marked by people")
    possible = Fraction(item.points)
    if given is None:
        return Mark(Fraction(0), possible)
    return Mark(KINDS[item.kind].share(item, given, locale) * possible, possible)


def key_response(item: AnyItem) -> Response:
    """Give a response that earns full marks. Raises MarkedByPeople."""
    if isinstance(item, Case):
        return {child.id: key_response(child) for child in item.items}
    return KINDS[item.kind].key(item)


def presentation_order(item: AnyItem, rng: Random) -> dict[str, Any]:
    """Draw the order in which one paper shows options, sides, steps and choices (JSON-safe)."""
    if isinstance(item, Case):
        return {"items": {child.id: presentation_order(child, rng) for child in item.items}}
    return KINDS[item.kind].order(item, rng)


def candidate_view(
    item: AnyItem,
    locale: str,
    order: Order | None = None,
    *,
    address: Address | None = None,
    whole: AnyItem | None = None,
) -> View:
    """Build what a browser may see of an item: nothing that tells or hints at the key.

    `address` gives the address of a picture or a sound; `whole` is the case set of a part.
    """
    return _with_media(item, _view(item, locale, order or {}), locale, address, whole)


def _with_media(
    item: AnyItem, shown: View, locale: str, address: Address | None, whole: AnyItem | None
) -> View:
    """Put pictures and sounds in; each part of a case set looks among its own first."""
    parts = shown.get("items") if isinstance(item, Case) else None
    rest = {name: value for name, value in shown.items() if parts is None or name != "items"}
    known = media_of(item, *([whole] if whole else []))
    placed: View = place(rest, known, address, locale)
    if not isinstance(item, Case) or parts is None:
        return placed
    children = {child.id: child for child in item.items}

    def of_part(name: str, part: View) -> View:
        return _with_media(children[name], part, locale, address, item)

    if isinstance(parts, dict):
        return {**placed, "items": {name: of_part(name, part) for name, part in parts.items()}}
    return {**placed, "items": [of_part(part["id"], part) for part in parts]}


def _view(item: AnyItem, locale: str, drawn: Mapping[str, Any]) -> View:
    if isinstance(item, Case):
        return _case_view(item, locale, drawn.get("items") or {})
    common = {
        "kind": item.kind,
        "points": plain(item.points),
        "figure": item.figure,
        **_stem(item.stem, locale),
    }
    return {**common, **KINDS[item.kind].view(item, locale, drawn)}


def feedback(
    item: AnyItem,
    response: Response,
    locale: str,
    *,
    address: Address | None = None,
    whole: AnyItem | None = None,
) -> dict[str, Any]:
    """Explain a response for practice and review: mark, reasons, law. Holds the key."""
    return _with_media(item, _feedback(item, response, locale), locale, address, whole)


def hints(item: AnyItem, locale: str, *, address: Address | None = None) -> list[Markup]:
    """What helps in practice, one after another; those of a case set's questions say which.

    Never part of what a candidate sees in an exam.
    """
    said = [block(text, locale) for text in item.hints]
    for number, child in enumerate(item.items if isinstance(item, Case) else (), start=1):
        of_child = _("Question %(number)s", number=number)
        words = [block(text, locale) for text in child.hints]
        said += [Markup("<p><strong>{}</strong></p>{}").format(of_child, one) for one in words]
    placed: list[Markup] = place(said, media_of(item), address, locale)
    return placed


def _feedback(item: AnyItem, response: Response, locale: str) -> dict[str, Any]:
    given = check_response(item, response)
    verdict = _verdict(item, given, locale)
    common = {
        **verdict,
        "law": _law(item),
        "sources": [line(text, locale) for text in item.sources],
        "remarks": _remarks(item, verdict["state"], locale),
    }
    if isinstance(item, Case):
        parts = {
            child.id: _feedback(child, (given or {}).get(child.id), locale) for child in item.items
        }
        return {**common, "items": parts}
    return {**common, **KINDS[item.kind].notes(item, given, locale)}


def _remarks(item: AnyItem, state: str, locale: str) -> list[Markup]:
    """What the author says to everybody, and to those whose answer ended like this."""
    if item.feedback is None:
        return []
    said = item.feedback
    fitting = {"right": said.right, "partial": said.partial or said.wrong}
    texts = (fitting.get(state, said.wrong if state in {"wrong", "empty"} else None), said.general)
    return [block(text, locale) for text in texts if text]


def response_from_form(view: View, form: FormData, prefix: str) -> Response:
    """Read a response out of a plain form drawn from this view. May raise BadResponse."""
    if view["kind"] == "case":
        given = {
            child["id"]: response_from_form(child, form, f"{prefix}-{child['id']}")
            for child in view["items"]
        }
        return {name: value for name, value in given.items() if value is not None} or None
    return KINDS[view["kind"]].read(view, form, prefix)


def _case_view(item: Case, locale: str, orders: Mapping[str, Any]) -> View:
    return {
        "kind": item.kind,
        "points": plain(sum(child.points for child in item.items)),
        "figure": item.figure,
        "stem_html": line(item.title, locale),
        "stem_is_line": True,
        "material": [
            {
                "id": document.id,
                "title": plain_text(shown(document.title, locale)[0]),
                "html": block(document.text, locale),
            }
            for document in item.material
        ],
        "items": [
            {"id": child.id, **_view(child, locale, orders.get(child.id) or {})}
            for child in item.items
        ],
    }


def _stem(stem: Mapping[str, str], locale: str) -> dict[str, Any]:
    """The stem as one line where it is one paragraph, so that it can be a legend."""
    plain = block_html(shown(stem, locale)[0])
    is_line = plain.count("<p>") == 1 and plain.startswith("<p>") and plain.endswith("</p>")
    html = line(stem, locale) if is_line else block(stem, locale)
    return {"stem_html": html, "stem_is_line": is_line}


def _verdict(item: AnyItem, given: Response, locale: str) -> dict[str, Any]:
    if not is_scorable(item):
        return {"state": "kept", "earned": None, "possible": None}
    result = mark(item, given, locale)
    state = "empty" if given is None else result.state
    return {
        "state": state,
        "earned": str(result.earned),
        "possible": str(result.possible),
        "earned_words": in_words(result.earned),
        "possible_words": in_words(result.possible),
    }


def _law(item: AnyItem) -> list[dict[str, Any]]:
    return [
        {
            "instrument": basis.instrument,
            "article": basis.article,
            "effective_from": basis.effective_from.isoformat(),
            "checked_on": basis.checked_on.isoformat(),
            "confidence": basis.confidence,
        }
        for basis in item.legal_basis
    ]
