"""What exists only in a demonstration on this machine: the gallery and the mailbox."""

from flask import abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from probity.kernel.db import db
from probity.kernel.mail import Letter
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Public
from probity.kernel.settings import is_loopback
from probity.portal.views.blueprint import bp


@bp.page("/design", needs=Public.DEVELOPMENT)
def design() -> ResponseReturnValue:
    _only_in_demonstration()
    return render_template("design.html")


@bp.page("/dev/mail", needs=Public.DEVELOPMENT)
def list_mail() -> ResponseReturnValue:
    _only_in_demonstration()
    page = paginate(
        db.session(), select(Letter).order_by(Letter.id.desc()), request.args.get("page", 1, int)
    )
    return render_template("portal/mail.html", page=page)


@bp.page("/dev/mail.json", needs=Public.DEVELOPMENT)
def list_mail_json() -> ResponseReturnValue:
    _only_in_demonstration()
    query = select(Letter).order_by(Letter.id.desc()).limit(50)
    if to := request.args.get("to"):
        query = query.where(Letter.recipient == to)
    return jsonify(
        [
            {
                "to": letter.recipient,
                "subject": letter.subject,
                "text": letter.text,
                "created_at": letter.created_at.isoformat(),
                "sent_at": letter.sent_at and letter.sent_at.isoformat(),
            }
            for letter in db.session().scalars(query)
        ]
    )


def _only_in_demonstration() -> None:
    settings = current_app.config["PROBITY"]
    if not settings.demonstration or not is_loopback(request.remote_addr or ""):
        abort(404)
