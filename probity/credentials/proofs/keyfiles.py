"""Private keys in files: made, opened and replaced here and nowhere else."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from probity.credentials.proofs import pkcs8, signers
from probity.credentials.proofs.signers import PrivateKey, Purpose, Signer
from probity.kernel.errors import Misconfigured

OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """A folder of PEM files, encrypted if there is a passphrase."""

    folder: Path
    passphrase: bytes | None = field(default=None, repr=False)

    def make(self, key_id: str, purpose: Purpose) -> Signer:
        key = signers.generate(purpose)
        self.keep(key_id, purpose, key)
        return signers.signer_of(key)

    def open(self, key_id: str, purpose: Purpose) -> Signer:
        return signers.signer_of(self.read(key_id, purpose))

    def keep(self, key_id: str, purpose: str, key: PrivateKey) -> None:
        """Write a private key; readers see the old file or the new one, whole."""
        secret = self.passphrase
        write(self.path(key_id, purpose), pkcs8.encrypted(key, secret) if secret else pkcs8.plain(key))  # fmt: skip

    def read(self, key_id: str, purpose: str) -> PrivateKey:
        """The key itself. Raises Misconfigured."""
        path = self.path(key_id, purpose)
        try:
            if path.stat().st_mode & OTHERS:
                raise Misconfigured(
                    f"The key {path} can be read by others. Type `chmod 600 {path}`, and think "
                    "about who may have copied it (`probity keys compromise`)."
                )
            return self._opened(path, path.read_bytes())
        except OSError as error:
            raise Misconfigured(_lost(path, error)) from error

    def _opened(self, path: Path, text: bytes) -> PrivateKey:
        locked = pkcs8.is_encrypted(text)
        if locked and not self.passphrase:
            raise Misconfigured(
                f"The key {path} is encrypted, and no passphrase is set. Set KEYS_PASSPHRASE_FILE "
                "(or KEYS_PASSPHRASE) for the worker."
            )
        try:
            key = load_pem_private_key(text, self.passphrase if locked else None)
        except ValueError as error:
            if not locked:
                raise Misconfigured(_lost(path, error)) from error
            raise Misconfigured(
                f"The passphrase does not open the key {path}. Look at KEYS_PASSPHRASE_FILE (or "
                "KEYS_PASSPHRASE); a line break at its end does not count."
            ) from error
        if not isinstance(key, (Ed25519PrivateKey, ec.EllipticCurvePrivateKey)):
            raise Misconfigured(f"The key {path} is neither Ed25519 nor P-256.")
        return key

    def path(self, key_id: str, purpose: str) -> Path:
        return self.folder / f"{key_id}.{purpose}.pem"


def _lost(path: Path, error: Exception) -> str:
    return (
        f"The key {path} cannot be read ({error}). Restore it from a backup; until then "
        "nothing can be issued."
    )


def write(path: Path, data: bytes) -> None:
    """Put a private file in place, whole or not at all, and survive a power cut."""
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
