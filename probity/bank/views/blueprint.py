"""The blueprint of the bank's pages in the studio."""

from probity.kernel import clock
from probity.kernel.web import Blueprint

bp = Blueprint("bank", __name__, url_prefix="/studio/items")


@bp.context_processor
def _seen() -> dict[str, str]:
    """When a page was made: it stands across the words of secure items."""
    return {"seen_at": clock.now().strftime("%Y-%m-%d %H:%M:%S UTC")}
