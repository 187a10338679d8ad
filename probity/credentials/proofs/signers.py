"""Who signs: a private key in a file of ours, or a device that never shows its key."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


class Purpose(StrEnum):
    """What each key of a set signs. The first two are Ed25519, the others P-256."""

    CREDENTIAL = "credential"
    LOG = "log"
    SIGNER = "signer"
    AUTHORITY = "authority"


ED25519 = frozenset({Purpose.CREDENTIAL, Purpose.LOG})


class Signer(Protocol):
    """One key pair of which only the public half can be had.

    `public` is the raw 32 bytes of an Ed25519 key, or the DER SubjectPublicKeyInfo of a P-256 key.
    `sign` gives the raw 64 bytes of Ed25519, or the DER of an ECDSA signature over SHA-256.
    """

    @property
    def public(self) -> bytes: ...

    def sign(self, data: bytes, /) -> bytes: ...


class Backend(Protocol):
    """Where private keys are kept, each under the id of its set and its purpose."""

    def make(self, key_id: str, purpose: Purpose) -> Signer:
        """A new key pair. After a crash the same pair is asked for again; it may be replaced."""
        ...

    def open(self, key_id: str, purpose: Purpose) -> Signer:
        """The key pair made before. Raises Misconfigured with what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs with an Ed25519 key in memory."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def sign(self, data: bytes, /) -> bytes:
        return self.key.sign(data)


@dataclass(frozen=True, slots=True)
class P256Signer:
    """Signs with a P-256 key in memory."""

    key: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> bytes:
        return spki(self.key.public_key())

    def sign(self, data: bytes, /) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True, slots=True)
class NamedSigner:
    """A signer under the name that stands in the notes it signs."""

    name: str
    key: Signer

    @property
    def public(self) -> bytes:
        return self.key.public

    def sign(self, data: bytes, /) -> bytes:
        return self.key.sign(data)


def generate(purpose: Purpose) -> PrivateKey:
    if purpose in ED25519:
        return Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def signer_of(key: PrivateKey) -> Signer:
    return Ed25519Signer(key) if isinstance(key, Ed25519PrivateKey) else P256Signer(key)


def spki(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
