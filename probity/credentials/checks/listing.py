"""Whether a signed status list says that a certificate was withdrawn (Bitstring Status List).

Pure: the credential, a way to get lists, and the trusted keys in, findings out.
"""

import base64
import functools
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.credentials.checks.inspection import Check, Result
from probity.credentials.proofs import credential
from probity.credentials.proofs.credential import NotProven

NAME = "status-list"
FEWEST_BITS = 131_072
MOST_BYTES = 4 * 1024 * 1024
_KEPT = 32

Fetch = Callable[[str], str | None]
"""The text of a list by its address; None if it cannot be had."""


@dataclass(frozen=True, slots=True)
class Found:
    """`purposes` that are set; empty also if the check is not `pass`."""

    check: Check
    purposes: frozenset[str] = frozenset()
    as_of: datetime | None = None


class Unusable(ValueError):
    """A list that says nothing; the code picks the sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bit of a certificate stands."""

    url: str
    purpose: str
    index: int


@dataclass(frozen=True, slots=True)
class Bits:
    """One list, its proof checked."""

    purpose: str
    bits: bytes
    made_at: datetime
    until: datetime

    def holds(self, index: int) -> bool:
        return bool(self.bits[index // 8] >> (7 - index % 8) & 1)


def check(
    document: Mapping[str, Any], fetch: Fetch, keys: Mapping[str, Ed25519PublicKey], now: datetime
) -> Found:
    """Every list that a credential names: fresh, signed by its issuer, and what it says."""
    if "credentialStatus" not in document:
        return Found(Check(NAME, Result.NOT_CHECKED, "no-list"))
    try:
        places = list(_places(document["credentialStatus"]))
        lists = [(place, _get(place, document, fetch, keys, now)) for place in places]
        told = frozenset(place.purpose for place, found in lists if found.holds(place.index))
    except Unusable as error:
        wrong = Result.FAIL if error.code == "list-foreign" else Result.NOT_CHECKED
        return Found(Check(NAME, wrong, error.code))
    except (AttributeError, LookupError, TypeError, ValueError):
        return Found(Check(NAME, Result.FAIL, "list-malformed"))
    as_of = min((found.made_at for _place, found in lists), default=now)
    return Found(Check(NAME, Result.PASS, _code(told)), told, as_of)


def _code(purposes: frozenset[str]) -> str:
    if "revocation" in purposes:
        return "list-revoked"
    return "list-suspended" if purposes else "list-clear"


def _places(stated: Any) -> Iterator[Place]:
    entries = [stated] if isinstance(stated, Mapping) else list(stated)
    if not entries:
        raise ValueError("no entry")
    for entry in entries:
        index = int(entry["statusListIndex"])
        if index < 0:
            raise ValueError("no such place")
        yield Place(str(entry["statusListCredential"]), str(entry["statusPurpose"]), index)


def _get(
    place: Place,
    document: Mapping[str, Any],
    fetch: Fetch,
    keys: Mapping[str, Ed25519PublicKey],
    now: datetime,
) -> Bits:
    text = fetch(place.url)
    if text is None:
        raise Unusable("list-missing")
    known = tuple(sorted((name, key.public_bytes_raw()) for name, key in keys.items()))
    issuer = document["issuer"]
    found = _opened(text, place.url, issuer["id"] if isinstance(issuer, Mapping) else issuer, known)
    if found.purpose != place.purpose:
        raise Unusable("list-foreign")
    if found.until < now:
        raise Unusable("list-stale")
    return found


@functools.lru_cache(maxsize=_KEPT)
def _opened(text: str, url: str, issuer: str, known: tuple[tuple[str, bytes], ...]) -> Bits:
    """Checking a list costs more than reading a bit of it, and the same one is asked often."""
    try:
        listed = credential.loads(text.encode())
        credential.verify(listed, {n: Ed25519PublicKey.from_public_bytes(k) for n, k in known})
    except NotProven as error:
        unknown = error.code == "proof-key-unknown"
        raise Unusable("list-key-unknown" if unknown else "list-foreign") from error
    stated = listed["issuer"]
    subject = listed["credentialSubject"]
    if listed["id"] != url or (stated["id"] if isinstance(stated, Mapping) else stated) != issuer:
        raise Unusable("list-foreign")
    return Bits(
        subject["statusPurpose"],
        _unpacked(subject["encodedList"]),
        datetime.fromisoformat(listed["validFrom"]).astimezone(UTC),
        datetime.fromisoformat(listed["validUntil"]).astimezone(UTC),
    )


def _unpacked(encoded: str) -> bytes:
    packed = encoded.removeprefix("u")
    data = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    opened = zlib.decompressobj(wbits=31)
    bits = opened.decompress(data, MOST_BYTES)
    if opened.unconsumed_tail or len(bits) * 8 < FEWEST_BITS:
        raise ValueError("not a list of this kind")
    return bits
