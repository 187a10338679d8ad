"""Corrected names: what a holder asks for, and what the registrar says to it."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.credentials import correcting, queries
from probity.credentials.forms import AnswerForm, CorrectionForm
from probity.credentials.models import Certificate, Correction
from probity.credentials.rules import CorrectionState
from probity.credentials.views.blueprint import bp
from probity.credentials.views.public import private_document
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/certificates/<public_id>/correction", needs=Permission.CERTIFICATE_HOLD)
def show_correction(public_id: str) -> ResponseReturnValue:
    certificate = queries.own(db.session(), actor(), public_id) or abort(404)
    given = {"name_latin": certificate.name_latin, "name_native": certificate.name_native}
    return _form(certificate, CorrectionForm(data=given))


@bp.action("/certificates/<public_id>/correction", needs=Permission.CERTIFICATE_HOLD)
def ask_correction(public_id: str) -> ResponseReturnValue:
    session, form = db.session(), CorrectionForm()
    certificate = queries.lock_own(session, actor(), public_id) or abort(404)
    wish = form.wish()
    if wish is None:
        return _form(certificate, form), 422
    correcting.ask(session, certificate, wish, by=actor())
    flash(_("Sent. The registrar looks at it; you get a letter with the answer."), "ok")
    return redirect(url_for("credentials.list_own"), code=303)


def _form(certificate: Certificate, form: CorrectionForm) -> str:
    waiting = correcting.waiting_for(db.session(), certificate)
    return render_template(
        "credentials/correction.html", certificate=certificate, form=form, waiting=waiting
    )


@bp.page("/studio/certificates/corrections/", needs=Permission.CERTIFICATE_ISSUE)
def list_corrections() -> ResponseReturnValue:
    state = request.args.get("state", "")
    chosen = CorrectionState(state) if state in set(CorrectionState) else CorrectionState.WAITING
    return render_template(
        "credentials/corrections.html",
        page=paginate(db.session(), queries.corrections(chosen), request.args.get("page", 1, int)),
        state=chosen,
        states=list(CorrectionState),
    )


@bp.page("/studio/certificates/corrections/<public_id>/", needs=Permission.CERTIFICATE_ISSUE)
def show_request(public_id: str) -> ResponseReturnValue:
    found = queries.correction(db.session(), public_id) or abort(404)
    return _request(found, AnswerForm())


@bp.action(
    "/studio/certificates/corrections/<public_id>/accepted", needs=Permission.CERTIFICATE_ISSUE
)
def accept_correction(public_id: str) -> ResponseReturnValue:
    session = db.session()
    found = queries.correction(session, public_id, lock=True) or abort(404)
    correcting.accept(session, found, by=actor())
    flash(
        _("Accepted. The new certificate is issued now, and the old one superseded with it."), "ok"
    )
    return redirect(url_for("credentials.show_request", public_id=public_id), code=303)


@bp.action(
    "/studio/certificates/corrections/<public_id>/refused", needs=Permission.CERTIFICATE_ISSUE
)
def refuse_correction(public_id: str) -> ResponseReturnValue:
    session, form = db.session(), AnswerForm()
    found = queries.correction(session, public_id, lock=True) or abort(404)
    if not form.validate_on_submit():
        return _request(found, form), 422
    correcting.refuse(session, found, reason=form.reason.data or "", by=actor())
    flash(_("Refused. The holder gets a letter with your reason."), "ok")
    return redirect(url_for("credentials.show_request", public_id=public_id), code=303)


@bp.action(
    "/studio/certificates/corrections/<public_id>/evidence", needs=Permission.CERTIFICATE_ISSUE
)
def open_evidence(public_id: str) -> Response:
    """An action, for every look at a document of somebody's identity is recorded."""
    found = queries.correction(db.session(), public_id) or abort(404)
    data, kind = correcting.open_evidence(db.session(), found, by=actor())
    response = private_document(data, kind)
    name = f"evidence-{found.certificate.number}.{kind.rpartition('/')[2]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _request(found: Correction, form: AnswerForm) -> str:
    return render_template(
        "credentials/request.html",
        correction=found,
        certificate=found.certificate,
        form=form,
        newer=queries.replacement(db.session(), found.certificate),
    )
