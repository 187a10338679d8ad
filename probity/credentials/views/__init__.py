"""Pages of certificates: verification, public pages, one's own, the registrar's."""

from probity.credentials.views import own, public, register, verify
from probity.credentials.views.blueprint import bp

__all__ = ["bp", "own", "public", "register", "verify"]
