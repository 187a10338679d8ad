"""How each refusal and each failure looks to a person and to a script."""

from http import HTTPStatus

import structlog
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException, SecurityError

from probity.kernel.db import db
from probity.kernel.errors import Refused, TooMany
from probity.kernel.i18n import content_locale
from probity.kernel.web import wants_json

log = structlog.get_logger()

PAGES = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
OUR_FAULT = 500
TOO_LARGE = 413
MOST_DISCARDED = 64 * 1024**2
DISCARDED_AT_ONCE = 64 * 1024
AWAY = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
"""What a database raises that is gone, restarting or too busy."""
STANDING_BY = ("25006", "25P03")
"""What PostgreSQL says where nothing may be written, or the transaction was ended for resting."""


def init_error_pages(app: Flask) -> None:
    """Register one answer for each way a request can end badly."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(CSRFError, _bad_token)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http)
    for failure in AWAY:
        app.register_error_handler(failure, _database_away)
    app.register_error_handler(exc.InternalError, _perhaps_away)
    app.register_error_handler(exc.DataError, _unstorable)
    app.register_error_handler(Exception, _bug)
    app.before_request(_refuse_nul)
    app.after_request(_hear_out)


def answer(status: int, reason: str, message: str, **facts: object) -> ResponseReturnValue:
    """Say no in the form the caller reads."""
    if wants_json():
        return _told(status, {"reason": reason, "message": message, **facts}), status
    if status >= OUR_FAULT:
        return _plain(status)
    page = status if status in PAGES else 400
    try:  # the header of the page names the reader, whom the database knows
        html = render_template(f"errors/{page}.html", message=message, status=status, reason=reason)
    except AWAY as error:
        return _database_away(error)
    return html, status


def _told(status: int, facts: dict[str, object]) -> Response:
    """Facts for a script; below /api/ they are a problem document as RFC 9457 has it."""
    if not request.path.startswith("/api/"):
        return jsonify(facts)
    known = HTTPStatus(status)
    problem = {
        "type": f"{current_app.config['PROBITY'].base_url}/api/docs#problem-{facts['reason']}",
        "title": known.phrase,
        "status": status,
        "detail": facts["message"] or known.description or known.phrase,
    }
    response = jsonify(problem | facts)
    response.mimetype = "application/problem+json"
    return response


def _hear_out(response: Response) -> Response:
    """Read on after a refusal: a server that hangs up breaks the line before its answer is read."""
    if response.status_code == TOO_LARGE:
        left = MOST_DISCARDED
        while left > 0 and (chunk := request.environ["wsgi.input"].read(DISCARDED_AT_ONCE)):
            left -= len(chunk)
    return response


def _plain(status: int) -> ResponseReturnValue:
    """Render without context processors: whatever they ask may be what is broken."""
    page = status if status in PAGES else OUR_FAULT
    template = current_app.jinja_env.get_template(f"errors/{page}.html")
    html = template.render(status=status, locale=content_locale())
    return html, status, {"Cache-Control": "no-store"}


def _refused(error: Refused) -> ResponseReturnValue:
    return answer(409, error.reason, error.message, **error.facts)


def _too_many(error: TooMany) -> ResponseReturnValue:
    response = make_response(answer(429, "too-many", "", retry_after=error.retry_after))
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _bad_token(_error: CSRFError) -> ResponseReturnValue:
    if wants_json():
        return jsonify(reason="csrf"), 400
    return answer(400, "csrf", "")


def _foreign_host(_error: SecurityError) -> ResponseReturnValue:
    # no page: addresses cannot be built for a host that is not ours
    return Response("This site has another name.\n", 400, mimetype="text/plain")


def _http(error: HTTPException) -> ResponseReturnValue:
    reason = error.name.lower().replace(" ", "-")
    response = make_response(answer(error.code or OUR_FAULT, reason, ""))
    for name, value in error.get_headers():
        if name != "Content-Type":  # Allow, Retry-After and the like
            response.headers[name] = value
    return response


def _database_away(error: Exception) -> ResponseReturnValue:
    cause = getattr(error, "orig", error)
    log.error("database.away", error=str(cause)[:300], request=g.get("request_id"))
    db.session.rollback()
    response = make_response(answer(503, "unavailable", ""))
    response.headers["Retry-After"] = "5"
    return response


def _perhaps_away(error: exc.InternalError) -> ResponseReturnValue:
    """A server that may only be read, as a standby, comes with errors of another family."""
    return (
        _database_away(error)
        if getattr(error.orig, "sqlstate", None) in STANDING_BY
        else _bug(error)
    )


def _refuse_nul() -> None:
    """No name of anything holds a NUL, which PostgreSQL cannot even be asked for."""
    if "\0" in request.path:
        abort(404)
    if any("\0" in value for _name, value in request.args.items(multi=True)):
        abort(400)


def _unstorable(error: exc.DataError) -> ResponseReturnValue:
    """A value that passed every check but no column of this database can hold."""
    kind = type(error.orig).__name__  # the message would quote the value
    log.warning("database.unstorable", error=kind, request=g.get("request_id"))
    db.session.rollback()
    return answer(400, "malformed", "")


def _bug(error: Exception) -> ResponseReturnValue:
    if current_app.testing and current_app.config["PROPAGATE_EXCEPTIONS"] is not False:
        raise error
    log.error("request.failed", request=g.get("request_id"), exc_info=error)
    return answer(500, "internal", "")
