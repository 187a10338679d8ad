"""Interactions on a picture: areas to choose, places to point at."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from probity.bank.areas import Area, place_inside
from probity.exchange.formats.qti import placeholder
from probity.exchange.formats.qti.body import english, prompt_of
from probity.exchange.formats.qti.parts import Context, Part, address_of, letter
from probity.exchange.formats.qti.proving import Space
from probity.exchange.formats.qti.terms import Table
from probity.exchange.formats.qti.tree import kids, number_of, within
from probity.exchange.formats.qti.tree import words as plain
from probity.exchange.formats.qti.values import NotOurs, coords_of
from probity.exchange.found import MediaFile
from probity.exchange.xml import Element, name_of


def hotspot(interaction: Element, context: Context) -> Part:
    """Areas to be chosen."""
    declared = context.of(interaction)
    elements = kids(interaction, "hotspotChoice")
    ids = context.ids(elements)
    areas = [
        area_of(element, ids[element.get("identifier") or ""], place)
        for place, element in enumerate(elements)
    ]
    most = number_of(interaction, "maxChoices")
    is_one = declared.cardinality == "single" or most == 1
    form = "many"
    content = {"kind": "hotspot", "by": "area", "areas": areas, **_image(interaction, context)}
    if is_one:
        content["choose"] = 1
    elif most and 1 < most < len(areas):
        content["choose"] = most
    table: Table = {"form": form, "response": declared.identifier, "ids": ids}
    space = Space([list(ids.values())], None, content.get("choose"))
    part = Part("hotspot", content, table, declared, space)
    part.prompt = prompt_of(interaction, context.words)
    return part


def area_of(element: Element, name: str, place: int) -> dict[str, Any]:
    """One area of a placeholder."""
    label = element.get("hotspotLabel") or element.get("label") or plain(element)
    return area(name, element.get("shape") or "", coords_of(element.get("coords")), label, place)


def area(name: str, shape: str, coords: Sequence[int], label: str, place: int) -> dict[str, Any]:
    """An area in our terms; a shape that is none is refused."""
    numbers = list(coords)
    if shape == "rect" and len(numbers) == 4:  # noqa: PLR2004 - two corners
        left, top, right, bottom = numbers
        numbers = [min(left, right), min(top, bottom), max(left, right), max(top, bottom)]
    if shape not in {"rect", "circle", "ellipse", "poly"}:
        raise NotOurs("qti_area", shape=shape or "?")
    return {
        "id": name,
        "shape": shape,
        "coords": numbers,
        "label": english(label.strip() or f"({place + 1})"),
    }


def _image(interaction: Element, context: Context) -> dict[str, Any]:
    """The picture of a hotspot and its size; a grey area stands in for one that is missing."""
    shown = next(iter(kids(interaction, "object", "img", "picture")), None)
    if shown is None:
        shown = next(within(interaction, "object", "img"), None)
    if shown is None:
        raise NotOurs("qti_no_picture")
    width, height = number_of(shown, "width") or 0, number_of(shown, "height") or 0
    name = context.words.name_of_file(address_of(shown))
    found = context.words.media.get(name or "")
    from_file = placeholder.size(found.data) if found else None
    width, height = width or (from_file or (0, 0))[0], height or (from_file or (0, 0))[1]
    if not width or not height:
        width, height = placeholder.reach([e.get("coords") or "" for e in interaction.iter()])
    if not found:
        found = MediaFile(
            f"missing-{width}x{height}.png", placeholder.grey(width, height), "image/png"
        )
        context.words.media[found.name] = found
        context.words.note("lost", "qti_picture_missing")
    return {"image": found.name, "width": width, "height": height}


def points(interaction: Element, context: Context) -> Part:
    """Places to be pointed at; the areas that count come from the mapping."""
    declared = context.of(interaction)
    stage = interaction.getparent()
    is_stage = stage is not None and name_of(stage) == "positionObjectStage"
    image = _image(stage if is_stage else interaction, context)
    entries = declared.areas.areas if declared.areas else ()
    found = [area(letter(n), e.shape, e.coords, "", n) for n, e in enumerate(entries)]
    if not found:
        raise NotOurs("qti_no_areas")
    most = number_of(interaction, "maxChoices")
    content = {"kind": "hotspot", "by": "point", "areas": found, **image}
    if declared.cardinality == "single":
        content["choose"] = 1
    elif most and most >= sum(entry.value > 0 for entry in entries):
        content["choose"] = most
    table: Table = {"form": "points", "response": declared.identifier}
    space = Space([[a["id"] for a in found]], None, content.get("choose"))
    part = Part("hotspot", content, table, declared, space)
    part.prompt = prompt_of(interaction, context.words)
    return part


def spots(areas: list[dict[str, Any]]) -> dict[str, list[int]]:
    """A point for each area that only this area counts for."""
    try:
        shapes = [Area.model_validate(one) for one in areas]
    except ValidationError as error:
        raise NotOurs("qti_area", shape=areas[0]["shape"]) from error
    found = {shape.id: place_inside(shape, shapes) for shape in shapes}
    if any(spot is None for spot in found.values()):
        raise NotOurs("qti_area_covered")
    return {name: list(spot) for name, spot in found.items() if spot}
