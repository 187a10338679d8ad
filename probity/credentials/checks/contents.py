"""What was read in a file, and why some files cannot be read."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Problem(StrEnum):
    """Why a file cannot be checked; each has a sentence of its own."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_PDF = "not-pdf"
    PICTURE = "picture"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    ACTIVE = "active-content"
    DAMAGED = "damaged"
    TOO_COMPLEX = "too-complex"
    JSON_MALFORMED = "json-malformed"
    JSON_DUPLICATE = "json-duplicate"
    JSON_LARGE = "json-large"
    JSON_DEEP = "json-deep"
    JSON_FOREIGN = "json-foreign"
    BADGE_SEVERAL = "badge-several"
    BADGE_BROKEN = "badge-broken"
    BADGE_FOREIGN = "badge-foreign"
    BADGE_OLD = "badge-old"
    BADGE_PACKED = "badge-packed"
    BADGE_ENTITIES = "badge-entities"
    BADGE_DEEP = "badge-deep"
    BADGE_COMPLEX = "badge-complex"
    BADGE_MALFORMED = "badge-malformed"


@dataclass(frozen=True, slots=True)
class Contents:
    """`claims` are public ids of certificates the file points to; `fields` the text by area."""

    problem: Problem | None = None
    credential: str | None = None
    receipt: str | None = None
    claims: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    text: str = ""


def from_json(found: dict[str, Any]) -> Contents:
    """The answer of the reading program."""
    if "problem" in found:
        return Contents(Problem(found["problem"]))
    return Contents(
        credential=found["credential"],
        receipt=found["receipt"],
        claims=tuple(found["claims"]),
        fields=found["fields"],
        text=found["text"],
    )
