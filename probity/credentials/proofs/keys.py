"""The issuer's keys: made once, private halves only ever read by the worker.

`public.json` is what verifiers need. Each key set has an Ed25519 key for credentials and QR codes,
and a P-256 key with a certificate under an authority of its own for the PDF.
"""

import fcntl
import functools
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from probity.credentials.proofs import multikey
from probity.kernel.errors import Misconfigured

PUBLIC_FILE = "public.json"
YEARS = 20
"""A signature must still be checked long after the certificate has expired."""

_BEFORE = timedelta(days=1)
_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What verifiers know of one key set."""

    id: str
    demonstration: bool
    created_at: str
    credential: Ed25519PublicKey
    signer: bytes
    authority: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate that signs PDF files."""
        return hashlib.sha256(self.signer).hexdigest()

    @property
    def fingerprints(self) -> frozenset[str]:
        """Those of all certificates that lie beside a signature of ours."""
        return frozenset({self.fingerprint, hashlib.sha256(self.authority).hexdigest()})


@dataclass(frozen=True, slots=True)
class PrivateKeys:
    """What the worker signs with."""

    public: PublicKeys
    credential: Ed25519PrivateKey
    signer: ec.EllipticCurvePrivateKey


def published(folder: Path) -> tuple[PublicKeys, ...]:
    """Every key set of the installation, oldest first; none before the first start."""
    path = folder / PUBLIC_FILE
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return ()
    return _read(path, changed)


def trusted(folder: Path, *, demonstration: bool) -> tuple[PublicKeys, ...]:
    """The key sets this installation vouches for: a demonstration's never count elsewhere."""
    return tuple(k for k in published(folder) if k.demonstration == demonstration)


def ensure(folder: Path, *, demonstration: bool, issuer: str, now: datetime) -> PublicKeys:
    """The newest key set of this kind, made if there is none."""
    present = trusted(folder, demonstration=demonstration)
    if present:
        return present[-1]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder):
        present = trusted(folder, demonstration=demonstration)
        return present[-1] if present else _make(folder, demonstration, issuer, now)


def load_private(folder: Path, public: PublicKeys) -> PrivateKeys:
    """Read the private halves. Raises Misconfigured if a file is missing or does not fit."""
    credential = _load(folder / f"{public.id}.credential.pem")
    signer = _load(folder / f"{public.id}.signer.pem")
    fits = (
        isinstance(credential, Ed25519PrivateKey)
        and isinstance(signer, ec.EllipticCurvePrivateKey)
        and credential.public_key() == public.credential
        and signer.public_key() == _x509(public.signer).public_key()
    )
    if not fits:
        raise Misconfigured(
            f"The private keys {public.id} in {folder} do not belong to {PUBLIC_FILE}. "
            "Restore the folder from a backup."
        )
    return PrivateKeys(public, credential, signer)


@functools.lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[PublicKeys, ...]:
    try:
        return tuple(_from_json(row) for row in json.loads(path.read_text()))
    except (KeyError, TypeError, ValueError) as error:
        raise Misconfigured(
            f"{path} cannot be read ({error}). Restore it from a backup: without it no "
            "certificate can be verified."
        ) from error


def _from_json(row: dict[str, Any]) -> PublicKeys:
    return PublicKeys(
        id=row["id"],
        demonstration=row["demonstration"],
        created_at=row["created_at"],
        credential=multikey.to_key(row["credential"]),
        signer=bytes.fromhex(row["signer"]),
        authority=bytes.fromhex(row["authority"]),
    )


def _to_json(keys: PublicKeys) -> dict[str, Any]:
    return {
        "id": keys.id,
        "demonstration": keys.demonstration,
        "created_at": keys.created_at,
        "credential": multikey.from_key(keys.credential),
        "signer": keys.signer.hex(),
        "authority": keys.authority.hex(),
    }


def _make(folder: Path, demonstration: bool, issuer: str, now: datetime) -> PublicKeys:
    kind = "demo-" if demonstration else ""
    name = f"{kind}{now.year}-1"
    marked = f"{issuer} (DEMONSTRATION)" if demonstration else issuer
    credential = Ed25519PrivateKey.generate()
    authority, signer = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate(f"{marked} Root", authority, f"{marked} Root", authority, now)
    leaf = _certificate(f"{marked} Certificates {name}", signer, f"{marked} Root", authority, now)
    for purpose, key in (("credential", credential), ("signer", signer), ("authority", authority)):
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write(folder / f"{name}.{purpose}.pem", pem)
    made = PublicKeys(
        id=name,
        demonstration=demonstration,
        created_at=now.isoformat(timespec="seconds"),
        credential=credential.public_key(),
        signer=leaf.public_bytes(Encoding.DER),
        authority=root.public_bytes(Encoding.DER),
    )
    rows = [_to_json(keys) for keys in (*published(folder), made)]
    _write(folder / PUBLIC_FILE, json.dumps(rows, indent=1).encode())
    return made


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    """A certificate for signing documents, or the authority itself if it is its own issuer."""
    is_authority = key is issuer_key
    allowed = {"key_cert_sign", "crl_sign"} if is_authority else {"digital_signature", "content_commitment"}  # fmt: skip
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + timedelta(days=366 * YEARS))
        .add_extension(x509.BasicConstraints(is_authority, 0 if is_authority else None), True)
        .add_extension(x509.KeyUsage(**{use: use in allowed for use in _USES}), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(identifier, False)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words[-64:])])


def _x509(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def _load(path: Path) -> Any:
    try:
        return load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise Misconfigured(
            f"The key {path} cannot be read ({error}). Restore it from a backup; until then "
            "nothing can be issued."
        ) from error


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process make keys while the others wait."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
