"""Signed notes, checkpoints and cosignatures as c2sp.org describes them.

A checkpoint is a signed note of three lines: the name of the log, its size, its root. Witnesses add
signature lines that state when they saw it.
"""

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.ledger import merkle

ED25519 = 1
COSIGNATURE = 4
"""The kinds of key that c2sp.org/signed-note numbers so."""

LARGEST = 64 * 1024
MOST_SIGNATURES = 100
_DASH = "— "
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_RAW_KEY, _SIGNATURE, _HASH = 32, 64, 4


class BadNote(ValueError):
    """Not a note that these keys signed; the message says why."""


class Signer(Protocol):
    """Whoever holds a private Ed25519 key; `name` is that of the log or of the witness."""

    @property
    def name(self) -> str: ...

    @property
    def public(self) -> bytes: ...

    def sign(self, data: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Key:
    """A public key under the name it signs with."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def hash(self) -> bytes:
        stated = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(stated).digest()[:_HASH]

    @property
    def text(self) -> str:
        """The key as others note it down: name, hash and key in one word."""
        return f"{self.name}+{self.hash.hex()}+{_encode(bytes([self.kind]) + self.public)}"

    @classmethod
    def of(cls, signer: Signer, kind: int = ED25519) -> "Key":
        return cls(signer.name, signer.public, kind)

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read a key as `text` writes it; raises BadNote."""
        name, _, rest = text.strip().partition("+")
        noted, _, encoded = rest.partition("+")
        data = _decode(encoded)
        if not _NAME.fullmatch(name) or len(data) != 1 + _RAW_KEY or data[0] not in _KINDS:
            raise BadNote("A key is written as name+hash+key, such as example.org/log+1a2b3c4d+AQ…")
        key = cls(name, data[1:], data[0])
        if key.hash.hex() != noted:
            raise BadNote(f"The hash in the key of {name} does not fit; copy the key once more.")
        return key

    def holds(self, signature: bytes, data: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


_KINDS = (ED25519, COSIGNATURE)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature that holds; `time` (seconds since 1970) if a witness states it."""

    key: Key
    time: int | None
    line: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment; `text` is the note with its signatures."""

    origin: str
    size: int
    root: bytes
    text: str

    @property
    def body(self) -> str:
        return body(self.text)


def origin_of(base_url: str) -> str:
    """The name of the log of an installation, which is also where it is read."""
    return f"{urlsplit(base_url).netloc}/log"


def body(text: str) -> str:
    """The signed part of a note."""
    inside, separator, _ = text.rpartition("\n\n")
    if not separator:
        raise BadNote(
            "The note has no signature: an empty line and a line with a dash are missing."
        )
    return f"{inside}\n"


def sign(size: int, root: bytes, signer: Signer) -> Checkpoint:
    """State size and root of the log that this signer is named after."""
    inside = f"{signer.name}\n{size}\n{_encode(root)}\n"
    signature = signer.sign(inside.encode())
    text = f"{inside}\n{_line(Key.of(signer), signature)}"
    return Checkpoint(signer.name, size, root, text)


def cosign(checkpoint: Checkpoint, signer: Signer, time: int) -> str:
    """The line by which a witness states that it saw this checkpoint, and nothing against it."""
    signature = signer.sign(_seen(checkpoint.body, time))
    return _line(Key.of(signer, COSIGNATURE), struct.pack(">Q", time) + signature)


def open_note(text: str, keys: Iterable[Key]) -> list[Signature]:
    """The signatures by these keys, in the order of the note; raises BadNote if one is wrong.

    Lines by keys that nobody asked about are passed over, as the specification wants.
    """
    if len(text.encode()) > LARGEST:
        raise BadNote("The note is larger than any checkpoint.")
    inside = body(text)
    known = {(key.name, key.hash): key for key in keys}
    lines = text[len(inside) + 1 :].splitlines(keepends=True)
    if not lines or len(lines) > MOST_SIGNATURES:
        raise BadNote("The note has no signature line, or too many.")
    found = []
    for line in lines:
        name, stated = _parts(line)
        key = known.get((name, stated[:_HASH]))
        if key is not None:
            found.append(_checked(key, stated[_HASH:], inside, line))
    return found


def open_checkpoint(text: str, key: Key) -> Checkpoint:
    """Read a checkpoint that the log with this key signed; raises BadNote."""
    found = read_checkpoint(text)
    if found.origin != key.name:
        raise BadNote(f"The checkpoint is of {found.origin}, not of {key.name}.")
    if not open_note(text, [key]):
        raise BadNote(f"The checkpoint is not signed with the key {key.hash.hex()} of {key.name}.")
    return found


def read_checkpoint(text: str) -> Checkpoint:
    """Read what a checkpoint states, without looking at the signatures; raises BadNote."""
    lines = body(text).split("\n")
    if len(lines) < 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):  # noqa: PLR2004
        raise BadNote("A checkpoint has the name of the log, its size and its root on three lines.")
    root = _decode(lines[2])
    if len(root) != merkle.SIZE:
        raise BadNote("The third line of a checkpoint is the root, 32 bytes in base64.")
    return Checkpoint(lines[0], int(lines[1]), root, text)


def _checked(key: Key, stated: bytes, inside: str, line: str) -> Signature:
    time, data = None, inside.encode()
    if key.kind == COSIGNATURE:
        if len(stated) != 8 + _SIGNATURE:
            raise BadNote(f"The cosignature of {key.name} has a wrong length.")
        time = int(struct.unpack(">Q", stated[:8])[0])
        stated, data = stated[8:], _seen(inside, time)
    if not key.holds(stated, data):
        raise BadNote(f"The signature of {key.name} does not fit the text of the note.")
    return Signature(key, time, line)


def _parts(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).removesuffix("\n").partition(" ")
    stated = _decode(encoded)
    fits = line.startswith(_DASH) and line.endswith("\n") and _NAME.fullmatch(name)
    if not fits or len(stated) <= _HASH:
        raise BadNote("A signature line is a dash, a name and base64; one line here is not.")
    return name, stated


def _seen(inside: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{inside}".encode()


def _line(key: Key, signature: bytes) -> str:
    return f"{_DASH}{key.name} {_encode(key.hash + signature)}\n"


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    """Base64 written the only way it may be; empty for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if _encode(data) == text else b""
