"""Verification for machines: no cookie, no key, the answers of the pages in JSON."""

import json
from typing import Any

from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from probity.api import documents, openapi
from probity.api.shapes import ByCredential, ByNumber, Verification
from probity.credentials import enquiries, presenting, sentences
from probity.credentials.checks.contents import Problem
from probity.credentials.checks.inspection import LARGEST
from probity.credentials.proofs.credential import once
from probity.credentials.verification import Answer
from probity.kernel.error_pages import answer as refuse
from probity.kernel.permissions import Public
from probity.kernel.settings import Settings
from probity.kernel.web import Blueprint

bp = Blueprint("api", __name__)

_Asked = TypeAdapter[ByNumber | ByCredential](ByNumber | ByCredential)


def _settings() -> Settings:
    settings: Settings = current_app.config["PROBITY"]
    return settings


@bp.raw("/api/v1/verifications", methods=["POST"], needs=Public.VERIFY, csrf=False)
def create_verification() -> ResponseReturnValue:
    """Files are parsed between transactions, so this view opens its own."""
    try:
        found = _check(request.remote_addr)
    except (BadRequest, RequestEntityTooLarge, UnsupportedMediaType) as error:
        return refuse(error.code or 400, _REASONS[type(error)], _words(error))
    return _answered(found)


_REASONS: dict[type[Exception], str] = {
    BadRequest: "malformed",
    RequestEntityTooLarge: "too-large",
    UnsupportedMediaType: "media-type",
}
_USAGE = (
    'Send JSON {"number": …, "name": …} or {"credential": {…}}, or a form (multipart/form-data) '
    "with one part called file."
)


def _words(error: BadRequest | RequestEntityTooLarge | UnsupportedMediaType) -> str:
    if isinstance(error, RequestEntityTooLarge):
        return str(sentences.PROBLEMS[Problem.TOO_LARGE])
    return _USAGE


def _check(place: str | None) -> Answer:
    if request.mimetype == "multipart/form-data":
        return enquiries.check_upload(_file(), place=place)
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    asked = _asked()
    if isinstance(asked, ByCredential):
        return enquiries.check_credential(asked.credential, place=place)
    return enquiries.check_number(asked.number, asked.name, place=place)


def _file() -> bytes:
    file = request.files.get("file")
    if file is None:
        raise BadRequest
    data = file.stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise RequestEntityTooLarge
    return data


def _asked() -> ByNumber | ByCredential:
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge
    try:
        return _Asked.validate_python(_json(request.get_data()))
    except (RecursionError, ValueError) as error:
        raise BadRequest from error


def _json(data: bytes) -> Any:
    """A member that occurs twice is refused: two readers could take different ones."""
    return json.loads(data, object_pairs_hook=once)


def _answered(found: Answer) -> Response:
    body = Verification.model_validate(presenting.as_json(found, _settings().base_url))
    response = Response(body.model_dump_json(), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.page("/api/v1/openapi.json", needs=Public.VERIFY)
def show_openapi() -> ResponseReturnValue:
    return jsonify(openapi.describe(_settings().base_url))


@bp.page("/.well-known/did.json", needs=Public.VERIFY)
def show_did() -> ResponseReturnValue:
    return _published(
        documents.did_document(_settings().base_url, enquiries.open_desk().trust.keys)
    )


@bp.page("/.well-known/jwks.json", needs=Public.VERIFY)
def show_jwks() -> ResponseReturnValue:
    return _published(documents.jwk_set(enquiries.open_desk().trust.keys))


def _published(document: dict[str, Any]) -> Response:
    response = jsonify(document)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
