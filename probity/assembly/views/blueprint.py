"""The Flask blueprint that every page of assembly registers on."""

from probity.kernel.web import Blueprint

bp = Blueprint("assembly", __name__)
