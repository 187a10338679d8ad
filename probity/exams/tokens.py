"""The attempt token: who answers which attempt, in which session, under which lease.

It travels in a header beside the session cookie. Forging a request from another site would need
both, and a sign-out or a take-over on another device makes it worthless.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """What a genuine token says."""

    attempt_id: int
    person_id: int
    lease: int


def issue(key: str, holder: Holder, session_hash: str) -> str:
    """Sign a token for one attempt, bound to one session."""
    body = f"{holder.attempt_id}.{holder.person_id}.{holder.lease}"
    return f"{body}.{_sign(key, body, session_hash)}"


def read(key: str, token: str, session_hash: str) -> Holder | None:
    """Return what the token says if it is genuine and belongs to this session."""
    body, _, signature = token.rpartition(".")
    expected = _sign(key, body, session_hash)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        return None
    attempt_id, person_id, lease = body.split(".")
    return Holder(int(attempt_id), int(person_id), int(lease))


def _sign(key: str, body: str, session_hash: str) -> str:
    message = f"attempt-token|{body}|{session_hash}".encode()
    digest = hmac.new(key.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
