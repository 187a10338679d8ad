"""What verifiers fetch without asking about anybody: status lists as signed, and the key sets."""

from flask import Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from probity.credentials.lists import queries
from probity.credentials.lists.rules import Purpose
from probity.credentials.proofs import keys
from probity.credentials.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.permissions import Public
from probity.kernel.settings import Settings

MAX_AGE = 300


@bp.page("/status/<int:list_id>-<any(revocation,suspension):purpose>", needs=Public.VERIFY)
def show_list(list_id: int, purpose: str) -> ResponseReturnValue:
    found = queries.published(db.session(), list_id, Purpose(purpose)) or abort(404)
    response = Response(found.document, mimetype="application/vc")
    response.set_etag(found.sha256)
    return _for_anybody(response)


@bp.page("/.well-known/probity-keys.json", needs=Public.VERIFY)
def show_key_sets() -> ResponseReturnValue:
    settings: Settings = current_app.config["PROBITY"]
    folder = settings.instance_dir / "keys"
    sets = keys.trusted(folder, demonstration=settings.demonstration)
    response = Response(keys.dumps(sets), mimetype="application/json")
    response.add_etag()
    return _for_anybody(response)


def _for_anybody(response: Response) -> ResponseReturnValue:
    response.cache_control.public, response.cache_control.max_age = True, MAX_AGE
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response.make_conditional(request)
