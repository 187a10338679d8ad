"""The blueprint of all pages made of several folders."""

from probity.kernel.web import Blueprint

bp = Blueprint("portal", __name__)
