"""Recovery files: an invigilator hands in the answers of a device that never came back online."""

from contextlib import closing

from flask import abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from probity.exams import labels, recovery, recovery_keys
from probity.exams.recovery import Report
from probity.exams.recovery_keys import LARGEST_FILE, Sealed, Unreadable
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor, wants_json

STATUS = {"too-large": 413, "unknown": 404, "other-attempt": 409}


@bp.page("/studio/recovery", needs=Permission.EXAM_MONITOR)
def show_recovery() -> ResponseReturnValue:
    return render_template("exams/studio/recovery.html", error=None)


@bp.action("/studio/recovery", needs=Permission.EXAM_MONITOR)
def receive_recovery() -> ResponseReturnValue:
    try:
        return _receive(recovery_keys.read(_sent()))
    except Unreadable as error:
        return _say_no(error)


@bp.action("/attempts/<attempt_id>/recovery", needs=Permission.EXAM_MONITOR)
def recover_attempt(attempt_id: str) -> ResponseReturnValue:
    """The same for one attempt; the file may be the body of the request."""
    if recovery.lock_attempt(db.session(), attempt_id) is None:
        abort(404)
    try:
        return _receive(_of_attempt(recovery_keys.read(_sent()), attempt_id))
    except Unreadable as error:
        return _say_no(error)


def _sent() -> bytes:
    """The uploaded file, or the body itself."""
    file = request.files.get("file")
    if file is None:
        return request.get_data()
    with closing(file):  # a large one lies in a temporary file
        return file.stream.read(LARGEST_FILE + 1)


def _of_attempt(sealed: Sealed, attempt_id: str) -> Sealed:
    if sealed.attempt != attempt_id:
        raise Unreadable(_("The file belongs to another attempt."), "other-attempt")
    return sealed


def _receive(sealed: Sealed) -> ResponseReturnValue:
    session = db.session()
    opened = recovery_keys.unseal(current_app.config["SECRET_KEY"], sealed)
    attempt = recovery.lock_attempt(session, opened.attempt)
    if attempt is None:
        raise Unreadable(_("This site knows no attempt with the code in the file."), "unknown")
    report = recovery.receive(session, attempt, opened, by=actor())
    if wants_json():
        return jsonify(_facts(report))
    return render_template("exams/studio/recovered.html", report=report, labels=labels)


def _say_no(error: Unreadable) -> ResponseReturnValue:
    status = STATUS.get(error.reason, 422)
    if wants_json():
        return jsonify(reason=error.reason, message=error.sentence), status
    return render_template("exams/studio/recovery.html", error=error.sentence), status


def _facts(report: Report) -> dict[str, object]:
    return {
        "attempt": report.attempt.public_id,
        "file": report.sha256,
        "repeated": report.is_repeated,
        "counts": report.counts,
        "answers": [
            {"item": one.item, "at": one.typed_at, "outcome": one.fate.value, "message": one.why}
            for one in report.lines
        ],
    }
