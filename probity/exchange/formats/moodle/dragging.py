"""Moodle's types with numbered gaps in a text, and with markers on a picture."""

import re
from dataclasses import dataclass
from typing import Any

from probity.exchange.formats.moodle import clozes
from probity.exchange.formats.moodle.building import MOST_OPTIONS, Body, Refusal, identities, text
from probity.exchange.formats.moodle.fields import Fields, raw_of
from probity.exchange.found import Content, Note

NUMBERED = re.compile(r"\[\[(\d{1,3})\]\]")
WHOLE_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
SHAPES = {"circle": "circle", "rectangle": "rect", "polygon": "poly"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A word on offer: its place in the file, as Markdown and as it stands there, its group."""

    number: int
    words: str
    raw: str
    group: str
    is_unlimited: bool


def gap_select(fields: Fields) -> Body:
    """gapselect: a list of words in each gap."""
    return _choosing(fields, _offers(fields, "selectoption"))


def words_into_text(fields: Fields) -> Body:
    """ddwtos: words to drag into a text; those of several groups become lists of words."""
    offers = _offers(fields, "dragbox")
    marked, numbers = _marked(fields)
    used = [offers[number] for number in numbers if number in offers]
    if len({offer.group for offer in used}) > 1:
        fields.question.note(Note("changed", "groups_as_lists"))
        return _choosing(fields, offers)
    group = used[0].group if used else ""
    choices = [offer for offer in offers.values() if offer.group == group and offer.words]
    names = dict(zip((offer.number for offer in choices), identities(len(choices)), strict=True))
    if any(number not in names for number in numbers):
        raise Refusal("no_key")
    if max(len(choices), len(numbers)) > MOST_OPTIONS:
        raise Refusal("too_many_options", most=MOST_OPTIONS)
    gaps = [f"g{place}" for place in range(1, len(numbers) + 1)]
    content: Content = {
        "kind": "gap_match",
        "gaps": [{"id": gap} for gap in gaps],
        "choices": [{"id": names[offer.number], "text": text(offer.words)} for offer in choices],
        "pairs": {gap: names[number] for gap, number in zip(gaps, numbers, strict=True)},
        "shuffle": fields.flag("shuffleanswers", default=True),
    }
    if any(offer.is_unlimited for offer in choices) or len(set(numbers)) < len(numbers):
        content["reuse"] = True
    offered = [[offer.raw, names[offer.number]] for offer in choices]
    native = [{"id": gap, "choices": offered} for gap in gaps]
    return _finished(fields, Body(content, {"answering": "gaps", "gaps": native}), marked)


def _choosing(fields: Fields, offers: dict[int, Offer]) -> Body:
    marked, numbers = _marked(fields)
    gaps: list[Content] = []
    native: list[dict[str, Any]] = []
    for place, number in enumerate(numbers, 1):
        key = offers.get(number)
        if key is None or not key.words:
            raise Refusal("no_key")
        among = [offer for offer in offers.values() if offer.group == key.group and offer.words]
        names = identities(len(among))
        if len(among) == 1:
            fields.question.note(Note("changed", "gap_with_one_choice"))
            among, names = list(offers.values()), identities(len(offers))
        if len(among) == 1:
            raise Refusal("one_option")
        choose = [
            {"id": name, "text": text(offer.words), "correct": offer.number == number}
            for name, offer in zip(names, among, strict=True)
            if offer.words
        ]
        gaps.append({"id": f"g{place}", "choose": choose})
        offered = [[offer.raw, name] for name, offer in zip(names, among, strict=True)]
        native.append({"id": f"g{place}", "choices": offered})
    content: Content = {"kind": "cloze", "gaps": gaps}
    content["shuffle"] = fields.flag("shuffleanswers", default=True)
    return _finished(fields, Body(content, {"answering": "gaps", "gaps": native}), marked)


def _offers(fields: Fields, tag: str) -> dict[int, Offer]:
    return {
        place: Offer(
            number=place,
            words=fields.words_of(option, in_line=True),
            raw=raw_of(option),
            group=(option.findtext("group") or "1").strip(),
            is_unlimited=option.find("infinite") is not None,
        )
        for place, option in enumerate(fields.all(tag), 1)
    }


def _marked(fields: Fields) -> tuple[str, list[int]]:
    """The text with markers for its gaps, and the number of the right word for each."""
    element = fields.first("questiontext")
    raw = raw_of(element) if element is not None else ""
    numbers: list[int] = []

    def mark(found: re.Match[str]) -> str:
        numbers.append(int(found[1]))
        return f"{clozes.LEFT}g{len(numbers)}{clozes.RIGHT}"

    marked = NUMBERED.sub(mark, raw)
    if not numbers:
        raise Refusal("no_gaps")
    if len(numbers) > MOST_OPTIONS:
        raise Refusal("too_many_options", most=MOST_OPTIONS)
    return marked, numbers


def _finished(fields: Fields, body: Body, marked: str) -> Body:
    element = fields.first("questiontext")
    clozes.fill(body, fields.question, fields.to_words(marked, element))
    return body


def markers(fields: Fields) -> Body:
    """Ddmarker with one kind of marker: places to point at on a picture."""
    drags, drops = fields.all("drag"), fields.all("drop")
    if len(drags) != 1 or not drops:
        raise Refusal("pieces_on_picture")
    file = fields.first("file")
    image = fields.keep(file) if file is not None else None
    if image is None:
        raise Refusal("picture_missing")
    size = picture_size(fields.question.bag.files[image].data)
    if size is None:
        raise Refusal("picture_missing")
    label = raw_of(drags[0]) or "×"
    areas = []
    for place, drop in enumerate(drops, 1):
        shape = SHAPES.get((drop.findtext("shape") or "").strip().lower())
        coords = [
            round(float(found)) for found in WHOLE_NUMBER.findall(drop.findtext("coords") or "")
        ]
        if shape == "rect" and len(coords) == 4:  # noqa: PLR2004 - left, top, width, height
            coords = [coords[0], coords[1], coords[0] + coords[2], coords[1] + coords[3]]
        if shape is None:
            raise Refusal("pieces_on_picture")
        areas.append({"id": f"m{place}", "shape": shape, "coords": coords,
                      "label": text(f"{label} {place}"), "correct": True})  # fmt: skip
    content: Content = {
        "kind": "hotspot",
        "image": image,
        "width": size[0],
        "height": size[1],
        "areas": areas,
        "by": "point",
        "choose": len(areas),
        "credit": "right_minus_wrong",
    }
    fields.question.note(Note("changed", "markers_as_points"))
    return Body(content, {"answering": "none"})


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG."""
    if data.startswith(b"\x89PNG") and len(data) > 24:  # noqa: PLR2004 - the header
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(b"GIF8") and len(data) > 10:  # noqa: PLR2004 - the header
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:  # noqa: PLR2004 - a marker begins
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:  # noqa: PLR2004 - a frame
            height = int.from_bytes(data[place + 5 : place + 7], "big")
            return int.from_bytes(data[place + 7 : place + 9], "big"), height
        place += 2 + length
    return None
