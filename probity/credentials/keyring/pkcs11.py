"""Private keys in a PKCS#11 device: KEYS_BACKEND=probity.credentials.keyring.pkcs11:connect.

Needs the package python-pkcs11 and three variables: PKCS11_MODULE, the library of the device,
PKCS11_TOKEN, the label of the token, and PKCS11_PIN_FILE, a private file with the PIN of its user.
Keys are made inside, marked as not extractable, under labels such as `2026-1.credential`.
"""

import functools
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probity.credentials.proofs.signers import ED25519, Purpose, Signer
from probity.kernel.errors import Misconfigured

try:
    import pkcs11
    from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
    from pkcs11.util import ec
except ImportError as error:
    raise Misconfigured("KEYS_BACKEND needs a package: pip install 'probity[hsm]'.") from error

_EDWARDS25519 = bytes.fromhex("06032b6570")
"""The curve as DER of its object identifier, 1.3.101.112."""

_RAW_BYTES = 32
_INSIDE = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}


def connect(_folder: Path, environ: Mapping[str, str] = os.environ) -> "Device":
    """Open a session with the token. Raises Misconfigured."""
    missing = [name for name in _VARIABLES if not environ.get(name)]
    if missing:
        raise Misconfigured(f"Set {' and '.join(missing)}: the PKCS#11 device cannot be reached.")
    module, label, pin = (environ[name] for name in _VARIABLES)
    try:
        return Device(_signed_in(module, label, Path(pin)))
    except (OSError, RuntimeError, pkcs11.PKCS11Error) as error:
        raise Misconfigured(
            f"The PKCS#11 token {label} in {module} cannot be opened ({type(error).__name__} "
            f"{error}). Look at PKCS11_MODULE, PKCS11_TOKEN and PKCS11_PIN_FILE."
        ) from error


@functools.cache
def _signed_in(module: str, label: str, pin: Path) -> Any:
    """One session for the whole process: a token lets a user sign in once."""
    token = pkcs11.lib(module).get_token(token_label=label)
    return token.open(rw=True, user_pin=pin.read_text().strip())


_VARIABLES = ("PKCS11_MODULE", "PKCS11_TOKEN", "PKCS11_PIN_FILE")


@dataclass(frozen=True, slots=True)
class Device:
    """A token that this process is signed in to."""

    session: Any

    def make(self, key_id: str, purpose: Purpose) -> Signer:
        label = f"{key_id}.{purpose.value}"
        if self._find(label, ObjectClass.PRIVATE_KEY) is None:
            edwards = purpose in ED25519
            parameters = self.session.create_domain_parameters(
                KeyType.EC_EDWARDS if edwards else KeyType.EC,
                {
                    Attribute.EC_PARAMS: _EDWARDS25519
                    if edwards
                    else ec.encode_named_curve_parameters("secp256r1")
                },
                local=True,
            )
            way = Mechanism.EC_EDWARDS_KEY_PAIR_GEN if edwards else None
            parameters.generate_keypair(
                mechanism=way, store=True, label=label, private_template=_INSIDE
            )
        return self.open(key_id, purpose)

    def open(self, key_id: str, purpose: Purpose) -> Signer:
        label = f"{key_id}.{purpose.value}"
        private = self._find(label, ObjectClass.PRIVATE_KEY)
        public = self._find(label, ObjectClass.PUBLIC_KEY)
        if private is None or public is None:
            raise Misconfigured(
                f"The PKCS#11 token holds no key {label}. Restore the token from its backup; until "
                "then nothing can be issued."
            )
        if purpose in ED25519:
            return _Edwards(private, bytes(public[Attribute.EC_POINT])[-_RAW_BYTES:])
        return _P256(private, ec.encode_ec_public_key(public))

    def _find(self, label: str, kind: ObjectClass) -> Any:
        found = self.session.get_objects({Attribute.LABEL: label, Attribute.CLASS: kind})
        return next(iter(found), None)


@dataclass(frozen=True, slots=True)
class _Edwards:
    """An Ed25519 key in the device."""

    key: Any
    public: bytes

    def sign(self, data: bytes, /) -> bytes:
        return bytes(self.key.sign(data, mechanism=Mechanism.EDDSA))


@dataclass(frozen=True, slots=True)
class _P256:
    """A P-256 key in the device; only the hash of the data goes there."""

    key: Any
    public: bytes

    def sign(self, data: bytes, /) -> bytes:
        digest = hashlib.sha256(data).digest()
        found: bytes = ec.encode_ecdsa_signature(self.key.sign(digest, mechanism=Mechanism.ECDSA))
        return found
