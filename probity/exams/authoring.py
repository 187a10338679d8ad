"""Between the exam form and the content of an exam: what was typed, what is stored, what is wrong."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from probity.catalogue.shapes import Exam, Tool
from probity.exams import documents, matrix
from probity.exams.documents import Written
from probity.exams.matrix import Section
from probity.kernel.i18n import gettext as _
from probity.kernel.shapes import LOCALES

FIRST_OWN_NUMBER = 21
"""Exams born in the browser are numbered from here; course files use the numbers below."""

LAST_NUMBER = 99
KEPT = ("formerly", "forms", "pilots")
"""What the form does not show and a new revision takes over."""

TOOLS: tuple[str, ...] = get_args(Tool)
Json = dict[str, Any]
Problems = dict[str, str]
"""Name of a control to the sentence shown beside it; `""` holds what belongs to none."""

NEW: Json = {
    "demonstration": False,
    "minutes": "60",
    "grace": "10",
    "allowed": "3",
    "unlimited": False,
    "cooling_off": "0",
    "cut": "70",
    "each_domain": "0",
    "order": "free",
    "sealed": False,
    "shuffle_items": True,
    "shuffle_options": True,
    "result": "at_once",
    "detail": "domains",
    "answers": "never",
    **{f"with_{tool}": True for tool in TOOLS},
}
"""What the form of a new exam proposes."""

_TEXTS = ("title", "summary", "honour", "basis")


def next_code(course: str, used: Iterable[str]) -> str | None:
    """The next free code of an exam made in the browser; none when they are used up."""
    own = re.compile(rf"{re.escape(course)}-X(\d+)")
    numbers = [int(found[1]) for code in used if (found := own.fullmatch(code))]
    number = max([FIRST_OWN_NUMBER - 1, *numbers]) + 1
    return f"{course}-X{number}" if number <= LAST_NUMBER else None


def slug_of(title: str) -> str:
    """An address made of the English title."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    return re.sub(r"^[0-9-]+", "", "-".join(words))[:80].strip("-")


def share_of(typed: str) -> str:
    """A pass mark as a share: `70`, `70 %`, `62.5` and `7/10` are all understood."""
    plain = typed.replace(" ", "").replace("\uff05", "%").removesuffix("%")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6}|/0*[1-9]\d{0,8})?", plain):
        return typed
    share = Fraction(plain) if "/" in plain else Fraction(plain) / 100
    return f"{share.numerator}/{share.denominator}"


def percent_of(share: str) -> str:
    """A stored share as it is typed: per cent where that is exact, else the share itself."""
    value = Fraction(share) * 10000
    return f"{float(value) / 100:g}" if value.denominator == 1 else share


def moment_of(typed: str, zone: ZoneInfo) -> str:
    """A local date and time with the zone's offset; what is no such time stays as it was typed."""
    try:
        local = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    if local.tzinfo is None:
        local = local.replace(tzinfo=zone)
        back = local.astimezone(UTC).astimezone(zone)
        if back.replace(tzinfo=None) != local.replace(tzinfo=None):  # skipped by a change of clocks
            return typed
    return local.isoformat(timespec="minutes")


def typed_moment(moment: str | None, zone: ZoneInfo) -> str:
    """A stored moment as the form shows it, in the zone of the installation."""
    return (
        datetime.fromisoformat(moment).astimezone(zone).strftime("%Y-%m-%dT%H:%M") if moment else ""
    )


