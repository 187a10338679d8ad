"""Encrypts private keys where they lie."""

import os
from pathlib import Path

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials.keyring.ring import folder_of, passphrase_of
from probity.credentials.proofs import keys, pkcs8
from probity.credentials.proofs.keyfiles import KeyFiles
from probity.kernel.errors import Misconfigured
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import Settings


def encrypt(settings: Settings) -> list[Path]:
    """Replace each plain key file by an encrypted one; gives those files. May be interrupted.

    Raises Misconfigured.
    """
    if settings.keys_backend:
        raise Misconfigured("KEYS_BACKEND keeps the keys; there are no files to encrypt.")
    passphrase = passphrase_of(settings)
    if not passphrase:
        raise Misconfigured(
            "No passphrase is set. Write one into a private file and name it with "
            "KEYS_PASSPHRASE_FILE, for this command and for the worker."
        )
    files = KeyFiles(folder_of(settings), passphrase)
    done = []
    with keys.locked(files.folder):
        for path in plain_files(files.folder):
            _encrypt(files, path)
            done.append(path)
    return done


def plain_files(folder: Path) -> list[Path]:
    """Private keys that anybody who gets the file could use."""
    found = sorted(folder.glob("*.pem"))
    return [path for path in found if not pkcs8.is_encrypted(path.read_bytes())]


def _encrypt(files: KeyFiles, path: Path) -> None:
    key_id, purpose, _ending = path.name.rsplit(".", 2)
    key = files.read(key_id, purpose)
    with path.open("r+b") as before:
        files.keep(key_id, purpose, key)
        if files.read(key_id, purpose).public_key() != key.public_key():
            raise Misconfigured(f"{path} was written, but does not read back as the same key.")
        if os.fstat(before.fileno()).st_nlink:  # a backup links to it
            return
        # the name leads to the new file; this blots out the old one where the disk allows it
        size = before.seek(0, os.SEEK_END)
        before.seek(0)
        before.write(b"\0" * size)
        before.flush()
        os.fsync(before.fileno())


def record(session: Session, done: list[Path]) -> None:
    if done:
        audit.record(session, AuditEvent.KEY_ENCRYPTED, "keys", by=SYSTEM, files=len(done))
