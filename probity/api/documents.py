"""The issuer's public keys as machines look for them."""

import base64
from collections.abc import Iterable
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from probity.credentials.facts import did_of
from probity.credentials.proofs import multikey
from probity.credentials.proofs.keys import PublicKeys

_P256_BYTES = 32


def did_document(base_url: str, keys: Iterable[PublicKeys]) -> dict[str, Any]:
    """The did:web document; old keys stay listed, or what they signed could not be checked."""
    did = did_of(base_url)
    methods = [
        {
            "id": f"{did}#{key.id}",
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": multikey.from_key(key.credential),
        }
        for key in keys
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "alsoKnownAs": [base_url],
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def jwk_set(keys: Iterable[PublicKeys]) -> dict[str, Any]:
    """Both keys of every set; the one for PDF files with its certificate chain."""
    return {"keys": [jwk for key in keys for jwk in (_ed25519(key), _p256(key))]}


def _ed25519(key: PublicKeys) -> dict[str, Any]:
    x = _base64url(key.credential.public_bytes_raw())
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.id, "x": x}


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
