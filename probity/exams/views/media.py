"""Pictures and sounds of questions, while they lie open before a candidate."""

from flask import Response, abort

from probity.bank import showing
from probity.exams import presenting
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/exams/media/<int:version_id>/<sha256>", needs=Permission.ACCOUNT_OWN)
def show_medium(version_id: int, sha256: str) -> Response:
    session, person = db.session(), actor()
    if not presenting.lies_open(session, person, version_id) and (
        showing.visible_version(session, person, version_id) is None
    ):
        abort(404)
    return showing.answer(session, version_id, sha256)
