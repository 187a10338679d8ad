"""What people are entitled to in every exam, and the terms that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from probity.accounts.models import Person
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import queries as exams
from probity.exams.models import Attempt, AttemptState
from probity.exams.rules import Policy, Terms
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor
from probity.sittings import rules
from probity.sittings.models import Accommodation, Sitting, WindowRule
from probity.sittings.rules import Entitlement, Span

NOTHING = Entitlement()


def in_force(session: Session, people: Sequence[int], day: date) -> dict[int, Entitlement]:
    """What these people are entitled to on a day; who is not named has nothing beyond the usual."""
    query = select(Accommodation).where(
        Accommodation.person_id.in_(people),
        Accommodation.withdrawn_at.is_(None),
        or_(Accommodation.valid_from.is_(None), Accommodation.valid_from <= day),
        or_(Accommodation.valid_until.is_(None), Accommodation.valid_until >= day),
    )
    return {one.person_id: entitlement_of(one) for one in session.scalars(query)}


def day_of(sitting: Sitting) -> date:
    """The day whose entitlements count in a sitting: that of its opening, in its own zone."""
    return sitting.opens_at.astimezone(ZoneInfo(sitting.timezone)).date()


def entitlement_of(granted: Accommodation) -> Entitlement:
    return Entitlement(
        id=granted.id,
        factor=Fraction(granted.time_factor),
        break_minutes=granted.break_minutes,
        extra_attempts=granted.extra_attempts,
        separate_room=granted.separate_room,
    )


def policy_for(content: ExamContent, entitled: Entitlement, sitting: Sitting | None) -> Policy:
    """Who may start and when: extra attempts count, a sitting's window replaces the exam's."""
    policy = exams.policy_of(content)
    if policy.allowed is not None:
        policy = replace(policy, allowed=policy.allowed + entitled.extra_attempts)
    if sitting is not None:
        policy = replace(policy, opens_at=sitting.opens_at, closes_at=sitting.closes_at)
    return policy


def terms_for(
    content: ExamContent,
    entitled: Entitlement,
    now: datetime,
    *,
    sitting: Sitting | None = None,
    person_id: int = 0,
) -> Terms:
    """The terms of a start at `now`, with everything an appeal would ask for as evidence."""
    usual = exams.terms_of(content)
    limit = rules.extended(usual.limit, entitled.factor)
    evidence: dict[str, Any] = {
        "minutes": content.time.minutes,
        "factor": str(entitled.factor),
        "break_seconds": 60 * entitled.break_minutes,
        "accommodation": entitled.id,
    }
    if sitting is None:
        closes_at = usual.closes_at and usual.closes_at + (limit - usual.limit)
        terms = replace(usual, limit=limit, closes_at=closes_at)
        return replace(terms, evidence=evidence | _window(None, usual.closes_at, terms))
    held = rules.held_back(sitting.public_id, person_id)
    terms = Terms(
        limit=limit,
        grace=usual.grace,
        closes_at=rules.latest_end(
            sitting.closes_at, limit - usual.limit, sitting.opens_at, now, held
        ),
        window_limits_end=sitting.window_rule is WindowRule.END,
        watched=True,
    )
    evidence |= {"sitting": sitting.public_id, "held_back_ms": held // timedelta(milliseconds=1)}
    return replace(terms, evidence=evidence | _window(sitting.opens_at, sitting.closes_at, terms))


def _window(opens_at: datetime | None, closes_at: datetime | None, terms: Terms) -> dict[str, Any]:
    rule = WindowRule.END if terms.window_limits_end else WindowRule.START
    latest = terms.closes_at if terms.window_limits_end else None
    return {
        "window_rule": str(rule),
        "opens_at": opens_at.isoformat() if opens_at else None,
        "closes_at": closes_at.isoformat() if closes_at else None,
        "latest_end": latest.isoformat() if latest else None,
    }


def listed() -> Select[Accommodation]:
    """What is granted and not withdrawn, the newest first."""
    query = select(Accommodation).where(Accommodation.withdrawn_at.is_(None))
    return query.order_by(Accommodation.id.desc()).options(joinedload(Accommodation.person))


def history(session: Session, person: Person) -> Sequence[Accommodation]:
    """Everything ever granted to a person, the newest first."""
    query = select(Accommodation).where(Accommodation.person_id == person.id)
    return session.scalars(query.order_by(Accommodation.id.desc())).all()


def names_of(session: Session, given: Sequence[Accommodation]) -> dict[int, str]:
    """Names of those who granted or withdrew, by id."""
    staff = {one.granted_by_id for one in given} | {one.withdrawn_by_id for one in given}
    return exams.names_of(session, staff)


def lock_granted(session: Session, person: Person, number: int) -> Accommodation | None:
    """One entry of a person's history, held until the end of the transaction."""
    query = select(Accommodation).where(
        Accommodation.id == number, Accommodation.person_id == person.id
    )
    return session.scalars(query.with_for_update()).one_or_none()


