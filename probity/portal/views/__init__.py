"""Pages made of several folders."""

from probity.portal.views import development, duties, home, results
from probity.portal.views.blueprint import bp

__all__ = ["bp", "development", "duties", "home", "results"]
