"""Identifiers that may be seen: unguessable, safe in a URL, easy to read aloud."""

import base64
import secrets

PUBLIC_ID = r"[a-z2-7]{26}"


def public_id() -> str:
    """128 random bits as 26 lower-case base32 characters."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
