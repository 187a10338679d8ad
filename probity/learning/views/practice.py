"""My learning, and practice with items that come back when they are due."""

from random import Random

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from probity.bank import queries as bank
from probity.bank.marking import (
    BadResponse,
    View,
    candidate_view,
    feedback,
    hints,
    presentation_order,
)
from probity.bank.shapes import AnyItem
from probity.bank.showing import address_in
from probity.catalogue.queries import domain_titles
from probity.kernel import clock
from probity.kernel.db import db
from probity.kernel.i18n import content_locale
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.learning import actions, pages, queries, rules
from probity.learning.views.blueprint import bp
from probity.learning.views.finding import answer_in


@bp.page("/learning/", needs=Permission.COURSE_LEARN)
def show_dashboard() -> str:
    session, now = db.session(), clock.now()
    states = queries.courses_of(session, actor())
    cards = queries.practice_cards(session, actor())
    return render_template(
        "learning/dashboard.html",
        states=states,
        current=next((state for state in states if state.next_lesson), None),
        due=sum(card.due_at <= now for card in cards.values()),
        practised=len(cards),
    )


@bp.page("/practice/", needs=Permission.COURSE_LEARN)
def practice() -> str:
    session = db.session()
    desk = pages.practice_desk(
        queries.practice_pool(session),
        queries.practice_cards(session, actor()),
        clock.now(),
        domain=request.args.get("domain", ""),
        skip=request.args.get("after"),
    )
    return render_template(
        "learning/practice.html",
        desk=desk,
        titles=domain_titles(session),
        view=_view(desk.version, desk.tries) if desk.version else None,
        hints=_hints(desk.version) if desk.version else [],
    )


@bp.action("/practice/responses", needs=Permission.COURSE_LEARN)
def answer_practice() -> ResponseReturnValue:
    session, ref = db.session(), request.form.get("item", "")
    domain = request.form.get("domain") or None
    version, _domain = queries.practice_pool(session).get(ref) or abort(404)
    item = _item(version)
    try:
        given = answer_in(request.form, item, ref)
    except BadResponse as error:
        flash(error.sentence, "bad")
        return redirect(url_for("learning.practice", domain=domain), code=303)
    actions.answer_practice(session, item, version, given, by=actor(), locale=content_locale())
    return redirect(url_for("learning.show_practised", ref=ref, domain=domain), code=303)


@bp.page("/practice/<ref>/", needs=Permission.COURSE_LEARN)
def show_practised(ref: str) -> str:
    session = db.session()
    card = queries.practice_card(session, actor(), ref) or abort(404)
    if bank.is_compromised(session, ref):
        abort(404)
    item = _item(card.item_version_id)
    return render_template(
        "learning/practised.html",
        card=card,
        domain=request.args.get("domain", ""),
        view=_view(card.item_version_id, card.tries - 1),
        feedback=feedback(
            item, card.response, content_locale(), address=address_in(card.item_version_id)
        ),
        days=rules.INTERVAL_DAYS[card.box],
    )


def _item(version: int) -> AnyItem:
    return bank.parsed_versions(db.session(), [version])[version]


def _hints(version: int) -> list[Markup]:
    return hints(_item(version), content_locale(), address=address_in(version))


def _view(version: int, tries: int) -> View:
    """Options stand in another order each time, and in the same one when it is explained."""
    item = _item(version)
    order = presentation_order(item, Random(f"{item.id}/{tries}"))  # noqa: S311 - no secret
    return candidate_view(item, content_locale(), order, address=address_in(version))
