"""Pages made of several folders."""

from importlib.util import find_spec

from probity.portal.views import development, duties, home
from probity.portal.views.blueprint import bp

if find_spec("probity.credentials.queries"):
    from probity.portal.views import results

__all__ = ["bp", "development", "duties", "home", "results"]
