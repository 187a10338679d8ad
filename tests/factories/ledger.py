"""Logs: entries, and keys that sign."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from probity.ledger import actions
from probity.ledger.actions import Entry
from probity.ledger.notes import COSIGNATURE, ED25519, Key

ORIGIN = "localhost:8000/log"
TIME = "2026-11-22T10:00:00Z"


class Signer:
    """A private key made from one byte, so that every run signs alike."""

    def __init__(self, name: str = ORIGIN, seed: int = 1) -> None:
        self.name = name
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)

    @property
    def key(self) -> Key:
        return Key(self.name, self.public, ED25519)

    @property
    def witness_key(self) -> Key:
        return Key(self.name, self.public, COSIGNATURE)


def make_entry(number: int, **more: object) -> Entry:
    body = {"v": 1, "type": "issue", "digest": f"{number:064x}", "time": TIME, **more}
    return Entry(f"issue/{number}", body)


def add_entries(session, count: int, *, first: int = 0) -> list[int]:
    return actions.append(session, [make_entry(first + number) for number in range(count)])
