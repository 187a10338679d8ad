"""The words people read about blueprints and forms: limits, what is missing, what changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString

from probity.assembly.optimiser import Shortage
from probity.assembly.rules import CASE, Check, Offer
from probity.assembly.shapes import Further, Plan, Span
from probity.bank import labels as bank_labels
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l
from probity.kernel.i18n import listed, ngettext, told

PLACES: Mapping[str, LazyString] = {
    "recall": _l("Remember, understand"),
    "apply": _l("Apply"),
    "judge": _l("Analyse, evaluate"),
    CASE: _l("Case sets"),
}
MEASURES: Mapping[str, LazyString] = {"questions": _l("Questions"), "points": _l("Points")}
SET_STATES: Mapping[str, LazyString] = {
    "waiting": _l("Searching"),
    "assembled": _l("Assembled"),
    "impossible": _l("No forms possible"),
    "out_of_time": _l("Out of time"),
}
SET_BADGES = {"waiting": "info", "assembled": "ok", "impossible": "bad", "out_of_time": "warn"}
FORM_STATES: Mapping[str, LazyString] = {
    "draft": _l("Draft"),
    "submitted": _l("Waits for approval"),
    "approved": _l("Approved"),
    "withdrawn": _l("Withdrawn"),
}
FORM_BADGES = {"draft": "", "submitted": "info", "approved": "ok", "withdrawn": "warn"}
CHANGES: Mapping[str, LazyString] = {
    "exchange": _l("Item exchanged"),
    "order": _l("Order changed"),
}


def number(value: float, places: int = 2) -> str:
    """A figure as people read it, without idle zeros."""
    return f"{value:.{places}f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def limit_name(plan: Plan, kind: str, name: str) -> str:
    """What a limit is about."""
    if kind == "cell":
        return cell_name(plan, name)
    if kind == "information":
        return str(_("Information at ability %(theta)s", theta=name))
    return {
        "questions": str(_("Questions in a form")),
        "points": str(_("Points of a form")),
        "mean": str(_("Mean of the expected shares")),
        "spread": str(_("Spread of the expected shares")),
        "twice": str(_("Items that stand twice")),
        "enemies": str(_("Enemies in one form")),
        "equal": str(_("Difference in length between the forms")),
        "overlap": str(_("Questions shared by two forms")),
        "exposure": str(_("Items used too often")),
    }[kind]


def cell_name(plan: Plan, name: str) -> str:
    """A cell of the grid, or what one further limit asks for."""
    domain, _slash, place = name.partition("/")
    if domain == "further":
        return further_name(plan.further[int(place)])
    return f"{domain} · {PLACES[place]}"


def further_name(one: Further) -> str:
    kinds = listed(bank_labels.KINDS.get(kind, kind) for kind in one.kinds)
    words = [word for word in (one.domain, one.competency, kinds) if word]
    return f"{' · '.join(words) or _('All')} ({MEASURES[one.measure]})"


def reach(least: float | None, most: float | None) -> str:
    """What a limit allows."""
    if most is None and not least:
        return str(_("any"))
    if most == 0:
        return str(_("none"))
    if most is None:
        return str(_("at least %(number)s", number=number(least or 0)))
    if least is None:
        return str(_("at most %(number)s", number=number(most)))
    return number(least) if least == most else f"{number(least)}–{number(most)}"


def found(check: Check) -> str:
    """What a form has, with what breaks the limit."""
    return listed(check.facts) if check.facts else number(check.found)


def shortage(plan: Plan, one: Shortage) -> str:
    """What cannot be had, and the nearest change that would do."""
    if one.kind == "cell":
        return _cell_shortage(plan, one)
    each = {
        "want": number(one.wanted / one.forms),
        "have": number(one.reached / one.forms),
        "limit": limit_name(plan, one.kind, one.name),
    }
    sentences = {
        "questions": _(
            "The cells together allow %(have)s questions in a form, %(want)s are wanted: change "
            "the length or the cells.",
            **each,
        ),
        "overlap": _(
            "Two forms would share %(have)s questions, %(want)s are allowed: allow more, ask for "
            "fewer forms, or write items.",
            **each,
        ),
    }
    otherwise = _(
        "%(limit)s: %(want)s is out of reach together with the rest, the nearest is %(have)s. "
        "Widen it, or write items that fit.",
        **each,
    )
    return str(sentences.get(one.kind, otherwise))


def _cell_shortage(plan: Plan, one: Shortage) -> str:
    name = cell_name(plan, one.name)
    if one.reached > one.wanted:
        sentence = _(
            "%(cell)s: at most %(want)s wanted, but what else is asked for brings %(have)s. Raise "
            "the limit, or ask for fewer case sets.",
            cell=name,
            want=number(one.wanted),
            have=number(one.reached),
        )
        return str(sentence)
    wanted = ngettext(
        "%(cell)s: %(want)s wanted in %(num)d form, %(have)s can be had.",
        "%(cell)s: %(want)s wanted in %(num)d forms, %(have)s can be had.",
        one.forms,
        cell=name,
        want=number(one.wanted),
        have=number(one.reached),
    )
    facts = {"lack": number(one.wanted - one.reached), "supply": number(one.supply)}
    if one.spare:
        way = _(
            "The bank has %(supply)s that fit: write %(lack)s more, or move %(lack)s to %(spare)s.",
            spare=cell_name(plan, one.spare),
            **facts,
        )
    else:
        way = _(
            "The bank has %(supply)s that fit: write %(lack)s more, or lower the number.", **facts
        )
    return told(wanted, way)


def ease(offer: Offer) -> str:
    """The expected share of right answers of an item, or a dash where nobody estimated it."""
    known = [part.p for part in offer.parts if part.p is not None]
    return f"{sum(known) / len(known):.2f}" if known else "–"


def outcome(plan: Plan, facts: Mapping[str, Any]) -> str:
    """How near to the best possible forms these are."""
    words = {
        "value": number(facts["value"], 3),
        "bound": number(facts["bound"], 3),
        "seconds": number(facts["seconds"], 1),
    }
    if plan.maximise and plan.information:
        best = _(
            "The least information of any form is %(value)s; no other forms can reach more than "
            "%(bound)s.",
            **words,
        )
    else:
        best = _(
            "No form deviates from its target by more than %(value)s of the whole; no other forms "
            "could come nearer than %(bound)s.",
            **words,
        )
    if facts["proved"]:
        proof = _("Proved by the optimiser in %(seconds)s seconds.", **words)
    else:
        proof = _(
            "The time was over before this was proved to be the best: there may be better ones."
        )
    return told(best, proof)


def targets(plan: Plan) -> list[tuple[str, str]]:
    """Everything a blueprint asks beside its grid, name and value."""
    rows: list[tuple[str, str]] = []
    for name, span in (("questions", plan.questions), ("points", plan.points)):
        if span is not None:
            rows.append((limit_name(plan, name, ""), _span(span)))
    for name, target in (("mean", plan.mean), ("spread", plan.spread)):
        if target is not None:
            words = _("%(wanted)s, give or take %(off)s", wanted=target.wanted, off=target.off)
            rows.append((limit_name(plan, name, ""), str(words)))
    for goal in plan.information:
        least = reach(float(goal.least), None) if float(goal.least) else _("as much as possible")
        rows.append((limit_name(plan, "information", goal.theta), str(least)))
    if plan.exposure is not None:
        rows.append((str(_("Forms an item may be in at most")), str(plan.exposure)))
    rows += [(further_name(one), _span(one.span)) for one in plan.further]
    return rows


def information(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Test information at each point, name and value."""
    return [
        (str(_("Information at ability %(theta)s", theta=theta)), value) for theta, value in found
    ]


def _span(span: Span) -> str:
    return reach(float(span.least), None if span.most is None else float(span.most))
