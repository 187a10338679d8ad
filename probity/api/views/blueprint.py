"""The blueprint that everything for programs registers on."""

from flask.typing import ResponseReturnValue

from probity.api import gate
from probity.kernel.web import Blueprint

bp = Blueprint("api", __name__)
bp.after_request(gate.tell_standing)


@bp.errorhandler(gate.NotLetIn)
def _turn_away(error: gate.NotLetIn) -> ResponseReturnValue:
    return error.answer()
