"""The public page of one certificate and its documents. Whoever has the link may see them."""

import hashlib
from collections.abc import Callable

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from probity.credentials import enquiries, entries, presenting, sentences
from probity.credentials.entries import Entry
from probity.credentials.facts import LEVELS
from probity.credentials.proofs import qr
from probity.credentials.views.blueprint import bp
from probity.credentials.views.verify import private
from probity.kernel import storage
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public
from probity.kernel.work import reading


def _shown(public_id: str, show: Callable[[Entry], Response]) -> Response:
    """What somebody with the link may see; addresses that lead nowhere are counted as guesses."""
    place = request.remote_addr
    enquiries.check_place(place)
    with reading() as session:
        certificate = entries.by_public_id(session, public_id)
        if certificate is not None:
            return show(certificate)
    enquiries.count_miss(place)
    abort(404)


def _address(certificate: Entry) -> str:
    return f"{current_app.config['PROBITY'].base_url}/c/{certificate.public_id}"


@bp.raw("/c/<public_id>", methods=["GET"], needs=Public.VERIFY)
def show_certificate(public_id: str) -> ResponseReturnValue:
    return _shown(public_id, _page)


def _page(certificate: Entry) -> Response:
    answer = enquiries.open_desk().registered(db.session(), certificate)
    page = render_template(
        "credentials/certificate.html",
        certificate=certificate,
        answer=answer,
        verdict=presenting.verdict(answer),
        sentence=presenting.sentence(answer),
        told=sentences.reasons_told(answer.reasons),
        history=certificate.history(answer.checked_at),
        level=LEVELS[certificate.level],
        address=_address(certificate),
    )
    return private(page)


@bp.raw("/c/<public_id>.pdf", methods=["GET"], needs=Public.VERIFY)
def download_pdf(public_id: str) -> ResponseReturnValue:
    return _shown(
        public_id, lambda c: _document(_issued_file(c), "application/pdf", f"{c.number}.pdf")
    )


@bp.raw("/c/<public_id>.json", methods=["GET"], needs=Public.VERIFY)
def download_credential(public_id: str) -> ResponseReturnValue:
    return _shown(
        public_id,
        lambda c: _document(c.credential.encode(), "application/json", f"{c.number}.json"),
    )


@bp.raw("/c/<public_id>.png", methods=["GET"], needs=Public.VERIFY)
def show_code(public_id: str) -> ResponseReturnValue:
    """The code of the page alone; the one on paper also holds a signed summary."""
    return _shown(public_id, lambda c: private_document(qr.png(_address(c)), "image/png"))


def _issued_file(certificate: Entry) -> bytes:
    """The stored file, if it still is the one that was registered."""
    try:
        data = storage.get(certificate.storage_key)
    except FileNotFoundError:
        data = b""
    if hashlib.sha256(data).hexdigest() != certificate.sha256:
        raise Refused(
            _(
                "The stored file of this certificate is missing or damaged and is not given out. "
                "Please tell the issuer; the register itself is not affected."
            ),
            "integrity",
        )
    return data


def _document(data: bytes, kind: str, name: str) -> Response:
    response = private_document(data, kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def private_document(data: bytes, kind: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response
