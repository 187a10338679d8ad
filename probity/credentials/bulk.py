"""Decisions about many certificates: chosen and given a reason by one person, started by another.

The decisions themselves are made by a duty, some at a time; each is added together with the note
that it was made, so that a crash neither loses nor repeats one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session, joinedload, selectinload

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import actions, groups, queries, rules
from probity.credentials.control import actions as control
from probity.credentials.control.kinds import kind
from probity.credentials.control.models import DualControl
from probity.credentials.models import Bulk, BulkItem, Certificate
from probity.credentials.rules import BulkState, Decision, Outcome
from probity.exams.models import Attempt
from probity.kernel import clock, ids, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed
from probity.kernel.permissions import Actor, Permission

DO = "credentials.decide_many"
KIND = "bulk-revocation"
AT_ONCE = 100
MOST = 20_000
_GAPS = re.compile(r"[\n,;]+")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which certificates: all of an exam or a sitting, those of some days, or those on a list."""

    exam_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    numbers: str = ""
    sitting_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return self.exam_id is None and self.sitting_id is None and not self.numbers.strip()


def chosen(selection: Selection) -> Select[Certificate]:
    """The certificates that are meant, by number; withdrawn ones among them stay as they are."""
    query = select(Certificate).order_by(Certificate.id)
    if selection.exam_id is not None:
        of_exam = select(Attempt.id).where(Attempt.exam_id == selection.exam_id)
        query = query.where(Certificate.attempt_id.in_(of_exam))
    if selection.sitting_id is not None:
        query = query.where(Certificate.attempt_id.in_(groups.of_sitting(selection.sitting_id)))
    if selection.first_day:
        query = query.where(Certificate.issued_on >= selection.first_day)
    if selection.last_day:
        query = query.where(Certificate.issued_on <= selection.last_day)
    if selection.numbers.strip():
        query = query.where(Certificate.number.in_(_numbers(selection.numbers)[0]))
    return query


def unknown(session: Session, typed: str) -> list[str]:
    """Lines that are no number of the register, as they were typed."""
    numbers, wrong = _numbers(typed)
    known = set(session.scalars(select(Certificate.number).where(Certificate.number.in_(numbers))))
    return [*wrong, *(number for number in numbers if number not in known)]


def _numbers(typed: str) -> tuple[list[str], list[str]]:
    lines = [line.strip() for line in _GAPS.split(typed) if line.strip()]
    read = {line: rules.parse_number(line) for line in lines}
    numbers = dict.fromkeys(number for number in read.values() if number)
    return list(numbers), [line for line, number in read.items() if number is None]


def prepare(session: Session, selection: Selection, *, reason: str, by: Actor) -> Bulk:
    """Keep a selection for a second person to look at. Refuses a list with a line that is wrong."""
    words = actions.checked_reason(reason)
    if selection.is_empty:
        raise Refused(_("Choose an exam or a sitting, or type the numbers."), "selection")
    if wrong := unknown(session, selection.numbers):
        shown = listed(wrong[:10])
        raise Refused(_("These are no numbers of the register: %(list)s", list=shown), "numbers")
    found = session.scalars(chosen(selection).with_only_columns(Certificate.id)).all()
    if not 0 < len(found) <= MOST:
        raise Refused(_("Nothing is chosen, or more than 20,000 certificates."), "selection")
    bulk = Bulk(
        public_id=ids.public_id(),
        decision=Decision.REVOKED,
        reason=words,
        effective_at=None,
        selection={
            "exam": selection.exam_id,
            "sitting": selection.sitting_id,
            "listed": bool(selection.numbers.strip()),
        },
        state=BulkState.PREPARED,
        made_at=clock.now(),
        made_by_id=by.id,
    )
    session.add(bulk)
    session.flush()  # flush: the rows below name it
    rows = [
        {"bulk_id": bulk.id, "certificate_id": one, "outcome": Outcome.WAITING} for one in found
    ]
    session.execute(insert(BulkItem), rows)
    audit.record(
        session, AuditEvent.BULK_PREPARED, f"bulk/{bulk.id}", by=by, certificates=len(rows)
    )
    control.propose(
        session, kind=KIND, subject=_subject(bulk), reason=words, by=by, payload={"bulk": bulk.id}
    )
    return bulk


