"""The certificate that signs PDF files, under an authority of its own.

Only what holds the keys signs, so the keys may lie in a device: the certificate is first written
with a key that is thrown away, then its body is signed again by the right one.
"""

from datetime import datetime, timedelta
from typing import cast

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509.oid import NameOID

from probity.credentials.proofs.signers import Signer

YEARS = 20
"""A signature must still be checked long after the certificate has expired."""

_BEFORE = timedelta(days=1)
_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def pair(
    issuer: str, name: str, authority: Signer, signer: Signer, now: datetime
) -> tuple[bytes, bytes]:
    """The certificate of the signer and that of its authority, as DER."""
    root = _certificate(f"{issuer} Root", authority, f"{issuer} Root", authority, now)
    leaf = _certificate(f"{issuer} Certificates {name}", signer, f"{issuer} Root", authority, now)
    return leaf, root


def _certificate(
    subject: str, key: Signer, issuer: str, issuer_key: Signer, now: datetime
) -> bytes:
    """A certificate for signing documents, or the authority itself if it is its own issuer."""
    is_authority = key is issuer_key
    allowed = {"key_cert_sign", "crl_sign"} if is_authority else {"digital_signature", "content_commitment"}  # fmt: skip
    own, above = _public(key), _public(issuer_key)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(above)
    built = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(own)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + timedelta(days=366 * YEARS))
        .add_extension(x509.BasicConstraints(is_authority, 0 if is_authority else None), True)
        .add_extension(x509.KeyUsage(**{use: use in allowed for use in _USES}), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own), False)
        .add_extension(identifier, False)
        .sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    whole = {
        "tbs_certificate": asn1.TbsCertificate.load(built.tbs_certificate_bytes),
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature_value": issuer_key.sign(built.tbs_certificate_bytes),
    }
    return cast("bytes", asn1.Certificate(whole).dump())


def _public(key: Signer) -> ec.EllipticCurvePublicKey:
    found = load_der_public_key(key.public)
    if not isinstance(found, ec.EllipticCurvePublicKey):
        raise TypeError("certificates are for P-256 keys")
    return found


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words[-64:])])
