"""Which browser asks: the fingerprint of its session, as the registry of sessions keeps it."""

from flask import session as cookie

from probity.accounts.queries import digest
from probity.accounts.sessions import COOKIE_KEY


def session_hash() -> str:
    """SHA-256 (hex) of this request's session token; empty without one."""
    token = cookie.get(COOKIE_KEY)
    return digest(token) if token else ""
