"""What an offline check rests on: key sets, status lists and the log as the site published them.

The folder (or a ZIP of it) is laid out as the addresses of the site are:
`.well-known/probity-keys.json`, `status/<list>`, `log/checkpoint`, `log/tile/...`. A single file is
taken for the key sets.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from probity.credentials.checks.recording import Confirm, Today
from probity.credentials.evidence import Trust
from probity.credentials.proofs import keys
from probity.kernel.errors import Misconfigured
from probity.ledger import merkle, notes, tiles
from probity.ledger.notes import BadNote, Checkpoint, Key

KEYS = (".well-known/probity-keys.json", "public.json")
CHECKPOINT = "log/checkpoint"
LARGEST = 64 * 1024 * 1024

Read = Callable[[str], bytes | None]
"""A document by its path; None if the bundle does not have it."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The published documents at hand; `checkpoint` is None without a log."""

    trust: Trust
    read: Read
    checkpoint: Checkpoint | None

    @property
    def host(self) -> str | None:
        """The site, as the name of its log says."""
        return self.checkpoint.origin.partition("/")[0] if self.checkpoint else None

    def fetch_list(self, url: str) -> str | None:
        path = urlsplit(url).path.lstrip("/")
        data = self.read(path) if path.startswith("status/") else None
        return None if data is None else data.decode("utf-8", "replace")

    def confirm(self) -> Confirm:
        """Compare a receipt with the log at hand; a bundle older than the receipt says nothing."""
        return self._compare

    def _compare(self, earlier: Checkpoint) -> Today:
        if self.checkpoint is None or earlier.size > self.checkpoint.size:
            return Today.UNKNOWN
        if earlier.size == self.checkpoint.size:
            return Today.SAME if earlier.root == self.checkpoint.root else Today.FORK
        sizes = earlier.size, self.checkpoint.size
        try:
            proof = merkle.consistency_proof(*sizes, tiles.reader(self._tile, sizes[1]))
        except LookupError:
            return Today.UNKNOWN
        roots = earlier.root, self.checkpoint.root
        return Today.SAME if merkle.verify_consistency(*sizes, *roots, proof) else Today.FORK

    def _tile(self, path: str) -> bytes:
        data = self.read(f"log/{path}")
        if data is None:
            raise tiles.Missing(path)
        return data


def load(place: Path) -> Bundle:
    """Open a folder, a ZIP or a file of key sets. Raises Misconfigured with what is missing."""
    read = _reader(place)
    found = next((data for data in map(read, KEYS) if data is not None), None)
    if found is None:
        raise Misconfigured(
            f"{place} holds no key sets. Fetch /{KEYS[0]} from the issuer's site, over a way you "
            "trust, and put it there."
        )
    try:
        trust = Trust(keys.loads(found))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Misconfigured(
            f"The key sets in {place} cannot be read ({error}). Fetch them once more."
        ) from error
    return Bundle(trust, read, _checkpoint(read, trust, place))


def _checkpoint(read: Read, trust: Trust, place: Path) -> Checkpoint | None:
    data = read(CHECKPOINT)
    if data is None:
        return None
    text = data.decode("utf-8", "replace")
    try:
        origin = notes.read_checkpoint(text).origin
    except BadNote as error:
        raise Misconfigured(f"{CHECKPOINT} in {place} cannot be read: {error}") from error
    for key in trust.log_keys:
        try:
            return notes.open_checkpoint(text, Key(origin, key.public_bytes_raw()))
        except BadNote:
            continue
    raise Misconfigured(
        f"{CHECKPOINT} in {place} was not signed with any of the keys beside it. One of the two "
        "is not the issuer's: fetch both once more."
    )


def _reader(place: Path) -> Read:
    if place.is_dir():
        root = place.resolve()
        return lambda path: _file(root, path)
    if zipfile.is_zipfile(place):
        return lambda path: _member(place, path)
    try:
        data = place.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{place} cannot be read ({error.strerror}).") from error
    return lambda path: data if path == KEYS[0] else None


def _file(root: Path, path: str) -> bytes | None:
    found = (root / path).resolve()
    if not found.is_relative_to(root) or not found.is_file():
        return None
    return found.read_bytes() if found.stat().st_size <= LARGEST else None


def _member(place: Path, path: str) -> bytes | None:
    with zipfile.ZipFile(place) as packed:
        try:
            small = packed.getinfo(path).file_size <= LARGEST
            return packed.read(path) if small else None
        except KeyError:
            return None
