"""What somebody handed in, told by its bytes: a PDF, a credential, a badge, a receipt, a code.

JSON is read here, and strictly; PDFs and pictures are looked into elsewhere (see sandbox.py).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from probity.credentials.checks import baked
from probity.credentials.checks.contents import Contents, Problem
from probity.credentials.checks.inspection import LARGEST
from probity.credentials.proofs import credential

LARGEST_JSON = credential.LONGEST
DEEPEST = 40
LONGEST_ADDRESS = 2000

_ADDRESS = re.compile(r"/c/([a-z2-7]{26})(?:\.(?:pdf|json))?(?:[?#]|$)")
_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


class Kind(StrEnum):
    """What it is."""

    FILE = "file"
    CREDENTIAL = "credential"
    RECEIPT = "receipt"
    ADDRESS = "address"
    BADGE = "badge"


@dataclass(frozen=True, slots=True)
class Handed:
    """`document` holds what was read if it was JSON, `problem` why nothing could be."""

    kind: Kind
    document: Mapping[str, Any] | None = None
    problem: Problem | None = None
    in_picture: bool = False


def sort(data: bytes) -> Handed:
    """Tell what this is. What is a `BADGE` has to be read, and then `opened`."""
    start = data.removeprefix(_BOM).lstrip(_SPACE)
    if start[:1] in {b"{", b"["}:
        return _json(data.removeprefix(_BOM))
    if len(data) <= LONGEST_ADDRESS and public_id(data.decode("utf-8", "replace")):
        return Handed(Kind.ADDRESS)
    if not baked.is_picture(data):
        return Handed(Kind.FILE)
    return Handed(Kind.BADGE, problem=Problem.TOO_LARGE if len(data) > LARGEST else None)


def public_id(address: str) -> str:
    """The certificate that an address (the text of a QR code) points to; empty if none."""
    found = _ADDRESS.search("".join(address.split()))
    return found[1] if found else ""


def opened(contents: Contents) -> Handed:
    """What was found in a picture: it is judged by the credential inside."""
    if contents.credential is None:
        return Handed(Kind.BADGE, problem=contents.problem or Problem.PICTURE)
    return replace(_json(contents.credential.encode()), in_picture=True)


def _json(data: bytes) -> Handed:
    if len(data) > LARGEST_JSON:
        return Handed(Kind.CREDENTIAL, problem=Problem.JSON_LARGE)
    try:
        document = json.loads(data, object_pairs_hook=credential.once)
    except credential.NotProven:
        return Handed(Kind.CREDENTIAL, problem=Problem.JSON_DUPLICATE)
    except RecursionError:
        return Handed(Kind.CREDENTIAL, problem=Problem.JSON_DEEP)
    except ValueError:
        return Handed(Kind.CREDENTIAL, problem=Problem.JSON_MALFORMED)
    if _is_deep(document):
        return Handed(Kind.CREDENTIAL, problem=Problem.JSON_DEEP)
    if isinstance(document, dict) and "checkpoint" in document and "entry" in document:
        return Handed(Kind.RECEIPT, document)
    if isinstance(document, dict) and "@context" in document and "credentialSubject" in document:
        return Handed(Kind.CREDENTIAL, document)
    old = isinstance(document, dict) and document.get("@context") == baked.OLD_CONTEXT
    return Handed(Kind.CREDENTIAL, problem=Problem.BADGE_OLD if old else Problem.JSON_FOREIGN)


def _is_deep(document: Any) -> bool:
    level, depth = [document], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            return True
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    return False
