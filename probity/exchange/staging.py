"""Where uploaded files and the media in them lie until somebody confirms the import."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from probity.bank.media import key_of
from probity.exchange.found import MediaFile
from probity.kernel import storage


def keep_upload(folder: str, number: int, data: bytes) -> str:
    """Store an uploaded file; gives its key."""
    key = f"exchange/{folder}/{number}"
    storage.put(key, data)
    return key


def fetch(key: str) -> bytes:
    """The bytes of an uploaded file."""
    return storage.get(key)


def stage(folder: str, media: Sequence[MediaFile]) -> list[dict[str, Any]]:
    """Store the media of a question beside the uploaded file; gives what is kept of each."""
    held = []
    for file in media:
        sha256 = hashlib.sha256(file.data).hexdigest()
        key = staged_key(folder, sha256)
        if not storage.exists(key):
            storage.put(key, file.data)
        held.append({"name": file.name, "sha256": sha256, "type": file.type, "key": key})
    return held


def publish(folder: str, media: Sequence[Mapping[str, Any]]) -> None:
    """Put media of questions that are being imported where the bank has its own."""
    for file in media:
        target = key_of(file["sha256"])
        if not storage.exists(target):
            storage.put(target, storage.get(staged_key(folder, file["sha256"])))


def staged_key(folder: str, sha256: str) -> str:
    return f"exchange/{folder}/media/{sha256}"
