"""The candidate's tools in the exam room, and what shows while its line is away."""

from flask import (
    Response,
    abort,
    current_app,
    jsonify,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from probity.exams import queries, tools
from probity.exams.views.blueprint import bp
from probity.kernel import headers
from probity.kernel.db import db
from probity.kernel.i18n import content_locale
from probity.kernel.permissions import Permission, Public
from probity.kernel.settings import ROOT
from probity.kernel.web import actor

ATTEMPT = "/attempts/<attempt_id>"
ROOM = "exams.show_room"
WORKER = ROOT / "static" / "js" / "exam" / "worker.js"


@bp.page(f"{ATTEMPT}/scratch", needs=Permission.EXAM_SIT, speaks_json=True)
def show_scratch(attempt_id: str) -> ResponseReturnValue:
    attempt = queries.attempt(db.session(), actor(), attempt_id) or abort(404)
    return jsonify(tools.kept(attempt))


@bp.action(f"{ATTEMPT}/scratch", needs=Permission.EXAM_SIT)
def save_scratch(attempt_id: str) -> ResponseReturnValue:
    session = db.session()
    attempt = queries.lock_attempt(session, actor(), attempt_id) or abort(404)
    try:
        scratch = tools.read(request.get_json(silent=True), attempt)
    except tools.BadScratch as error:
        return jsonify(reason="malformed", message=str(error)), 422
    if queries.is_over(session, attempt):
        return jsonify(reason="closed"), 409
    if not tools.keep(attempt, scratch):
        return jsonify(reason="superseded", **tools.kept(attempt)), 409
    return jsonify(tools.kept(attempt))


@bp.page(f"{ATTEMPT}/other-language", needs=Permission.EXAM_SIT)
def show_other_language(attempt_id: str) -> ResponseReturnValue:
    """The present questions once more in the exam's other language, for the room to lay beside."""
    session = db.session()
    attempt = queries.attempt(session, actor(), attempt_id) or abort(404)
    if queries.is_over(session, attempt):
        return jsonify(reason="closed"), 409
    if queries.is_paused(attempt, queries.now(session)):
        return jsonify(reason="paused"), 409
    other = tools.other_locale(attempt, queries.content_of(attempt.revision).title)
    if other is None:
        return jsonify(reason="unknown"), 404
    questions = tools.translated(session, attempt, other)
    return render_template("exams/other_language.html", questions=questions, other=other)


@bp.raw("/attempts/worker.js", methods=["GET"], needs=Public.OFFLINE)
def show_worker() -> ResponseReturnValue:
    """The service worker; its address is what limits it to attempts."""
    response = Response(WORKER.read_bytes(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.raw("/attempts/offline", methods=["GET"], needs=Public.OFFLINE)
def show_holding() -> ResponseReturnValue:
    """What the worker keeps, to show it when an attempt cannot be loaded."""
    template = current_app.jinja_env.get_template("errors/offline.html")
    return template.render(locale=content_locale()), 200, {"Cache-Control": "no-cache"}


@bp.after_request
def let_the_room_register_its_worker(response: Response) -> Response:
    if request.endpoint == ROOM:
        response.headers["Content-Security-Policy"] = headers.CSP_WITH_WORKER
    return response
