"""Kinds answered by arranging: matching and ordering."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from probity.bank.kinds.base import (
    BadResponse,
    FormData,
    Kind,
    Order,
    Response,
    View,
    arranged,
    id_list,
    id_map,
    line,
    one_id,
    piece,
    reason,
    share_of_pairs,
    shown,
    shuffled,
)
from probity.bank.shapes import Matching, Ordering
from probity.kernel.i18n import gettext as _
from probity.kernel.markup import plain_text

TWO = 2


class MatchingKind(Kind[Matching]):
    def check(self, item: Matching, response: Response) -> Response:
        given = id_map(response, item.left)
        for right in given.values():
            one_id(right, item.right)
        return given or None

    def share(self, item: Matching, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        return share_of_pairs(item, response)

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
                    "why": reason(left.why, locale),
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
        if item.credit == "positions":
            right = sum(given == wanted for given, wanted in zip(response, key, strict=True))
            return Fraction(right, len(key))
        if item.credit == "distance":
            return _nearness(response, key)
        wanted = set(pairwise(key))
        given = set(pairwise(response))
        return Fraction(len(wanted & given), len(wanted))

    def key(self, item: Ordering) -> Response:
        return [step.id for step in item.steps]

    def order(self, item: Ordering, rng: Random) -> dict[str, Any]:
        """Always drawn, never the right order: the file lists the steps as they should be.

        Of two steps any order is drawn, or the wrong one would give the right one away.
        """
        key = self.key(item)
        ids = list(key)
        rng.shuffle(ids)
        while ids == key and len(key) > TWO:
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
                    "why": reason(step.why, locale),
                }
                for place, step in enumerate(item.steps, 1)
            },
            "why": reason(item.why, locale),
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


def _nearness(given: Sequence[str], key: Sequence[str]) -> Fraction:
    """One less the way all steps are off their places, as a share of the longest such way."""
    places = {identity: place for place, identity in enumerate(key)}
    off = sum(abs(places[identity] - place) for place, identity in enumerate(given))
    return 1 - Fraction(off, len(key) ** 2 // 2)
