"""How entries are chained: each hash covers the entry and the hash before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

GENESIS = "0" * 64


def chain(previous: str, entry: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of the previous hash and the entry."""
    body = json.dumps([previous, entry], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def first_break(sealed: Iterable[tuple[Mapping[str, Any], str]]) -> int | None:
    """Position (from 1) of the first entry whose hash does not follow, or None."""
    previous = GENESIS
    for position, (entry, expected) in enumerate(sealed, start=1):
        previous = chain(previous, entry)
        if previous != expected:
            return position
    return None
