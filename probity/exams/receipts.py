"""The receipt for a handed-in attempt: a keyed digest that the site can check later."""

import hashlib
import hmac


def sign(key: str, attempt: str, ended_at: str, answers_sha256: str) -> str:
    """HMAC-SHA256 (hex) over attempt, time of ending (RFC 3339) and digest of all answers."""
    message = f"receipt|{attempt}|{ended_at}|{answers_sha256}"
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


def is_genuine(key: str, attempt: str, ended_at: str, answers_sha256: str, signature: str) -> bool:
    """Tell whether this site gave the receipt with exactly these words."""
    expected = sign(key, attempt, ended_at, answers_sha256)
    return hmac.compare_digest(expected.encode(), signature.encode())
