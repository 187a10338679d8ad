"""W3C Data Integrity proofs: two over each document, and what makes them count.

`eddsa-jcs-2022` covers every byte of a document; `eddsa-rdfc-2022` is the one that every foreign
verifier knows. A document counts as ours only by the former, and every proof on it must be right.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.credentials.proofs import canonical, multikey

RDFC, JCS = "eddsa-rdfc-2022", "eddsa-jcs-2022"
SUITES = (RDFC, JCS)
PURPOSE = "assertionMethod"

_MEMBERS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}


class Signer(Protocol):
    """Something that can sign bytes with Ed25519."""

    def sign(self, data: bytes, /) -> bytes: ...


class NotProven(ValueError):
    """No proof of ours covers this document; the code picks the sentence that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def prove(
    document: Mapping[str, Any], key: Signer, method: str, made_at: datetime
) -> dict[str, Any]:
    """The document with both proofs; the same bytes for the same document, key and time.

    `method` names the key as the issuer's DID document does: `did:web:host#key-id`.
    """
    bare = {name: value for name, value in document.items() if name != "proof"}
    return {**bare, "proof": [proof_of(bare, key, method, made_at, suite) for suite in SUITES]}


def verify(document: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> str:
    """The id of the key of ours that signed every byte of this document.

    Raises NotProven otherwise, also if one of several proofs is wrong.
    """
    try:
        return _verify(document, keys)
    except NotProven:
        raise
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise NotProven("proof-missing") from error


def _verify(document: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> str:
    bare = {name: value for name, value in document.items() if name != "proof"}
    proofs = {proof["cryptosuite"]: proof for proof in _proofs(document["proof"])}
    for proof in proofs.values():
        _check_kind(proof)
    if JCS not in proofs:
        raise NotProven("proof-jcs-missing")
    key_id = _check(bare, proofs[JCS], keys, "proof-mismatch")
    # only what our own key signed, byte for byte, ever reaches the JSON-LD processor
    if RDFC in proofs and _check(bare, proofs[RDFC], keys, "proof-rdfc-mismatch") != key_id:
        raise NotProven("proof-rdfc-mismatch")
    return key_id


def moment(when: datetime) -> str:
    """A time as these documents write it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def proof_of(
    document: Mapping[str, Any], key: Signer, method: str, made_at: datetime, suite: str
) -> dict[str, Any]:
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": moment(made_at),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    if suite == JCS:
        options = {"@context": document["@context"], **options}
    value = multikey.encode(key.sign(_message(document, options)))
    return {**options, "proofValue": value}


def _proofs(found: Any) -> Sequence[Mapping[str, Any]]:
    """One proof, or a set with one of each suite at most."""
    proofs = [found] if isinstance(found, Mapping) else list(found)
    if not proofs:
        raise NotProven("proof-missing")
    if len(proofs) > len(SUITES) or len({proof["cryptosuite"] for proof in proofs}) < len(proofs):
        raise NotProven("proof-many")
    return proofs


def _check_kind(proof: Mapping[str, Any]) -> None:
    if proof["cryptosuite"] not in SUITES or proof["proofPurpose"] != PURPOSE:
        raise NotProven("proof-kind")
    plain = set(proof) <= _MEMBERS and all(isinstance(value, str) for value in proof.values())
    if proof["cryptosuite"] == RDFC and not plain:
        raise NotProven("proof-rdfc-mismatch")


def _check(
    bare: Mapping[str, Any],
    proof: Mapping[str, Any],
    keys: Mapping[str, Ed25519PublicKey],
    mismatch: str,
) -> str:
    """The id of the key that made one proof. Raises NotProven."""
    issuer, _, key_id = proof["verificationMethod"].partition("#")
    if issuer != _issuer(bare):
        raise NotProven("proof-foreign")
    if key_id not in keys:
        raise NotProven("proof-key-unknown")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        keys[key_id].verify(multikey.decode(proof["proofValue"]), _message(bare, options))
    except InvalidSignature as error:
        raise NotProven(mismatch) from error
    return str(key_id)


def _issuer(document: Mapping[str, Any]) -> Any:
    issuer = document["issuer"]
    return issuer["id"] if isinstance(issuer, Mapping) else issuer


def _message(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    if options["cryptosuite"] == RDFC:
        parts = [canonical.options(options), canonical.quads(document)]
    else:
        parts = [rfc8785.dumps(dict(part)) for part in (options, document)]
    return b"".join(hashlib.sha256(part).digest() for part in parts)
