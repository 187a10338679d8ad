"""Areas of a picture: chosen from a list, or hit by points."""

from fractions import Fraction
from typing import Any

from probity.bank.areas import area_at, place_inside
from probity.bank.kinds.base import (
    BadResponse,
    FormData,
    Kind,
    Order,
    Response,
    View,
    id_list,
    line,
    reason,
    shown,
)
from probity.bank.kinds.choices import refuse_too_many, right_minus_wrong
from probity.bank.shapes import Hotspot
from probity.kernel.i18n import gettext as _
from probity.kernel.markup import plain_text

MOST_POINTS, FEW_POINTS, PAIR = 20, 4, 2


class HotspotKind(Kind[Hotspot]):
    def check(self, item: Hotspot, response: Response) -> Response:
        if item.by == "point":
            return _points(item, response) or None
        chosen = id_list(response, item.areas)
        refuse_too_many(len(chosen), item.choose)
        return [area.id for area in item.areas if area.id in chosen] or None

    def share(self, item: Hotspot, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        hit = _hit(item, response)
        stray = [name for name in hit if not name]
        chosen, keys = {name for name in hit if name}, _keys(item)
        if item.mapping:
            return item.mapping.share([*chosen, *stray])
        if item.credit == "all_or_nothing":
            return Fraction(chosen == keys and not stray)
        if item.credit == "per_option":
            judged = sum((area.id in chosen) is area.correct for area in item.areas)
            return Fraction(judged, len(item.areas) + len(stray))
        missed = {f"stray {place}" for place, _name in enumerate(stray)}
        return right_minus_wrong(chosen | missed, keys)

    def key(self, item: Hotspot) -> Response:
        keys = [area for area in item.areas if area.correct]
        if item.by == "area":
            return [area.id for area in keys]
        return [list(place_inside(area, item.areas) or ()) for area in keys]

    def view(self, item: Hotspot, locale: str, order: Order) -> View:  # noqa: ARG002
        """A picture to be pointed at shows none of its areas: their places would be the key."""
        areas = [
            {
                "id": area.id,
                "html": line(area.label, locale),
                "text": plain_text(shown(area.label, locale)[0]),
                "shape": area.shape,
                "coords": list(area.coords),
            }
            for area in (item.areas if item.by == "area" else ())
        ]
        return {
            "image": item.image,
            "alt": _alt(item, locale),
            "width": item.width,
            "height": item.height,
            "by": item.by,
            "areas": areas,
            "choose": item.choose,
            "fields": item.choose or FEW_POINTS,
        }

    def notes(self, item: Hotspot, response: Response, locale: str) -> dict[str, Any]:
        chosen = set(_hit(item, response or []))
        return {
            "areas": {
                area.id: {
                    "html": line(area.label, locale),
                    "chosen": area.id in chosen,
                    "correct": area.correct,
                    "shape": area.shape,
                    "coords": list(area.coords),
                    "why": reason(area.why, locale),
                }
                for area in item.areas
            },
            "why": reason(item.why, locale),
        }

    def read(self, view: View, form: FormData, name: str) -> Response:
        if view["by"] == "area":
            return form.getlist(name) or None
        across, down = form.getlist(f"{name}-x"), form.getlist(f"{name}-y")
        given = [pair for pair in zip(across, down, strict=False) if any(pair)]
        return [[_whole(number) for number in pair] for pair in given] or None


def _points(item: Hotspot, response: Response) -> list[list[int]]:
    if not isinstance(response, list):
        raise BadResponse(_("The answer to this question is a list."))
    refuse_too_many(len(response), item.choose or MOST_POINTS)
    for point in response:
        pair = isinstance(point, list) and len(point) == PAIR
        if not pair or not all(type(number) is int for number in point):
            raise BadResponse(_("A point has two whole numbers: across and down."))
        if not (0 <= point[0] <= item.width and 0 <= point[1] <= item.height):
            raise BadResponse(
                _(
                    "A point lies in the picture: across from 0 to %(width)s,"
                    " down from 0 to %(height)s.",
                    width=item.width,
                    height=item.height,
                )
            )
    return [list(point) for point in dict.fromkeys(map(tuple, response))]


def _hit(item: Hotspot, response: Response) -> list[str]:
    """The areas that were chosen; a point outside all of them gives an empty name."""
    if item.by == "area":
        return list(response)
    found = (area_at(x, y, item.areas) for x, y in response)
    return [area.id if area else "" for area in found]


def _keys(item: Hotspot) -> set[str]:
    return {area.id for area in item.areas if area.correct}


def _alt(item: Hotspot, locale: str) -> str:
    alt = next(medium.alt for medium in item.media if medium.name == item.image)
    return plain_text(shown(alt, locale)[0]) if alt else ""


def _whole(number: str) -> int | str:
    """A whole number as typed; anything else is kept, to be refused with a sentence."""
    text = number.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_POINTS else text
