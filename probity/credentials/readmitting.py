"""Enters a certificate again from the holder's file, after a restored backup that does not know it.

The file proves itself: our signature over every byte, our proof in the credential, the receipt of
an entry that the log here holds. What is entered has to give that credential and that page again,
word for word; else nothing is.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import (
    actions,
    evidence,
    issuing,
    numbering,
    presenting,
    queries,
    restating,
    sentences,
)
from probity.credentials.actions import IssuedFile
from probity.credentials.checks import inspection, recording, sandbox
from probity.credentials.checks.inspection import Inspection
from probity.credentials.checks.inspection import Result as Found
from probity.credentials.checks.recording import Recorded
from probity.credentials.evidence import Trust
from probity.credentials.facts import CertificateFacts, StatusRef
from probity.credentials.lists import actions as lists
from probity.credentials.models import Certificate, Reservation
from probity.credentials.offline import verifier
from probity.credentials.offline.trust import Bundle
from probity.exams import queries as exams
from probity.exams.models import Attempt, Result
from probity.kernel import clock, storage
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import Settings
from probity.ledger import queries as log

_SOUND = {verifier.VALID, verifier.EXPIRED}
_STAMPED, _BASIC = "B-LT", "B-B"


@dataclass(frozen=True, slots=True)
class Proven:
    """A file that is ours by itself; whether the register may take it is not looked at yet."""

    data: bytes
    found: Inspection
    document: Mapping[str, Any]
    key_id: str


@dataclass(frozen=True, slots=True)
class Readmission:
    """What would be entered."""

    stated: CertificateFacts
    holder: Person
    attempt_id: int | None
    receipt: dict[str, Any]
    recorded: Recorded
    file: IssuedFile


def prove(data: bytes, trust: Trust) -> Proven:
    """Look whether a file proves itself; no transaction is open. Raises Refused, TooMany."""
    found = inspection.inspect(data, trust.keys, sandbox.read)
    judged = verifier.judge_file(found, Bundle(trust, lambda _path: None, None), clock.now())
    if judged.status not in _SOUND or found.document is None:
        told = [str(presenting.VERDICTS[judged.status].heading)]
        told += [str(sentences.PROBLEMS[judged.problem])] if judged.problem else []
        raise Refused(" ".join([f"{told[0]}.", *told[1:], *sentences.reasons_told(judged.reasons)]))
    key_id = next(c.facts["key"] for c in judged.checks if c.name == "credential-proof")
    return Proven(data, found, found.document, key_id)


def plan(
    session: Session, proven: Proven, trust: Trust, settings: Settings, holder: Person | None
) -> Readmission:
    """What would be entered for a file. Raises Refused with what speaks against it."""
    receipt, recorded = _recorded(session, proven, trust)
    texts = proven.found.contents.fields
    stated = restating.facts_of(
        session, proven.document, texts, settings, proven.key_id, recorded.at
    )
    _demand_free(session, stated)
    person, attempt_id = _rests_on(session, stated, settings, holder)
    sha256 = hashlib.sha256(proven.data).hexdigest()
    place = f"certificates/{stated.issued_on.year}/{stated.number}-{sha256[:16]}.pdf"
    stamped = proven.found.container is not None and proven.found.container.stamp is not None
    text = proven.found.contents.credential or ""
    file = IssuedFile(text, sha256, place, _STAMPED if stamped else _BASIC)
    return Readmission(stated, person, attempt_id, receipt, recorded, file)


def enter(session: Session, wanted: Readmission, data: bytes) -> Certificate:
    """Enter it as it was issued. The log is not touched: it has the entry. Raises Refused."""
    stated = wanted.stated
    _prefix, year, serial = stated.number.split("-")
    skipped = numbering.move_on(session, int(year), int(serial))  # locks the series of the year
    _demand_free(session, stated)
    if skipped is not None:
        _note_skipped(session, int(year), skipped)
    for list_id, index in {_place(one) for one in stated.status}:
        if not lists.occupy(session, stated.public_id, list_id, index):
            raise Refused(
                f"Its place in status list {list_id} was given to another certificate, which would "
                "share its status. Issue it anew under another number."
            )
    certificate = issuing.as_entered(
        stated,
        wanted.file,
        attempt_id=wanted.attempt_id,
        holder_id=wanted.holder.id,
        issued_at=wanted.recorded.at,
        receipt=wanted.receipt,
    )
    session.add(certificate)
    session.flush()  # flush: the audit entry needs certificate.id
    storage.put(wanted.file.storage_key, data)
    audit.record(
        session,
        AuditEvent.CERTIFICATE_READMITTED,
        f"certificate/{certificate.id}",
        by=SYSTEM,
        number=certificate.number,
        sha256=certificate.sha256,
        entry=wanted.recorded.index,
        holder=wanted.holder.id,
        attempt=wanted.attempt_id,
    )
    actions.announce(session)
    return certificate


def _note_skipped(session: Session, year: int, skipped: tuple[int, int]) -> None:
    first, last = skipped
    subject, numbers = f"numbers/{year}", {"year": year, "first": first, "last": last}
    audit.record(session, AuditEvent.NUMBERS_SKIPPED, subject, by=SYSTEM, **numbers)


def _recorded(session: Session, proven: Proven, trust: Trust) -> tuple[dict[str, Any], Recorded]:
    """The receipt in the file, whose entry the log here must hold, with nothing after it."""
    receipt = recording.loads(proven.found.contents.receipt or "")
    check, found = recording.check_issue(
        proven.document, receipt, trust.log_keys, evidence.confirm(session)
    )
    if found is None:
        more = " Give a bundle or an export of the log to `probity backup reconcile` first." if (
            check.code == "log-shorter"
        ) else ""  # fmt: skip
        raise Refused(f"The log here does not hold its entry: {sentences.found(check)}{more}")
    key = evidence.check_key(trust.find(proven.key_id), found, proven.key_id)
    if key.result is not Found.PASS:
        raise Refused(sentences.found(key))
    later = [json.loads(text) for text in log.behind(session, found.index, found.digest)]
    if later:
        told = ", ".join(f"{entry['type']} ({entry['time']})" for entry in later)
        raise Refused(
            f"The log holds decisions about it that this register does not know: {told}. It cannot "
            "come back as it was; issue it anew if its holder may have one."
        )
    return receipt, found


def _demand_free(session: Session, stated: CertificateFacts) -> None:
    """Neither number nor id may belong to a certificate, or to one that is being made."""
    same = (Certificate.number == stated.number) | (Certificate.public_id == stated.public_id)
    known = session.scalars(select(Certificate).where(same)).first()
    if known is not None and known.public_id == stated.public_id:
        raise Refused(f"The register has {stated.number} already.")
    _prefix, year, serial = stated.number.split("-")
    given = (Reservation.year == int(year)) & (Reservation.serial == int(serial))
    taken = session.scalar(select(Reservation.public_id).where(given))
    if known is not None or taken not in {None, stated.public_id}:
        raise Refused(
            f"The number {stated.number} was given to another certificate here. Two must not have "
            "one number: issue this one anew."
        )


def _rests_on(
    session: Session, stated: CertificateFacts, settings: Settings, holder: Person | None
) -> tuple[Person, int | None]:
    """The holder's account, and the pass if it is known here. Raises Refused."""
    waiting = select(Reservation).where(Reservation.public_id == stated.public_id)
    begun = session.scalars(waiting).one_or_none()
    if begun is not None and begun.replaces_id is not None:
        raise Refused(
            "It was to take the place of another certificate, and the duty that issues it is still "
            "here: start the worker, which makes it again."
        )
    if begun is not None:
        return session.get_one(Person, begun.holder_id), begun.attempt_id
    person = holder or _namesake(session, stated)
    passed = select(Attempt.id).join(Result).where(Attempt.candidate_id == person.id)
    passed = passed.where(Result.passed, Result.released_at.is_not(None)).order_by(Attempt.id)
    passes = [one for one in session.scalars(passed) if _is_award(session, one, stated, settings)]
    certified = {attempt for attempt, _replaces in queries.reservations(session, passes)}
    issued = select(Certificate.attempt_id).where(Certificate.attempt_id.in_(passes))
    certified.update(one for one in session.scalars(issued) if one is not None)
    free = [one for one in passes if one not in certified]
    if passes and not free:
        raise Refused(
            "The pass behind it has another certificate here, issued again after the backup was put "
            "back, or corrected since. Two of one pass must not both hold: let that one stand, or "
            "issue it anew."
        )
    return person, free[0] if free else None


def _is_award(
    session: Session, attempt_id: int, stated: CertificateFacts, settings: Settings
) -> bool:
    try:
        award = exams.award_facts(session, attempt_id)
    except LookupError:  # this exam earns no certificate
        return False
    day = award.passed_at.astimezone(settings.timezone).date()
    return (award.scheme, day) == (stated.scheme, stated.issued_on)


def _namesake(session: Session, stated: CertificateFacts) -> Person:
    """The only account with the name on the certificate."""
    wanted = Person.name_latin == stated.name_latin, Person.active
    found = session.scalars(select(Person).where(*wanted)).all()
    same = [one for one in found if one.name_native == stated.name_native]
    if len(same) == 1:
        return same[0]
    told = "No account has" if not same else f"{len(same)} accounts have"
    raise Refused(
        f"{told} the name on it. Name the holder's account with --holder ADDRESS, this file alone; "
        "whoever lost the account signs up again first."
    )


def _place(one: StatusRef) -> tuple[int, int]:
    """List and index: the address of a list ends with its number and its purpose."""
    return int(one.list_url.rpartition("/")[2].partition("-")[0]), one.index