def settings_of(content: Mapping[str, Any], zone: ZoneInfo) -> Json:
    """Everything of a stored exam but its sections, as the form shows it."""
    attempts, window = content["attempts"], content.get("window") or {}
    texts = {**content, "basis": content["cut_score"]["basis"]}
    limited = attempts["allowed"] != "unlimited"
    return {
        **{
            f"{name}_{locale[:2]}": (texts.get(name) or {}).get(locale, "")
            for name in _TEXTS
            for locale in LOCALES
        },
        "slug": content["slug"],
        "certificate": content.get("certificate") or "",
        "demonstration": content.get("demonstration", False),
        "minutes": str(content["time"]["minutes"]),
        "grace": str(content["time"].get("grace_seconds", 10)),
        "unlimited": not limited,
        "allowed": str(attempts["allowed"]) if limited else "",
        "cooling_off": str(attempts.get("cooling_off_hours", 0)),
        "cut": percent_of(content["cut_score"]["share"]),
        "each_domain": percent_of(content["cut_score"].get("each_domain") or "0/1"),
        "opens": typed_moment(window.get("opens"), zone),
        "closes": typed_moment(window.get("closes"), zone),
        "prerequisites": list(content.get("prerequisites") or ()),
        **{
            name: content["navigation"].get(name, True)
            for name in ("shuffle_items", "shuffle_options")
        },
        "order": content["navigation"]["order"],
        "sealed": content["navigation"].get("sections") == "sealed",
        **{name: content["release"][name] for name in ("result", "detail", "answers")},
        "on": str(content["release"].get("on") or ""),
        **{f"with_{tool}": tool not in content.get("without", ()) for tool in TOOLS},
    }


def content_of(
    code: str,
    settings: Mapping[str, Any],
    sections: Sequence[Section],
    zone: ZoneInfo,
    *,
    base: Mapping[str, Any] | None = None,
    consulted: Sequence[Written] = (),
) -> Json:
    """The content that the form asks for; it may still be wrong."""
    base = base or {}
    content = {
        "format": "probity/1",
        "id": code,
        **{name: base[name] for name in KEPT if base.get(name)},
        "slug": settings["slug"] or slug_of(settings["title_en"]),
        "title": _text(settings, "title"),
        "demonstration": settings["demonstration"],
        "sections": matrix.content_of(sections),
        "time": {
            "minutes": matrix.whole(settings["minutes"]),
            "grace_seconds": matrix.whole(settings["grace"]),
        },
        "attempts": {
            "allowed": "unlimited" if settings["unlimited"] else matrix.whole(settings["allowed"]),
            "cooling_off_hours": matrix.whole(settings["cooling_off"]),
        },
        "cut_score": _cut(settings),
        "navigation": {
            **{name: settings[name] for name in ("order", "shuffle_items", "shuffle_options")},
            **({"sections": "sealed"} if settings["sealed"] else {}),
        },
        "release": {name: settings[name] for name in ("result", "detail", "answers")},
    }
    references = documents.content_of(consulted)
    return content | _optional(settings, zone) | ({"references": references} if references else {})


def _text(settings: Mapping[str, Any], name: str) -> dict[str, str]:
    return {locale: words for locale in LOCALES if (words := settings[f"{name}_{locale[:2]}"])}


def _cut(settings: Mapping[str, Any]) -> Json:
    least = share_of(settings["each_domain"] or "0")
    return {
        "share": share_of(settings["cut"]),
        **({} if least == "0/1" else {"each_domain": least}),
        "basis": _text(settings, "basis"),
    }


def _optional(settings: Mapping[str, Any], zone: ZoneInfo) -> Json:
    found: Json = {name: text for name in ("summary", "honour") if (text := _text(settings, name))}
    window = {
        name: moment_of(settings[name], zone) for name in ("opens", "closes") if settings[name]
    }
    if window:
        found["window"] = window
    for name in ("certificate", "prerequisites"):
        if settings[name]:
            found[name] = settings[name]
    if without := [tool for tool in TOOLS if not settings[f"with_{tool}"]]:
        found["without"] = without
    if settings["on"]:
        found["release"] = {
            **{name: settings[name] for name in ("result", "detail", "answers")},
            "on": settings["on"],
        }
    return found


