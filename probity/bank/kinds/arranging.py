"""Kinds answered by arranging: matching, ordering, and gaps in a text."""

from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from markupsafe import Markup

from probity.bank.kinds import numbers
from probity.bank.kinds.base import (
    BadResponse,
    FormData,
    Kind,
    Order,
    Response,
    View,
    arranged,
    block,
    id_list,
    id_map,
    line,
    one_id,
    one_text,
    piece,
    shown,
    shuffled,
)
from probity.bank.kinds.written import MOST_SHORT, best_share, whole_key, written
from probity.bank.parts import NORMALISE, Gap
from probity.bank.shapes import GAP, Cloze, Matching, Ordering
from probity.kernel.i18n import gettext as _
from probity.kernel.markup import plain_text


class MatchingKind(Kind[Matching]):
    def check(self, item: Matching, response: Response) -> Response:
        given = id_map(response, item.left)
        for right in given.values():
            one_id(right, item.right)
        return given or None

    def share(self, item: Matching, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        right = sum(response.get(left) == partner for left, partner in item.pairs.items())
        if item.credit == "all_or_nothing":
            return Fraction(right == len(item.pairs))
        return Fraction(right, len(item.pairs))

    def key(self, item: Matching) -> Response:
        return dict(item.pairs)

    def order(self, item: Matching, rng: Random) -> dict[str, Any]:
        return {
            "left": shuffled(item.left, rng, shuffle=item.shuffle),
            "right": shuffled(item.right, rng, shuffle=item.shuffle),
        }

    def view(self, item: Matching, locale: str, order: Order) -> View:
        left = arranged(item.left, order.get("left"))
        right = arranged(item.right, order.get("right"))
        return {
            "left": [piece(thing, locale) for thing in left],
            "right": [piece(thing, locale) for thing in right],
            "reuse_right": item.reuse_right,
        }

    def notes(self, item: Matching, response: Response, locale: str) -> dict[str, Any]:
        given = response or {}
        names = {right.id: plain_text(shown(right.text, locale)[0]) for right in item.right}
        return {
            "pairs": {
                left.id: {
                    "right": given.get(left.id) == item.pairs[left.id],
                    "key": names[item.pairs[left.id]],
                    "why": block(left.why, locale) if left.why else None,
                }
                for left in item.left
            }
        }

    def read(self, view: View, form: FormData, name: str) -> Response:
        given = {left["id"]: form.get(f"{name}-{left['id']}") for left in view["left"]}
        return {left: right for left, right in given.items() if right} or None


class OrderingKind(Kind[Ordering]):
    def check(self, item: Ordering, response: Response) -> Response:
        ids = id_list(response, item.steps)
        if ids and len(ids) < len(item.steps):
            raise BadResponse(_("Give every step a place."))
        return ids or None

    def share(self, item: Ordering, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        key = self.key(item)
        if item.credit == "all_or_nothing":
            return Fraction(response == key)
        wanted = set(pairwise(key))
        given = set(pairwise(response))
        return Fraction(len(wanted & given), len(wanted))

    def key(self, item: Ordering) -> Response:
        return [step.id for step in item.steps]

    def order(self, item: Ordering, rng: Random) -> dict[str, Any]:
        """Always drawn, never the right order: the file lists the steps as they should be."""
        key = self.key(item)
        ids = list(key)
        while ids == key:
            rng.shuffle(ids)
        return {"steps": ids}

    def view(self, item: Ordering, locale: str, order: Order) -> View:
        steps = order.get("steps") or self.order(item, Random(item.id))["steps"]  # noqa: S311
        return {"steps": [piece(step, locale) for step in arranged(item.steps, steps)]}

    def notes(self, item: Ordering, response: Response, locale: str) -> dict[str, Any]:
        key = self.key(item)
        return {
            "steps": {
                step.id: {
                    "right": bool(response) and response.index(step.id) == key.index(step.id),
                    "place": place,
                    "html": line(step.text, locale),
                    "why": block(step.why, locale) if step.why else None,
                }
                for place, step in enumerate(item.steps, 1)
            },
            "why": block(item.why, locale),
        }

    def read(self, view: View, form: FormData, name: str) -> Response:
        """With scripts the rows' own order, without them the numbers chosen beside the rows."""
        ids = [step["id"] for step in view["steps"]]
        chosen = {identity: form.get(f"{name}-position-{identity}") for identity in ids}
        if all(place is None for place in chosen.values()):
            return form.getlist(name) or None
        if not any(chosen.values()):
            return None
        if set(chosen.values()) != {str(number) for number in range(1, len(ids) + 1)}:
            raise BadResponse(_("Give every step a place of its own, from 1 to the last."))
        return sorted(ids, key=lambda identity: int(str(chosen[identity])))


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
        return sum(shares, Fraction(0)) / len(shares)

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
        parts = GAP.split(block(item.text, locale))
        drawn = order.get("gaps") or {}
        return {
            "parts": [
                {"gap": part} if place % 2 else {"html": Markup(part)}  # noqa: S704 - cleaned by block()
                for place, part in enumerate(parts)
            ],
            "gaps": {gap.id: _gap_view(gap, locale, drawn.get(gap.id)) for gap in item.gaps},
        }

    def notes(self, item: Cloze, response: Response, locale: str) -> dict[str, Any]:
        given = response or {}
        return {
            "gaps": {
                gap.id: {
                    "share": str(_gap_share(gap, given.get(gap.id), locale)),
                    "key": _gap_words(gap, locale),
                    "why": block(gap.why, locale),
                }
                for gap in item.gaps
            }
        }

    def read(self, view: View, form: FormData, name: str) -> Response:
        given = {gap: form.get(f"{name}-{gap}") for gap in view["gaps"]}
        return {gap: value for gap, value in given.items() if value} or None


def _checked_gap(gap: Gap, value: Response) -> Response:
    if gap.choose:
        return one_id(value, gap.choose)
    return one_text(value, MOST_SHORT if gap.accept else numbers.MOST_CHARACTERS)


def _gap_share(gap: Gap, value: Response, locale: str) -> Fraction:
    if value is None:
        return Fraction(0)
    if gap.choose:
        return Fraction(value == _gap_key(gap))
    if gap.accept:
        return best_share(value, gap.accept, NORMALISE)
    reading = numbers.read(value, locale=locale)
    return Fraction(reading is not None and reading.value == Fraction(gap.number or 0))


def _gap_key(gap: Gap) -> str:
    if gap.choose:
        return next(choice.id for choice in gap.choose if choice.correct)
    if gap.accept:
        return whole_key(gap.accept)
    return written(gap.number or 0)


def _gap_words(gap: Gap, locale: str) -> str:
    if gap.choose:
        choice = next(choice for choice in gap.choose if choice.correct)
        return plain_text(shown(choice.text, locale)[0])
    return _gap_key(gap)


def _gap_view(gap: Gap, locale: str, drawn: list[str] | None) -> View:
    if gap.choose:
        choices = arranged(gap.choose, drawn)
        return {"by": "choosing", "choices": [piece(choice, locale) for choice in choices]}
    return {"by": "writing" if gap.accept else "number"}
