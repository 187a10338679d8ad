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

from probity.credentials import entries, evidence, facts, rules
from probity.credentials.checks import container, recording, spelling
from probity.credentials.checks.contents import Problem
from probity.credentials.checks.inspection import (
    Check,
    Inspection,
    Result,
    check_container,
    check_proof,
    differing,
)
from probity.credentials.entries import Entry, Registered
from probity.credentials.evidence import Trust
from probity.credentials.paper import layout
from probity.credentials.proofs import credential, qr
from probity.credentials.rules import Status

ALTERED, UNKNOWN, UNREADABLE = "altered", "unknown", "unreadable"


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
    recorded_at: datetime | None = None
    log_index: int | None = None
    witnesses: int = 0
    newer: str | None = None

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
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What every check needs to know: the trusted keys, the time, what kind of site this is."""

    trust: Trust
    now: datetime
    demonstration: bool

    def by_number(self, session: Session, number: str, name: str) -> Answer:
        """Number and name must both be right; the answer does not say which was wrong."""
        found = entries.named(session, number, name)
        if found is None:
            return self.unknown((), *_misspelt(name))
        return self.registered(session, found)

    def by_address(self, session: Session, public_id: str, text: str) -> Answer:
        """The text of a QR code: its address, and behind it perhaps a signed summary."""
        certificate = entries.by_public_id(session, public_id)
        if "#" not in text:
            return self.registered(session, certificate) if certificate else self.unknown()
        try:
            qr.read(text, self.trust.credential_keys)
            code = Check("code", Result.PASS, "code-signed")
        except ValueError:
            code = Check("code", Result.FAIL, "code-unsigned")
        if certificate is None:
            return self.unknown((code,), *(() if code.result is Result.FAIL else ("not-recorded",)))
        answer = self.registered(session, certificate, code)
        if code.result is Result.PASS:
            return answer
        return replace(answer, status=ALTERED, reasons=("code-altered", *_standing(answer)))

    def registered(self, session: Session, certificate: Registered, *given: Check) -> Answer:
        """What the register says, without any file."""
        checks = given or (Check("signature", Result.NOT_CHECKED, "no-file"),)
        return self._settled(session, certificate, checks)

    def genuine(self, session: Session, data: bytes, certificate: Registered) -> Answer:
        """The file whose bytes are in the register: nothing in it needs to be parsed."""
        found = container.find(data)
        checks = (
            *check_container(found, self.trust.keys),
            Check("bytes", Result.PASS, "bytes-registered"),
            check_proof(json.loads(certificate.credential), self.trust.keys),
            Check("text", Result.PASS, "text-as-issued"),
            evidence.check_time(found),
        )
        return self._settled(session, certificate, checks)

    def other_file(self, session: Session, found: Inspection) -> Answer:
        """A file whose bytes are not in the register: say what it is instead."""
        if found.problem is not None:
            return self.unreadable(found.problem)
        certificate = self._claimed(session, found)
        log = evidence.check_file(session, self.trust, found)
        if certificate is None:
            kind = ("not-recorded",) if found.is_ours else ("not-ours",)
            blank = () if found.contents.text.strip() else ("no-text",)
            reasons = (*kind, *blank, *evidence.reasons(log), *_proof_reasons(found.checks))
            return self.unknown((*found.checks, *log), *reasons)
        printed = differing(_fields(found, certificate), certificate.printed)
        inside = _differing_documents(found.document, json.loads(certificate.credential))
        differences = tuple(Difference(*row) for row in dict.fromkeys((*printed, *inside)))
        checks = (
            *found.checks,
            Check("bytes", Result.FAIL, "bytes-other"),
            _text(found, differs=bool(printed)),
            evidence.check_time(found.container),
            *log,
        )
        answer = self._settled(session, certificate, checks)
        reasons = (
            *_alterations(found, differs=bool(printed)),
            *evidence.reasons(log),
            *spelling.disguises((d.in_file, d.in_register) for d in differences),
            *_standing(answer),
        )
        return replace(
            answer,
            status=ALTERED,
            reasons=tuple(dict.fromkeys(reasons)),
            differences=differences,
        )

    def document(self, session: Session, document: Mapping[str, Any]) -> Answer:
        """A credential handed in by itself."""
        proof = check_proof(document, self.trust.keys)
        certificate = entries.by_public_id(session, credential.public_id(document))
        told = _proof_reasons((proof,))
        if certificate is None:
            passed = proof.result is Result.PASS
            return self.unknown((proof,), "not-recorded" if passed else "not-ours", *told)
        issued = json.loads(certificate.credential)
        if document == issued and proof.result is Result.PASS:
            checks = (proof, Check("bytes", Result.PASS, "same-credential"))
            return self._settled(session, certificate, checks)
        rows = tuple(Difference(*row) for row in _differing_documents(document, issued))
        other = Check("bytes", Result.FAIL, "other-credential")
        answer = self._settled(session, certificate, (proof, other))
        disguises = spelling.disguises((d.in_file, d.in_register) for d in rows)
        reasons = ("credential-altered", *told, *disguises, *_standing(answer))
        return replace(answer, status=ALTERED, reasons=reasons, differences=rows)

    def receipt(self, session: Session, receipt: Mapping[str, Any]) -> Answer:
        """A receipt of the log by itself.

        It names nobody, and whoever reads the log can make one: only whether it holds is told.
        """
        check, found = recording.check(receipt, self.trust.log_keys, evidence.confirm(session))
        reason = evidence.reasons((check,)) if found is None else ("receipt-holds",)
        return Answer(UNKNOWN, self.now, reasons=reason, checks=(check,))

    def verification_receipt(self, number: str, asked_at: datetime) -> Answer:
        """A receipt of ours: genuine, and no certificate."""
        told = Check("bytes", Result.PASS, "receipt-registered", {"number": number})
        reasons = ("verification-receipt",)
        return Answer(UNKNOWN, self.now, reasons=reasons, checks=(told,), asked_at=asked_at)

    def unreadable(self, problem: Problem) -> Answer:
        return Answer(UNREADABLE, self.now, reasons=(problem.value,), problem=problem)

    def unknown(self, checks: Iterable[Check] = (), *reasons: str) -> Answer:
        done = (*checks, Check("register", Result.FAIL, "not-in-register"))
        return Answer(UNKNOWN, self.now, reasons=reasons, checks=done)

    def _settled(
        self, session: Session, certificate: Registered, checks: Iterable[Check]
    ) -> Answer:
        """The register's word on a certificate, with its checks."""
        record, own = _record(session, self.trust, certificate, self.now)
        in_force = record.status in {Status.VALID, Status.EXPIRED}
        register = Check("register", Result.PASS if in_force else Result.FAIL, record.status.value)
        current = self.now <= certificate.ends_at
        validity = Check(
            "validity", *((Result.PASS, "current") if current else (Result.FAIL, "over"))
        )
        given = tuple(checks)
        named = {check.name for check in given}
        done = (*given, register, validity, *(c for c in own.checks if c.name not in named))
        if record.specimen and not self.demonstration:
            return Answer(UNKNOWN, self.now, reasons=("specimen",), checks=done)
        reasons = (*own.reasons, *(("specimen",) if record.specimen else ()))
        if own.broken:
            return Answer(UNKNOWN, self.now, reasons=own.reasons, checks=done)
        return Answer(record.status.value, self.now, record, reasons, done)

    def _claimed(self, session: Session, found: Inspection) -> Entry | None:
        """Which certificate a file pretends to be.

        The unguessable id is proof enough that its sender may see it; a number needs the name.
        """
        contents = found.contents
        for public_id in contents.claims:
            certificate = entries.by_public_id(session, public_id)
            if certificate is not None and (found.is_ours or certificate.number in contents.text):
                return certificate
        certificate = entries.by_number(session, contents.fields.get("number", ""))
        if certificate is None:
            return None
        holder = contents.fields.get("holder", "")
        names = certificate.name_latin, certificate.name_native
        return certificate if rules.is_name_of(holder, *names) else None


