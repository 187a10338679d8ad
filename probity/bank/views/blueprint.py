"""The blueprint of the bank's pages in the studio."""

from probity.kernel.web import Blueprint

bp = Blueprint("bank", __name__, url_prefix="/studio/items")
