"""The main facts of an exam in words, and what a revision changed of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString

from probity.bank import labels as bank_labels
from probity.catalogue.shapes import Cell
from probity.exams import labels, matrix, rules
from probity.exams.authoring import typed_moment
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed, local, named, ngettext

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that differs; an empty side means there was none."""

    name: LazyString
    before: str
    after: str


def changes(before: Content, after: Content, zone: ZoneInfo) -> list[Change]:
    """What differs, in the order in which people ask."""
    old, new = facts(before, zone), facts(after, zone)
    return [
        Change(name, old[key], new[key])
        for key, name in labels.FACTS.items()
        if key != "cells" and old[key] != new[key]
    ] + list(_cells(before, after))


def _cells(before: Content, after: Content) -> Iterator[Change]:
    """Cells that differ, each told by what it asks for."""
    old, new = _draws(before), _draws(after)
    for name in dict.fromkeys([*new, *old]):
        if old.get(name) != new.get(name):
            yield Change(labels.FACTS["cells"], _drawn(name, old), _drawn(name, new))


def _drawn(name: str, draws: Mapping[str, int]) -> str:
    return f"{name}: {draws[name]}" if name in draws else ""


def _draws(content: Content) -> dict[str, int]:
    found: dict[str, int] = {}
    for section in content["sections"]:
        for cell in section["cells"]:
            name = listed([local(section["title"]), cell_name(cell)], "，")
            found[name] = found.get(name, 0) + cell["draw"]
    return found


def cell_name(cell: Content) -> str:
    """What a cell asks for, such as `GPP-1, Apply`."""
    place = matrix.place_of(cell)
    if place is not None:
        return listed([*place[0].split("."), labels.COLUMNS[place[1]]], "，")
    levels = "/".join(str(bank_labels.COGNITIVE[level]) for level in cell["cognitive"])
    kinds = "/".join(str(bank_labels.KINDS.get(kind, kind)) for kind in cell.get("kinds") or ())
    words = (cell["domain"], cell.get("competency"), levels, kinds)
    return listed([word for word in words if word], "，")


def name_of(cell: Cell) -> str:
    return cell_name(cell.model_dump())


def facts(content: Content, zone: ZoneInfo) -> dict[str, str]:
    """Every fact of `labels.FACTS` but the cells, in the reader's language."""
    window = content.get("window") or {}
    navigation, release = content["navigation"], content["release"]
    return {
        "title": _both(content["title"]),
        "summary": _both(content.get("summary")),
        "slug": content["slug"],
        "certificate": content.get("certificate") or _("none"),
        "items": _yes(content.get("demonstration", False)),
        "time": _minutes(content["time"]["minutes"]),
        "attempts": _attempts(content["attempts"]["allowed"]),
        "cooling_off": _hours(content["attempts"].get("cooling_off_hours", 0)),
        "cut": cut(content),
        "each_domain": _each_domain(content),
        "basis": _both(content["cut_score"]["basis"]),
        "opens": _moment(window.get("opens"), zone),
        "closes": _moment(window.get("closes"), zone),
        "prerequisites": listed(content.get("prerequisites") or ()) or _("none"),
        "order": str(labels.ORDERS[navigation["order"]]),
        "sections": _sections(content),
        "times": _times(content),
        "shuffle": _shuffled(navigation),
        "result": _result(release),
        "detail": str(labels.DETAILS[release["detail"]]),
        "answers": str(labels.ANSWERS[release["answers"]]),
        "honour": _both(content.get("honour")),
        "tools": _tools(content.get("without", ())),
        "paper": _paper(content),
        "references": listed(_both(one["title"]) for one in content.get("references") or ())
        or str(_("none")),
    }


def cut(content: Content) -> str:
    """The pass mark in words."""
    return f"{rules.percent(Fraction(content['cut_score']['share']))}%"


def _each_domain(content: Content) -> str:
    least = content["cut_score"].get("each_domain")
    return f"{rules.percent(Fraction(least))}%" if least else str(_("none"))


def _sections(content: Content) -> str:
    """How sections follow one another; nothing where each question closes by itself."""
    navigation = content["navigation"]
    if navigation["order"] == "forward_only":
        return ""
    timed = any(section.get("minutes") for section in content["sections"])
    sealed = timed or navigation.get("sections") == "sealed"
    return str(labels.SECTIONS["sealed" if sealed else "open"])


def _times(content: Content) -> str:
    """The time of each section that has one of its own."""
    return listed(
        str(named(local(section["title"]), _minutes(section["minutes"])))
        for section in content["sections"]
        if section.get("minutes")
    )


def _both(text: Mapping[str, str] | None) -> str:
    return " / ".join((text or {}).values())


def _yes(value: bool) -> str:
    return str(_("yes") if value else _("no"))


def _minutes(number: int) -> str:
    return str(ngettext("%(num)d minute", "%(num)d minutes", number))


def _attempts(allowed: int | str) -> str:
    return str(_("unlimited") if allowed == "unlimited" else allowed)


def _hours(number: int) -> str:
    return str(ngettext("%(num)d hour", "%(num)d hours", number)) if number else str(_("none"))


def _moment(moment: str | None, zone: ZoneInfo) -> str:
    return typed_moment(moment, zone).replace("T", " ") or str(_("not set"))


def _shuffled(navigation: Content) -> str:
    shuffled = [
        str(name)
        for key, name in (("shuffle_items", _("questions")), ("shuffle_options", _("options")))
        if navigation.get(key, True)
    ]
    return listed(shuffled) or str(_("nothing"))


def _tools(without: Iterable[str]) -> str:
    """The tools of the room that this exam leaves to its candidates."""
    kept = [str(name) for tool, name in labels.TOOLS.items() if tool not in without]
    return listed(kept) or str(_("none"))


def _paper(content: Content) -> str:
    """Where papers come from, and what is on trial in them."""
    forms, pilots = content.get("forms") or [], content.get("pilots", 0)
    words = [
        _("forms %(numbers)s", numbers=listed(forms)) if forms else _("drawn for each candidate")
    ]
    if pilots:
        words.append(ngettext("%(num)d item on trial", "%(num)d items on trial", pilots))
    return listed(words)


def _result(release: Content) -> str:
    words = str(labels.RESULTS[release["result"]])
    return str(named(words, release["on"])) if release.get("on") else words
