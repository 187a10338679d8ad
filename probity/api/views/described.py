"""The description of the API: for programs as OpenAPI, for people as a page."""

from flask import current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from probity.api import openapi, reading_guide
from probity.api.views.blueprint import bp
from probity.kernel.permissions import Public


@bp.page("/api/v1/openapi.json", needs=Public.VERIFY)
def show_openapi() -> ResponseReturnValue:
    return jsonify(openapi.describe(current_app.config["PROBITY"].base_url))


@bp.page("/api/docs", needs=Public.INFORMATION)
def show_docs() -> ResponseReturnValue:
    described = openapi.describe(current_app.config["PROBITY"].base_url)
    return render_template(
        "api/docs.html",
        info=described["info"],
        operations=reading_guide.operations(described),
        shapes=reading_guide.shapes(described),
        problems=openapi.PROBLEMS,
        base=described["servers"][0]["url"],
    )
