"""Going on to the next stretch of a paper, for good."""

from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from probity.exams import queries, steps, supervision
from probity.exams.devices import session_hash
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor, wants_json

MOST_STEPS = 10_000


@bp.action("/attempts/<attempt_id>/step", needs=Permission.EXAM_SIT)
def advance_step(attempt_id: str) -> ResponseReturnValue:
    session = db.session()
    attempt = queries.lock_attempt(session, actor(), attempt_id) or abort(404)
    from_step = _from_step()
    if from_step is None:
        return jsonify(reason="malformed", message="`from` must be the step that is left."), 422
    supervision.settle(session, attempt)
    if attempt.lease_session != session_hash() and not queries.is_over(session, attempt):
        raise Refused(_("This attempt is being answered on another device."), "read-only")
    steps.advance(session, attempt, from_step, by=actor())
    if wants_json():
        now = queries.now(session)
        return jsonify(**steps.state(attempt, now), server_time=now.isoformat())
    return redirect(url_for("exams.show_room", attempt_id=attempt_id), code=303)


def _from_step() -> int | None:
    if not request.is_json:
        typed = request.form.get("from", "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else None  # noqa: PLR2004 (digits)
    sent = request.get_json(silent=True)
    value = sent.get("from") if isinstance(sent, dict) else None
    return value if type(value) is int and 0 <= value <= MOST_STEPS else None
