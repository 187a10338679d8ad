"""The blueprint as authors edit it: sections of domain x cognitive group, and further cells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from werkzeug.datastructures import MultiDict

from probity.kernel.shapes import LOCALES

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "recall": ("remember", "understand"),
    "apply": ("apply",),
    "judge": ("analyse", "evaluate"),
}
CASE = "case"
LEVELS = tuple(level for levels in COLUMNS.values() for level in levels)
MOST_SECTIONS = 12
MOST_FURTHER = 30
MOST_ROWS = 60

_ROW = r"[A-Z]{2,6}-\d{1,2}(?:\.[A-Z]{2}\d{2})?"
_PLACE = re.compile(rf"s(\d+)-({_ROW})-({'|'.join((*COLUMNS, CASE))})")

FormData = MultiDict[str, str]
Json = dict[str, Any]
Place = tuple[str, str]
"""Row and column. A row is a domain, `GPP-1`, or one competency of it, `GPP-1.PR01`."""


@dataclass(slots=True)
class Further:
    """A cell that no place of the matrix stands for, as it was typed."""

    domain: str = ""
    competency: str = ""
    cognitive: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    draw: str = ""


@dataclass(slots=True)
class Section:
    """One section of the exam as it was typed; a place without a number is left out."""

    id: str = ""
    title: dict[str, str] = field(default_factory=lambda: dict.fromkeys(LOCALES, ""))
    minutes: str = ""
    counts: dict[Place, str] = field(default_factory=dict)
    further: list[Further] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Typed:
    """One cell to be, and the control it was typed into."""

    control: str
    cell: Json


def control(section: int, row: str, column: str) -> str:
    """The name and id of the control of one place."""
    return f"s{section}-{row}-{column}"


def section_of(name: str) -> int | None:
    """The section that a control belongs to, none if it stands outside the blueprint."""
    found = re.match(r"s(\d+)-", name)
    return int(found[1]) if found else None


def levels_of(column: str) -> tuple[str, ...]:
    return COLUMNS.get(column, LEVELS)


def column_of(cognitive: str) -> str:
    """The column that counts questions of this cognitive level."""
    return next(column for column, levels in COLUMNS.items() if cognitive in levels)


def cell_of(row: str, column: str, draw: Any) -> Json:
    """What a place of the matrix asks of the bank."""
    domain, _dot, competency = row.partition(".")
    return {
        "domain": domain,
        **({"competency": competency} if competency else {}),
        "cognitive": list(levels_of(column)),
        **({"kinds": [CASE]} if column == CASE else {}),
        "draw": draw,
    }


def place_of(cell: Mapping[str, Any]) -> Place | None:
    """The place of the matrix that stands for a cell; none if it asks for more."""
    competency = cell.get("competency")
    row = f"{cell['domain']}.{competency}" if competency else cell["domain"]
    for column in (*COLUMNS, CASE):
        kinds = [CASE] if column == CASE else None
        if (cell.get("kinds") or None) == kinds and {*cell["cognitive"]} == {*levels_of(column)}:
            return row, column
    return None


def show(sections: Sequence[Mapping[str, Any]]) -> list[Section]:
    """The sections of a stored exam."""
    return [_shown(section) for section in sections]


def _shown(stored: Mapping[str, Any]) -> Section:
    title = {locale: stored["title"].get(locale, "") for locale in LOCALES}
    section = Section(stored["id"], title, str(stored.get("minutes") or ""))
    for cell in stored["cells"]:
        place = place_of(cell)
        if place is not None and place not in section.counts:
            section.counts[place] = str(cell["draw"])
        else:
            section.further.append(
                Further(
                    cell["domain"],
                    cell.get("competency") or "",
                    list(cell["cognitive"]),
                    list(cell.get("kinds") or ()),
                    str(cell["draw"]),
                )
            )
    return section


def read(form: FormData) -> list[Section]:
    """The sections of a submitted form; what is out of bounds is not read."""
    sections = [_read(form, number) for number in range(_count(form, "sections", MOST_SECTIONS))]
    for name in form:
        found = _PLACE.fullmatch(name)
        if found and int(found[1]) < len(sections) and (typed := _line(form, name)):
            sections[int(found[1])].counts[found[2], found[3]] = typed
    return sections


def _read(form: FormData, number: int) -> Section:
    start = f"s{number}"
    further = _count(form, f"{start}-further", MOST_FURTHER)
    return Section(
        id=_line(form, f"{start}-id"),
        title={locale: _line(form, f"{start}-title-{locale}") for locale in LOCALES},
        minutes=_line(form, f"{start}-minutes"),
        further=[_read_further(form, f"{start}-x{place}") for place in range(further)],
    )


def _read_further(form: FormData, start: str) -> Further:
    return Further(
        domain=_line(form, f"{start}-domain"),
        competency=_line(form, f"{start}-competency"),
        cognitive=[level for level in LEVELS if level in form.getlist(f"{start}-cognitive")],
        kinds=form.getlist(f"{start}-kinds"),
        draw=_line(form, f"{start}-draw"),
    )


def _line(form: FormData, name: str) -> str:
    return (form.get(name) or "").strip()


def _count(form: FormData, name: str, most: int) -> int:
    typed = _line(form, name)
    return min(int(typed), most) if typed.isascii() and typed.isdecimal() else 0


def press(sections: list[Section], command: str) -> None:
    """Do what a button asks: `add`, `remove:1`, `add:1` and `remove:1:0` (a further cell)."""
    verb, *numbers = command.split(":")
    where = [int(number) for number in numbers if number.isascii() and number.isdecimal()]
    if verb == "add" and not where and len(sections) < MOST_SECTIONS:
        sections.append(Section())
    if not where or where[0] >= len(sections):
        return
    further = sections[where[0]].further
    if verb == "add" and len(further) < MOST_FURTHER:
        further.append(Further())
    elif verb == "remove" and len(where) == 1 and len(sections) > 1:
        sections.pop(where[0])
    elif verb == "remove" and len(where) > 1 and where[1] < len(further):
        further.pop(where[1])


def rows_of(sections: Sequence[Section]) -> set[str]:
    """Every row that holds a number, and the domain of every further cell."""
    asked = {row for section in sections for row, _column in section.counts}
    return asked | {one.domain for section in sections for one in section.further if one.domain}


def cells_of(section: Section, number: int) -> list[Typed]:
    """The cells of a section in order: row by row, then the further ones."""
    order = (*COLUMNS, CASE)
    places = sorted(section.counts, key=lambda place: (place[0], order.index(place[1])))
    found = [
        Typed(control(number, *place), cell_of(*place, whole(section.counts[place])))
        for place in places
        if whole(section.counts[place]) != 0
    ]
    for place, one in enumerate(section.further):
        cell: Json = {"domain": one.domain, "cognitive": one.cognitive, "draw": whole(one.draw)}
        if one.competency:
            cell["competency"] = one.competency
        if one.kinds:
            cell["kinds"] = one.kinds
        found.append(Typed(f"s{number}-x{place}", cell))
    return found


def whole(typed: str | None) -> int | str:
    """A whole number where one was typed; else the words, for the shape to complain about."""
    typed = typed or ""  # a form that was not filled in at all
    return int(typed) if typed.isdecimal() and len(typed) < 7 else typed  # noqa: PLR2004 (digits)


def content_of(sections: Sequence[Section]) -> list[Json]:
    """The sections as an exam stores them."""
    names = list(_names(sections))
    return [
        {
            "id": name,
            "title": {locale: words for locale, words in section.title.items() if words},
            "cells": [typed.cell for typed in cells_of(section, number)],
            **({"minutes": whole(section.minutes)} if section.minutes else {}),
        }
        for number, (name, section) in enumerate(zip(names, sections, strict=True))
    ]


def _names(sections: Sequence[Section]) -> Iterator[str]:
    """An id for every section, given once and kept."""
    used: set[str] = set()
    given = {section.id for section in sections}
    fresh = (name for name in map("section_{}".format, count(1)) if name not in given)
    for section in sections:
        name = section.id if section.id and section.id not in used else next(fresh)
        used.add(name)
        yield name


def controls_of(sections: Sequence[Section]) -> dict[str, str]:
    """Every place of the stored form, and the control where it is mended."""
    found = {"sections": "s0-title-en"}
    for number, section in enumerate(sections):
        start = f"sections.{number}"
        found |= {start: f"s{number}-title-en", f"{start}.cells": f"s{number}-matrix"}
        found |= {f"{start}.title": f"s{number}-title-en"}
        found |= {f"{start}.minutes": f"s{number}-minutes"}
        found |= {f"{start}.title.{locale}": f"s{number}-title-{locale}" for locale in LOCALES}
        for place, typed in enumerate(cells_of(section, number)):
            found[f"{start}.cells.{place}"] = typed.control
            if "-x" in typed.control:
                names = ("domain", "competency", "cognitive", "kinds", "draw")
                found |= {
                    f"{start}.cells.{place}.{name}": f"{typed.control}-{name}" for name in names
                }
    return found
