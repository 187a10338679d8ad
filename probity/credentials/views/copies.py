"""Copies for printing on paper that bears frame and logo already: not the signed file."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from probity.credentials import queries
from probity.credentials.designs import actions
from probity.credentials.designs import queries as designs
from probity.credentials.models import Certificate
from probity.credentials.views.blueprint import bp
from probity.credentials.views.public import private_document
from probity.kernel import storage
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor

Found = Callable[[str], Certificate]


def _own(public_id: str) -> Certificate:
    return queries.own(db.session(), actor(), public_id) or abort(404)


def _any(public_id: str) -> Certificate:
    return queries.by_public_id(db.session(), public_id) or abort(404)


@bp.page("/certificates/<public_id>/print-copy", needs=Permission.CERTIFICATE_HOLD)
def show_own_copy(public_id: str) -> ResponseReturnValue:
    return _show(_own(public_id), studio=False)


@bp.action("/certificates/<public_id>/print-copy", needs=Permission.CERTIFICATE_HOLD)
def ask_own_copy(public_id: str) -> ResponseReturnValue:
    return _ask(_own(public_id))


@bp.page("/certificates/<public_id>/print-copy.pdf", needs=Permission.CERTIFICATE_HOLD)
def download_own_copy(public_id: str) -> ResponseReturnValue:
    return _file(_own(public_id))


@bp.page("/studio/certificates/<public_id>/print-copy", needs=Permission.CERTIFICATE_ISSUE)
def show_copy(public_id: str) -> ResponseReturnValue:
    return _show(_any(public_id), studio=True)


@bp.action("/studio/certificates/<public_id>/print-copy", needs=Permission.CERTIFICATE_ISSUE)
def ask_copy(public_id: str) -> ResponseReturnValue:
    return _ask(_any(public_id))


@bp.page("/studio/certificates/<public_id>/print-copy.pdf", needs=Permission.CERTIFICATE_ISSUE)
def download_copy(public_id: str) -> ResponseReturnValue:
    return _file(_any(public_id))


def _show(certificate: Certificate, *, studio: bool) -> str:
    made = designs.latest_copy(db.session(), actor(), certificate.id)
    return render_template(
        "credentials/copy.html",
        certificate=certificate,
        studio=studio,
        asked=made is not None,
        waiting=made is not None and made.ended_at is None,
        ready=made is not None and bool(made.found.get("pages")),
    )


def _ask(certificate: Certificate) -> ResponseReturnValue:
    actions.copy(db.session(), certificate, by=actor())
    flash(_("The copy is being made, which takes some seconds."), "ok")
    return redirect(request.path, code=303)


def _file(certificate: Certificate) -> ResponseReturnValue:
    made = designs.latest_copy(db.session(), actor(), certificate.id)
    if made is None or not made.found.get("pages"):
        abort(404)
    response = private_document(storage.get(made.found["pages"][0]["key"]), "application/pdf")
    name = f"{certificate.number}-copy-for-printing.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
