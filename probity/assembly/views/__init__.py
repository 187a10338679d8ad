"""Pages about blueprints and forms."""

from probity.assembly.views import blueprints, forms, sets
from probity.assembly.views.blueprint import bp

__all__ = ["blueprints", "bp", "forms", "sets"]
