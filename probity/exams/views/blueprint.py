"""The blueprint that every page of exams registers on."""

from probity.kernel.web import Blueprint

bp = Blueprint("exams", __name__)
