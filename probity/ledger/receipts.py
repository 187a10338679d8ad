"""Check a receipt with nothing but the public key of the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rfc8785

from probity.ledger import merkle, notes
from probity.ledger.notes import BadNote, Checkpoint, Key

FIELDS = {"log", "index", "entry", "proof", "checkpoint"}
LONGEST_PROOF = 64


class BadReceipt(ValueError):
    """The receipt proves nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a receipt proves: this entry is in the log that this checkpoint states."""

    index: int
    entry: dict[str, Any]
    checkpoint: Checkpoint


def check(receipt: object, keys: Iterable[Key]) -> Proven:
    """Check a receipt against the keys of logs we trust; raises BadReceipt."""
    if not isinstance(receipt, dict) or receipt.keys() != FIELDS:
        raise BadReceipt("A receipt has log, index, entry, proof and checkpoint, and nothing else.")
    index, entry, text = receipt["index"], receipt["entry"], receipt["checkpoint"]
    if type(index) is not int or not isinstance(entry, dict) or not isinstance(text, str):
        raise BadReceipt("The index is a number, the entry an object, the checkpoint a text.")
    steps = _steps(receipt["proof"])
    checkpoint = _opened(text, receipt["log"], keys)
    try:
        leaf = merkle.leaf_hash(rfc8785.dumps(entry))
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise BadReceipt(f"The entry cannot be written canonically: {error}.") from error
    if not merkle.verify_inclusion(index, checkpoint.size, leaf, steps, checkpoint.root):
        raise BadReceipt(
            f"The proof does not lead from entry {index} to the root of the checkpoint."
        )
    return Proven(index, entry, checkpoint)


def _steps(proof: object) -> list[bytes]:
    if not isinstance(proof, list) or len(proof) > LONGEST_PROOF:
        raise BadReceipt("The proof is a list of hashes.")
    try:
        steps = [bytes.fromhex(step) for step in proof]
    except (TypeError, ValueError) as error:
        raise BadReceipt("Every step of the proof is a hash in hexadecimal.") from error
    if any(len(step) != merkle.SIZE for step in steps):
        raise BadReceipt("Every step of the proof has 32 bytes.")
    return steps


def _opened(text: str, log: object, keys: Iterable[Key]) -> Checkpoint:
    known = [key for key in keys if key.name == log]
    if not known:
        raise BadReceipt(f"The receipt is of the log {log!r:.80}, whose key we do not know.")
    for key in known:
        try:
            return notes.open_checkpoint(text, key)
        except BadNote as error:
            reason = str(error)
    raise BadReceipt(reason)