def running(session: Session, person: Person) -> Sequence[Attempt]:
    """Attempts this person sits now: they keep the terms they began with."""
    query = (
        select(Attempt)
        .where(Attempt.candidate_id == person.id, Attempt.state == AttemptState.OPEN)
        .options(joinedload(Attempt.revision))
        .order_by(Attempt.id)
    )
    return [one for one in session.scalars(query) if not exams.is_over(session, one)]


def grant(
    session: Session,
    person: Person,
    entitled: Entitlement,
    *,
    basis: str,
    valid: Span,
    by: Actor,
) -> Accommodation:
    """Grant a person something in every exam from now on. The person must be locked.

    Refuses what grants nothing, and days for which something is granted already.
    """
    if replace(entitled, id=None) == NOTHING:
        raise Refused(_("Say what is granted: more time, breaks, attempts or a room."), "nothing")
    for other in history(session, person):
        if other.withdrawn_at is None and valid.meets(Span(other.valid_from, other.valid_until)):
            raise Refused(
                _(
                    "Something is granted for these days already. Withdraw it first, or choose "
                    "days outside it."
                ),
                "overlap",
            )
    granted = Accommodation(
        person_id=person.id,
        time_factor=str(entitled.factor),
        break_minutes=entitled.break_minutes,
        extra_attempts=entitled.extra_attempts,
        separate_room=entitled.separate_room,
        basis=basis,
        valid_from=valid.first,
        valid_until=valid.last,
        granted_at=clock.now(),
        granted_by_id=by.id,
    )
    session.add(granted)
    session.flush()  # flush: the audit entry needs granted.id
    _record(session, AuditEvent.ACCOMMODATION_GRANTED, granted, by, entitled=entitled)
    return granted


def withdraw(session: Session, granted: Accommodation, reason: str, *, by: Actor) -> None:
    """End what was granted, for starts from now on. The row must be locked."""
    if granted.withdrawn_at is not None:
        raise Refused(_("This was withdrawn already."), "withdrawn")
    granted.withdrawn_at, granted.withdrawn_by_id = clock.now(), by.id
    granted.withdrawn_reason = reason
    _record(session, AuditEvent.ACCOMMODATION_WITHDRAWN, granted, by)


def _record(
    session: Session,
    event: AuditEvent,
    granted: Accommodation,
    by: Actor,
    entitled: Entitlement | None = None,
) -> None:
    numbers: Mapping[str, Any] = {}
    if entitled is not None:
        numbers = {
            "factor": str(entitled.factor),
            "break_minutes": entitled.break_minutes,
            "extra_attempts": entitled.extra_attempts,
            "separate_room": entitled.separate_room,
        }
    audit.record(
        session, event, f"accommodation/{granted.id}", by=by, person=granted.person_id, **numbers
    )
