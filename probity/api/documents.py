"""The issuer's public keys as machines look for them."""

import base64
from collections.abc import Iterable
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.credentials.facts import did_of
from probity.credentials.proofs import multikey
from probity.credentials.proofs.keys import PublicKeys

_P256_BYTES = 32


def did_document(base_url: str, keys: Iterable[PublicKeys]) -> dict[str, Any]:
    """The did:web document.

    Earlier keys stay listed, or what they signed could not be checked. A key that was given up is
    not: whoever knows no log must trust nothing it signed. Our own verifiers read all sets, with
    the leaf up to which such a key counts, from `probity-keys.json`.
    """
    did = did_of(base_url)
    trusted = [key for key in keys if key.compromised is None]
    methods = [
        {
            "id": f"{did}#{key.id}",
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": multikey.from_key(key.credential),
        }
        for key in trusted
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "alsoKnownAs": [base_url],
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
        "service": _services(base_url, did, trusted),
    }


def _services(base_url: str, did: str, keys: Iterable[PublicKeys]) -> list[dict[str, Any]]:
    """Where else to look, and the only certificates whose signature in a PDF is ours."""
    pinned = [{"key": key.id, "sha256": key.fingerprint} for key in keys]
    return [
        {"id": f"{did}#log", "type": "TransparencyLog", "serviceEndpoint": f"{base_url}/log"},
        {
            "id": f"{did}#key-sets",
            "type": "KeySets",
            "serviceEndpoint": f"{base_url}/.well-known/probity-keys.json",
        },
        {
            "id": f"{did}#pdf-signers",
            "type": "PdfSigners",
            "serviceEndpoint": f"{base_url}/.well-known/jwks.json",
            "certificates": pinned,
        },
    ]


def jwk_set(keys: Iterable[PublicKeys]) -> dict[str, Any]:
    """All keys of every set that was not given up; the one for PDF files with its certificates."""
    trusted = [key for key in keys if key.compromised is None]
    return {"keys": [jwk for key in trusted for jwk in _jwks(key)]}


def _jwks(key: PublicKeys) -> list[dict[str, Any]]:
    log = [_ed25519(key.log, f"{key.id}-log")] if key.log else []
    return [_ed25519(key.credential, key.id), *log, _p256(key)]


def _ed25519(key: Ed25519PublicKey, kid: str) -> dict[str, Any]:
    x = _base64url(key.public_bytes_raw())
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x}


def _p256(key: PublicKeys) -> dict[str, Any]:
    signer = x509.load_der_x509_certificate(key.signer)
    numbers = cast("ec.EllipticCurvePublicKey", signer.public_key()).public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "use": "sig",
        "alg": "ES256",
        "kid": f"{key.id}-pdf",
        "x": _base64url(numbers.x.to_bytes(_P256_BYTES, "big")),
        "y": _base64url(numbers.y.to_bytes(_P256_BYTES, "big")),
        "x5c": [base64.b64encode(der).decode() for der in (key.signer, key.authority)],
    }


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
