"""Whether a certificate is good: one answer for pages, programs and the command line.

What is shown always comes from the register, never from the file. A file is only ever valid if its
bytes are the registered ones; everything else found in it explains why not.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from probity.credentials import queries, rules
from probity.credentials.checks import container
from probity.credentials.checks.contents import Problem
from probity.credentials.checks.inspection import (
    Check,
    Inspection,
    Result,
    check_container,
    check_proof,
    differing,
)
from probity.credentials.models import Certificate
from probity.credentials.proofs import credential
from probity.credentials.proofs.keys import PublicKeys
from probity.credentials.rules import Status

ALTERED, UNKNOWN, UNREADABLE = "altered", "unknown", "unreadable"
NOT_YET = ("status-list", "log-inclusion", "timestamp")
"""Checks that this issuer does not offer yet; named so that nobody takes them for done."""


@dataclass(frozen=True, slots=True)
class Record:
    """A certificate as the register states it, and what was decided about it."""

    public_id: str
    number: str
    name_latin: str
    name_native: str | None
    native_lang: str | None
    scheme: str
    title: Mapping[str, str]
    level: str
    standard: Mapping[str, str]
    issuer: str
    issued_on: date
    valid_until: date
    specimen: bool
    status: Status
    since: datetime | None
    reason: str | None

    @property
    def holder(self) -> str:
        return f"{self.name_latin} {self.name_native}" if self.name_native else self.name_latin


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that reads otherwise in the file than it was issued."""

    field: str
    in_file: str
    in_register: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`reasons` name the finer verdict; an altered file of a revoked certificate shows both."""

    status: str
    checked_at: datetime
    record: Record | None = None
    reasons: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    differences: tuple[Difference, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What every check needs to know: the trusted keys, the time, what kind of site this is."""

    keys: tuple[PublicKeys, ...]
    now: datetime
    demonstration: bool

    def by_number(self, session: Session, number: str, name: str) -> Answer:
        """Number and name must both be right; the answer does not say which was wrong."""
        found = queries.by_number(session, number)
        known = rules.is_name_of(
            name, found.name_latin if found else "", found.name_native if found else None
        )
        if found is None or not known:
            return self._unknown()
        return self.registered(found)

    def registered(self, certificate: Certificate) -> Answer:
        """What the register says, without any file."""
        checks = (Check("signature", Result.NOT_CHECKED, "no-file"),)
        return self._settled(certificate, checks)

    def genuine(self, data: bytes, certificate: Certificate) -> Answer:
        """The file whose bytes are in the register: nothing in it needs to be parsed."""
        checks = (
            *check_container(container.find(data), self.keys),
            Check("bytes", Result.PASS, "bytes-registered"),
            check_proof(json.loads(certificate.credential), self.keys),
            Check("text", Result.PASS, "text-as-issued"),
        )
        return self._settled(certificate, checks)

    def other_file(self, session: Session, found: Inspection) -> Answer:
        """A file whose bytes are not in the register: say what it is instead."""
        if found.problem is not None:
            return Answer(
                UNREADABLE, self.now, reasons=(found.problem.value,), problem=found.problem
            )
        certificate = self._claimed(session, found)
        if certificate is None:
            return self._unknown(found.checks, "not-recorded" if found.is_ours else "not-ours")
        printed = differing(found.contents.fields, certificate.printed)
        inside = _differing_documents(found.document, json.loads(certificate.credential))
        differences = tuple(Difference(*row) for row in dict.fromkeys((*printed, *inside)))
        checks = (
            *found.checks,
            Check("bytes", Result.FAIL, "bytes-other"),
            _text(found, differs=bool(printed)),
        )
        answer = self._settled(certificate, checks)
        reasons = (*_alterations(found, differs=bool(printed)), *_standing(answer))
        return replace(answer, status=ALTERED, reasons=reasons, differences=differences)

    def document(self, session: Session, document: Mapping[str, Any]) -> Answer:
        """A credential handed in by itself."""
        proof = check_proof(document, self.keys)
        certificate = queries.by_public_id(session, credential.public_id(document))
        if certificate is None:
            passed = proof.result is Result.PASS
            return self._unknown((proof,), "not-recorded" if passed else "not-ours")
        issued = json.loads(certificate.credential)
        if document == issued and proof.result is Result.PASS:
            return self._settled(
                certificate, (proof, Check("bytes", Result.PASS, "same-credential"))
            )
        rows = _differing_documents(document, issued)
        answer = self._settled(
            certificate, (proof, Check("bytes", Result.FAIL, "other-credential"))
        )
        return replace(
            answer,
            status=ALTERED,
            reasons=("credential-altered", *_standing(answer)),
            differences=tuple(Difference(*row) for row in rows),
        )

    def _settled(self, certificate: Certificate, checks: Iterable[Check]) -> Answer:
        """The register's word on a certificate, with its checks."""
        record = _record(certificate, self.now)
        in_force = record.status in {Status.VALID, Status.EXPIRED}
        register = Check("register", Result.PASS if in_force else Result.FAIL, record.status.value)
        current = self.now <= certificate.ends_at
        validity = Check(
            "validity", *((Result.PASS, "current") if current else (Result.FAIL, "over"))
        )
        done = (*checks, register, validity, *_not_yet())
        if record.specimen and not self.demonstration:
            return Answer(UNKNOWN, self.now, reasons=("specimen",), checks=done)
        reasons = ("specimen",) if record.specimen else ()
        return Answer(record.status.value, self.now, record, reasons, done)

    def _unknown(self, checks: Iterable[Check] = (), *reasons: str) -> Answer:
        done = (*checks, Check("register", Result.FAIL, "not-in-register"), *_not_yet())
        return Answer(UNKNOWN, self.now, reasons=reasons, checks=done)

    def _claimed(self, session: Session, found: Inspection) -> Certificate | None:
        """Which certificate a file pretends to be.

        The unguessable id is proof enough that its sender may see it; a number needs the name.
        """
        contents = found.contents
        for public_id in contents.claims:
            certificate = queries.by_public_id(session, public_id)
            if certificate is not None and (found.is_ours or certificate.number in contents.text):
                return certificate
        certificate = queries.by_number(session, contents.fields.get("number", ""))
        if certificate is None:
            return None
        holder = contents.fields.get("holder", "")
        names = certificate.name_latin, certificate.name_native
        return certificate if rules.is_name_of(holder, *names) else None


