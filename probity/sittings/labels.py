"""The words people read for the codes of sittings."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import flask_babel
from babel.dates import format_datetime
from flask_babel import LazyString
from markupsafe import Markup

from probity.catalogue.shapes import Cell
from probity.exams import drafting
from probity.exams.supply import Shelf
from probity.kernel.i18n import content_locale, ngettext
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l
from probity.sittings.models import WindowRule
from probity.sittings.rules import Entitlement, Phase, Problem

RULES: Mapping[WindowRule, LazyString] = {
    WindowRule.START: _l("The start: whoever starts in the window has the full time"),
    WindowRule.END: _l("The end: at closing time everybody’s time is over"),
}
PHASES: Mapping[Phase, LazyString] = {
    Phase.COMING: _l("To come"),
    Phase.RUNNING: _l("Running"),
    Phase.PAST: _l("Past"),
}
PHASE_BADGES = {Phase.COMING: "info", Phase.RUNNING: "ok", Phase.PAST: ""}


def minutes(span: timedelta) -> str:
    """A time limit in words, to the second where it is no whole minute."""
    whole, rest = divmod(span // timedelta(seconds=1), 60)
    words = ngettext("%(num)d minute", "%(num)d minutes", whole)
    if rest:
        seconds = ngettext("%(num)d second", "%(num)d seconds", rest)
        return str(_("%(minutes)s and %(seconds)s", minutes=words, seconds=seconds))
    return str(words)


def in_zone(moment: datetime, zone: str) -> Markup:
    """A date and time in a named zone."""
    shown = moment.astimezone(ZoneInfo(zone))
    chinese = content_locale() == "zh-Hans"
    pattern = "y年M月d日HH:mm" if chinese else "d MMM y, HH:mm"
    locale = "zh_Hans" if chinese else (flask_babel.get_locale() or "en")
    words = format_datetime(shown, pattern, locale=locale)
    bracketed = "（{}）" if chinese else " ({})"
    return Markup('<time datetime="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"), words + bracketed.format(zone.replace("_", " "))
    )


def network_sentence(problem: Problem) -> str:
    """Why an address range cannot be read, and how it is written."""
    if problem.code == "host-bits":
        return str(
            _(
                "Line %(line)s: %(words)s. The part after the range must be zero.",
                line=problem.line,
                words=problem.words,
            )
        )
    return str(
        _(
            "Line %(line)s: “%(words)s” is no address range. Write one such as 10.1.2.0/24 or "
            "2001:db8::/48.",
            line=problem.line,
            words=problem.words,
        )
    )


ROSTER: Mapping[str, LazyString] = {
    "columns": _l("%(words)s columns; a line holds address, room and seat"),
    "not-an-address": _l("“%(words)s” is no e-mail address"),
    "too-long": _l("“%(words)s” is too long"),
    "too-many": _l("more than %(words)s people in one list; split it"),
    "twice": _l("this address stands in line %(words)s already"),
    "unknown": _l("nobody here has the address %(words)s; invite the person first"),
    "no-candidate": _l("%(words)s may not sit exams; the role of a candidate is missing"),
    "engaged": _l("registered for another sitting at that time: %(words)s"),
    "seat-taken": _l("this seat is given to somebody else: %(words)s"),
}


def roster_sentence(problem: Problem) -> str:
    """What is wrong with one line of a roster."""
    return str(_("Line %(line)s: %(why)s.", line=problem.line, why=roster_why(problem)))


def roster_why(problem: Problem) -> str:
    """Why one person cannot have the place asked for."""
    return str(ROSTER[problem.code]) % {"words": problem.words}


def entitlement_words(entitled: Entitlement) -> list[str]:
    """What a person is entitled to, one thing each."""
    found = []
    if entitled.factor != 1:
        share = (entitled.factor - 1) * 100
        found.append(
            str(_("time × %(factor)s (+%(share)s%%)", factor=entitled.factor, share=_whole(share)))
        )
    if entitled.break_minutes:
        found.append(
            ngettext(
                "%(num)d minute of breaks", "%(num)d minutes of breaks", entitled.break_minutes
            )
        )
    if entitled.extra_attempts:
        found.append(
            ngettext("%(num)d extra attempt", "%(num)d extra attempts", entitled.extra_attempts)
        )
    if entitled.separate_room:
        found.append(str(_("a separate room")))
    return found


def _whole(share: Fraction) -> str:
    return f"{round(float(share), 1):g}"


def lacking_sentence(cell: Mapping[str, Any]) -> str:
    """What the bank lacked for one cell when papers were drawn."""
    shelf = Shelf(
        cell["section"],
        Cell.model_validate(cell["cell"], strict=False),
        dict.fromkeys(range(cell["have"]), 0),
        cell["lack"],
    )
    return drafting.shortage(shelf)
