"""The Open Badges 3.0 credential (a W3C Verifiable Credential) with two proofs.

Only terms of the standard contexts, so that no foreign verifier has to ask us for anything.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import rfc8785

from probity.credentials.facts import LEVELS, CertificateFacts, StatusRef
from probity.credentials.proofs.canonical import CREDENTIALS, EXTENSIONS, OPEN_BADGES
from probity.credentials.proofs.integrity import NotProven, Signer, moment, prove, verify

__all__ = ["NotProven", "Signer", "build", "digest", "dumps", "loads", "once", "prove", "public_id", "stated", "summary", "verify"]  # fmt: skip

CONTEXTS = [CREDENTIALS, OPEN_BADGES, EXTENSIONS]
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"  # fmt: skip
LONGEST = 256 * 1024
SPECIMEN = "SPECIMEN"


def build(facts: CertificateFacts, key: Signer, made_at: datetime) -> dict[str, Any]:
    """The signed credential of a certificate."""
    return prove(stated(facts), key, f"{facts.did}#{facts.key_id}", made_at)


def stated(facts: CertificateFacts) -> dict[str, Any]:
    """What the credential of a certificate says, before anybody signs it."""
    document: dict[str, Any] = {
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
        "validFrom": moment(facts.begins_at),
        "validUntil": moment(facts.ends_at),
        "awardedDate": moment(facts.begins_at),
        "credentialSubject": _subject(facts),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if facts.status:
        document["credentialStatus"] = [_status(place) for place in facts.status]
    return document


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
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": LEVELS[facts.level]["en"],
                    "targetCode": facts.level,
                    "targetFramework": facts.standard["en"],
                    "targetUrl": f"tag:{host},2026:scheme/{facts.scheme}/level/{facts.level}",
                }
            ],
        },
    }


def _marked(facts: CertificateFacts, words: str) -> str:
    return f"{SPECIMEN}: {words}" if facts.specimen else words


def _status(place: StatusRef) -> dict[str, str]:
    return {
        "id": f"{place.list_url}#{place.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": place.purpose,
        "statusListIndex": str(place.index),
        "statusListCredential": place.list_url,
    }


def summary(document: Mapping[str, Any]) -> dict[str, str]:
    """The members a person would compare; a missing one is empty."""
    paths = {
        "holder": ("credentialSubject", "identifier", 0, "identityHash"),
        "title": ("name",),
        "level": ("credentialSubject", "achievement", "alignment", 0, "targetName"),
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
