"""Withdrawing many certificates: one person chooses and gives the reason, another starts it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.accounts import stepup
from probity.credentials import bulk, groups, presenting, progress, queries
from probity.credentials.forms import BulkForm
from probity.credentials.models import Bulk
from probity.credentials.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/studio/certificates/bulk/", needs=Permission.CERTIFICATE_READ)
def list_bulk() -> ResponseReturnValue:
    return _list(_form())


@bp.action("/studio/certificates/bulk/", needs=Permission.CERTIFICATE_REVOKE)
def prepare_bulk() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        made = bulk.prepare(
            db.session(), form.selection(), reason=form.reason.data or "", by=actor()
        )
    except Refused as no:
        field = form.numbers if no.reason == "numbers" else form.exam
        field.errors = [no.message]
        return _list(form), 409
    flash(_("Prepared. Nothing happens until a second person has started it."), "ok")
    return _to(made)


@bp.page("/studio/certificates/bulk/<public_id>/", needs=Permission.CERTIFICATE_READ)
def show_bulk(public_id: str) -> ResponseReturnValue:
    session = db.session()
    found = bulk.find(session, public_id) or abort(404)
    return render_template(
        "credentials/bulk_one.html",
        bulk=found,
        counts=bulk.counts(session, found),
        examples=bulk.examples(session, found),
        status_of=queries.status_of,
        verdicts=presenting.VERDICTS,
        own=found.made_by_id == actor().id,
    )


@bp.action("/studio/certificates/bulk/<public_id>/started", needs=Permission.CERTIFICATE_REVOKE)
def start_bulk(public_id: str) -> ResponseReturnValue:
    stepup.ask_again_if_stale(url_for("credentials.show_bulk", public_id=public_id))
    found = bulk.find(db.session(), public_id, lock=True) or abort(404)
    bulk.start(db.session(), found, by=actor())
    flash(_("Started. You can watch it here."), "ok")
    return _to(found)


@bp.action("/studio/certificates/bulk/<public_id>/cancelled", needs=Permission.CERTIFICATE_REVOKE)
def cancel_bulk(public_id: str) -> ResponseReturnValue:
    found = bulk.find(db.session(), public_id, lock=True) or abort(404)
    bulk.cancel(db.session(), found, by=actor())
    flash(_("Dropped. Nothing was withdrawn."), "ok")
    return _to(found)


def _to(found: Bulk) -> ResponseReturnValue:
    return redirect(url_for("credentials.show_bulk", public_id=found.public_id), code=303)


def _form() -> BulkForm:
    form = BulkForm()
    form.exam.choices = [(0, _("None")), *progress.choices(db.session())]
    form.sitting.choices = [(0, _("None")), *groups.choices(db.session())]
    return form


def _list(form: BulkForm) -> str:
    page = paginate(db.session(), bulk.newest(), request.args.get("page", 1, int))
    return render_template("credentials/bulk.html", form=form, page=page)
