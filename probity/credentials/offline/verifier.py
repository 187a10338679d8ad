"""The verdict on a file, a credential or a code without the register.

Online a file is valid only if its bytes are registered. Here everything has to be right by itself:
the container as our signer writes it, proof, printed text, log, key, dates; one doubt is enough.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from probity.credentials import evidence
from probity.credentials.checks import inspection, intake, listing, recording, spelling
from probity.credentials.checks.contents import Contents, Problem
from probity.credentials.checks.inspection import Check, Inspection, Result
from probity.credentials.checks.intake import Kind
from probity.credentials.checks.recording import Recorded
from probity.credentials.facts import LEVELS, both, chinese_date, long_date
from probity.credentials.offline.trust import Bundle
from probity.credentials.paper.layout import every_reading
from probity.credentials.proofs import credential, qr

VALID, EXPIRED, REVOKED, SUSPENDED = "valid", "expired", "revoked", "suspended"
ALTERED, UNKNOWN, UNREADABLE = "altered", "unknown", "unreadable"
_DAY = timedelta(days=1)
BADGE = "badge-picture"
"""The reason that is told beside the verdict on a credential which came inside a picture."""

ALWAYS = ("holder", "number", "title", "issuer", "issued_on")
"""Fields that no design leaves out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`stated` is what the issuer signed; `as_of` the time of the status list that was used."""

    status: str
    checked_at: datetime
    reasons: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)
    differences: tuple[tuple[str, str, str], ...] = ()
    as_of: datetime | None = None
    problem: Problem | None = None


def examine(
    data: bytes, bundle: Bundle, now: datetime, read: Callable[[bytes], Contents]
) -> Finding:
    """Look at a PDF, a credential, a badge, a receipt, or the text of a code.

    `read` parses PDFs and badges.
    """
    handed = intake.sort(data)
    if handed.kind is Kind.BADGE and handed.problem is None:
        handed = intake.opened(read(data))
    if handed.problem is not None:
        return _unreadable(handed.problem, now)
    if handed.kind is Kind.ADDRESS:
        return _code(data.decode("utf-8", "replace").strip(), bundle, now)
    if handed.document is None:
        return judge_file(inspection.inspect(data, bundle.trust.keys, read), bundle, now)
    if handed.kind is Kind.RECEIPT:
        keys = bundle.trust.log_keys
        check, found = recording.check(handed.document, keys, bundle.confirm())
        reasons = ("receipt-holds",) if found else evidence.reasons((check,))
        return Finding(UNKNOWN, now, reasons, (check,))
    judged = _credential(handed.document, bundle, now)
    shown = handed.in_picture and judged.stated  # else there is no name to rely on
    return replace(judged, reasons=(*judged.reasons, BADGE)) if shown else judged


def _unreadable(problem: Problem, now: datetime) -> Finding:
    return Finding(UNREADABLE, now, (problem.value,), problem=problem)


def judge_file(found: Inspection, bundle: Bundle, now: datetime) -> Finding:
    """The verdict on a PDF that was looked into."""
    if found.problem is not None:
        return _unreadable(found.problem, now)
    stated = found.document if _proven(found.checks) else None
    if stated is None or found.document is None:
        told = ("credential-altered",) if found.is_ours else ("not-ours",)
        kind = ALTERED if found.is_ours else UNKNOWN
        return Finding(kind, now, (*told, *_kinds(found)), found.checks)
    readings = every_reading(found.contents.fields)
    rows = min((tuple(_printed(fields, stated)) for fields in readings), key=len)
    text = Check("text", *_text_result(found, rows))
    attached = found.contents.receipt
    receipt = None if attached is None else recording.loads(attached)
    key_id = next(c.facts["key"] for c in found.checks if c.name == "credential-proof")
    judged = _judge(stated, key_id, bundle, now, receipt, attached=attached is not None)
    checks = (*found.checks, text, evidence.check_time(found.container), *judged.checks)
    sound = all(c.result is Result.PASS for c in found.checks) and text.result is Result.PASS
    if not sound:
        told = (*(("text-differs",) if rows else ()), *spelling.disguises(row[1:] for row in rows))
        reasons = (*_kinds(found), *told, *judged.reasons)
        status, reasons = ALTERED, tuple(dict.fromkeys(reasons))
    else:
        status, reasons = judged.status, judged.reasons
    shown = judged.stated
    return Finding(status, now, reasons, checks, shown, rows, judged.as_of)


def _credential(document: Mapping[str, Any], bundle: Bundle, now: datetime) -> Finding:
    proof = inspection.check_proof(document, bundle.trust.keys)
    if proof.result is not Result.PASS:
        ours = proof.code in {"proof-mismatch", "proof-rdfc-mismatch"}
        reasons = ("credential-altered",) if ours else ("not-ours", proof.code)
        return Finding(ALTERED if ours else UNKNOWN, now, reasons, (proof,))
    judged = _judge(document, proof.facts["key"], bundle, now, None, attached=False, alone=True)
    checks = (proof, *judged.checks)
    return Finding(judged.status, now, judged.reasons, checks, judged.stated, (), judged.as_of)


def _code(text: str, bundle: Bundle, now: datetime) -> Finding:
    try:
        summary = qr.read(text, bundle.trust.credential_keys)
    except ValueError:
        return Finding(ALTERED, now, ("code-altered",), (_failed("code", "code-unsigned"),))
    code = Check("code", Result.PASS, "code-signed")
    parts = urlsplit(text)
    own = parts.netloc == bundle.host and parts.path == f"/c/{intake.public_id(text)}"
    if bundle.host is None:
        address = Check("address", Result.NOT_CHECKED, "host-unknown")
    elif own and parts.scheme in {"http", "https"} and not parts.query:
        address = Check("address", Result.PASS, "host-own")
    else:
        checks = (code, _failed("address", "host-other"))
        return Finding(ALTERED, now, ("address-foreign",), checks)
    key = evidence.check_key(bundle.trust.find(summary.key), None, summary.key)
    ends = date.fromisoformat(summary.valid_until)
    status = VALID if now.date() <= ends else EXPIRED
    reasons = [
        "status-not-checked",
        "log-not-checked",
        *(("specimen",) if summary.specimen else ()),
    ]
    if key.result is not Result.PASS:
        status, reasons = UNKNOWN, ["key-compromised", *reasons]
    names = f"{summary.name_latin} {summary.name_native}".strip()
    shown = {
        "holder": names,
        "title": f"{summary.scheme} {summary.level}",
        "number": summary.number,
        "issued_on": summary.issued_on,
        "valid_until": summary.valid_until,
    }
    return Finding(status, now, tuple(reasons), (code, address, key), shown)


def _judge(
    document: Mapping[str, Any],
    key_id: str,
    bundle: Bundle,
    now: datetime,
    receipt: Any,
    *,
    attached: bool,
    alone: bool = False,
) -> Finding:
    """What log, status list, key and dates say of a credential whose proof is right."""
    log, recorded = _log(document, bundle, receipt, attached=attached, alone=alone)
    lists = listing.check(document, bundle.fetch_list, bundle.trust.list_keys, now)
    key = evidence.check_key(bundle.trust.find(key_id), recorded, key_id)
    begins, ends = (_moment(document.get(name)) for name in ("validFrom", "validUntil"))
    current = begins is not None and ends is not None and begins - _DAY <= now <= ends
    validity = Check("validity", *((Result.PASS, "current") if current else _over(begins, now)))
    checks = (log, lists.check, validity, key)
    reasons = [*evidence.reasons(checks), *_notes(log, lists, document, recorded)]
    if log.result is Result.FAIL:
        status = UNKNOWN
        reasons = ["not-recorded", *reasons]
    elif key.result is not Result.PASS:
        status = UNKNOWN
    elif lists.purposes:
        status = REVOKED if "revocation" in lists.purposes else SUSPENDED
    elif lists.check.result is Result.FAIL:
        status = UNKNOWN
    else:
        status = VALID if current else EXPIRED
    told = tuple(dict.fromkeys(reasons))
    shown = credential.summary(document)
    return Finding(status, now, told, checks, shown, (), lists.as_of)


def _log(
    document: Mapping[str, Any], bundle: Bundle, receipt: Any, *, attached: bool, alone: bool
) -> tuple[Check, Recorded | None]:
    if alone:
        return Check(recording.NAME, Result.NOT_CHECKED, "log-not-asked"), None
    if attached:
        return recording.check_issue(document, receipt, bundle.trust.log_keys, bundle.confirm())
    if "credentialStatus" in document:  # status lists and log came together
        return _failed(recording.NAME, "receipt-missing"), None
    return Check(recording.NAME, Result.NOT_CHECKED, "before-log"), None


def _notes(
    log: Check, lists: listing.Found, document: Mapping[str, Any], recorded: Recorded | None
) -> list[str]:
    told = {
        "before-log": log.code == "before-log",
        "log-not-checked": log.code == "log-not-asked",
        "status-not-checked": lists.check.result is Result.NOT_CHECKED,
        "status-as-of": lists.check.result is Result.PASS,
        "back-dated": recorded is not None and recording.is_late(recorded, document),
        "specimen": str(document.get("name", "")).startswith(credential.SPECIMEN),
    }
    return [name for name, so in told.items() if so]


def _printed(fields: Mapping[str, str], document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Fields of the page that do not read as the credential says: (name, on the page, signed)."""
    told = {**credential.summary(document), "standard": _standard(document)}
    told = {name: words.removeprefix(f"{credential.SPECIMEN}: ") for name, words in told.items()}
    latin_first = _unbracketed(told["holder"])
    holders = (latin_first, _native_first(told["holder"]))
    rows = min(
        (
            inspection.differing(
                {"holder": fields.get("holder", ""), "number": fields.get("number", "")},
                {"holder": holder, "number": told["number"]},
            )
            for holder in holders
        ),
        key=len,
    )
    for name in ("title", "issuer", "standard"):
        words, shown = inspection.fold(told[name]), inspection.fold(fields.get(name, ""))
        if (name in fields or name in ALWAYS) and not (
            words and (shown.startswith(words) or shown.endswith(words))
        ):
            rows.append((name, " ".join(fields.get(name, "").split()), told[name]))
    for name in ("issued_on", "valid_until"):
        if name in fields or name in ALWAYS:
            at = _moment(told[name])
            days = [at.date() + n * _DAY for n in (-1, 0, 1)] if at else []
            said = {inspection.fold(words(d)) for d in days for words in (long_date, chinese_date)}
            if inspection.fold(fields.get(name, "")) not in said:
                rows.append((name, " ".join(fields.get(name, "").split()), told[name]))
    if "level" in fields and inspection.fold(fields["level"]) not in _levels(told["level"]):
        rows.append(("level", " ".join(fields["level"].split()), told["level"]))
    return rows


