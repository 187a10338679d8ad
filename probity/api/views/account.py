"""One's own keys for programs: made, seen once, revoked."""

from typing import cast

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from probity.accounts import stepup
from probity.accounts.models import Person
from probity.api import actions, queries
from probity.api.forms import KeyForm
from probity.api.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/employer/keys/", needs=Permission.ACCOUNT_OWN)
def list_keys() -> ResponseReturnValue:
    return _page(KeyForm())


@bp.action("/employer/keys/", needs=Permission.ACCOUNT_OWN)
def make_key() -> ResponseReturnValue:
    stepup.ask_again_if_stale(url_for("api.list_keys"))
    form = KeyForm()
    if not form.validate_on_submit():
        return _page(form), 422
    person = cast("Person", actor())
    _key, token = actions.make(db.session(), person, form.label.data or "", form.days.data)
    return _page(KeyForm(formdata=None), token)


@bp.action("/employer/keys/<public_id>/revoked", needs=Permission.ACCOUNT_OWN)
def revoke_key(public_id: str) -> ResponseReturnValue:
    session = db.session()
    key = queries.own(session, actor(), public_id) or abort(404)
    actions.revoke(session, key, by=actor())
    flash(_("The key is revoked. Programs that use it are turned away from now on."), "ok")
    return redirect(url_for("api.list_keys"), code=303)


def _page(form: KeyForm, token: str | None = None) -> Response:
    session = db.session()
    keys = queries.keys_of(session, actor())
    page = render_template(
        "api/keys.html",
        form=form,
        token=token,
        keys=keys,
        is_live=queries.is_live,
        used=queries.used_today(session, [key.id for key in keys]),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
