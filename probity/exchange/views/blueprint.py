"""The blueprint that every page of imports and exports registers on."""

from flask import request

from probity.kernel.web import Blueprint

LARGEST_UPLOAD = 64 * 1024 * 1024
UPLOADING = "exchange.create_import"

bp = Blueprint("exchange", __name__, url_prefix="/studio")


@bp.url_value_preprocessor
def _let_uploads_be_large(endpoint: str | None, _values: object) -> None:
    """Question banks are larger than forms; it must be said before anybody reads the body."""
    if endpoint == UPLOADING:
        request.max_content_length = LARGEST_UPLOAD
