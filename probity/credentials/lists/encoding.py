"""The list as a W3C Bitstring Status List credential."""

import base64
import gzip
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from probity.credentials.lists.rules import SIZE
from probity.credentials.proofs.canonical import CREDENTIALS
from probity.credentials.proofs.integrity import moment

GOOD_FOR = timedelta(days=2)
"""A verifier must not rely on a list that is older."""


def encode(positions: Iterable[int]) -> str:
    """Bits that are set, the first place in the highest bit; compressed, in multibase base64url."""
    bits = bytearray(SIZE // 8)
    for position in positions:
        bits[position // 8] |= 0x80 >> position % 8
    packed = gzip.compress(bytes(bits), 9, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unsigned(url: str, did: str, purpose: str, encoded: str, built_at: datetime) -> dict[str, Any]:
    """The credential without its proofs."""
    return {
        "@context": [CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": moment(built_at),
        "validUntil": moment(built_at + GOOD_FOR),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
    }