def _levels(stated: str) -> set[str]:
    """How a level may be printed; any of them where the credential does not say which it is."""
    return {
        inspection.fold(words)
        for level in LEVELS.values()
        if stated in {"", level["en"]}
        for words in (level["en"], both(level), f"{level['zh-Hans']} {level['en']}")
    }


def _standard(document: Mapping[str, Any]) -> str:
    """The standard as the criteria of the achievement name it."""
    try:
        words = document["credentialSubject"]["achievement"]["criteria"]["narrative"]
        return str(words).removeprefix("Passed the exam. ").removesuffix(".")
    except (KeyError, TypeError):
        return ""


def _unbracketed(holder: str) -> str:
    """`Lin Wei (林蔚)` as it is printed: `Lin Wei 林蔚`."""
    latin, bracket, native = holder.removesuffix(")").partition(" (")
    return f"{latin} {native}" if bracket and holder.endswith(")") else holder


def _native_first(holder: str) -> str:
    """`Lin Wei (林蔚)` as designs print it that put Chinese first: `林蔚 Lin Wei`."""
    latin, bracket, native = holder.removesuffix(")").partition(" (")
    return f"{native} {latin}" if bracket and holder.endswith(")") else holder


def _text_result(found: Inspection, rows: tuple[Any, ...]) -> tuple[Result, str]:
    if not found.contents.fields:
        return Result.FAIL, "no-text"
    if rows:
        return Result.FAIL, "text-differs-offline"
    return Result.PASS, "text-agrees-offline"