def _record(certificate: Certificate, now: datetime) -> Record:
    status = rules.status(certificate.changes, certificate.ends_at, now)
    told = [c for c in certificate.changes if c.decision.value == status.value]
    return Record(
        public_id=certificate.public_id,
        number=certificate.number,
        name_latin=certificate.name_latin,
        name_native=certificate.name_native,
        native_lang=certificate.native_lang,
        scheme=certificate.scheme,
        title=certificate.title,
        level=certificate.level,
        standard=certificate.standard,
        issuer=certificate.issuer,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        specimen=certificate.specimen,
        status=status,
        since=told[-1].effective_at if told else None,
        reason=told[-1].reason if told else None,
    )


def _not_yet() -> tuple[Check, ...]:
    return tuple(Check(name, Result.NOT_CHECKED, "not-offered") for name in NOT_YET)


def _text(found: Inspection, *, differs: bool) -> Check:
    if not found.contents.fields:
        return Check("text", Result.NOT_CHECKED, "no-text")
    if differs:
        return Check("text", Result.FAIL, "text-differs")
    return Check("text", Result.PASS, "text-agrees")


def _alterations(found: Inspection, *, differs: bool) -> tuple[str, ...]:
    """What kind of alteration it is, the gravest first."""
    codes = {check.code for check in found.checks}
    failed = {check.name for check in found.checks if check.result is Result.FAIL}
    proven = "proof-right" in codes
    kinds = {
        "forged": "other-signer" in codes,
        "text-differs": differs,
        "copied-genuine-record-inside": proven and "our-key" not in codes,
        "added-after-signing": "added-after-signing" in codes,
        "hidden-in-signature": "hidden-in-signature" in codes,
        "changed-after-signing": "changed-after-signing" in codes,
        "signature-removed": not codes.isdisjoint({"not-signed", "signature-torn"}),
        "credential-altered": "credential-proof" in failed,
    }
    return tuple(kind for kind, so in kinds.items() if so)


def _standing(answer: Answer) -> tuple[str, ...]:
    """What the register says beside: revoked and altered are both told."""
    withdrawn = () if answer.status == Status.VALID else (answer.status,)
    return tuple(dict.fromkeys((*withdrawn, *answer.reasons)))


def _differing_documents(
    given: Mapping[str, Any] | None, issued: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    if given is None:
        return []
    told, kept = credential.summary(given), credential.summary(issued)
    return [(name, told[name], kept[name]) for name in kept if told[name] != kept[name]]
