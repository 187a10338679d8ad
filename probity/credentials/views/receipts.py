"""Signed receipts of verifications: asked for on the result page, made by the worker in seconds."""

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from probity.credentials import rules
from probity.credentials.receipts import actions, queries, sealing, wording
from probity.credentials.views.blueprint import bp
from probity.credentials.views.public import private_document
from probity.credentials.views.verify import private
from probity.kernel import ratelimit, storage
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public

LIMIT, MOST, WITHIN_SECONDS = "verify-receipt", 10, 600
"""Each costs the worker a typeset page."""


@bp.action("/verify/receipts", needs=Public.VERIFY)
def ask_receipt() -> ResponseReturnValue:
    sealed = request.form.get("answer", "")
    found = sealing.unseal(sealed)
    if found is None:
        raise Refused(_("This answer is more than an hour old. Please verify once more."), "stale")
    session, place = db.session(), request.remote_addr or ""
    ratelimit.check(session, LIMIT, place, most=MOST)
    ratelimit.count(session, LIMIT, place, per_seconds=WITHIN_SECONDS)
    told, asked, at = found
    token = actions.ask(session, sealed, wording.compose(told, asked, at), at)
    return redirect(f"/verify/receipts/{token}", code=303)


@bp.page("/verify/receipts/<token>", needs=Public.VERIFY)
def show_receipt(token: str) -> ResponseReturnValue:
    receipt = queries.find(db.session(), token) or abort(404)
    certificate = ((receipt.content or {}).get("answer") or {}).get("certificate") or {}
    page = render_template(
        "credentials/receipt.html",
        receipt=receipt,
        number=certificate.get("number"),
        holder=rules.masked(certificate.get("holder", "")),
        days=actions.KEPT.days,
    )
    return private(page)


@bp.page("/verify/receipts/<token>.pdf", needs=Public.VERIFY)
def download_receipt(token: str) -> ResponseReturnValue:
    receipt = queries.find(db.session(), token) or abort(404)
    if receipt.storage_key is None:
        abort(404)
    response = private_document(storage.get(receipt.storage_key), "application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{receipt.number}.pdf"'
    return response
