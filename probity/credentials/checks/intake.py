"""What somebody handed in, told by its bytes: a PDF, a credential, a badge, a receipt, a code."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from probity.credentials.checks import baked
from probity.credentials.checks.contents import Problem
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


@dataclass(frozen=True, slots=True)
class Handed:
    """`document` holds what was read if it was JSON, `problem` why nothing could be."""

    kind: Kind
    document: Mapping[str, Any] | None = None
    problem: Problem | None = None
    in_picture: bool = False


def sort(data: bytes) -> Handed:
    """Tell what this is. JSON is read strictly; a PDF is not looked into here."""
    start = data.removeprefix(_BOM).lstrip(_SPACE)
    if start[:1] in {b"{", b"["}:
        return _json(data.removeprefix(_BOM))
    if len(data) <= LONGEST_ADDRESS and public_id(data.decode("utf-8", "replace")):
        return Handed(Kind.ADDRESS)
    return _badge(data) if baked.is_picture(data) else Handed(Kind.FILE)


def public_id(address: str) -> str:
    """The certificate that an address (the text of a QR code) points to; empty if none."""
    found = _ADDRESS.search("".join(address.split()))
    return found[1] if found else ""


def _badge(data: bytes) -> Handed:
    """A picture is judged by the credential inside; without one it is just a picture."""
    try:
        inside = baked.take_out(data)
    except baked.BadBadge as error:
        return Handed(Kind.CREDENTIAL, problem=error.problem)
    if inside is None:
        return Handed(Kind.FILE, problem=Problem.PICTURE)
    return replace(_json(inside), in_picture=True)


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
