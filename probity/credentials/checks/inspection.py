"""What can be said of a file without the register: who signed it, is it whole, what it claims.

Pure: bytes and trusted keys in, findings out.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from probity.credentials.checks import container
from probity.credentials.checks.container import Container
from probity.credentials.checks.contents import Contents, Problem
from probity.credentials.proofs import credential
from probity.credentials.proofs.keys import PublicKeys

LARGEST = 5 * 1024 * 1024

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")
_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"})
"""What telephones write: boxes that begin with their length, `ftyp` and one of these."""

_HEADER_WITHIN = 1024
BROKEN_HYPHEN = "\x02"
"""What the reader of pages makes of a hyphen at the end of a line."""


class Result(StrEnum):
    """How a check ended."""

    PASS = "pass"  # noqa: S105 (a word of the public answer)
    FAIL = "fail"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `code` picks its sentence, `facts` fill it."""

    name: str
    result: Result
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything found in one file."""

    sha256: str
    problem: Problem | None = None
    container: Container | None = None
    contents: Contents = field(default_factory=Contents)
    document: Mapping[str, Any] | None = None
    checks: tuple[Check, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether a key of ours signed the page or the credential inside."""
        return any(c.result is Result.PASS for c in self.checks if c.name in {"signer", "credential-proof"})  # fmt: skip


def inspect(
    data: bytes, trusted: Iterable[PublicKeys], read: Callable[[bytes], Contents]
) -> Inspection:
    """Look at a dropped file; `read` parses it, only after the bytes alone look sound."""
    sha256 = hashlib.sha256(data).hexdigest()
    problem = first_problem(data)
    if problem is not None:
        return Inspection(sha256, problem)
    contents = read(data)
    if contents.problem is not None:
        return Inspection(sha256, contents.problem)
    keys = tuple(trusted)
    found = container.find(data)
    document, proof = check_credential(contents.credential, keys)
    checks = (*check_container(found, keys), proof)
    return Inspection(sha256, None, found, contents, document, checks)


def first_problem(data: bytes) -> Problem | None:
    """What the bytes show before anything is parsed."""
    if not data:
        return Problem.EMPTY
    if len(data) > LARGEST:
        return Problem.TOO_LARGE
    if is_picture(data):
        return Problem.PICTURE
    if b"%PDF-" not in data[:_HEADER_WITHIN]:
        return Problem.NOT_PDF
    if _is_cut(data):
        return Problem.TRUNCATED
    return None


def is_picture(data: bytes) -> bool:
    """Tell a photograph or a scan by its first bytes."""
    return data.startswith(_PICTURES) or (data[4:8] == b"ftyp" and data[8:12] in _BRANDS)


def _is_cut(data: bytes) -> bool:
    """Whether a file breaks off. One that was written anew may be shorter, but has an end."""
    if b"%%EOF" not in data:
        return True
    ends = data.rstrip().endswith(b"%%EOF")
    return not ends and container.claimed_length(data) > len(data)


def check_container(found: Container | None, keys: Iterable[PublicKeys]) -> tuple[Check, ...]:
    """Signature, coverage and signer of a file."""
    if found is None or not found.in_place:
        lost = "not-signed" if found is None else "signature-torn"
        return (
            Check("signature", Result.FAIL, lost),
            Check("coverage", Result.NOT_CHECKED, "nothing-covered"),
            Check("signer", Result.NOT_CHECKED, "no-signer"),
        )
    pinned = {k.fingerprint: k for k in keys}
    own = pinned.get(found.fingerprint)
    signature = (Result.PASS, "intact") if found.intact else (Result.FAIL, "changed-after-signing")
    if not found.whole:
        coverage = (Result.FAIL, "added-after-signing")
    elif not found.canonical or (own is not None and found.certificates != own.fingerprints):
        coverage = (Result.FAIL, "hidden-in-signature")
    else:
        coverage = (Result.PASS, "whole-file")
    if own is not None:
        signer = Check("signer", Result.PASS, "our-key", {"key": own.id})
    elif found.signer:
        signer = Check("signer", Result.FAIL, "other-signer", {"signer": found.signer})
    else:
        signer = Check("signer", Result.NOT_CHECKED, "no-signer")
    return (Check("signature", *signature), Check("coverage", *coverage), signer)


def check_credential(
    text: str | None, keys: Iterable[PublicKeys]
) -> tuple[Mapping[str, Any] | None, Check]:
    """The credential inside, if it can be read, and whether we signed it."""
    if text is None:
        return None, Check("credential-proof", Result.NOT_CHECKED, "no-credential")
    try:
        document = credential.loads(text.encode())
    except credential.NotProven as error:
        return None, Check("credential-proof", Result.FAIL, error.code)
    return document, check_proof(document, keys)


def check_proof(document: Mapping[str, Any], keys: Iterable[PublicKeys]) -> Check:
    try:
        key = credential.verify(document, {k.id: k.credential for k in keys})
    except credential.NotProven as error:
        return Check("credential-proof", Result.FAIL, error.code)
    return Check("credential-proof", Result.PASS, "proof-right", {"key": key})


def fold(text: str) -> str:
    """A text without what typesetting and typing change: width, case, white space."""
    folded = unicodedata.normalize("NFKC", text.replace(BROKEN_HYPHEN, "-")).casefold()
    return "".join(unicodedata.normalize("NFC", folded).split())


def differing(found: Mapping[str, str], printed: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Fields whose text in a file is not what was printed: (name, in file, as issued)."""
    return [
        (name, " ".join(found[name].split()), words)
        for name, words in printed.items()
        if name in found and not _reads_the_same(fold(found[name]), fold(words))
    ]


def _reads_the_same(found: str, printed: str) -> bool:
    """Text beside a script that runs to the left may be extracted with its words turned round."""
    if any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in printed):
        return sorted(found) == sorted(printed)
    return found == printed
