"""Whether the log holds a credential: receipt, inclusion proof, signed checkpoint, consistency.

Pure: a receipt and the log's public keys in, findings out.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.credentials.checks.inspection import Check, Result
from probity.credentials.proofs import credential
from probity.ledger import merkle, notes
from probity.ledger.notes import BadNote, Checkpoint, Key

NAME = "log-inclusion"
LONGEST = 64 * 1024
MOST_STEPS = 64
LATE = timedelta(days=30)
"""A certificate that claims to be older than its entry by more than this is said to be back-dated."""


class Today(StrEnum):
    """How a checkpoint of a receipt stands to the log as it is today; the values are codes."""

    SAME = "in-log"
    UNKNOWN = "in-log-unconfirmed"
    FORK = "log-fork"
    SHORTER = "log-shorter"


Confirm = Callable[[Checkpoint], Today]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a good receipt proves."""

    index: int
    at: datetime
    kind: str
    digest: str
    checkpoint: Checkpoint


def loads(text: str) -> Any:
    """A receipt as attached to a file; None for anything that is no JSON or states a thing twice."""
    if len(text.encode()) > LONGEST:
        return None
    try:
        return json.loads(text, object_pairs_hook=credential.once)
    except (RecursionError, ValueError):
        return None


def check(
    receipt: Any, keys: Iterable[Ed25519PublicKey], confirm: Confirm
) -> tuple[Check, Recorded | None]:
    """Follow a receipt to a checkpoint that the log signed, and on to the log as it is today."""
    try:
        entry, index = dict(receipt["entry"]), receipt["index"]
        checkpoint = _opened(receipt["checkpoint"], receipt["log"], keys)
        if checkpoint is None:
            return _failed("checkpoint-unsigned"), None
        proof = [bytes.fromhex(step) for step in receipt["proof"][:MOST_STEPS]]
        leaf = merkle.leaf_hash(rfc8785.dumps(entry))
        at = _moment(entry["time"])
        kind, digest = str(entry["type"]), str(entry["digest"])
        if not merkle.verify_inclusion(index, checkpoint.size, leaf, proof, checkpoint.root):
            return _failed("receipt-not-included"), None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return _failed("receipt-malformed"), None
    today = confirm(checkpoint)
    if today in {Today.FORK, Today.SHORTER}:
        return _failed(today.value), None
    found = Recorded(index, at, kind, digest, checkpoint)
    return Check(NAME, Result.PASS, today.value, {"index": str(index)}), found


def check_issue(
    document: Mapping[str, Any], receipt: Any, keys: Iterable[Ed25519PublicKey], confirm: Confirm
) -> tuple[Check, Recorded | None]:
    """The same for the receipt of one credential: a borrowed one does not count."""
    done, found = check(receipt, keys, confirm)
    if found is None:
        return done, None
    if found.kind != "issue" or found.digest != _digest(document):
        return _failed("receipt-borrowed"), None
    return done, found


def is_late(recorded: Recorded, document: Mapping[str, Any]) -> bool:
    """Whether a credential claims to have been issued long before the log heard of it."""
    try:
        return recorded.at - _moment(document["validFrom"]) > LATE
    except (KeyError, TypeError, ValueError):
        return False


def _digest(document: Mapping[str, Any]) -> str:
    try:
        return credential.digest(document)
    except (RecursionError, ValueError):
        return ""


def _opened(text: str, origin: str, keys: Iterable[Ed25519PublicKey]) -> Checkpoint | None:
    """The checkpoint, if one of the log's keys signed it; a site may have had another name."""
    for key in keys:
        try:
            return notes.open_checkpoint(text, Key(origin, key.public_bytes_raw()))
        except BadNote:
            continue
    return None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _failed(code: str) -> Check:
    return Check(NAME, Result.FAIL, code)
