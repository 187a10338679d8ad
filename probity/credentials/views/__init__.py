"""Pages of certificates: verification, public pages, one's own, the registrar's."""

from probity.credentials.views import (
    bulk,
    corrections,
    keys,
    offline,
    own,
    public,
    published,
    receipts,
    register,
    verify,
)
from probity.credentials.views.blueprint import bp

__all__ = [
    "bp",
    "bulk",
    "corrections",
    "keys",
    "offline",
    "own",
    "public",
    "published",
    "receipts",
    "register",
    "verify",
]
