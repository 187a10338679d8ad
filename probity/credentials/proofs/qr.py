"""The QR code: the public address, and behind `#` a signed summary that can be checked offline.

The summary is an Ed25519 signature (64 bytes) and a JSON array, both in Base32, whose signs a code
holds more densely than small letters. Codes of the first form, in Base64, are still read.
"""

import base64
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.credentials.facts import CertificateFacts

NAME_BYTES = 48
"""A longer name is cut in the code, for a dense code cannot be scanned from paper."""

PIXELS_PER_MODULE = 8

DAY_ZERO = date(2000, 1, 1)
"""Days are counted from here."""

_FIRST, _SECOND = b"probity-qr/1\n", b"probity-qr/2\n"
_BASE32 = re.compile(r"[A-Z2-7]+")
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
        (facts.issued_on - DAY_ZERO).days,
        (facts.valid_until - DAY_ZERO).days,
        int(facts.specimen),
    ]
    body = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    signed = key.sign(_message(_SECOND, facts.public_id, body)) + body
    return f"{facts.address}#{_encode(signed)}"


def read(text: str, keys: Mapping[str, Ed25519PublicKey]) -> Summary:
    """Check a scanned code with the published keys alone.

    Raises ValueError unless one of `keys` signed exactly this summary for exactly this address.
    """
    head, _, fragment = text.partition("#")
    second = _BASE32.fullmatch(fragment) is not None
    try:
        signed = _decode(fragment) if second else _decode_first(fragment)
        signature, body = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        parts: list[Any] = json.loads(body)
        message = _message(_SECOND if second else _FIRST, head.rsplit("/", 1)[-1], body)
        keys[parts[0]].verify(signature, message)
        return Summary(**dict(zip(_PARTS, _plain(parts) if second else parts, strict=True)))
    except (InvalidSignature, LookupError, OverflowError, TypeError, ValueError) as error:
        raise ValueError("this code was not signed by the issuer") from error


def png(text: str, pixels: int = PIXELS_PER_MODULE) -> bytes:
    """The code as a picture without a quiet zone; the paper around it is white."""
    out = io.BytesIO()
    code = segno.make(parts_of(text), error="m", micro=False, mask=4)
    code.save(out, kind="png", scale=pixels, border=0, dark="#072f3e", light="#ffffff")
    return out.getvalue()


def parts_of(text: str) -> Any:
    """The text in parts of one kind of sign each: so a code holds it most densely."""
    head, sign, fragment = text.partition("#")
    if _BASE32.fullmatch(fragment):
        return [head + sign, fragment]
    return text


def _message(form: bytes, public_id: str, body: bytes) -> bytes:
    return form + public_id.encode() + b"\n" + body


def _plain(parts: list[Any]) -> list[Any]:
    """The parts as a person reads them."""
    *words, issued, until, specimen = parts
    days = [(DAY_ZERO + timedelta(days=day)).isoformat() for day in (issued, until)]
    return [*words, *days, bool(specimen)]


def _encode(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Only the one spelling that `_encode` writes."""
    data = base64.b32decode(text + "=" * (-len(text) % 8))
    if _encode(data) != text:
        raise ValueError("not canonical base32")
    return data


def _decode_first(text: str) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != text:
        raise ValueError("not canonical base64")
    return data


def _cut(name: str) -> str:
    encoded = name.encode()
    if len(encoded) <= NAME_BYTES:
        return name
    return encoded[: NAME_BYTES - 3].decode(errors="ignore") + "…"
