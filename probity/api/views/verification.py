"""Verification for machines: the answers of the pages in JSON, one by one or a hundred at a time."""

import json
from typing import Any

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, TypeAdapter
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from probity.api import gate
from probity.api.shapes import Batch, BatchAnswer, ByCredential, ByNumber, Verification
from probity.api.views.blueprint import bp
from probity.credentials import enquiries, presenting, sentences
from probity.credentials.checks.contents import Problem
from probity.credentials.checks.inspection import LARGEST
from probity.credentials.proofs.credential import once
from probity.credentials.verification import UNKNOWN, Answer
from probity.kernel.error_pages import answer as refuse
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public
from probity.kernel.work import reading

_Asked = TypeAdapter[ByNumber | ByCredential](ByNumber | ByCredential)
_Many = TypeAdapter[Batch](Batch)
_REASONS: dict[type[Exception], str] = {
    BadRequest: "malformed",
    RequestEntityTooLarge: "too-large",
    UnsupportedMediaType: "media-type",
}
_USAGE = (
    'Send JSON {"number": …, "name": …} or {"credential": {…}}, or a form (multipart/form-data) '
    "with one part called file."
)
_USAGE_MANY = 'Send JSON {"checks": [{"number": …, "name": …}, …]} with 1 to 100 checks.'


@bp.raw("/api/v1/verifications", methods=["POST"], needs=Public.VERIFY, csrf=False)
def create_verification() -> ResponseReturnValue:
    """Files are parsed between transactions, so this view opens its own."""
    who = gate.caller()
    try:
        found = _check(who)
    except (BadRequest, RequestEntityTooLarge, UnsupportedMediaType) as error:
        return refuse(error.code or 400, _REASONS[type(error)], _words(error, _USAGE))
    return private(_told(found))


@bp.raw("/api/v1/verifications/batch", methods=["POST"], needs=Public.VERIFY, csrf=False)
def create_batch() -> ResponseReturnValue:
    """Up to a hundred checks by number and name; each counts against the key's quota."""
    key = gate.keyed()
    try:
        asked = _parsed(_Many).checks
    except (BadRequest, RequestEntityTooLarge, UnsupportedMediaType) as error:
        return refuse(error.code or 400, _REASONS[type(error)], _words(error, _USAGE_MANY))
    gate.spend(key, len(asked))
    desk = enquiries.open_desk()
    with reading() as session:
        found = [_told(desk.by_number(session, one.number, one.name)) for one in asked]
    counts: dict[str, int] = {}
    for one in found:
        counts[one.status.value] = counts.get(one.status.value, 0) + 1
    return private(BatchAnswer(counts=counts, results=found))


@bp.raw("/api/v1/certificates/<public_id>", methods=["GET"], needs=Public.VERIFY)
def show_status(public_id: str) -> ResponseReturnValue:
    """The public id is unguessable: whoever knows it may ask. Misses are counted as on pages."""
    who = gate.caller()
    gate.spend(who.key)
    enquiries.check_place(who.place)
    with reading() as session:
        found = enquiries.open_desk().by_address(session, public_id, "")
    if found.status == UNKNOWN and not found.reasons:
        enquiries.count_miss(who.place)
        return refuse(404, "not-found", _("There is no certificate at this address."))
    return private(_told(found))


def _words(error: BadRequest | RequestEntityTooLarge | UnsupportedMediaType, usage: str) -> str:
    if isinstance(error, RequestEntityTooLarge):
        return str(sentences.PROBLEMS[Problem.TOO_LARGE])
    return usage


def _check(who: gate.Caller) -> Answer:
    if request.mimetype == "multipart/form-data":
        data = _file()
        gate.spend(who.key)
        return enquiries.check_upload(data, place=who.place)
    asked = _parsed(_Asked)
    gate.spend(who.key)
    if isinstance(asked, ByCredential):
        return enquiries.check_credential(asked.credential, place=who.place)
    return enquiries.check_number(asked.number, asked.name, place=who.place)


def _file() -> bytes:
    file = request.files.get("file")
    if file is None:
        raise BadRequest
    data = file.stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise RequestEntityTooLarge
    return data


def _parsed(shape: TypeAdapter[Any]) -> Any:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge
    try:
        # a member that occurs twice is refused: two readers could take different ones
        return shape.validate_python(json.loads(request.get_data(), object_pairs_hook=once))
    except (RecursionError, ValueError) as error:
        raise BadRequest from error


def _told(found: Answer) -> Verification:
    base_url = current_app.config["PROBITY"].base_url
    return Verification.model_validate(presenting.as_json(found, base_url))


def private(body: BaseModel) -> Response:
    """An answer for one program, which nobody on the way may keep."""
    response = Response(body.model_dump_json(), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
