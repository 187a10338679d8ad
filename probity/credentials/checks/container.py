"""The signature inside a PDF, read from its bytes alone.

Generic readers accept hidden bytes in the padding, other spellings of the same signature, and
later additions. A file of ours has one signature over everything but its own place, written as
our signer writes it. No PDF parser takes part, so none can be misled.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto.cms import ContentInfo
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]")
_DIGESTS: Mapping[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_TOKEN = "signature_time_stamp_token"  # noqa: S105 (the name of an attribute)
_BROKEN = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    *(UnsupportedAlgorithm, x509.InvalidVersion),
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp beside the signature; it `fits` if the authority named in it signed this one."""

    fits: bool
    at: datetime
    authority: str
    fingerprint: str


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
    stamp: Stamp | None = None


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
        stamp = _stamp(info["content"]["signer_infos"][0])
        enclosed = [choice.chosen.dump() for choice in info["content"]["certificates"]]
        signer = certificate.subject.rfc4514_string()
        plain = intact and _is_plain(info, der, certificate)
    except _BROKEN:
        return Container(in_place, intact=False, whole=whole, canonical=False)
    written = b"<" + der.hex().upper().encode() + b"0" * (len(hole) - 2 - 2 * len(der)) + b">"
    return Container(
        in_place=in_place,
        intact=intact,
        whole=whole,
        canonical=hole == written and (plain or not intact),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        signer=signer,
        certificates=frozenset(hashlib.sha256(der).hexdigest() for der in enclosed),
        stamp=stamp,
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


def _is_plain(info: Any, der: bytes, certificate: x509.Certificate) -> bool:
    """Whether the parts that no signature covers say what our signer writes, and nothing else."""
    signed, signer = info["content"], info["content"]["signer_infos"][0]
    sha256 = {"algorithm": "sha256", "parameters": None}
    sid = signer["sid"].chosen
    stated = {
        "type": info["content_type"].native == "signed_data",
        "versions": (signed["version"].native, signer["version"].native) == ("v1", "v1"),
        "digests": signed["digest_algorithms"].native == [sha256],
        "digest": signer["digest_algorithm"].native == sha256,
        "content": signed["encap_content_info"].native == {"content_type": "data", "content": None},
        "algorithm": signer["signature_algorithm"]["algorithm"].native == "sha256_ecdsa",
        "issuer": sid["issuer"].dump() == certificate.issuer.public_bytes(),
        "lists": signed["crls"].native is None,
        "attributes": {a["type"].native for a in signer["unsigned_attrs"]} <= {_TOKEN},
        "encoding": _is_strict(der, 0, len(der)),
    }
    return all(stated.values())


def _is_strict(data: bytes, start: int, end: int) -> bool:
    """Whether every element is as short as DER wants and fills the one around it."""
    while start < end:
        if end - start < 2 or data[start] == 0:  # noqa: PLR2004 (tag and length)
            return False
        tag, length, body = data[start], data[start + 1], start + 2
        if length & 0x80:
            more = length & 0x7F
            length, body = int.from_bytes(data[body : body + more]), body + more
            short = length < 0x80  # noqa: PLR2004 (it fits the short form)
            if more == 0 or short or length.bit_length() <= 8 * (more - 1):
                return False
        start = body + length
        if start > end or (tag & 0x20 and not _is_strict(data, body, start)):
            return False
    return start == end


def _stamp(signer: Any) -> Stamp | None:
    """The time stamp over the signature, if one lies beside it."""
    attributes = signer["unsigned_attrs"]
    tokens = [a["values"] for a in attributes if a["type"].native == _TOKEN]
    if not tokens:
        return None
    ((token,),) = tokens
    signed = token["content"]
    told = signed["encap_content_info"]["content"].parsed
    certificate, matches = _authority(signed)
    imprint = told["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    over = hashlib.new(name, signer["signature"].native).digest()
    return Stamp(
        fits=matches and over == imprint["hashed_message"].native,
        at=told["gen_time"].native.astimezone(UTC),
        authority=certificate.subject.rfc4514_string(),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
    )


def _authority(signed: Any) -> tuple[x509.Certificate, bool]:
    """Who made a time stamp, and whether the signature in it is right."""
    (signer,) = signed["signer_infos"]
    serial = signer["sid"].chosen["serial_number"].native
    (found,) = [
        choice.chosen for choice in signed["certificates"] if choice.chosen.serial_number == serial
    ]
    certificate = x509.load_der_x509_certificate(found.dump())
    digest = signer["digest_algorithm"]["algorithm"].native
    content = signed["encap_content_info"]["content"].contents
    attributes = {a["type"].native: a["values"] for a in signer["signed_attrs"]}
    matches = attributes["message_digest"][0].native == hashlib.new(digest, content).digest()
    algorithm = _DIGESTS[digest]
    data, value = signer["signed_attrs"].untag().dump(), signer["signature"].native
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, data, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(value, data, padding.PKCS1v15(), algorithm)
        else:
            matches = False
    except InvalidSignature:
        matches = False
    return certificate, matches
