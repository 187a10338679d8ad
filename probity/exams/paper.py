"""A paper: which item version stands where, in which order its parts are shown. Pinned for ever."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from random import Random
from typing import Any

from probity.bank.marking import presentation_order
from probity.bank.quantities import exact, plain
from probity.bank.shapes import AnyItem, Case
from probity.catalogue.shapes import Exam


class Stretch(StrEnum):
    """What of a paper lies open at a time; whoever goes on to the next never comes back."""

    PAPER = "paper"
    SECTION = "section"
    ITEM = "item"


def stretch_of(content: Exam) -> Stretch:
    """How much of a paper lies open at a time: all of it, one section, or one item or case set."""
    if content.navigation.order == "forward_only":
        return Stretch.ITEM
    timed = any(section.minutes for section in content.sections)
    return Stretch.SECTION if timed or content.navigation.sections == "sealed" else Stretch.PAPER


@dataclass(frozen=True, slots=True)
class Drawn:
    """One item of the bank chosen for a section."""

    section: str
    item_id: int
    version_id: int
    item: AnyItem
    scored: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """One question of a paper. `child` names the part of a case set; `item` is the id shown."""

    item: str
    section: str
    item_id: int
    version_id: int
    child: str | None
    domain: str
    points: int | Decimal
    order: dict[str, Any]
    step: int = 0
    """Which stretch of the paper it lies in; a free paper has one stretch, number 0."""
    scored: bool = True
    """An item on trial is asked like any other and counts for nothing."""


def compose(
    drawn: Sequence[Drawn],
    rng: Random,
    *,
    shuffle_items: bool,
    shuffle_options: bool,
    stretch: Stretch = Stretch.PAPER,
) -> list[Slot]:
    """Lay items out section by section; the parts of a case set stay together, in order."""
    slots: list[Slot] = []
    for section in dict.fromkeys(one.section for one in drawn):
        here = [one for one in drawn if one.section == section]
        if shuffle_items:
            rng.shuffle(here)
        for one in here:
            for child, part in parts(one.item):
                order = presentation_order(part, rng) if shuffle_options else {}
                slots.append(
                    Slot(
                        item=f"q{len(slots) + 1}",
                        section=section,
                        item_id=one.item_id,
                        version_id=one.version_id,
                        child=child,
                        domain=part.domain,
                        points=part.points,
                        order=order,
                        scored=one.scored,
                    )
                )
    return _numbered(slots, stretch)


def _numbered(slots: Sequence[Slot], stretch: Stretch) -> list[Slot]:
    """Say of each slot in which stretch of the paper it lies."""
    borders = {
        Stretch.PAPER: lambda _slot: None,
        Stretch.SECTION: lambda slot: slot.section,
        Stretch.ITEM: lambda slot: (slot.section, slot.item_id),  # a case set is one item
    }
    return [
        replace(slot, step=number)
        for number, (_border, group) in enumerate(groupby(slots, borders[stretch]))
        for slot in group
    ]


def parts(item: AnyItem) -> Iterable[tuple[str | None, AnyItem]]:
    """The item itself, or each part of a case set with its id."""
    if isinstance(item, Case):
        return [(part.id, part) for part in item.items]
    return [(None, item)]


def part_of(item: AnyItem, child: str | None) -> AnyItem:
    """The part of an item that a slot asks for."""
    return dict(parts(item))[child]


def dump(slots: Iterable[Slot]) -> dict[str, Any]:
    """The JSON form kept with an attempt."""
    return {"slots": [{**asdict(slot), "points": plain(slot.points)} for slot in slots]}


def load(paper: dict[str, Any]) -> list[Slot]:
    """The slots of a kept paper."""
    return [Slot(**{**slot, "points": exact(slot["points"])}) for slot in paper["slots"]]
