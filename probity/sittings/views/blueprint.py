"""The blueprint that every page of sittings registers on."""

from probity.kernel.web import Blueprint

bp = Blueprint("sittings", __name__)
