"""Pages of imports and exports."""

from probity.exchange.views import exports, imports, readings
from probity.exchange.views.blueprint import bp

__all__ = ["bp", "exports", "imports", "readings"]
