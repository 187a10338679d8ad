"""The key pair that answer files are encrypted for, and opening such a file.

A device that never comes back online saves its unsent answers to a file that only this
installation can read: ECDH P-256 with a key made for the file, HKDF-SHA-256, AES-256-GCM, the
attempt's id as associated data. The private key is computed from the installation's secret key, so
every node has the same one, nothing new must be kept, and a backup of the secret restores it.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from probity.kernel.i18n import gettext as _

FORMAT = "probity-recovery/1"
LARGEST_FILE = 2 * 1024 * 1024
MOST_CHANGES = 2000
CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
COORDINATE, NONCE, LEAST_SALT, TAG = 32, 12, 8, 16
_DERIVED = 48
"""64 bits more than the order has, so that the remainder is unbiased (FIPS 186-5, A.2.1)."""


class Unreadable(ValueError):
    """The file cannot be used; the sentence says why, `reason` says it to scripts."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it came: the attempt it says it belongs to, and what only we can open."""

    attempt: str
    sha256: str
    epk: ec.EllipticCurvePublicKey
    salt: bytes
    iv: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """What the device had not sent. Nothing in `changes` has been checked yet."""

    attempt: str
    sha256: str
    changes: list[Any]


@lru_cache(maxsize=4)
def public_jwk(secret: str) -> dict[str, str]:
    """The public key as browsers import it."""
    return jwk_of(_private(secret).public_key())


def jwk_of(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """A P-256 public key as JSON Web Key (RFC 7518, 6.2)."""
    at = key.public_numbers()
    x, y = (number.to_bytes(COORDINATE, "big") for number in (at.x, at.y))
    return {"kty": "EC", "crv": "P-256", "x": b64url(x), "y": b64url(y)}


def read(data: bytes) -> Sealed:
    """Take a file apart. Raises Unreadable."""
    if len(data) > LARGEST_FILE:
        raise Unreadable(_("The file is larger than 2 MB: it is no recovery file."), "too-large")
    try:
        return _sealed(json.loads(data), hashlib.sha256(data).hexdigest())
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(
            _(
                "This is no recovery file, or it is not whole. Its name begins with "
                "“probity-answers”; copy it from the candidate's device once more."
            ),
            "malformed",
        ) from error


def _sealed(sent: Any, sha256: str) -> Sealed:
    """Raises ValueError, KeyError or TypeError."""
    if not isinstance(sent, dict) or sent["format"] != FORMAT:
        raise ValueError("no recovery file")
    sealed = Sealed(
        attempt=_text(sent["attempt"]),
        sha256=sha256,
        epk=_public(sent["epk"]),
        salt=_bytes(sent["salt"]),
        iv=_bytes(sent["iv"]),
        ciphertext=_bytes(sent["ciphertext"]),
    )
    if len(sealed.iv) != NONCE or len(sealed.salt) < LEAST_SALT or len(sealed.ciphertext) < TAG:
        raise ValueError("too short")
    return sealed


def unseal(secret: str, sealed: Sealed) -> Opened:
    """Decrypt a file. Raises Unreadable if it was made for another installation or was changed."""
    shared = _private(secret).exchange(ec.ECDH(), sealed.epk)
    key = file_key(shared, sealed.salt)
    try:
        plain = AESGCM(key).decrypt(sealed.iv, sealed.ciphertext, sealed.attempt.encode())
    except InvalidTag as error:
        raise Unreadable(
            _(
                "The file cannot be decrypted. It was changed on its way, or it was made for another "
                "installation. Copy it from the candidate's device once more."
            ),
            "wrong-key",
        ) from error
    try:
        content = json.loads(plain)
        changes = content["changes"]
        fits = content["attempt"] == sealed.attempt and isinstance(changes, list)
    except (ValueError, KeyError, TypeError, RecursionError):
        fits = False
    if not fits or len(changes) > MOST_CHANGES:
        raise Unreadable(
            _("The file is intact, but what it holds is no list of answers."), "content"
        )
    return Opened(sealed.attempt, sealed.sha256, changes)


def file_key(shared: bytes, salt: bytes) -> bytes:
    """The AES key that both sides compute."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=FORMAT.encode()).derive(shared)


@lru_cache(maxsize=4)
def _private(secret: str) -> ec.EllipticCurvePrivateKey:
    wide = HKDF(
        algorithm=SHA256(), length=_DERIVED, salt=None, info=b"probity-recovery/1 private key"
    ).derive(secret.encode())
    number = int.from_bytes(wide, "big") % (ORDER - 1) + 1
    return ec.derive_private_key(number, CURVE)


def _public(jwk: Any) -> ec.EllipticCurvePublicKey:
    if (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
        raise ValueError("not a P-256 key")
    x, y = (int.from_bytes(_bytes(jwk[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, CURVE).public_key()  # refuses a point off the curve


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isalnum():
        raise ValueError("not an id")
    return value


def _bytes(value: Any) -> bytes:
    if not isinstance(value, str):
        raise TypeError("not text")
    padded = value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
