"""The certificates of the person who is signed in."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from probity.credentials import presenting, queries
from probity.credentials.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/certificates/", needs=Permission.CERTIFICATE_HOLD)
def list_own() -> ResponseReturnValue:
    page = paginate(db.session(), queries.held_by(actor()), request.args.get("page", 1, int))
    return render_template(
        "credentials/own.html",
        page=page,
        status_of=queries.status_of,
        verdicts=presenting.VERDICTS,
        base_url=current_app.config["PROBITY"].base_url,
    )
