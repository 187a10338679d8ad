"""From a passed attempt to an entry in the register, in steps that can each be repeated.

Number and places in the status lists are taken together; the signed credential is kept in the same
transaction that enters its digest in the log. Everything after that can be made again from it.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from probity.accounts import rules as accounts
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import actions, queries, rules
from probity.credentials import facts as fact_table
from probity.credentials.actions import IssuedFile
from probity.credentials.facts import CertificateFacts, StatusRef
from probity.credentials.keyring import entries
from probity.credentials.lists import actions as lists
from probity.credentials.models import (
    Certificate,
    Correction,
    NumberSeries,
    Reservation,
    StatusChange,
)
from probity.credentials.paper import layout
from probity.credentials.proofs import credential
from probity.exams.queries import AwardFacts
from probity.kernel import clock, ids
from probity.kernel.db import insert
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import Settings
from probity.ledger import actions as ledger
from probity.ledger import queries as log
from probity.ledger.actions import Entry
from probity.ledger.notes import Signer


@dataclass(frozen=True, slots=True)
class Order:
    """What a duty was asked for: the certificate of a pass, or one in the place of another.

    A replacement follows a correction, or a registrar's decision with its reason.
    """

    attempt_id: int
    correction_id: int | None = None
    replaces_id: int | None = None
    reason: str = ""
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A certificate to be made: for which attempt, whose, what it will state, what it replaces."""

    attempt_id: int
    holder_id: int
    year: int
    stated: CertificateFacts
    replaces_id: int | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reservation as it was when somebody looked; `credential` and `receipt` come together."""

    id: int
    stated: CertificateFacts
    made_at: datetime
    credential: str | None
    receipt: dict[str, Any] | None
    fresh: bool = False


def draft(
    award: AwardFacts, scheme: Mapping[str, Any], settings: Settings, key_id: str
) -> CertificateFacts:
    """What the certificate will state; its number is not taken yet."""
    issued_on = award.passed_at.astimezone(settings.timezone).date()
    valid_until = rules.last_day(issued_on, scheme["valid_years"])
    native = award.name_native
    return CertificateFacts(
        public_id=ids.public_id(),
        number=rules.number(issued_on.year, 0),
        base_url=settings.base_url,
        issuer=settings.issuer_name,
        key_id=key_id,
        name_latin=award.name_latin,
        name_native=native,
        native_lang=accounts.language_of(native) if native else None,
        scheme=award.scheme,
        title=scheme["title"],
        summary=scheme["summary"],
        standard=scheme["standard"],
        level=scheme["level"],
        issued_on=issued_on,
        valid_until=valid_until,
        begins_at=rules.first_moment(issued_on, settings.timezone),
        ends_at=rules.last_moment(valid_until, settings.timezone),
        specimen=settings.demonstration or award.demonstration,
    )


def anew(
    former: CertificateFacts, correction: Correction | None, settings: Settings, key_id: str
) -> CertificateFacts:
    """The same certificate, perhaps under another name: nothing else of what it states is new."""
    named = correction or former
    native = named.name_native
    return replace(
        former,
        public_id=ids.public_id(),
        base_url=settings.base_url,
        key_id=key_id,
        name_latin=named.name_latin,
        name_native=native,
        native_lang=accounts.language_of(native) if native else None,
        specimen=former.specimen or settings.demonstration,
        status=(),
    )


def reserve(
    session: Session, planned: Sequence[Planned], stolen: Collection[str] = (), key_id: str = ""
) -> list[Prepared]:
    """Take numbers and places in the status lists; whoever has a number keeps it.

    One that is not in the log yet leaves a stolen key for the key that signs now.

    The series of a year stays locked until the caller commits, so that it never gets a gap and
    two workers never reserve for the same attempt.
    """
    for year in sorted({plan.year for plan in planned}):
        _lock_series(session, year)
    present = queries.reservations(session, [plan.attempt_id for plan in planned])
    found = []
    for plan in planned:
        taken = present.get((plan.attempt_id, plan.replaces_id))
        if taken is not None and taken.receipt is None and taken.facts["key_id"] in stolen:
            taken.facts = {**taken.facts, "key_id": key_id}
        found.append(as_prepared(taken or _take(session, plan), fresh=taken is None))
    return found


def _take(session: Session, plan: Planned) -> Reservation:
    serial = _next_serial(session, plan.year)
    places = lists.allot(session, plan.stated.public_id, plan.stated.base_url)
    stated = replace(
        plan.stated,
        number=rules.number(plan.year, serial),
        status=tuple(
            StatusRef(place.purpose, place.address(plan.stated.base_url), place.index)
            for place in places
        ),
    )
    reservation = Reservation(
        attempt_id=plan.attempt_id,
        replaces_id=plan.replaces_id,
        public_id=stated.public_id,
        year=plan.year,
        serial=serial,
        holder_id=plan.holder_id,
        facts=fact_table.to_json(stated),
        made_at=clock.now(),
        credential=None,
        receipt=None,
        storage_key=None,
    )
    session.add(reservation)
    session.flush()  # flush: later steps find it by its id
    return reservation


def _lock_series(session: Session, year: int) -> None:
    row = insert(session, NumberSeries).values(prefix=rules.PREFIX, year=year, last=0)
    keys = [NumberSeries.prefix, NumberSeries.year]
    session.execute(
        row.on_conflict_do_update(index_elements=keys, set_={"last": NumberSeries.last})
    )


def _next_serial(session: Session, year: int) -> int:
    mine = (NumberSeries.prefix == rules.PREFIX, NumberSeries.year == year)
    more = update(NumberSeries).where(*mine).values(last=NumberSeries.last + 1)
    taken: int = session.execute(more.returning(NumberSeries.last)).scalar_one()
    return taken


def as_prepared(reservation: Reservation, *, fresh: bool = False) -> Prepared:
    return Prepared(
        reservation.id,
        fact_table.from_json(reservation.facts),
        reservation.made_at,
        reservation.credential,
        reservation.receipt,
        fresh,
    )


class KeyGivenUp(Exception):
    """Keys were reported stolen after something was signed with them and before it was logged."""

    def __init__(self, keys: Collection[str]) -> None:
        super().__init__(", ".join(sorted(keys)))
        self.keys = frozenset(keys)


def enter_in_log(session: Session, signed: Mapping[int, str], signer: Signer) -> list[Prepared]:
    """Keep signed credentials and log their digests under one checkpoint, with their receipts.

    What is in the log already stays as it is, whatever is given now. Raises KeyGivenUp: an entry
    behind the report of a theft would prove nothing.
    """
    rows = queries.lock_reservations(session, signed)
    ledger.append(session, ())  # from here on nobody else enters anything, a theft neither
    if given_up := _given_up(session, rows):
        raise KeyGivenUp(given_up)
    for row in rows:
        row.credential = row.credential or signed[row.id]
    fresh = {row.id: issue_entry(row) for row in rows if row.receipt is None}
    if fresh:
        ledger.append(session, list(fresh.values()))
        checkpoint = ledger.sign_checkpoint(session, signer)
        for row in rows:
            if row.id in fresh:
                row.receipt = log.receipt(session, fresh[row.id].subject, checkpoint)
    return [as_prepared(row) for row in rows]


def _given_up(session: Session, rows: Iterable[Reservation]) -> set[str]:
    """Keys of what is not in the log yet that the log calls stolen."""
    keys = {row.facts["key_id"] for row in rows if row.receipt is None}
    reports = {key: entries.subject(key, "compromised") for key in keys}
    return {key for key, subject in reports.items() if log.entry(session, subject) is not None}


def issue_entry(row: Reservation) -> Entry:
    """What the log says of an issue: the digest of the whole credential, nothing personal."""
    document = json.loads(row.credential or "{}")
    body = {"v": 1, "type": "issue", "digest": credential.digest(document)}
    return Entry(f"issue/{row.public_id}", {**body, "time": moment(row.made_at)})


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def note_file(session: Session, reservation_id: int, storage_key: str) -> str | None:
    """Write down where the file will lie; return where an interrupted try may have left one."""
    (reservation,) = queries.lock_reservations(session, [reservation_id])
    before, reservation.storage_key = reservation.storage_key, storage_key
    return before


def enter(
    session: Session, reservation_id: int, file: IssuedFile, order: Order | None = None
) -> Certificate:
    """Enter the finished certificate into the register; what it replaces is superseded with it."""
    reservation = session.get_one(Reservation, reservation_id)
    certificate = _as_issued(reservation, file)
    session.add(certificate)
    session.flush()  # flush: the audit entry needs certificate.id
    audit.record(
        session,
        AuditEvent.CERTIFICATE_ISSUED,
        f"certificate/{certificate.id}",
        by=SYSTEM,
        number=certificate.number,
        attempt=certificate.attempt_id,
        sha256=certificate.sha256,
        **({"replaces": reservation.replaces_id} if reservation.replaces_id else {}),
    )
    if order is not None and order.correction_id is not None:
        actions.correct(session, session.get_one(Correction, order.correction_id), certificate)
    elif order is not None and order.replaces_id is not None:
        former = session.get_one(Certificate, order.replaces_id)
        actions.supersede(session, former, certificate, order.reason, order.by_id)
    return certificate


def _as_issued(reservation: Reservation, file: IssuedFile) -> Certificate:
    return as_entered(
        fact_table.from_json(reservation.facts),
        file,
        attempt_id=reservation.attempt_id,
        replaces_id=reservation.replaces_id,
        holder_id=reservation.holder_id,
        issued_at=reservation.made_at,
        receipt=reservation.receipt,
    )


def as_entered(stated: CertificateFacts, file: IssuedFile, **known: Any) -> Certificate:
    """The row of a certificate: what it states, its file, and what else is `known` of it."""
    return Certificate(
        **known,
        public_id=stated.public_id,
        number=stated.number,
        name_latin=stated.name_latin,
        name_native=stated.name_native,
        native_lang=stated.native_lang,
        scheme=stated.scheme,
        title=dict(stated.title),
        summary=dict(stated.summary),
        standard=dict(stated.standard),
        level=stated.level,
        issuer=stated.issuer,
        key_id=stated.key_id,
        issued_on=stated.issued_on,
        valid_until=stated.valid_until,
        ends_at=stated.ends_at,
        specimen=stated.specimen,
        layout=stated.design.layout if stated.design else layout.VERSION,
        design=fact_table.design_to_json(stated.design),
        printed=stated.printed(),
        credential=file.credential,
        sha256=file.sha256,
        storage_key=file.storage_key,
        signature=file.level,
    )


def change_entries(changes: Iterable[StatusChange]) -> list[Entry]:
    """What the log says of decisions: which credential, what, since when; never why or by whom."""
    made = []
    for change in changes:
        document = json.loads(change.certificate.credential)
        digest = credential.digest(document)
        body = {
            "v": 1,
            "type": rules.WORDS_OF_LOG[change.decision],
            "digest": digest,
            "change": credential.digest({"digest": digest, "change": change.id}),
            "time": moment(change.effective_at),
        }
        made.append(Entry(queries.subject_of(change.id), body))
    return made


def log_changes(session: Session, signer: Signer, most: int) -> int:
    """Enter decisions that the log does not have yet, under one checkpoint; how many they were."""
    changes = queries.unlogged(session, most)
    if changes:
        ledger.append(session, change_entries(changes))
        ledger.sign_checkpoint(session, signer)
    return len(changes)


def waiting_for_a_number(session: Session, besides: int, most: int) -> list[int]:
    """Attempts whose issue is due and not begun, in the order in which they will be done."""
    due = queries.due_issues(session, besides, most)
    begun = {attempt for attempt, _replaces in queries.reservations(session, due)}
    issued = set(
        session.scalars(select(Certificate.attempt_id).where(Certificate.attempt_id.in_(due)))
    )
    return [attempt for attempt in due if attempt not in begun | issued]
