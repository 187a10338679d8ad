"""The blueprint that every page of the register registers on."""

from probity.kernel.web import Blueprint

bp = Blueprint("credentials", __name__)
