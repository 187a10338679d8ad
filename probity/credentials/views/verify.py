"""Verification for people: by number and name, or by dropping the file. No account, no script."""

import hashlib
from collections.abc import Iterable, Mapping

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from probity.credentials import enquiries, presenting, sentences
from probity.credentials.checks.contents import Problem
from probity.credentials.checks.inspection import LARGEST, Check, Result
from probity.credentials.facts import LEVELS
from probity.credentials.forms import NumberForm
from probity.credentials.receipts import sealing
from probity.credentials.verification import Answer
from probity.credentials.views.blueprint import bp
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public


@bp.page("/verify", needs=Public.VERIFY)
def verify() -> ResponseReturnValue:
    number = request.args.get("number", "")[:40]
    return _form(NumberForm(formdata=None, data={"number": number}))


@bp.raw("/verify", methods=["POST"], needs=Public.VERIFY)
def answer_verify() -> ResponseReturnValue:
    """Files are parsed between transactions, so this view opens its own."""
    file = request.files.get("file")
    if file is not None:
        return _answer_file(file.stream.read(LARGEST + 1), chosen=bool(file.filename))
    form, place = NumberForm(), request.remote_addr
    if not form.validate_on_submit():
        return _form(form), 422
    number, name = form.number.data or "", form.name.data or ""
    if form.is_address:
        return _result(enquiries.check_address(number, place=place), {"address": number})
    asked = {"number": number, "name": name}
    return _result(enquiries.check_number(number, name, place=place), asked)


def _answer_file(data: bytes, *, chosen: bool) -> ResponseReturnValue:
    form = NumberForm(formdata=None)
    if not chosen:
        return _form(form, file_error=_("Choose the file first.")), 422
    if len(data) > LARGEST:
        return _form(form, file_error=str(sentences.PROBLEMS[Problem.TOO_LARGE])), 413
    asked = {"sha256": hashlib.sha256(data).hexdigest()}
    return _result(enquiries.check_upload(data, place=request.remote_addr), asked)


def _form(form: NumberForm, file_error: str | None = None) -> Response:
    page = render_template("credentials/verify.html", form=form, file_error=file_error)
    return private(page)


def _result(answer: Answer, asked: Mapping[str, str]) -> Response:
    page = render_template(
        "credentials/result.html",
        answer=answer,
        verdict=presenting.verdict(answer),
        sentence=presenting.sentence(answer),
        told=sentences.reasons_told(answer.reasons),
        findings=findings(answer.checks),
        fields=sentences.FIELDS,
        level=LEVELS[answer.record.level] if answer.record else None,
        sealed=sealing.seal(answer, asked),
    )
    return private(page)


def findings(checks: Iterable[Check]) -> list[tuple[str, str, str]]:
    """Each check as (result, name, sentence): what failed first, what could not be checked last."""
    order = [Result.FAIL, Result.PASS, Result.NOT_CHECKED]
    return [
        (check.result.value, str(sentences.CHECK_NAMES[check.name]), sentences.found(check))
        for check in sorted(checks, key=lambda check: order.index(check.result))
    ]


def private(page: str) -> Response:
    """Neither search engines nor the sites behind a link learn what was looked at."""
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