def _record(
    session: Session, trust: Trust, certificate: Registered, now: datetime
) -> tuple[Record, evidence.Evidence]:
    own = evidence.gather(session, trust, certificate, now)
    status = rules.status(certificate.changes, certificate.ends_at, now)
    told = [c for c in certificate.changes if c.decision.value == status.value]
    newer = entries.newer(session, certificate.id) if status is Status.SUPERSEDED else None
    record = Record(
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
        recorded_at=own.recorded.at if own.recorded else None,
        log_index=own.recorded.index if own.recorded else None,
        witnesses=own.witnesses,
        newer=newer,
    )
    return record, own


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


def _fields(found: Inspection, certificate: Registered) -> Mapping[str, str]:
    """The text of a file by field, where the design of the certificate has them."""
    texts, design = found.contents.fields, facts.design_from_json(certificate.design)
    return layout.find(design.layout).found(texts, design.cells) if design and texts else texts


def _differing_documents(
    given: Mapping[str, Any] | None, issued: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    if given is None:
        return []
    told, kept = credential.summary(given), credential.summary(issued)
    return [(name, told[name], kept[name]) for name in kept if told[name] != kept[name]]


def _proof_reasons(checks: Iterable[Check]) -> tuple[str, ...]:
    """Kinds of proof that we never make: who reads only `not-ours` would not know what to do."""
    told = {"proof-kind", "proof-jcs-missing", "credential-duplicate"}
    return tuple(check.code for check in checks if check.code in told)


def _misspelt(name: str) -> tuple[str, ...]:
    """What can be said of a typed name alone, whether or not the register knows the number."""
    found = {"name-invisible": spelling.invisible(name), "name-mixed": spelling.mixed(name)}
    return tuple(reason for reason, signs in found.items() if signs)
