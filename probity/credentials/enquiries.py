"""Takes in what somebody wants verified; parses files while no transaction is open.

Failures are counted by place, for numbers must not be guessed; right answers never are.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from probity.credentials import entries
from probity.credentials.checks import inspection, intake, sandbox
from probity.credentials.checks.intake import Kind
from probity.credentials.evidence import Trust
from probity.credentials.proofs import keys
from probity.credentials.receipts import queries as receipts
from probity.credentials.verification import UNKNOWN, UNREADABLE, Answer, Desk
from probity.kernel import clock, ratelimit
from probity.kernel.errors import TooMany
from probity.kernel.settings import Settings
from probity.kernel.work import reading, writing

LIMIT = "verify"
MOST_FAILURES = 30
WITHIN_SECONDS = 600
ADDRESS_LIMIT, MOST_MISSES = "certificate-address", 300
"""Addresses are unguessable; this only keeps guessing from being free."""

MOST_PLACES = 10_000
_EXTENSION = "probity-turned-away"


def open_desk() -> Desk:
    """The keys this installation trusts, and the time."""
    settings: Settings = current_app.config["PROBITY"]
    trusted = keys.trusted(settings.instance_dir / "keys", demonstration=settings.demonstration)
    return Desk(Trust(trusted), clock.now(), settings.demonstration)


def check_number(number: str, name: str, *, place: str | None) -> Answer:
    """Ask the register by number and holder's name. Raises TooMany."""
    return _asked(lambda desk, session: desk.by_number(session, number, name), place)


def check_address(text: str, *, place: str | None) -> Answer:
    """Ask by the text of a QR code, or by the address alone. Raises TooMany."""
    public_id = intake.public_id(text)
    return _asked(lambda desk, session: desk.by_address(session, public_id, text.strip()), place)


def check_upload(data: bytes, *, place: str | None) -> Answer:
    """Look at whatever was handed in: a PDF, a credential, a badge, a receipt. Raises TooMany."""
    handed = intake.sort(data)
    if handed.kind is Kind.BADGE and handed.problem is None:
        with reading() as session:
            _check_limit(session, place)
        handed = intake.opened(sandbox.read(data))
    problem, document = handed.problem, handed.document
    if problem is not None:
        return _asked(lambda desk, _session: desk.unreadable(problem), place)
    if handed.kind is Kind.ADDRESS:
        return check_address(data.decode(errors="replace"), place=place)
    if document is None:
        return check_file(data, place=place)
    if handed.kind is Kind.RECEIPT:
        return _asked(lambda desk, session: desk.receipt(session, document), place)
    answer = check_credential(document, place=place)
    if handed.in_picture:
        answer = replace(answer, reasons=(*answer.reasons, "badge-picture"))
    return answer


def check_file(data: bytes, *, place: str | None) -> Answer:
    """Look at a PDF. Raises TooMany."""
    desk = open_desk()
    with reading() as session:
        _check_limit(session, place)
        sha256 = hashlib.sha256(data).hexdigest()
        issued = entries.by_file(session, sha256)
        if issued is not None:
            return desk.genuine(session, data, issued)
        receipt = receipts.by_file(session, sha256)
        if receipt is not None:
            return desk.verification_receipt(receipt.number, receipt.asked_at)
    found = inspection.inspect(data, desk.trust.keys, sandbox.read)
    with reading() as session:
        answer = desk.other_file(session, found)
    return _counted(answer, place)


def check_credential(document: Mapping[str, Any], *, place: str | None) -> Answer:
    """Look at an Open Badges credential. Raises TooMany."""
    return _asked(lambda desk, session: desk.document(session, document), place)


def check_place(place: str | None) -> None:
    """Turn away a place that guessed too often. Costs no query, so that right addresses stay cheap.

    Raises TooMany.
    """
    until = _turned_away().get(place or "")
    if until is None:
        return
    left = (until - clock.now()).total_seconds()
    if left > 0:
        raise TooMany(max(1, round(left)))
    _turned_away().pop(place or "", None)


def count_miss(place: str | None) -> None:
    """Count an address that leads to no certificate. Raises TooMany if there were too many."""
    if place is None:
        return
    try:
        with reading() as session:
            ratelimit.check(session, ADDRESS_LIMIT, place, most=MOST_MISSES)
    except TooMany as error:
        known = _turned_away()
        if len(known) >= MOST_PLACES:
            known.clear()
        known[place] = clock.now() + timedelta(seconds=error.retry_after)
        raise
    with writing() as session:
        ratelimit.count(session, ADDRESS_LIMIT, place, per_seconds=WITHIN_SECONDS)


def _turned_away() -> dict[str, datetime]:
    """Until when this process answers nothing about addresses to a place."""
    found: dict[str, datetime] = current_app.extensions.setdefault(_EXTENSION, {})
    return found


def _asked(ask: Callable[[Desk, Session], Answer], place: str | None) -> Answer:
    with reading() as session:
        _check_limit(session, place)
        answer = ask(open_desk(), session)
    return _counted(answer, place)


def _check_limit(session: Session, place: str | None) -> None:
    if place is not None:
        ratelimit.check(session, LIMIT, place, most=MOST_FAILURES)


def _counted(answer: Answer, place: str | None) -> Answer:
    found_nothing = answer.status in {UNKNOWN, UNREADABLE} and "receipt-holds" not in answer.reasons
    if place is not None and found_nothing:
        with writing() as session:
            ratelimit.count(session, LIMIT, place, per_seconds=WITHIN_SECONDS)
    return answer
