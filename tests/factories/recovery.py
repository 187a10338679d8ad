"""Recovery files as a candidate's browser writes them."""

import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from probity.exams import recovery_keys

CLIENT = "44444444-4444-4444-8444-444444444444"


def change(item: str, response: Any, seq: int = 0, **changes: Any) -> dict[str, Any]:
    """One unsent change, as the room's outbox keeps it."""
    sent = {"client": CLIENT, "seq": seq, "item": item, "base": 0, "after": None}
    return {**sent, "response": response, "at": "2026-11-22T10:00:00.000Z", **changes}


def seal(secret: str, attempt: str, changes: Any, content: Any = None) -> dict[str, Any]:
    """Encrypt for the installation with this secret, step by step as the browser does."""
    jwk = recovery_keys.public_jwk(secret)
    site = recovery_keys._public(jwk)  # as importKey in a browser
    own = ec.generate_private_key(recovery_keys.CURVE)
    salt, iv = os.urandom(16), os.urandom(12)
    key = recovery_keys.file_key(own.exchange(ec.ECDH(), site), salt)
    plain = {"attempt": attempt, "client_time": "2026-11-22T10:01:00.000Z", "changes": changes}
    sealed = AESGCM(key).encrypt(iv, json.dumps(plain | (content or {})).encode(), attempt.encode())
    return {
        "format": recovery_keys.FORMAT,
        "attempt": attempt,
        "epk": recovery_keys.jwk_of(own.public_key()),
        "iv": recovery_keys.b64url(iv),
        "salt": recovery_keys.b64url(salt),
        "ciphertext": recovery_keys.b64url(sealed),
    }
