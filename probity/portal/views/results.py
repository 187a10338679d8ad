"""The result of an attempt, with the certificate it earned."""

from typing import cast

from flask import abort, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from probity.accounts.models import Person
from probity.exams import presenting, queries, recovery_keys, tokens
from probity.exams.devices import session_hash
from probity.exams.models import Attempt
from probity.kernel.db import db
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.portal import score_report
from probity.portal.views.blueprint import bp


@bp.page("/attempts/<attempt_id>/result", needs=Permission.EXAM_SIT)
def show_result(attempt_id: str) -> ResponseReturnValue:
    session = db.session()
    attempt = queries.attempt(session, actor(), attempt_id) or abort(404)
    if not queries.is_over(session, attempt):
        return redirect(url_for("exams.show_room", attempt_id=attempt_id), code=303)
    settings = current_app.config["PROBITY"]
    return render_template(
        "portal/result.html",
        **score_report.page(session, attempt, cast("Person", current_user), settings.timezone),
        receipt=presenting.receipt(attempt, current_app.config["SECRET_KEY"], settings.base_url),
        **_for_what_waits(attempt),
        is_demonstration=settings.demonstration,
    )


def _for_what_waits(attempt: Attempt) -> dict[str, object]:
    """What a device needs that finds answers it had not sent: the right to, and the key of a file."""
    key = str(current_app.config["SECRET_KEY"])
    holder = tokens.Holder(attempt.id, attempt.candidate_id, attempt.lease)
    return {
        "late_token": tokens.issue(key, holder, session_hash()),
        "recovery_key": recovery_keys.public_jwk(key),
    }


@bp.page("/attempts/<attempt_id>/result.json", needs=Permission.EXAM_SIT)
def show_result_json(attempt_id: str) -> ResponseReturnValue:
    session = db.session()
    attempt = queries.attempt(session, actor(), attempt_id) or abort(404)
    return jsonify(score_report.facts(session, attempt))


@bp.page("/attempts/<attempt_id>/receipt.json", needs=Permission.EXAM_SIT)
def download_receipt(attempt_id: str) -> ResponseReturnValue:
    """The receipt as a file that the page for receipts checks."""
    attempt = queries.attempt(db.session(), actor(), attempt_id) or abort(404)
    if attempt.closed_at is None:
        abort(404)
    settings = current_app.config["PROBITY"]
    reply = jsonify(
        presenting.receipt(attempt, current_app.config["SECRET_KEY"], settings.base_url)
    )
    reply.headers["Content-Disposition"] = f'attachment; filename="receipt-{attempt_id}.json"'
    return reply
