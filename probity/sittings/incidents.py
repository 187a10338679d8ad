"""Incidents that hit a room or a sitting: what each candidate lost, and what makes it good."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.exams import queries as exams
from probity.exams import supervision
from probity.exams.models import (
    Attempt,
    Notice,
    NoticeKind,
    Presence,
    ResponseEvent,
    Silence,
)
from probity.exams.rules import LOST_AFTER
from probity.exams.supervision import Done
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor
from probity.sittings import console_rules as rules
from probity.sittings.console_rules import Span
from probity.sittings.models import Fault, Incident, Registration, Sitting

T = TypeVar("T")
LONGEST_EXTENSION = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Affected:
    """One candidate who was working during an incident, and for how long they were cut off."""

    registration: Registration
    attempt: Attempt
    downtime: timedelta
    is_over: bool


def of_sitting(session: Session, sitting: Sitting) -> Sequence[Incident]:
    """Every incident, the newest first."""
    query = select(Incident).where(Incident.sitting_id == sitting.id)
    return session.scalars(query.order_by(Incident.id.desc())).all()


def find(session: Session, sitting: Sitting, number: int) -> Incident | None:
    query = select(Incident).where(Incident.sitting_id == sitting.id, Incident.id == number)
    return session.scalars(query).one_or_none()


def lock(session: Session, sitting: Sitting, number: int) -> Incident | None:
    """The incident, held until the end of the transaction."""
    query = select(Incident).where(Incident.sitting_id == sitting.id, Incident.id == number)
    held = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(held).one_or_none()


def report(
    session: Session,
    sitting: Sitting,
    *,
    room: str | None,
    fault: Fault,
    note: str,
    began_at: datetime,
    by: Actor,
) -> Incident:
    """Write down that something hit a room (None: everybody)."""
    if began_at > exams.now(session):
        raise Refused(_("The beginning lies in the future."), "began")
    incident = Incident(
        sitting_id=sitting.id,
        room=room,
        fault=fault,
        note=note,
        began_at=began_at,
        reported_by_id=by.id,
    )
    session.add(incident)
    session.flush()  # flush: the audit entry needs incident.id
    _record(session, AuditEvent.INCIDENT_REPORTED, incident, by, fault=str(fault))
    return incident


def finish(session: Session, incident: Incident, ended_at: datetime, *, by: Actor) -> None:
    """Say until when it lasted; may be corrected until a decision was made. It must be locked."""
    _refuse_decided(incident)
    if not incident.began_at < ended_at <= exams.now(session):
        raise Refused(_("The end lies before the beginning or in the future."), "ended")
    incident.ended_at = ended_at
    _record(session, AuditEvent.INCIDENT_ENDED, incident, by)


def decide(
    session: Session,
    incident: Incident,
    extra: timedelta,
    reason: str,
    *,
    everybody: bool,
    by: Actor,
) -> Done:
    """Grant the same extra time to whoever was cut off, or to everybody concerned; only once.

    Nothing is a decision too. The incident must be locked.
    """
    _refuse_decided(incident)
    if incident.ended_at is None:
        raise Refused(_("Say first until when the incident lasted."), "not-ended")
    if not timedelta(0) <= extra <= LONGEST_EXTENSION:
        raise Refused(_("Give between no time and 24 hours."), "seconds")
    chosen = [
        one.attempt.id
        for one in affected(session, incident)
        if everybody or one.downtime > timedelta(0)
    ]
    seconds = extra // timedelta(seconds=1)
    done = Done()
    if seconds:
        done = supervision.extend(session, chosen, seconds, reason, by=by)
    incident.granted_seconds = seconds
    incident.decided_at, incident.decided_by_id = exams.now(session), by.id
    given = len(done.changed)
    _record(session, AuditEvent.INCIDENT_DECIDED, incident, by, seconds=seconds, attempts=given)
    return done


def _refuse_decided(incident: Incident) -> None:
    if incident.decided_at is not None:
        raise Refused(_("This incident was decided already."), "decided")


def _record(
    session: Session, event: AuditEvent, incident: Incident, by: Actor, **details: int | str
) -> None:
    audit.record(session, event, f"incident/{incident.id}", by=by, **details)


def affected(session: Session, incident: Incident) -> list[Affected]:
    """Whoever was working at some time of an incident, the longest cut off first.

    The rule is explained in docs/invigilators.md.
    """
    now = exams.now(session)
    whole = Span(incident.began_at, incident.ended_at or now)
    places = _places(session, incident, whole)
    evidence = _Evidence.read(session, [one.attempt_id or 0 for one in places], whole)
    found = []
    for place in places:
        attempt = place.attempt
        if attempt is None:
            continue
        worked = whole.within(Span(attempt.started_at, attempt.closed_at or now))
        if worked.length:
            lost = evidence.downtime(attempt, worked, now)
            found.append(Affected(place, attempt, lost, exams.is_over_at(attempt, now)))
    return sorted(found, key=lambda one: one.downtime, reverse=True)


def _places(session: Session, incident: Incident, whole: Span) -> Sequence[Registration]:
    query = (
        select(Registration)
        .join(Registration.attempt)
        .where(Registration.sitting_id == incident.sitting_id, Attempt.started_at < whole.end)
        .order_by(Registration.room, Registration.seat, Registration.id)
        .options(
            contains_eager(Registration.attempt).options(defer(Attempt.paper)),
            joinedload(Registration.person),
            defer(Registration.paper),
        )
    )
    if incident.room is not None:
        query = query.where(Registration.room == incident.room)
    return session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is stored about some attempts, by attempt."""

    signs: Mapping[int, Sequence[datetime]]
    silences: Mapping[int, Sequence[Span]]
    pauses: Mapping[int, Sequence[Span]]
    seen: Mapping[int, datetime]

    @classmethod
    def read(cls, session: Session, attempts: Sequence[int], whole: Span) -> "_Evidence":
        arrived = session.execute(
            select(ResponseEvent.attempt_id, ResponseEvent.saved_at).where(
                ResponseEvent.attempt_id.in_(attempts),
                ResponseEvent.saved_at.between(whole.start, whole.end),
            )
        )
        silent = session.execute(
            select(Silence.attempt_id, Silence.began_at, Silence.ended_at).where(
                Silence.attempt_id.in_(attempts), Silence.ended_at > whole.start
            )
        )
        resumed = session.execute(
            select(Notice.attempt_id, Notice.at, Notice.seconds).where(
                Notice.attempt_id.in_(attempts), Notice.kind == NoticeKind.RESUMED
            )
        )
        seen = session.execute(
            select(Presence.attempt_id, Presence.seen_at).where(Presence.attempt_id.in_(attempts))
        )
        return cls(
            signs=_grouped((row.attempt_id, row.saved_at) for row in arrived),
            silences=_grouped((row.attempt_id, Span(row.began_at, row.ended_at)) for row in silent),
            pauses=_grouped(
                (row.attempt_id, Span(row.at - timedelta(seconds=row.seconds or 0), row.at))
                for row in resumed
            ),
            seen={row.attempt_id: row.seen_at for row in seen},
        )

    def downtime(self, attempt: Attempt, worked: Span, now: datetime) -> timedelta:
        """How long one candidate was cut off while they should have been working."""
        signs, pauses = self.signs.get(attempt.id, []), list(self.pauses.get(attempt.id, []))
        if attempt.paused_at is not None:
            pauses.append(Span(attempt.paused_at, now))
        if not attempt.watched:
            return rules.downtime(worked, [worked], signs, pauses, rules.QUIET_AFTER)
        silences = list(self.silences.get(attempt.id, []))
        last = self.seen.get(attempt.id, attempt.started_at)
        silences.append(Span(last, attempt.closed_at or now))
        return rules.downtime(worked, silences, signs, pauses, LOST_AFTER)


def _grouped(rows: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    groups: defaultdict[int, list[T]] = defaultdict(list)
    for key, value in rows:
        groups[key].append(value)
    return groups
