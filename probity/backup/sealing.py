"""An encrypted, authenticated stream: what was written comes back whole, or the place is named.

A header in one line says how the key is made: from a passphrase (scrypt) or for the owner of an
X25519 key. Then come chunks of 64 KiB under ChaCha20-Poly1305. The number of a chunk and whether it
is the last are its nonce (the STREAM construction, as in age), so that chunks can be neither
changed, moved, left out nor cut off. The key depends on the header too.
"""

import base64
import io
import json
import secrets
from collections.abc import Mapping
from typing import Any, BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"probity-backup/1\n"
CHUNK = 64 * 1024
TAG = 16
LONGEST_HEADER = 2048
SCRYPT_N = 2**17
"""128 MiB and a good third of a second for each guess."""

MOST_SCRYPT_N = 2**20
_PUBLIC, _PRIVATE = "probity-backup-public-", "probity-backup-private-"


class Damaged(Exception):
    """The file is not what was written; the message says where."""


class WrongKey(Exception):
    """The passphrase or key is not the one this was made for."""


class Lock(Protocol):
    """Makes the secret of a new file, and the members of its header that find it again."""

    def shut(self) -> tuple[bytes, dict[str, Any]]: ...


class Opener(Protocol):
    """Finds the secret of a file again from its header."""

    def open(self, header: Mapping[str, Any]) -> bytes: ...


class Passphrase:
    """A secret that somebody knows."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def shut(self) -> tuple[bytes, dict[str, Any]]:
        told = {"kind": "scrypt", "salt": _text(secrets.token_bytes(16)), "n": SCRYPT_N}
        return self.open(told), told

    def open(self, header: Mapping[str, Any]) -> bytes:
        if header.get("kind") != "scrypt":
            raise WrongKey("This backup was made for a key: name its private half with --identity.")
        cost = int(header["n"])
        if not 1 < cost <= MOST_SCRYPT_N:
            raise Damaged("The header asks for an absurd effort: it was changed.")
        return Scrypt(_bytes(header["salt"]), 32, cost, 8, 1).derive(self._secret)


class Recipient:
    """The public half of a key pair: the machine that makes backups cannot read them."""

    def __init__(self, text: str) -> None:
        self._public = X25519PublicKey.from_public_bytes(_key_bytes(text, _PUBLIC))

    def shut(self) -> tuple[bytes, dict[str, Any]]:
        once = X25519PrivateKey.generate()
        shared = once.exchange(self._public)
        own, theirs = once.public_key().public_bytes_raw(), self._public.public_bytes_raw()
        told = {"kind": "x25519", "ephemeral": _text(own), "recipient": _text(theirs)}
        return _mixed(shared, own + theirs), told


class Identity:
    """The private half, kept away from the machine that makes backups."""

    def __init__(self, text: str) -> None:
        self._private = X25519PrivateKey.from_private_bytes(_key_bytes(text, _PRIVATE))

    def open(self, header: Mapping[str, Any]) -> bytes:
        if header.get("kind") != "x25519":
            raise WrongKey("This backup was made with a passphrase: use --passphrase-file.")
        mine, ephemeral = self._private.public_key().public_bytes_raw(), _bytes(header["ephemeral"])
        if _bytes(header["recipient"]) != mine:
            raise WrongKey("This backup was made for another key.")
        shared = self._private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        return _mixed(shared, ephemeral + mine)


def new_pair() -> tuple[str, str]:
    """The two halves of a new key, private first, as they are written into files."""
    made = X25519PrivateKey.generate()
    private, public = made.private_bytes_raw(), made.public_key().public_bytes_raw()
    return f"{_PRIVATE}{_text(private)}", f"{_PUBLIC}{_text(public)}"


class SealingWriter(io.RawIOBase):
    """Takes bytes, writes chunks; `finish` writes the last one, without which nothing opens."""

    def __init__(self, out: BinaryIO, lock: Lock) -> None:
        secret, told = lock.shut()
        header = json.dumps({**told, "nonce": _text(secrets.token_bytes(16))}).encode() + b"\n"
        out.write(MAGIC + header)
        self._out, self._count = out, 0
        self._cipher = ChaCha20Poly1305(_payload_key(secret, header))
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # a full one waits: it may be the last
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, data: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._count, last=last), data, None))
        self._count += 1


class SealedReader(io.RawIOBase):
    """Reads what a SealingWriter wrote. Raises Damaged at the first chunk that does not fit."""

    def __init__(self, source: BinaryIO, opener: Opener) -> None:
        self._source = source
        header = _read_header(source)
        self._start = len(MAGIC) + len(header)
        try:
            secret = opener.open(json.loads(header))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Damaged(f"The header cannot be read ({error}).") from error
        self._cipher = ChaCha20Poly1305(_payload_key(secret, header))
        self._count, self._over = 0, False
        self._next = source.read(CHUNK + TAG)
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._ready and not self._over:
            self._ready = self._take()
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _take(self) -> bytes:
        data, self._next = self._next, self._source.read(CHUNK + TAG)
        self._over = not self._next
        try:
            found = self._cipher.decrypt(_nonce(self._count, last=self._over), data, None)
        except InvalidTag as error:
            raise self._damage() from error
        self._count += 1
        return found

    def _damage(self) -> Exception:
        if self._count == 0:
            return WrongKey(
                "Nothing opens: the passphrase or key is not the one this backup was made with, or "
                "its first 64 KiB were changed."
            )
        first = self._start + self._count * (CHUNK + TAG)
        where = f"bytes {first:,} to {first + CHUNK + TAG:,}"
        if self._over:
            return Damaged(f"The end is missing or was changed ({where}).")
        return Damaged(f"The file was changed or damaged in {where}.")


def _read_header(source: BinaryIO) -> bytes:
    if source.read(len(MAGIC)) != MAGIC:
        raise Damaged("This is no backup of Probity, or its beginning was changed.")
    header = source.readline(LONGEST_HEADER)
    if not header.endswith(b"\n"):
        raise Damaged("The header has no end: the file was cut off or changed there.")
    return header


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11) + bytes([last])


def _payload_key(secret: bytes, header: bytes) -> bytes:
    return _mixed(secret, MAGIC + header)


def _mixed(secret: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, info).derive(secret)


def _key_bytes(text: str, prefix: str) -> bytes:
    data = text.strip()
    if not data.startswith(prefix):
        raise WrongKey(f"A key is written as {prefix}…; make a pair with `probity backup keygen`.")
    try:
        found = _bytes(data.removeprefix(prefix))
    except ValueError as error:
        raise WrongKey("The key is damaged; copy it once more.") from error
    if len(found) != 32:  # noqa: PLR2004 (X25519)
        raise WrongKey("The key is damaged; copy it once more.")
    return found


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
