"""The signature inside a PDF, read from its bytes alone.

Generic readers accept hidden bytes in the padding, other spellings of the same signature, and
later additions. A file of ours has one signature over everything but its own place, written as
our signer writes it. No PDF parser takes part, so none can be misled.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from asn1crypto.cms import ContentInfo
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]")
_BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Container:
    """What was found. Not `in_place` means: another program wrote the file anew.

    `fingerprint` is the SHA-256 of the certificate that the signature names, `certificates` those
    of all that lie beside it: no signature covers them.
    """

    in_place: bool
    intact: bool
    whole: bool
    canonical: bool
    fingerprint: str = ""
    signer: str = ""
    certificates: frozenset[str] = frozenset()


def find(data: bytes) -> Container | None:
    """The first signature of a file, None if it has none."""
    ranges = list(_RANGE.finditer(data))
    if not ranges:
        return None
    start, first, second, rest = (int(number) for number in ranges[0].groups())
    hole = data[start + first : second]
    in_place = hole[:1] == b"<" and hole[-1:] == b">"
    whole = in_place and start == 0 and second + rest == len(data) and len(ranges) == 1
    try:
        packed = bytes.fromhex(hole[1:-1].decode("ascii"))
        info = ContentInfo.load(packed)
        der = info.dump()
        signed = data[start : start + first] + data[second : second + rest]
        certificate, intact = _check(info["content"], hashlib.sha256(signed).digest())
        enclosed = [choice.chosen.dump() for choice in info["content"]["certificates"]]
    except _BROKEN:
        return Container(in_place, intact=False, whole=whole, canonical=False)
    written = b"<" + der.hex().upper().encode() + b"0" * (len(hole) - 2 - 2 * len(der)) + b">"
    return Container(
        in_place=in_place,
        intact=intact,
        whole=whole,
        canonical=hole == written,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        signer=certificate.subject.rfc4514_string(),
        certificates=frozenset(hashlib.sha256(der).hexdigest() for der in enclosed),
    )


def claimed_length(data: bytes) -> int:
    """How long the file was when it was signed; 0 if no signature stands where it says."""
    found = [[int(number) for number in m.groups()] for m in _RANGE.finditer(data)]
    in_place = [r for r in found if data[r[0] + r[1] : r[0] + r[1] + 1] == b"<"]
    return max((second + rest for _start, _first, second, rest in in_place), default=0)


def _check(signed_data: Any, digest: bytes) -> tuple[x509.Certificate, bool]:
    """The signer's certificate, and whether its signature covers this digest."""
    (signer,) = signed_data["signer_infos"]
    serial = signer["sid"].chosen["serial_number"].native
    (found,) = [
        choice.chosen
        for choice in signed_data["certificates"]
        if choice.chosen.serial_number == serial
    ]
    certificate = x509.load_der_x509_certificate(found.dump())
    attributes = {a["type"].native: a["values"] for a in signer["signed_attrs"]}
    matches = attributes["message_digest"][0].native == digest
    return certificate, matches and _verifies(certificate, signer)


def _verifies(certificate: x509.Certificate, signer: Any) -> bool:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(
            signer["signature"].native,
            signer["signed_attrs"].untag().dump(),
            ec.ECDSA(hashes.SHA256()),
        )
    except InvalidSignature:
        return False
    return True
