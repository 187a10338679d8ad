"""The QR code: the public address, and behind `#` a signed summary that can be checked offline."""

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.credentials.facts import CertificateFacts

NAME_BYTES = 48
"""A longer name is cut in the code, for a dense code cannot be scanned from paper."""

PIXELS_PER_MODULE = 8

_CONTEXT = b"probity-qr/1\n"
_SIGNATURE_BYTES = 64
_PARTS = ("key", "number", "name_latin", "name_native", "scheme", "level", "issued_on", "valid_until", "specimen")  # fmt: skip


class Signer(Protocol):
    """Something that can sign bytes with Ed25519."""

    def sign(self, data: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Summary:
    """What the code itself says; names may end with an ellipsis."""

    key: str
    number: str
    name_latin: str
    name_native: str
    scheme: str
    level: str
    issued_on: str
    valid_until: str
    specimen: bool


def address(facts: CertificateFacts, key: Signer) -> str:
    """The text of the code."""
    parts = [
        facts.key_id,
        facts.number,
        _cut(facts.name_latin),
        _cut(facts.name_native or ""),
        facts.scheme,
        facts.level,
        facts.issued_on.isoformat(),
        facts.valid_until.isoformat(),
        facts.specimen,
    ]
    body = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    signed = key.sign(_message(facts.public_id, body)) + body
    return f"{facts.address}#{_encode(signed)}"


def read(text: str, keys: Mapping[str, Ed25519PublicKey]) -> Summary:
    """Check a scanned code with the published keys alone.

    Raises ValueError unless one of `keys` signed exactly this summary for exactly this address.
    """
    head, _, fragment = text.partition("#")
    try:
        signed = _decode(fragment)
        signature, body = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        parts: list[Any] = json.loads(body)
        summary = Summary(**dict(zip(_PARTS, parts, strict=True)))
        keys[summary.key].verify(signature, _message(head.rsplit("/", 1)[-1], body))
    except (InvalidSignature, KeyError, TypeError, ValueError) as error:
        raise ValueError("this code was not signed by the issuer") from error
    return summary


def png(text: str) -> bytes:
    """The code as a picture without a quiet zone; the paper around it is white."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False, mask=4)
    code.save(out, kind="png", scale=PIXELS_PER_MODULE, border=0, dark="#072f3e", light="#ffffff")
    return out.getvalue()


def _message(public_id: str, body: bytes) -> bytes:
    return _CONTEXT + public_id.encode() + b"\n" + body


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Only the one spelling that `_encode` writes."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    if _encode(data) != text:
        raise ValueError("not canonical base64")
    return data


def _cut(name: str) -> str:
    encoded = name.encode()
    if len(encoded) <= NAME_BYTES:
        return name
    return encoded[: NAME_BYTES - 3].decode(errors="ignore") + "…"
