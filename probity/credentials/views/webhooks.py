"""Webhooks of a watch list: added, tried, looked at, ended."""

from typing import cast

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.accounts.models import Person
from probity.credentials.views.blueprint import bp
from probity.credentials.views.verify import private
from probity.credentials.watching import hooks, outbound, queries
from probity.credentials.watching.models import Webhook
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.action("/employer/webhooks/", needs=Permission.ACCOUNT_OWN)
def add_webhook() -> ResponseReturnValue:
    url = request.form.get("url", "").strip()
    hook = hooks.add(db.session(), url, by=cast("Person", actor()))
    flash(_("Added. Send a test to see whether it arrives."), "ok")
    return _to(hook)


@bp.page("/employer/webhooks/<public_id>/", needs=Permission.ACCOUNT_OWN)
def show_webhook(public_id: str) -> ResponseReturnValue:
    session = db.session()
    hook = queries.webhook(session, actor(), public_id) or abort(404)
    page = render_template(
        "credentials/webhook.html",
        hook=hook,
        secret=hooks.secret(hook),
        page=paginate(session, queries.deliveries(hook), request.args.get("page", 1, int)),
        sentences=outbound.SENTENCES,
        most=len(hooks.PAUSES) + 1,
    )
    return private(page)


@bp.action("/employer/webhooks/<public_id>/test", needs=Permission.ACCOUNT_OWN)
def test_webhook(public_id: str) -> ResponseReturnValue:
    hook = _locked(public_id)
    hooks.ping(db.session(), hook)
    flash(_("A test is on its way. Look again in a moment."), "ok")
    return _to(hook)


@bp.action("/employer/webhooks/<public_id>/end", needs=Permission.ACCOUNT_OWN)
def end_webhook(public_id: str) -> ResponseReturnValue:
    hook = _locked(public_id)
    hooks.end(db.session(), hook, by=actor())
    flash(_("Nothing more is sent to this address."), "ok")
    return _to(hook)


@bp.action(
    "/employer/webhooks/<public_id>/deliveries/<int:delivery_id>", needs=Permission.ACCOUNT_OWN
)
def send_delivery_again(public_id: str, delivery_id: int) -> ResponseReturnValue:
    session, hook = db.session(), _locked(public_id)
    delivery = queries.delivery(session, hook, delivery_id) or abort(404)
    hooks.send_again(session, delivery)
    flash(_("It is sent once more. Look again in a moment."), "ok")
    return _to(hook)


def _locked(public_id: str) -> Webhook:
    return queries.webhook(db.session(), actor(), public_id, lock=True) or abort(404)


def _to(hook: Webhook) -> Response:
    address = url_for("credentials.show_webhook", public_id=hook.public_id)
    return cast("Response", redirect(address, code=303))
