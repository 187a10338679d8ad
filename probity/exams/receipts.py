"""The receipt for a closed attempt: a keyed digest that the site can check later.

Format 2 also covers the ending and the number of answers. Receipts of format 1 stay genuine.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

LONGEST = 200
"""No member of a genuine receipt is longer."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt states. `ending` and `answered` are missing from format 1.

    `ended_at` is RFC 3339, `answers_sha256` the digest of all answers, `answered` their number.
    """

    attempt: str
    ended_at: str
    answers_sha256: str
    ending: str = ""
    answered: str = ""

    @property
    def version(self) -> int:
        return 2 if self.ending else 1


def sign(key: str, receipt: Receipt) -> str:
    """HMAC-SHA256 (hex) over everything the receipt states."""
    words = [receipt.attempt, receipt.ended_at, receipt.answers_sha256]
    if receipt.version == 1:
        message = "|".join(["receipt", *words])
    else:
        message = "|".join(["receipt/2", *words, receipt.ending, receipt.answered])
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


def is_genuine(key: str, receipt: Receipt, signature: str) -> bool:
    """Tell whether this site gave the receipt with exactly these words."""
    return hmac.compare_digest(sign(key, receipt).encode(), signature.encode())


def query_of(receipt: Receipt, signature: str) -> str:
    """The receipt as the query of the address that checks it."""
    members = {"at": receipt.ended_at, "answers": receipt.answers_sha256, "signature": signature}
    if receipt.version == 1:
        return urlencode(members)
    return urlencode({**members, "ending": receipt.ending, "count": receipt.answered})


def from_query(attempt: str, query: Mapping[str, str]) -> tuple[Receipt, str]:
    """Read the receipt and its signature back out of the address."""
    words = [query.get(name, "")[:LONGEST] for name in ("at", "answers", "ending", "count")]
    return Receipt(attempt, *words), query.get("signature", "")[:LONGEST]


def from_json(sent: Any) -> tuple[Receipt, str] | None:
    """Read what the submission answered; None if it is no receipt at all."""
    if not isinstance(sent, dict):
        return None
    names = ("attempt", "submitted_at", "answers_sha256", "ending", "answered", "signature")
    members = [str(sent.get(name, ""))[:LONGEST] for name in names]
    if not all(members[:3]) or not members[-1]:
        return None
    return Receipt(*members[:-1]), members[-1]
