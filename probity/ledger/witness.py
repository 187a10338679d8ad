"""The program of a second party that watches a log: it never forgets, and never lets it go back."""

import base64
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from probity.kernel.errors import Misconfigured
from probity.ledger import merkle, notes, tiles
from probity.ledger.notes import COSIGNATURE, ED25519, BadNote, Checkpoint, Key

Fetch = Callable[[str], bytes]
LARGEST = 1024 * 1024
PATIENCE_SECONDS = 30
_PREFIX = "PRIVATE+KEY+"


class Unreachable(Exception):
    """The log did not answer, or not with what was asked; try again later."""


class Dishonest(Exception):
    """The log shows something that an append-only log cannot show; the message has both sides."""


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A private key of a witness and the name it signs with."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key(self) -> Key:
        return Key.of(self, COSIGNATURE)

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness remembers: the keys of the log, and the last checkpoint it stated."""

    keys: tuple[str, ...]
    checkpoint: str | None


def make_key(path: Path, name: str) -> WitnessKey:
    """Make a new key in a file that only its owner may read."""
    made = WitnessKey(name, Ed25519PrivateKey.generate())
    data = base64.b64encode(bytes([COSIGNATURE]) + made.private.private_bytes_raw()).decode()
    text = f"{_PREFIX}{name}+{made.key.hash.hex()}+{data}\n"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except OSError as error:
        raise Misconfigured(
            f"{path} cannot be made ({error.strerror}). Name a new file."
        ) from error
    return made


def load_key(path: Path) -> WitnessKey:
    """Read a file that `make_key` wrote; raises Misconfigured."""
    try:
        name, stated, data = path.read_text().strip().removeprefix(_PREFIX).split("+", 2)
        seed = base64.b64decode(data, validate=True)[1:]
        found = WitnessKey(name, Ed25519PrivateKey.from_private_bytes(seed))
    except (OSError, ValueError) as error:
        raise Misconfigured(
            f"{path} is not the key of a witness ({error}). Make one with --new-key NAME."
        ) from error
    if found.key.hash.hex() != stated:
        raise Misconfigured(
            f"{path} is damaged: name and key do not fit. Restore it from a backup."
        )
    return found


def load_state(path: Path) -> Seen | None:
    """What was seen before; None at the first visit. Never guesses: a damaged file stops us."""
    try:
        kept = json.loads(path.read_text())
        return Seen(tuple(kept["keys"]), kept["checkpoint"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(
            f"{path} cannot be read ({error}). Restore it: without it a roll-back goes unnoticed."
        ) from error


def save_state(path: Path, seen: Seen) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("w") as file:
        json.dump({"keys": seen.keys, "checkpoint": seen.checkpoint}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def visit(fetch: Fetch, seen: Seen) -> Checkpoint:
    """Look at the log once more; raises Dishonest if it is not the log seen before, only longer."""
    text = _text(fetch("checkpoint"))
    now = _opened(text, seen.keys)
    if seen.checkpoint is None:
        return now
    before = notes.read_checkpoint(seen.checkpoint)
    if now.origin != before.origin:
        raise Dishonest(f"This is another log: {now.origin}, not {before.origin}.")
    if now.size < before.size:
        raise Dishonest(_told("ROLL-BACK: the log is shorter than it was", before, now))
    if now.size == before.size and now.root != before.root:
        raise Dishonest(_told("FORK: the log has two roots for the same size", before, now))
    proof = merkle.consistency_proof(before.size, now.size, tiles.reader(fetch, now.size))
    if not merkle.verify_consistency(before.size, now.size, before.root, now.root, proof):
        raise Dishonest(_told("FORK: the log no longer begins with what it was", before, now))
    return now


def first_keys(fetch: Fetch) -> tuple[str, ...]:
    """The keys that a log itself names: to be compared with what its operator says elsewhere."""
    found = [Key.parse(line) for line in _text(fetch("keys")).split()]
    return tuple(key.text for key in found if key.kind == ED25519)


def fetcher(address: str) -> Fetch:
    """How to read the files of a log."""
    if not address.startswith(("https://", "http://")):
        raise Misconfigured(f"{address} is not an address such as https://example.org/log")

    def fetch(path: str) -> bytes:
        return _ask(urllib.request.Request(f"{address.rstrip('/')}/{path}"))  # noqa: S310 (checked)

    return fetch


def post(address: str, text: str) -> str:
    """Hand a cosigned checkpoint to the log; returns its answer."""
    request = urllib.request.Request(  # noqa: S310 (the address was checked by `fetcher`)
        f"{address.rstrip('/')}/cosignatures",
        data=text.encode(),
        headers={"Content-Type": "text/plain; charset=utf-8"},
    )
    return _text(_ask(request)).strip()


def _ask(request: urllib.request.Request) -> bytes:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            return bytes(answer.read(LARGEST))
    except urllib.error.HTTPError as error:
        with error:
            words = _text(error.read(300)).strip() if error.code < 500 else error.reason  # noqa: PLR2004
        raise Unreachable(f"{request.full_url} answered {error.code}: {words}") from error
    except OSError as error:
        raise Unreachable(f"{request.full_url} does not answer ({error}).") from error


def _opened(text: str, keys: tuple[str, ...]) -> Checkpoint:
    problems = ["the log has no key"]
    for key in keys:
        try:
            return notes.open_checkpoint(text, Key.parse(key))
        except BadNote as error:
            problems.append(str(error))
    raise Dishonest(
        f"NOT SIGNED: {problems[-1]} If the operator announced a new key, name it with --log-key."
        f"\n--- shown now ---\n{text}"
    )


def _told(what: str, before: Checkpoint, now: Checkpoint) -> str:
    return (
        f"{what}. Keep this as evidence; nothing was signed.\n"
        f"--- seen before ---\n{before.text}--- shown now ---\n{now.text}"
    )


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
