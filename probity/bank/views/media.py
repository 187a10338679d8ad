"""Pictures and sounds of items, for those who may see the item."""

from flask import Response, abort

from probity.bank import showing
from probity.kernel.db import db
from probity.kernel.permissions import Permission
from probity.kernel.web import Blueprint, actor

bp = Blueprint("media", __name__, url_prefix="/media")


@bp.page("/<int:version_id>/<sha256>", needs=Permission.ACCOUNT_OWN)
def show_medium(version_id: int, sha256: str) -> Response:
    session = db.session()
    if showing.visible_version(session, actor(), version_id) is None:
        abort(404)
    return showing.answer(session, version_id, sha256)