def start(session: Session, bulk: Bulk, *, by: Actor) -> None:
    """Let it happen: somebody other than who prepared it. The row is locked."""
    _demand_prepared(bulk)
    control.approve(session, _proposal(session, bulk), by=by)


def cancel(session: Session, bulk: Bulk, *, by: Actor) -> None:
    """Drop it before anything was decided. The row is locked."""
    _demand_prepared(bulk)
    proposal = _proposal(session, bulk)
    if proposal.verdict is None and proposal.expires_at > clock.now():
        control.reject(session, proposal, by=by)
    bulk.state, bulk.ended_at = BulkState.CANCELLED, clock.now()
    audit.record(session, AuditEvent.BULK_CANCELLED, f"bulk/{bulk.id}", by=by)


@kind(KIND, needs=Permission.CERTIFICATE_REVOKE)
def begin(session: Session, proposal: DualControl) -> None:
    """What the approval sets going."""
    bulk = session.get_one(Bulk, proposal.payload["bulk"])
    bulk.state, bulk.allowed_by_id = BulkState.RUNNING, proposal.decided_by_id
    jobs.enqueue(session, DO, key=f"certificates/bulk/{bulk.id}", bulk_id=bulk.id)


def _proposal(session: Session, bulk: Bulk) -> DualControl:
    """What a second person was asked; locked."""
    asked = select(DualControl).where(
        DualControl.kind == KIND, DualControl.subject == _subject(bulk)
    )
    return session.scalars(asked.with_for_update()).one()


def _subject(bulk: Bulk) -> str:
    return f"bulk/{bulk.id}"


def _demand_prepared(bulk: Bulk) -> None:
    if bulk.state is not BulkState.PREPARED:
        raise Refused(_("This was started or dropped already."), "state")


def go_on(session: Session, bulk_id: int) -> bool:
    """Decide about the next certificates; tell whether some are left."""
    bulk = session.get_one(Bulk, bulk_id)
    waiting = session.scalars(
        select(BulkItem)
        .where(BulkItem.bulk_id == bulk_id, BulkItem.outcome == Outcome.WAITING)
        .order_by(BulkItem.certificate_id)
        .limit(AT_ONCE)
    ).all()
    certificates = _locked(session, [item.certificate_id for item in waiting])
    for item in waiting:
        certificate = certificates[item.certificate_id]
        if rules.may_follow(bulk.decision, queries.status_of(certificate)):
            actions.decide_in_bulk(session, certificate, bulk)
            item.outcome = Outcome.DECIDED
        else:
            item.outcome = Outcome.UNCHANGED
    if len(waiting) == AT_ONCE:
        return True
    bulk.state, bulk.ended_at = BulkState.DONE, clock.now()
    control.executed(session, _proposal(session, bulk).id)
    actions.announce(session)
    return False


def _locked(session: Session, ids_wanted: Iterable[int]) -> dict[int, Certificate]:
    query = select(Certificate).where(Certificate.id.in_(list(ids_wanted)))
    query = query.options(selectinload(Certificate.changes)).with_for_update()
    found = session.scalars(query.order_by(Certificate.id))
    return {certificate.id: certificate for certificate in found}


def find(session: Session, public_id: str, *, lock: bool = False) -> Bulk | None:
    query = select(Bulk).where(Bulk.public_id == public_id)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def newest() -> Select[Bulk]:
    """All of them with their authors, newest first."""
    query = select(Bulk).options(joinedload(Bulk.made_by), joinedload(Bulk.allowed_by))
    return query.order_by(Bulk.id.desc())


def counts(session: Session, bulk: Bulk) -> dict[Outcome, int]:
    """How many certificates wait, were decided, and stayed as they were."""
    query = select(BulkItem.outcome, func.count()).where(BulkItem.bulk_id == bulk.id)
    found = dict.fromkeys(Outcome, 0)
    for outcome, number in session.execute(query.group_by(BulkItem.outcome)):
        found[outcome] = number
    return found


def examples(session: Session, bulk: Bulk, most: int = 20) -> Sequence[Certificate]:
    """The first of its certificates, to be looked at before it is started."""
    query = select(Certificate).join(BulkItem, BulkItem.certificate_id == Certificate.id)
    query = query.where(BulkItem.bulk_id == bulk.id).order_by(Certificate.id).limit(most)
    return session.scalars(query.options(selectinload(Certificate.changes))).all()