def checked(
    content: Mapping[str, Any], sections: Sequence[Section], consulted: Sequence[Written] = ()
) -> Exam | Problems:
    """The exam, or what is wrong with it, control by control."""
    try:
        return Exam.model_validate(content, strict=False)
    except ValidationError as refusal:
        problems: Problems = {}
        known = _CONTROLS | matrix.controls_of(sections) | documents.controls_of(consulted)
        for error in refusal.errors():
            control = _place(error, known)
            problems.setdefault(control, sentence(error, control))
        return problems


_CONTROLS = {
    **{name: f"{name}_en" for name in ("title", "summary", "honour")},
    **{f"{name}.{locale}": f"{name}_{locale[:2]}" for name in _TEXTS for locale in LOCALES},
    "slug": "slug",
    "certificate": "certificate",
    "window.opens": "opens",
    "window.closes": "closes",
    "window": "opens",
    "prerequisites": "prerequisites",
    "time.minutes": "minutes",
    "time.grace_seconds": "grace",
    "attempts.allowed": "allowed",
    "attempts.cooling_off_hours": "cooling_off",
    "cut_score.share": "cut",
    "cut_score.each_domain": "each_domain",
    "cut_score.basis": "basis_en",
    "navigation": "order",
    "navigation.sections": "sealed",
    "release.result": "result",
    "release.detail": "detail",
    "release.answers": "answers",
    "release.on": "on",
}
"""Where each place of the content is typed."""


def _place(error: ErrorDetails, known: Mapping[str, str]) -> str:
    """The control that an error belongs to: the nearest one that the form shows."""
    steps = [str(step) for step in error["loc"]]
    steps += [step for step in str(error.get("ctx", {}).get("at", "")).split(".") if step]
    for length in range(len(steps), 0, -1):
        if (path := ".".join(steps[:length])) in known:
            return known[path]
    return ""


def sentence(error: ErrorDetails, control: str) -> str:
    """One sentence for one error, in the words of somebody who fills in a form."""
    context: Mapping[str, Any] = error.get("ctx", {})
    sentences = {
        "E05": _("Name the day only if results are released on a day, and then always."),
        "E07": _("Write a pass mark above 0 and up to 100 per cent."),
        "S08": _("The English text is missing."),
        "S05": _("The English text is missing."),
        "greater_than": _("Write a number above %(number)s.", number=context.get("gt", "")),
        "greater_than_equal": _("Write at least %(number)s.", number=context.get("ge", "")),
        "less_than_equal": _("Write at most %(number)s.", number=context.get("le", "")),
        "int_parsing": _("Write a whole number."),
        "int_type": _("Write a whole number."),
        "literal_error": _("Choose one of the list."),
        "date_from_datetime_parsing": _("Write a date such as 2027-03-01."),
        "date_parsing": _("Write a date such as 2027-03-01."),
    }
    return (
        _by_place(error, control)
        or sentences.get(error["type"])
        or str(_("This is not in the expected form. Correct it."))
    )


def _by_place(error: ErrorDetails, control: str) -> str:
    """What fits the control better than any general sentence."""
    if error["type"] == "E06":
        order = "closes before" in str(error.get("ctx", {}).get("message", ""))
        return str(
            _("The exam would close before it opens.")
            if order
            else _("There is no such time. Write a date and a time, such as 2027-03-01 09:00.")
        )
    if control.endswith("-matrix"):
        return str(_("Say how many questions this section draws."))
    if control.endswith("-cognitive"):
        return str(_("Choose at least one cognitive level."))
    return {
        "slug": str(_("Use small letters, digits and hyphens, beginning with a letter.")),
        "cut": str(_("Write a pass mark above 0 and up to 100 per cent, such as 70 or 7/10.")),
        "each_domain": str(_("Write 0, or a mark up to 100 per cent, such as 50 or 1/2.")),
        "allowed": str(_("Write how many attempts a person has, or tick that there is no limit.")),
        "certificate": str(_("Choose one of the list.")),
    }.get(control, "")
