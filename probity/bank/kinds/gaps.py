"""Kinds answered in gaps of a text: by writing or choosing in each, or with pieces on offer."""

from fractions import Fraction
from random import Random
from typing import Any

from markupsafe import Markup

from probity.bank.kinds import numbers
from probity.bank.kinds.base import (
    FormData,
    Kind,
    Order,
    Response,
    View,
    arranged,
    block,
    id_map,
    one_id,
    one_text,
    piece,
    reason,
    share_of_pairs,
    shown,
    shuffled,
)
from probity.bank.kinds.written import MOST_SHORT, best_number, best_share, whole_key, written
from probity.bank.parts import Gap, Tolerance
from probity.bank.shapes import GAP, Cloze, GapMatch
from probity.kernel.markup import plain_text

EXACTLY = Tolerance(absolute=0)


class ClozeKind(Kind[Cloze]):
    def check(self, item: Cloze, response: Response) -> Response:
        given = id_map(response, item.gaps)
        for gap in item.gaps:
            if gap.id in given:
                given[gap.id] = _checked_gap(gap, given[gap.id])
        return {name: value for name, value in given.items() if value is not None} or None

    def share(self, item: Cloze, response: Response, locale: str) -> Fraction:
        shares = [_gap_share(gap, response.get(gap.id), locale) for gap in item.gaps]
        if item.credit == "all_or_nothing":
            return Fraction(all(share == 1 for share in shares))
        weights = [Fraction(gap.weight) for gap in item.gaps]
        earned = sum(map(Fraction.__mul__, shares, weights), Fraction(0)) / sum(weights)
        return earned if item.lower is None else max(earned, Fraction(item.lower))

    def key(self, item: Cloze) -> Response:
        return {gap.id: _gap_key(gap) for gap in item.gaps}

    def order(self, item: Cloze, rng: Random) -> dict[str, Any]:
        drawn = {
            gap.id: shuffled(gap.choose, rng, shuffle=item.shuffle)
            for gap in item.gaps
            if gap.choose
        }
        return {"gaps": drawn}

    def view(self, item: Cloze, locale: str, order: Order) -> View:
        drawn = order.get("gaps") or {}
        return {
            "parts": _parts(item.text, locale),
            "gaps": {gap.id: _gap_view(gap, locale, drawn.get(gap.id)) for gap in item.gaps},
        }

    def notes(self, item: Cloze, response: Response, locale: str) -> dict[str, Any]:
        given = response or {}
        return {
            "gaps": {
                gap.id: {
                    "share": str(_gap_share(gap, given.get(gap.id), locale)),
                    "key": _gap_words(gap, locale),
                    "why": _gap_reason(gap, given.get(gap.id), locale),
                }
                for gap in item.gaps
            }
        }

    def read(self, view: View, form: FormData, name: str) -> Response:
        given = {gap: form.get(f"{name}-{gap}") for gap in view["gaps"]}
        return {gap: value for gap, value in given.items() if value} or None


class GapMatchKind(Kind[GapMatch]):
    def check(self, item: GapMatch, response: Response) -> Response:
        given = id_map(response, item.gaps)
        for choice in given.values():
            one_id(choice, item.choices)
        return given or None

    def share(self, item: GapMatch, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        return share_of_pairs(item, response)

    def key(self, item: GapMatch) -> Response:
        return {gap.id: item.pairs[gap.id] for gap in item.gaps}

    def order(self, item: GapMatch, rng: Random) -> dict[str, Any]:
        return {"choices": shuffled(item.choices, rng, shuffle=item.shuffle)}

    def view(self, item: GapMatch, locale: str, order: Order) -> View:
        choices = arranged(item.choices, order.get("choices"))
        return {
            "parts": _parts(item.text, locale),
            "gaps": [gap.id for gap in item.gaps],
            "choices": [piece(choice, locale) for choice in choices],
            "reuse": item.reuse,
        }

    def notes(self, item: GapMatch, response: Response, locale: str) -> dict[str, Any]:
        given = response or {}
        words = {one.id: plain_text(shown(one.text, locale)[0]) for one in item.choices}
        reasons = {one.id: one.why for one in item.choices}
        return {
            "gaps": {
                gap.id: {
                    "share": str(int(given.get(gap.id) == item.pairs[gap.id])),
                    "key": words[item.pairs[gap.id]],
                    "why": reason(gap.why or reasons.get(given.get(gap.id, "")), locale),
                }
                for gap in item.gaps
            }
        }

    def read(self, view: View, form: FormData, name: str) -> Response:
        given = {gap: form.get(f"{name}-{gap}") for gap in view["gaps"]}
        return {gap: value for gap, value in given.items() if value} or None


def _parts(text: dict[str, str], locale: str) -> list[dict[str, Any]]:
    """The text cut at its gaps."""
    return [
        {"gap": part} if place % 2 else {"html": Markup(part)}  # noqa: S704 - cleaned by block()
        for place, part in enumerate(GAP.split(block(text, locale)))
    ]


def _checked_gap(gap: Gap, value: Response) -> Response:
    if gap.choose:
        return one_id(value, gap.choose)
    return one_text(value, MOST_SHORT if gap.accept else numbers.MOST_CHARACTERS)


def _gap_share(gap: Gap, value: Response, locale: str) -> Fraction:
    if value is None:
        return Fraction(0)
    if gap.choose:
        return next(choice.earned for choice in gap.choose if choice.id == value)
    if gap.accept:
        return best_share(value, gap.accept, gap.normalise, wildcards=gap.wildcards)
    reading = numbers.read(value, locale=locale)
    if reading is None:
        return Fraction(0)
    return best_number(reading.value, gap.number or 0, gap.tolerance or EXACTLY, gap.also)


def _gap_key(gap: Gap) -> str:
    if gap.choose:
        return next(choice.id for choice in gap.choose if choice.correct)
    if gap.accept:
        return whole_key(gap.accept, wildcards=gap.wildcards)
    return written(gap.number or 0)


def _gap_words(gap: Gap, locale: str) -> str:
    if gap.choose:
        choice = next(choice for choice in gap.choose if choice.correct)
        return plain_text(shown(choice.text, locale)[0])
    return _gap_key(gap)


def _gap_reason(gap: Gap, value: Response, locale: str) -> Markup | None:
    """Why the word that was chosen is right or wrong, or else what is said of the gap."""
    of_choice = next((one.why for one in gap.choose or () if one.id == value), None)
    return reason(of_choice or gap.why, locale)


def _gap_view(gap: Gap, locale: str, drawn: list[str] | None) -> View:
    if gap.choose:
        choices = arranged(gap.choose, drawn)
        return {"by": "choosing", "choices": [piece(choice, locale) for choice in choices]}
    return {"by": "writing" if gap.accept else "number"}
