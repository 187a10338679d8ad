"""The issuer's public keys, where machines look for them."""

from typing import Any

from flask import Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from probity.api import documents
from probity.api.views.blueprint import bp
from probity.credentials import enquiries
from probity.kernel.permissions import Public


@bp.page("/.well-known/did.json", needs=Public.VERIFY)
def show_did() -> ResponseReturnValue:
    base_url = current_app.config["PROBITY"].base_url
    return _published(documents.did_document(base_url, enquiries.open_desk().trust.keys))


@bp.page("/.well-known/jwks.json", needs=Public.VERIFY)
def show_jwks() -> ResponseReturnValue:
    return _published(documents.jwk_set(enquiries.open_desk().trust.keys))


def _published(document: dict[str, Any]) -> Response:
    response = jsonify(document)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
