"""Documents of Open Badges 2.0 for systems that know nothing newer. Hosted: the address is the proof.

The address of an assertion answers only while its holder agrees to it. Pure.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from probity.credentials import rules
from probity.credentials.checks.baked import OLD_CONTEXT as CONTEXT
from probity.credentials.models import Certificate
from probity.credentials.proofs.credential import SPECIMEN
from probity.credentials.rules import Decision, Status
from probity.credentials.sharing.models import BadgeAssertion, BadgeClass

GONE = (Status.REVOKED, Status.SUSPENDED, Status.SUPERSEDED)
"""The older standard knows only whether a badge is revoked; these must not be relied on today."""


def issuer(base_url: str, name: str, email: str) -> dict[str, Any]:
    """The profile of the issuer."""
    return {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": f"{base_url}/badges/2.0/issuer",
        "name": name,
        "url": base_url,
        "email": email,
        "verification": {"startsWith": [f"{base_url}/badges/2.0/assertions/"]},
    }


def class_content(certificate: Certificate) -> dict[str, Any]:
    """What a badge stands for, in the words with which the certificate was issued."""
    title = certificate.title["en"]
    return {
        "scheme": certificate.scheme,
        "year": certificate.issued_on.year,
        "name": f"{SPECIMEN}: {title}" if certificate.specimen else title,
        "description": " ".join(certificate.summary["en"].split()),
        "criteria": f"Passed the exam. {certificate.standard['en']}.",
    }


def class_token(content: Mapping[str, Any]) -> str:
    """The same words have the same address."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()


def badge_class(badge: BadgeClass, base_url: str) -> dict[str, Any]:
    """The class of badges that an assertion names."""
    address, content = f"{base_url}/badges/2.0/classes/{badge.token}", badge.content
    return {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": address,
        "name": content["name"],
        "description": content["description"],
        "image": f"{address}.png",
        "criteria": {"narrative": content["criteria"]},
        "issuer": f"{base_url}/badges/2.0/issuer",
        "tags": [content["scheme"]],
    }


def identity(email: str, salt: str) -> str:
    """What is published of an address: who knows it can compare, nobody can read it."""
    return f"sha256${hashlib.sha256((email + salt).encode()).hexdigest()}"


def assertion(made: BadgeAssertion, base_url: str, now: datetime) -> dict[str, Any]:
    """The badge of one person; short, and called revoked, where it must not be relied on."""
    certificate = made.certificate
    head = {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": f"{base_url}/badges/2.0/assertions/{made.token}",
    }
    status = rules.status(certificate.changes, certificate.ends_at, now)
    if status in GONE:
        return {**head, "revoked": True, "revocationReason": _reason(certificate, status)}
    ended = [
        change.effective_at
        for change in rules.in_force(certificate.changes, now)
        if change.decision is Decision.EXPIRED
    ]
    return {
        **head,
        "recipient": {
            "type": "email",
            "hashed": True,
            "salt": made.salt,
            "identity": made.identity,
        },
        "badge": f"{base_url}/badges/2.0/classes/{made.badge_token}",
        "verification": {"type": "hosted"},
        "issuedOn": _moment(certificate.issued_at),
        "expires": _moment(min([certificate.ends_at, *ended])),
        "narrative": f"Certificate {certificate.number}. Verify it with the holder's name at "
        f"{base_url}/verify.",
    }


def _reason(certificate: Certificate, status: Status) -> str:
    told = [c.reason for c in certificate.changes if c.decision.value == status.value]
    return f"{status.value.capitalize()}: {told[-1]}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
