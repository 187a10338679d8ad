"""What the room asks while it is open: how things stand, and the candidate's own break."""

import re

from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from probity.exams import presence, queries, supervision
from probity.exams.devices import session_hash
from probity.exams.models import Attempt
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.permissions import Permission
from probity.kernel.web import actor, wants_json

ATTEMPT = "/attempts/<attempt_id>"
ITEM = re.compile(r"[a-z0-9]{0,12}")
MOST_WAITING = 10_000


@bp.page(f"{ATTEMPT}/state", needs=Permission.EXAM_SIT, speaks_json=True)
def show_state(attempt_id: str) -> ResponseReturnValue:
    attempt = queries.attempt(db.session(), actor(), attempt_id) or abort(404)
    return jsonify(presence.state(db.session(), attempt, session_hash()))


@bp.action(f"{ATTEMPT}/presence", needs=Permission.EXAM_SIT)
def note_presence(attempt_id: str) -> ResponseReturnValue:
    """The same answer as `state`; who watches the sitting sees that this candidate is there."""
    session = db.session()
    attempt = queries.attempt(session, actor(), attempt_id) or abort(404)
    sent = request.get_json(silent=True)
    item, waiting = (
        (sent.get("item"), sent.get("waiting")) if isinstance(sent, dict) else ("", None)
    )
    if not isinstance(item, str) or not ITEM.fullmatch(item):
        return jsonify(reason="malformed", message="`item` must be a question's id or empty."), 422
    if type(waiting) is not int or not 0 <= waiting <= MOST_WAITING:
        return jsonify(reason="malformed", message="`waiting` must be a number from 0."), 422
    if not queries.is_over(session, attempt):
        presence.heard(session, attempt, item, waiting)
    return jsonify(presence.state(session, attempt, session_hash()))


@bp.action(f"{ATTEMPT}/break", needs=Permission.EXAM_SIT)
def start_break(attempt_id: str) -> ResponseReturnValue:
    attempt = _locked(attempt_id)
    supervision.start_break(db.session(), attempt, by=actor())
    return _answer(attempt)


@bp.action(f"{ATTEMPT}/break/end", needs=Permission.EXAM_SIT)
def end_break(attempt_id: str) -> ResponseReturnValue:
    attempt = _locked(attempt_id)
    supervision.end_break(db.session(), attempt, by=actor())
    return _answer(attempt)


def _locked(attempt_id: str) -> Attempt:
    return queries.lock_attempt(db.session(), actor(), attempt_id) or abort(404)


def _answer(attempt: Attempt) -> ResponseReturnValue:
    if wants_json():
        return jsonify(presence.state(db.session(), attempt, session_hash()))
    return redirect(url_for("exams.show_room", attempt_id=attempt.public_id), code=303)
