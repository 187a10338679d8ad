"""Verification for people: by number and name, or by dropping the file. No account, no script."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from probity.credentials import enquiries, presenting, sentences
from probity.credentials.checks.contents import Problem
from probity.credentials.checks.inspection import LARGEST
from probity.credentials.facts import LEVELS
from probity.credentials.forms import NumberForm
from probity.credentials.verification import NOT_YET, Answer
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
    form = NumberForm()
    if not form.validate_on_submit():
        return _form(form), 422
    found = enquiries.check_number(
        form.number.data or "", form.name.data or "", place=request.remote_addr
    )
    return _result(found)


def _answer_file(data: bytes, *, chosen: bool) -> ResponseReturnValue:
    form = NumberForm(formdata=None)
    if not chosen:
        return _form(form, file_error=_("Choose the PDF first.")), 422
    if len(data) > LARGEST:
        return _form(form, file_error=str(sentences.PROBLEMS[Problem.TOO_LARGE])), 413
    return _result(enquiries.check_file(data, place=request.remote_addr))


def _form(form: NumberForm, file_error: str | None = None) -> Response:
    page = render_template("credentials/verify.html", form=form, file_error=file_error)
    return private(page)


def _result(answer: Answer) -> Response:
    page = render_template(
        "credentials/result.html",
        answer=answer,
        verdict=presenting.verdict(answer),
        sentence=presenting.sentence(answer),
        told=sentences.reasons_told(answer.reasons),
        findings=_findings(answer),
        absent=[str(sentences.CHECK_NAMES[name]) for name in NOT_YET],
        fields=sentences.FIELDS,
        level=LEVELS[answer.record.level] if answer.record else None,
    )
    return private(page)


def _findings(answer: Answer) -> list[tuple[str, str, str]]:
    """Each check that this issuer offers as (result, name, sentence)."""
    return [
        (check.result.value, str(sentences.CHECK_NAMES[check.name]), sentences.found(check))
        for check in answer.checks
        if check.name not in NOT_YET
    ]


def private(page: str) -> Response:
    """Neither search engines nor the sites behind a link learn what was looked at."""
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