def _kinds(found: Inspection) -> tuple[str, ...]:
    """What was done to a file, the gravest first."""
    codes = {check.code for check in found.checks}
    kinds = {
        "forged": "other-signer" in codes,
        "copied-genuine-record-inside": "proof-right" in codes and "our-key" not in codes,
        "added-after-signing": "added-after-signing" in codes,
        "hidden-in-signature": "hidden-in-signature" in codes,
        "changed-after-signing": "changed-after-signing" in codes,
        "signature-removed": not codes.isdisjoint({"not-signed", "signature-torn"}),
        "proof-kind": "proof-kind" in codes,
        "proof-jcs-missing": "proof-jcs-missing" in codes,
        "credential-duplicate": "credential-duplicate" in codes,
    }
    return tuple(kind for kind, so in kinds.items() if so)


def _proven(checks: tuple[Check, ...]) -> bool:
    return any(c.name == "credential-proof" and c.result is Result.PASS for c in checks)


def _over(begins: datetime | None, now: datetime) -> tuple[Result, str]:
    early = begins is not None and now < begins - _DAY
    return Result.FAIL, "not-yet" if early else "over"


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (TypeError, ValueError):
        return None


def _failed(name: str, code: str) -> Check:
    return Check(name, Result.FAIL, code)


def as_json(found: Finding, detail: Callable[[Check], str]) -> str:
    """For scripts: the shape of the online answer, with what the issuer signed for the register."""
    return json.dumps(
        {
            "status": found.status,
            "checked_at": found.checked_at.isoformat(timespec="seconds"),
            "status_as_of": found.as_of.isoformat(timespec="seconds") if found.as_of else None,
            "certificate": dict(found.stated) or None,
            "reasons": list(found.reasons),
            "checks": [
                {"name": c.name, "result": c.result.value, "code": c.code, "detail": detail(c)}
                for c in found.checks
            ],
            "differences": [
                {"field": name, "in_file": given, "in_credential": signed}
                for name, given, signed in found.differences
            ],
        },
        ensure_ascii=False,
    )
