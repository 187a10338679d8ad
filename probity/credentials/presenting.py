"""Answers as pages and programs read them."""

from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from markupsafe import Markup, escape

from probity.credentials import sentences
from probity.credentials.facts import LEVELS
from probity.credentials.rules import Status
from probity.credentials.verification import ALTERED, UNKNOWN, UNREADABLE, Answer, Record
from probity.kernel.i18n import day, when
from probity.kernel.i18n import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an outcome looks: colour, symbol and two sentences."""

    kind: str
    symbol: str
    word: LazyString
    heading: LazyString
    sentence: LazyString


VERDICTS = {
    Status.VALID: Verdict(
        *("ok", "badge-check", _l("Valid"), _l("This certificate is valid")),
        _l("Issued by %(issuer)s and in force today."),
    ),
    Status.EXPIRED: Verdict(
        *("warn", "calendar-x", _l("Expired"), _l("This certificate has expired")),
        _l("It was genuine and in force until %(until)s. The holder has not renewed it."),
    ),
    Status.SUSPENDED: Verdict(
        *("warn", "circle-alert", _l("Suspended"), _l("This certificate is suspended")),
        _l("The issuer has suspended it since %(since)s. It must not be relied on for now."),
    ),
    Status.REVOKED: Verdict(
        *("bad", "ban", _l("Revoked"), _l("This certificate was revoked")),
        _l("The issuer withdrew it on %(since)s. It must not be relied on."),
    ),
    Status.SUPERSEDED: Verdict(
        *("warn", "history", _l("Replaced"), _l("This certificate was replaced")),
        _l("The issuer replaced it on %(since)s. Ask the holder for the newer one."),
    ),
    ALTERED: Verdict(
        *("bad", "file-warning", _l("Altered"), _l("This is not the file we issued")),
        _l("It was changed, copied or made by somebody else. Rely only on the register below."),
    ),
    UNKNOWN: Verdict(
        *("none", "search-x", _l("Not found"), _l("We have no such certificate")),
        _l("Nothing in the register answers to what you gave us."),
    ),
    UNREADABLE: Verdict(
        *("none", "file-warning", _l("Not readable"), _l("This file cannot be checked")),
        _l("Nothing can be said about the certificate itself."),
    ),
}


_UNCHANGED = _l("Issued by %(issuer)s, unchanged since, and in force today.")


_RECEIPT = Verdict(
    *("ok", "receipt-text", _l("Receipt"), _l("This is a verification receipt of ours")),
    _l("Made on %(asked)s, and not changed since."),
)
_LOG_RECEIPT = Verdict(
    *("ok", "scroll-text", _l("Receipt"), _l("This receipt of the log is genuine")),
    _l("The public log holds the entry it speaks of."),
)
_OTHERS = {"verification-receipt": _RECEIPT, "receipt-holds": _LOG_RECEIPT}


def verdict(answer: Answer) -> Verdict:
    """The look of an answer; receipts are no certificates, and have one of their own."""
    own = next((_OTHERS[reason] for reason in answer.reasons if reason in _OTHERS), None)
    return own or VERDICTS[answer.status]


def sentence(answer: Answer) -> Markup:
    """What the outcome means, in one or two sentences."""
    if answer.problem is not None:
        return escape(str(sentences.PROBLEMS[answer.problem]))
    words, record = verdict(answer).sentence, answer.record
    codes = {check.code for check in answer.checks}
    if answer.status == Status.VALID and "bytes-registered" in codes:
        words = _UNCHANGED
    if answer.asked_at is not None:
        return Markup(str(words)) % {"asked": when(answer.asked_at)}  # noqa: S704 (our own words)
    if record is None:
        return escape(str(words))
    return Markup(str(words)) % {  # noqa: S704 (our own words; what is put in is escaped)
        "issuer": record.issuer,
        "until": day(record.valid_until),
        "since": day(record.since) if record.since else "",
    }


def as_json(answer: Answer, base_url: str) -> dict[str, Any]:
    """The public answer, the same for the API and the command line."""
    return {
        "status": str(answer.status),
        "checked_at": answer.checked_at.isoformat(timespec="seconds"),
        "certificate": certificate_json(answer.record, base_url) if answer.record else None,
        "reasons": list(answer.reasons),
        "checks": [
            {
                "name": check.name,
                "result": check.result.value,
                "code": check.code,
                "detail": sentences.found(check),
            }
            for check in answer.checks
        ],
        "differences": [
            {"field": d.field, "in_file": d.in_file, "in_register": d.in_register}
            for d in answer.differences
        ],
        "message": message(answer),
    }


def message(answer: Answer) -> str:
    """One sentence for a person who reads the answer of a program."""
    return f"{verdict(answer).heading}. {sentence(answer).striptags()}"


def certificate_json(record: Record, base_url: str) -> dict[str, Any]:
    """The certificate as issued, and what holds of it now."""
    return {
        "holder": record.holder,
        "name_latin": record.name_latin,
        "name_native": record.name_native,
        "scheme": record.scheme,
        "title": dict(record.title),
        "level": record.level,
        "level_name": dict(LEVELS[record.level]),
        "standard": dict(record.standard),
        "number": record.number,
        "issued_on": record.issued_on.isoformat(),
        "valid_until": record.valid_until.isoformat(),
        "issuer": record.issuer,
        "specimen": record.specimen,
        "url": f"{base_url}/c/{record.public_id}",
        "status": record.status.value,
        "since": record.since.isoformat(timespec="seconds") if record.since else None,
        "reason": record.reason,
        "recorded_at": (
            record.recorded_at.isoformat(timespec="seconds") if record.recorded_at else None
        ),
        "log_index": record.log_index,
        "witnesses": record.witnesses,
        "replaced_by": f"{base_url}/c/{record.newer}" if record.newer else None,
    }
