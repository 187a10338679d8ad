"""The private keys of this installation. Only the worker and commands load this module."""

import importlib
from pathlib import Path
from typing import cast

from flask import Flask

from probity.credentials.proofs import keys
from probity.credentials.proofs.keyfiles import KeyFiles
from probity.credentials.proofs.keys import PrivateKeys, PublicKeys
from probity.credentials.proofs.signers import Backend, NamedSigner
from probity.kernel import clock
from probity.kernel.errors import Misconfigured
from probity.kernel.settings import Settings
from probity.ledger.notes import origin_of

MAY_NOT = 0o027
"""Others may neither read nor change the file of the passphrase; a group may read it."""

LEAST_BYTES = 12

_EXTENSION = "probity-keyring"


class Keyring:
    """Opens what the settings name; each set is opened once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = folder_of(settings)
        self._opened: dict[str, PrivateKeys] = {}
        self._backend: Backend | None = None

    @property
    def backend(self) -> Backend:
        if self._backend is None:
            self._backend = _backend(self.settings, self.folder)
        return self._backend

    @property
    def current(self) -> PublicKeys:
        """The key set that signs now; made at the first start."""
        demonstration = self.settings.demonstration
        present = keys.current(self.folder, demonstration=demonstration)
        if present is not None and present.log is not None:
            return present
        return keys.ensure(
            self.folder,
            demonstration=demonstration,
            issuer=self.settings.issuer_name,
            now=clock.now(),
            backend=self.backend,
        )

    def private(self, key_id: str) -> PrivateKeys:
        """A set to sign with, also an earlier one for which a number was already taken.

        Raises Misconfigured.
        """
        if key_id not in self._opened:
            found = [k for k in keys.published(self.folder) if k.id == key_id]
            if not found:
                raise Misconfigured(
                    f"{self.folder / keys.PUBLIC_FILE} names no key set {key_id}. Restore the "
                    "folder from a backup."
                )
            self._opened[key_id] = keys.load_private(self.folder, found[0], self.backend)
        return self._opened[key_id]

    def log_signer(self) -> NamedSigner:
        """Signs checkpoints now, under the name of the log."""
        return self.signer_of_log(self.current)

    def signer_of_log(self, chosen: PublicKeys) -> NamedSigner:
        return NamedSigner(origin_of(self.settings.base_url), self.private(chosen.id).log)


def ring_of(app: Flask) -> Keyring:
    """The keyring of this process."""
    if _EXTENSION not in app.extensions:
        app.extensions[_EXTENSION] = Keyring(app.config["PROBITY"])
    ring: Keyring = app.extensions[_EXTENSION]
    return ring


def diagnose(settings: Settings) -> str:
    """What is wrong with the keys that sign now, as a sentence; empty if nothing is."""
    current = keys.current(folder_of(settings), demonstration=settings.demonstration)
    if current is None:
        return ""  # the worker makes the first set
    try:
        Keyring(settings).private(current.id)
    except Misconfigured as error:
        return str(error)
    if not settings.demonstration and not settings.keys_backend and passphrase_of(settings) is None:
        return (
            "whoever copies the folder of the keys can sign: set KEYS_PASSPHRASE_FILE, then type "
            "`probity keys encrypt`"
        )
    return ""


def folder_of(settings: Settings) -> Path:
    return settings.instance_dir / "keys"


def passphrase_of(settings: Settings) -> bytes | None:
    """What opens encrypted keys, if that is set. Raises Misconfigured."""
    if settings.keys_passphrase and settings.keys_passphrase_file:
        raise Misconfigured("Set either KEYS_PASSPHRASE or KEYS_PASSPHRASE_FILE, not both.")
    found = settings.keys_passphrase
    if settings.keys_passphrase_file:
        found = _read(Path(settings.keys_passphrase_file))
    if found and len(found.encode()) < LEAST_BYTES:
        raise Misconfigured(
            f"The passphrase of the keys has fewer than {LEAST_BYTES} characters. Take a longer "
            "one, for example from `openssl rand -base64 32`."
        )
    return found.encode() if found else None


def _read(path: Path) -> str:
    try:
        if path.stat().st_mode & MAY_NOT:
            raise Misconfigured(
                f"KEYS_PASSPHRASE_FILE={path} can be read by everybody or written by others. "
                f"Type `chmod 600 {path}`."
            )
        found = path.read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise Misconfigured(
            f"KEYS_PASSPHRASE_FILE={path} cannot be read ({why}). Name a file that the worker may "
            "read and that holds the passphrase alone."
        ) from error
    if not found:
        raise Misconfigured(f"KEYS_PASSPHRASE_FILE={path} is empty. Write the passphrase into it.")
    return found


def _backend(settings: Settings, folder: Path) -> Backend:
    """Files, or whatever KEYS_BACKEND names. Raises Misconfigured."""
    if not settings.keys_backend:
        return KeyFiles(folder, passphrase_of(settings))
    module, _colon, name = settings.keys_backend.partition(":")
    try:
        factory = getattr(importlib.import_module(module), name)
    except (AttributeError, ImportError, ValueError) as error:
        raise Misconfigured(
            f"KEYS_BACKEND={settings.keys_backend} cannot be loaded ({error}). Write it as "
            "package.module:function, and install that package beside Probity."
        ) from error
    return cast("Backend", factory(folder))
