"""What others have seen of our log: a noted checkpoint, a witness's memory, a bundle, an address."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from probity.kernel.errors import Refused
from probity.ledger import notes, signing, standalone
from probity.ledger.notes import BadNote, Checkpoint, Key

CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A checkpoint of ours, the key that signed it, and how to read the entries if they were kept."""

    source: str
    checkpoint: Checkpoint
    key: Key
    fetch: Callable[[str], bytes] | None


def load(source: str) -> Evidence:
    """Read what was kept. Raises Refused if it is not a checkpoint that this log signed."""
    try:
        text, place = _text(source)
        checkpoint = notes.read_checkpoint(text)
    except (OSError, standalone.Unreadable, BadNote) as error:
        raise Refused(f"{source} holds no checkpoint: {error}") from error
    key = _signed_by(text, signing.keys())
    if key is None or checkpoint.origin != signing.origin():
        raise Refused(
            f"The checkpoint in {source} was not signed by this log ({signing.origin()}). Look "
            "whether the right keys were restored and BASE_URL is the one of before."
        )
    return Evidence(source, checkpoint, key, standalone.opened(place) if place else None)


def _text(source: str) -> tuple[str, str]:
    """The note, and where the tiles beside it lie, if they do."""
    if source.startswith(("https://", "http://")):
        return standalone.opened(source)(CHECKPOINT).decode(), source
    path = Path(source)
    for folder in (path, path / "log", path / "current" / "log"):
        if (folder / CHECKPOINT).is_file():
            return (folder / CHECKPOINT).read_text(), str(folder)
    text = path.read_text()
    if not text.lstrip().startswith("{"):
        return text, ""
    try:
        return str(json.loads(text)["checkpoint"]), ""  # the memory of a witness
    except (KeyError, ValueError) as error:
        raise BadNote(f"it is JSON, but not what a witness remembers ({error})") from error


def _signed_by(text: str, keys: Sequence[Key]) -> Key | None:
    for key in keys:
        try:
            notes.open_checkpoint(text, key)
        except BadNote:
            continue
        return key
    return None
