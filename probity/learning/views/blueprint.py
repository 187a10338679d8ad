"""The blueprint that the views of this folder share."""

from probity.kernel.web import Blueprint

bp = Blueprint("learning", __name__)
