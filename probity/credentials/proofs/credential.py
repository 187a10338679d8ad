"""The Open Badges 3.0 credential (a W3C Verifiable Credential) with an eddsa-jcs-2022 proof.

Only terms of the standard contexts, so that no foreign verifier has to ask us for anything.
A proof set with eddsa-rdfc-2022 and an entry of a status list find their places here.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.credentials.facts import CertificateFacts
from probity.credentials.proofs import multikey

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
]
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"  # fmt: skip
SUITE = "eddsa-jcs-2022"
LONGEST = 256 * 1024
SPECIMEN = "SPECIMEN"


class Signer(Protocol):
    """Something that can sign bytes with Ed25519."""

    def sign(self, data: bytes, /) -> bytes: ...


class NotProven(ValueError):
    """No proof of ours covers this credential; the code picks the sentence that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def build(facts: CertificateFacts, key: Signer, made_at: datetime) -> dict[str, Any]:
    """The signed credential of a certificate."""
    document = {
        "@context": CONTEXTS,
        "id": facts.address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _marked(facts, facts.title["en"]),
        "issuer": {
            "id": facts.did,
            "type": ["Profile"],
            "name": _marked(facts, facts.issuer),
            "url": facts.base_url,
        },
        "validFrom": _moment(facts.begins_at),
        "validUntil": _moment(facts.ends_at),
        "awardedDate": _moment(facts.begins_at),
        "credentialSubject": _subject(facts),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    return {**document, "proof": _prove(document, facts, key, made_at)}


def dumps(document: Mapping[str, Any]) -> bytes:
    """The credential as it is embedded, served and kept."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form, proof included; independent of white space."""
    return hashlib.sha256(rfc8785.dumps(dict(document))).hexdigest()


def loads(data: bytes) -> dict[str, Any]:
    """Read a credential strictly: a key that occurs twice could hide what was signed.

    Raises NotProven.
    """
    if len(data) > LONGEST:
        raise NotProven("credential-large")
    try:
        document = json.loads(data, object_pairs_hook=once)
    except NotProven:
        raise
    except (RecursionError, ValueError) as error:
        raise NotProven("credential-malformed") from error
    if not isinstance(document, dict):
        raise NotProven("credential-malformed")
    return document


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object for `json.loads`, unless a key occurs twice. Raises NotProven."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotProven("credential-duplicate")
    return found


def verify(document: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> str:
    """The id of the key of ours that signed every byte of this credential.

    Raises NotProven otherwise.
    """
    try:
        proof = dict(document["proof"])
        issuer, _, key_id = proof["verificationMethod"].partition("#")
        _check_kind(proof, issuer == document["issuer"]["id"])
        signature = multikey.decode(proof.pop("proofValue"))
        bare = {name: value for name, value in document.items() if name != "proof"}
        keys[key_id].verify(signature, _message(bare, proof))
    except InvalidSignature as error:
        raise NotProven("proof-mismatch") from error
    except NotProven:
        raise
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise NotProven("proof-missing") from error
    return str(key_id)


def _check_kind(proof: Mapping[str, Any], own: bool) -> None:
    if proof["cryptosuite"] != SUITE or proof["proofPurpose"] != "assertionMethod":
        raise NotProven("proof-kind")
    if not own:
        raise NotProven("proof-foreign")


def public_id(document: Mapping[str, Any]) -> str:
    """The last part of the credential's id: which certificate it claims to be."""
    identifier = document.get("id")
    return identifier.rpartition("/c/")[2] if isinstance(identifier, str) else ""


def _subject(facts: CertificateFacts) -> dict[str, Any]:
    holder = f"{facts.name_latin} ({facts.name_native})" if facts.name_native else facts.name_latin
    host = urlsplit(facts.base_url).hostname
    return {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityType": "name",
                "hashed": False,
                "identityHash": holder,
            }
        ],
        "achievement": {
            "id": f"tag:{host},2026:scheme/{facts.scheme}",
            "type": ["Achievement"],
            "achievementType": "Certification",
            "name": _marked(facts, facts.title["en"]),
            "description": _marked(facts, " ".join(facts.summary["en"].split())),
            "humanCode": facts.number,
            "criteria": {"narrative": f"Passed the exam. {facts.standard['en']}."},
        },
    }


def _marked(facts: CertificateFacts, words: str) -> str:
    return f"{SPECIMEN}: {words}" if facts.specimen else words


def _prove(
    document: dict[str, Any], facts: CertificateFacts, key: Signer, made_at: datetime
) -> dict[str, Any]:
    options = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": _moment(made_at),
        "verificationMethod": f"{facts.did}#{facts.key_id}",
        "proofPurpose": "assertionMethod",
    }
    return {**options, "proofValue": multikey.encode(key.sign(_message(document, options)))}


def _message(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    parts = (hashlib.sha256(rfc8785.dumps(part)).digest() for part in (options, document))
    return b"".join(parts)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def summary(document: Mapping[str, Any]) -> dict[str, str]:
    """The members a person would compare; a missing one is empty."""
    paths = {
        "holder": ("credentialSubject", "identifier", 0, "identityHash"),
        "title": ("name",),
        "number": ("credentialSubject", "achievement", "humanCode"),
        "issuer": ("issuer", "name"),
        "issued_on": ("validFrom",),
        "valid_until": ("validUntil",),
    }
    return {name: _reach(document, path) for name, path in paths.items()}


def _reach(value: Any, path: tuple[str | int, ...]) -> str:
    for step in path:
        try:
            value = value[step]
        except (IndexError, KeyError, TypeError):
            return ""
    return value if isinstance(value, str) else ""
