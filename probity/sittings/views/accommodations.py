"""Accommodations on the person: search, grant, withdraw, history."""

from typing import cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.accounts import queries as accounts
from probity.accounts.models import Person
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.sittings import entitlements, labels
from probity.sittings.forms import AccommodationForm, ReasonForm
from probity.sittings.models import Accommodation
from probity.sittings.views.blueprint import bp

PERSON = "/studio/accommodations/<public_id>"


@bp.page("/studio/accommodations/", needs=Permission.ACCOMMODATION_MANAGE)
def list_accommodations() -> ResponseReturnValue:
    session, sought = db.session(), request.args.get("q", "").strip()[:100]
    number = request.args.get("page", 1, int)
    return render_template(
        "sittings/accommodations.html",
        sought=sought,
        found=paginate(session, accounts.people(sought), number) if sought else None,
        granted=paginate(session, entitlements.listed(), number) if not sought else None,
        words_of=_words_of,
    )


def _words_of(granted: Accommodation) -> list[str]:
    return labels.entitlement_words(entitlements.entitlement_of(granted))


@bp.page(f"{PERSON}/", needs=Permission.ACCOMMODATION_MANAGE)
def show_accommodations(public_id: str) -> ResponseReturnValue:
    person = accounts.person_of(db.session(), public_id) or abort(404)
    return _page(person)


def _page(
    person: Person, form: AccommodationForm | None = None, refused: ReasonForm | None = None
) -> str:
    session = db.session()
    given = entitlements.history(session, person)
    return render_template(
        "sittings/entitled.html",
        person=person,
        given=given,
        names=entitlements.names_of(session, given),
        running=entitlements.running(session, person),
        form=form or AccommodationForm(formdata=None),
        reason=refused or ReasonForm(formdata=None),
        words_of=_words_of,
    )


@bp.action(f"{PERSON}/", needs=Permission.ACCOMMODATION_MANAGE)
def grant_accommodation(public_id: str) -> ResponseReturnValue:
    session, form = db.session(), AccommodationForm()
    person = accounts.lock_person(session, public_id) or abort(404)
    wanted = form.entitled()
    if wanted is None:
        return _page(person, form), 422
    entitled, valid = wanted
    basis = cast("str", form.basis.data)
    try:
        entitlements.grant(session, person, entitled, basis=basis, valid=valid, by=actor())
    except Refused as no:
        field = form.valid_from if no.reason == "overlap" else form.factor
        field.errors = [no.message]
        return _page(person, form), 409
    flash(_("Granted. It counts in every exam begun from now on."), "ok")
    return _back(person)


@bp.action(f"{PERSON}/<int:number>/withdrawal", needs=Permission.ACCOMMODATION_MANAGE)
def withdraw_accommodation(public_id: str, number: int) -> ResponseReturnValue:
    session, form = db.session(), ReasonForm()
    person = accounts.person_of(session, public_id) or abort(404)
    granted = entitlements.lock_granted(session, person, number) or abort(404)
    if not form.validate():
        return _page(person, refused=form), 422
    entitlements.withdraw(session, granted, cast("str", form.reason.data), by=actor())
    flash(_("Withdrawn. It no longer counts in exams begun from now on."), "ok")
    return _back(person)


def _back(person: Person) -> ResponseReturnValue:
    """To the person's page; attempts that run keep their terms, and the officer is told so."""
    running = entitlements.running(db.session(), person)
    if running:
        flash(
            _(
                "An attempt of this person is running and keeps the terms it began with. To give "
                "it more time, extend it in the live console of its sitting."
            ),
            "warn",
        )
    target = url_for("sittings.show_accommodations", public_id=person.public_id)
    return redirect(target, code=303)
