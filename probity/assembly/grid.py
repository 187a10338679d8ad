"""Between the blueprint's form and its content: what was typed, what is stored, what is wrong."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from probity.assembly.shapes import COLUMNS, MEASURES, PLACES, Plan, Span
from probity.kernel.i18n import gettext as _
from probity.kernel.shapes import LOCALES

MOST_FURTHER = 30
MOST_ROWS = 60
LONGEST = 200

FormData = MultiDict[str, str]
Json = dict[str, Any]
Problems = dict[str, str]
"""Name of a control to the sentence shown beside it; `""` holds what belongs to none."""

_NUMBER = r"\d{1,6}(?:\.\d{1,4})?"
_SPAN = re.compile(rf"({_NUMBER})(?:\s*[-–—~～]\s*({_NUMBER})|\s*(\+))?")
_GOAL = re.compile(r"([-−]?\d{1,2}(?:\.\d{1,4})?)(?:\s*[:：]\s*(\d{1,4}(?:\.\d{1,4})?))?")

TICKS = ("demonstration", "maximise")
FIELDS = (
    *("title_en", "title_zh", "measure", "questions", "points", "forms", "overlap", "exposure"),
    *("mean", "mean_off", "spread", "spread_off", "information", *TICKS),
)


@dataclass(slots=True)
class Row:
    """One domain as it was typed."""

    domain: str
    section: str = "1"
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Further:
    """A further limit as it was typed."""

    domain: str = ""
    competency: str = ""
    kind: str = ""
    measure: str = "questions"
    span: str = ""


@dataclass(slots=True)
class Draft:
    """A blueprint as it was typed."""

    fields: dict[str, str]
    rows: list[Row]
    further: list[Further] = field(default_factory=list)


NEW = {
    "measure": "questions",
    "forms": "3",
    "overlap": "0",
    "mean_off": "0.03",
    "spread_off": "0.05",
}
"""What the form of a new blueprint proposes."""


def blank(domains: Iterable[str]) -> Draft:
    return Draft({**dict.fromkeys(FIELDS, ""), **NEW}, [Row(domain) for domain in domains])


def show(plan: Plan, domains: Iterable[str]) -> Draft:
    """A stored blueprint as the form shows it; domains of the bank without a row get an empty one."""
    kept = {row.domain: row for row in plan.rows}
    rows = [
        Row(
            domain,
            str(kept[domain].section) if domain in kept else "1",
            {place: typed(span) for place, span in kept[domain].cells.items()}
            if domain in kept
            else {},
        )
        for domain in sorted({*domains, *kept})
    ]
    further = [
        Further(
            one.domain or "",
            one.competency or "",
            next(iter(one.kinds), ""),
            one.measure,
            typed(one.span),
        )
        for one in plan.further
    ]
    return Draft(_fields(plan), rows, further)


def _fields(plan: Plan) -> dict[str, str]:
    goals = "; ".join(
        goal.theta if float(goal.least) == 0 else f"{goal.theta}: {goal.least}"
        for goal in plan.information
    )
    return {
        "title_en": plan.title.get("en", ""),
        "title_zh": plan.title.get("zh-Hans", ""),
        "measure": plan.measure,
        "questions": typed(plan.questions),
        "points": typed(plan.points),
        "forms": str(plan.forms),
        "overlap": str(plan.overlap),
        "exposure": str(plan.exposure or ""),
        "mean": plan.mean.wanted if plan.mean else "",
        "mean_off": plan.mean.off if plan.mean else NEW["mean_off"],
        "spread": plan.spread.wanted if plan.spread else "",
        "spread_off": plan.spread.off if plan.spread else NEW["spread_off"],
        "information": goals,
        "demonstration": "1" if plan.demonstration else "",
        "maximise": "1" if plan.maximise else "",
    }


def typed(span: Span | None) -> str:
    """A span as people type it: `6`, `5–7` or `5+`."""
    if span is None:
        return ""
    if span.most is None:
        return f"{span.least}+"
    return span.least if span.least == span.most else f"{span.least}–{span.most}"


def read(form: FormData) -> Draft:
    """The blueprint of a submitted form; what is out of bounds is not read."""
    rows = [
        Row(
            _line(form, f"r{n}-domain"),
            _line(form, f"r{n}-section") or "1",
            {place: words for place in PLACES if (words := _line(form, f"r{n}-{place}"))},
        )
        for n in range(_count(form, "rows", MOST_ROWS))
    ]
    further = [
        Further(**{name: _line(form, f"f{n}-{name}") for name in Further.__slots__})
        for n in range(_count(form, "further", MOST_FURTHER))
    ]
    return Draft({name: _line(form, name) for name in FIELDS}, rows, further)


def _line(form: FormData, name: str) -> str:
    return (form.get(name) or "").strip()[:LONGEST]


def _count(form: FormData, name: str, most: int) -> int:
    words = _line(form, name)
    return min(int(words), most) if words.isascii() and words.isdecimal() else 0


def press(draft: Draft, command: str) -> None:
    """Do what a button asks: `add` a further limit or `remove:1`."""
    verb, _colon, place = command.partition(":")
    if verb == "add" and len(draft.further) < MOST_FURTHER:
        draft.further.append(Further())
    elif verb == "remove" and place.isdecimal() and int(place) < len(draft.further):
        draft.further.pop(int(place))


def checked(draft: Draft) -> Plan | Problems:
    """The blueprint, or what is wrong with it, control by control."""
    problems: Problems = {}
    content = _content(draft, problems)
    if problems:
        return problems
    try:
        return Plan.model_validate(content, strict=False)
    except ValidationError as refusal:
        for error in refusal.errors():
            control = _place(error["loc"], str(error.get("ctx", {}).get("at", "")))
            problems.setdefault(control, _sentence(error["type"]))
        return problems


def _content(draft: Draft, problems: Problems) -> Json:
    typed_in = draft.fields
    if not typed_in["title_en"]:
        problems["title_en"] = str(_("The English title is missing."))
    content: Json = {
        "format": "probity/blueprint/1",
        "title": {
            locale: words
            for locale in LOCALES
            if (words := typed_in[f"title_{locale[:2]}"] or typed_in["title_en"])
        },
        "demonstration": bool(typed_in["demonstration"]),
        "maximise": bool(typed_in["maximise"]),
        "measure": typed_in["measure"] if typed_in["measure"] in MEASURES else "questions",
        "rows": list(_rows(draft, problems)),
        "further": list(_further(draft, problems)),
        "information": _goals(typed_in["information"], problems),
    }
    for name, least in (("forms", 1), ("overlap", 0), ("exposure", 1)):
        if typed_in[name]:
            content[name] = _whole(typed_in[name], name, least, problems)
    for name in ("questions", "points"):
        if typed_in[name]:
            content[name] = _span(typed_in[name], name, problems)
    for name in ("mean", "spread"):
        if typed_in[name]:
            content[name] = {
                "wanted": _share(typed_in[name], name, problems),
                "off": _share(
                    typed_in[f"{name}_off"] or NEW[f"{name}_off"], f"{name}_off", problems
                ),
            }
    return content


def _rows(draft: Draft, problems: Problems) -> Iterator[Json]:
    for number, row in enumerate(draft.rows):
        cells = {
            place: _span(words, f"r{number}-{place}", problems)
            for place, words in row.cells.items()
            if words not in {"", "0"}
        }
        if cells and row.domain:
            section = _whole(row.section, f"r{number}-section", 1, problems)
            yield {"domain": row.domain, "section": section, "cells": cells}


def _further(draft: Draft, problems: Problems) -> Iterator[Json]:
    for number, one in enumerate(draft.further):
        if not one.span:
            continue
        found: Json = {
            "measure": one.measure if one.measure in MEASURES else "questions",
            "span": _span(one.span, f"f{number}-span", problems),
            "kinds": [one.kind] if one.kind else [],
        }
        if one.competency and not re.fullmatch(r"[A-Z]{2}\d{2}(\.[FPX])?", one.competency):
            problems[f"f{number}-competency"] = str(_("Write a competency such as PR03."))
        yield found | {
            name: value
            for name, value in (("domain", one.domain), ("competency", one.competency))
            if value
        }


def _span(words: str, control: str, problems: Problems) -> Json:
    found = _SPAN.fullmatch(words)
    if found is None:
        problems[control] = str(_("Write a number such as 6, a range such as 5-7, or 5+."))
        return {}
    least, most, open_end = found.groups()
    if most is not None and float(most) < float(least):
        problems[control] = str(_("The first number is larger than the second."))
    if open_end:
        return {"least": least}
    return {"least": least, "most": most or least}


def _whole(words: str, control: str, least: int, problems: Problems) -> int:
    if not (words.isascii() and words.isdecimal() and len(words) < 5) or int(words) < least:  # noqa: PLR2004
        problems[control] = str(_("Write a whole number of at least %(least)s.", least=least))
        return least
    return int(words)


def _share(words: str, control: str, problems: Problems) -> str:
    if not re.fullmatch(r"[01](\.\d{1,4})?", words) or float(words) > 1:
        problems[control] = str(_("Write a share from 0 to 1, such as 0.65."))
        return "0"
    return words


def _goals(words: str, problems: Problems) -> list[Json]:
    goals = []
    for part in filter(None, (one.strip() for one in re.split(r"[;；,，\n]", words))):
        found = _GOAL.fullmatch(part)
        if found is None:
            problems["information"] = str(
                _("Write points of the ability scale such as -1; 0; 1, or -1: 5; 0: 6.")
            )
            continue
        goals.append({"theta": found[1].replace("−", "-"), "least": found[2] or "0"})
    return goals


def _place(steps: Sequence[object], at: str) -> str:
    """The control that an error of the shape belongs to."""
    path = [str(step) for step in (*steps, at) if str(step)]
    first = path[0] if path else ""
    return {"rows": "r0-recall", "title": "title_en"}.get(first, first if first in FIELDS else "")


def _sentence(code: str) -> str:
    sentences = {
        "B03": _("Fill at least one cell of the grid."),
        "B05": _("A spread is measured around the mean: write the mean too."),
        "B06": _("Write a share from 0 to 1, such as 0.65."),
        "B07": _("Name at least one point of the ability scale, such as 0."),
        "less_than_equal": _("This number is too large."),
    }
    return str(sentences.get(code, _("This is not in the expected form. Correct it.")))


@dataclass(frozen=True, slots=True)
class Supply:
    """What the bank has for each place, and what the draft asks of it."""

    stock: Mapping[tuple[str, str], float]
    needs: Mapping[tuple[str, str], float]

    def of(self, domain: str, place: str) -> float:
        return self.stock.get((domain, place), 0.0)

    def state(self, domain: str, place: str) -> str:
        """One word: `short` cannot be filled, `thin` leaves little choice, `ok` is neither."""
        need, stock = self.needs.get((domain, place), 0.0), self.of(domain, place)
        if need > stock:
            return "short"
        return "thin" if 2 * need > stock and need else "ok"


def needs(draft: Draft) -> dict[tuple[str, str], float]:
    """How much the forms need of each place at least, all together where they share nothing."""
    forms = draft.fields["forms"]
    apart = draft.fields["overlap"] in {"", "0"} and forms.isdecimal()
    times = min(int(forms), 99) if apart else 1
    return {
        (row.domain, place): times * float(found[1])
        for row in draft.rows
        for place, words in row.cells.items()
        if (found := _SPAN.fullmatch(words))
    }


def totals(draft: Draft) -> dict[str, str]:
    """What the grid adds up to: by column, and in all without the sets."""
    sums = {place: [0.0, 0.0] for place in PLACES}
    is_open = dict.fromkeys(PLACES, False)
    for row in draft.rows:
        for place, words in row.cells.items():
            if found := _SPAN.fullmatch(words):
                sums[place][0] += float(found[1])
                sums[place][1] += float(found[2] or found[1])
                is_open[place] |= found[3] is not None
    whole = [sum(sums[place][end] for place in COLUMNS) for end in (0, 1)]
    shown = {place: _shown(*sums[place], is_open=is_open[place]) for place in PLACES}
    return {**shown, "all": _shown(*whole, is_open=any(is_open[place] for place in COLUMNS))}


def _shown(least: float, most: float, *, is_open: bool) -> str:
    if is_open:
        return f"{least:g}+"
    return f"{least:g}" if least == most else f"{least:g}–{most:g}"
