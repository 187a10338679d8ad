"""How entries are chained: each hash covers the entry and the hash before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

GENESIS = "0" * 64


class Entry(Protocol):
    """What an entry says, whether it is a model or a row."""

    @property
    def id(self) -> int: ...

    @property
    def at(self) -> datetime: ...

    @property
    def actor_id(self) -> int | None: ...

    @property
    def event(self) -> str: ...

    @property
    def subject(self) -> str: ...

    @property
    def details(self) -> dict[str, Any]: ...


def facts(entry: Entry) -> dict[str, Any]:
    """What the hash of an entry covers."""
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "actor": entry.actor_id,
        "event": entry.event,
        "subject": entry.subject,
        "details": entry.details,
    }


def chain(previous: str, entry: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of the previous hash and the entry."""
    body = json.dumps([previous, entry], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def unbroken(links: Iterable[tuple[int, Mapping[str, Any], str]]) -> int:
    """Count how many links hold, from the first on: none is missing, each follows.

    Takes position, facts and hash of each, in order.
    """
    held, previous = 0, GENESIS
    for position, entry, digest in links:
        previous = chain(previous, entry)
        if position != held + 1 or digest != previous:
            break
        held += 1
    return held
