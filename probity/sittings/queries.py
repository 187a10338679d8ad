"""Reads of sittings: for those who plan them, for candidates, and for what guards them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, defer, joinedload, selectinload

from probity.accounts.models import Person
from probity.exams import queries as exams
from probity.exams.models import Admission, Attempt, AttemptState, Exam, ExamState
from probity.kernel.jobs import Job
from probity.sittings import rules
from probity.sittings.models import Registration, Sitting, SittingState
from probity.sittings.rules import Phase

PRACTICE = "try-the-exam-room"
"""Slug of the exam in which the room can be tried; it comes with the course `exam-room`."""


def members() -> Select[int | None, int, str, datetime]:
    """Every attempt that was started in a sitting, with its id, title and beginning."""
    return (
        select(
            Registration.attempt_id, Sitting.id.label("sitting_id"), Sitting.title, Sitting.opens_at
        )
        .join(Sitting, Sitting.id == Registration.sitting_id)
        .where(Registration.attempt_id.is_not(None))
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A sitting as the list shows it, with how many are registered, ready, and have started."""

    sitting: Sitting
    phase: Phase
    registered: int
    ready: int
    started: int


def listed(phase: Phase, now: datetime) -> Select[Sitting]:
    """Sittings of one phase: those to come soonest first, those past latest first."""
    query = select(Sitting).options(joinedload(Sitting.exam))
    if phase is Phase.COMING:
        return query.where(Sitting.opens_at > now).order_by(Sitting.opens_at, Sitting.id)
    if phase is Phase.RUNNING:
        inside = query.where(Sitting.opens_at <= now, Sitting.closes_at > now)
        return inside.order_by(Sitting.closes_at, Sitting.id)
    past = query.where(Sitting.closes_at <= now)
    return past.order_by(Sitting.closes_at.desc(), Sitting.id.desc())


def counted(session: Session, sittings: Sequence[Sitting], now: datetime) -> list[Listed]:
    """The same sittings with their numbers, one query for all."""
    rows = session.execute(
        select(
            Registration.sitting_id,
            func.count(),
            func.count(Registration.seed),
            func.count(Registration.attempt_id),
        )
        .where(Registration.sitting_id.in_([one.id for one in sittings]))
        .group_by(Registration.sitting_id)
    )
    numbers = {sitting_id: counts for sitting_id, *counts in rows}
    return [
        Listed(one, rules.phase(one.opens_at, one.closes_at, now), *numbers.get(one.id, (0, 0, 0)))
        for one in sittings
    ]


def sitting(session: Session, public_id: str) -> Sitting | None:
    query = select(Sitting).where(Sitting.public_id == public_id)
    return session.scalars(query.options(joinedload(Sitting.exam))).one_or_none()


def lock_sitting(session: Session, public_id: str) -> Sitting | None:
    """The sitting, held until the end of the transaction."""
    query = select(Sitting).where(Sitting.public_id == public_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def roster(sitting: Sitting, words: str = "", room: str | None = None) -> Select[Registration]:
    """Everybody registered, by room, seat and name; without their papers."""
    query = (
        select(Registration)
        .join(Registration.person)
        .where(Registration.sitting_id == sitting.id)
        .order_by(Registration.room, Registration.seat, Person.name_latin, Registration.id)
        .options(
            contains_eager(Registration.person),
            joinedload(Registration.attempt).defer(Attempt.paper),
            defer(Registration.paper),
        )
    )
    if room is not None:
        query = query.where(Registration.room == room)
    for word in words.split():
        fits = [
            column.icontains(word, autoescape=True)
            for column in (Person.email, Person.name_latin, Person.name_native, Registration.seat)
        ]
        query = query.where(or_(*fits))
    return query


def rooms(session: Session, sitting: Sitting) -> Sequence[str]:
    query = select(Registration.room).where(Registration.sitting_id == sitting.id).distinct()
    return session.scalars(query.order_by(Registration.room)).all()


def registration(session: Session, sitting: Sitting, number: int) -> Registration | None:
    """One registration of this sitting, to look at."""
    return session.scalars(roster(sitting).where(Registration.id == number)).one_or_none()


def lock_registration(session: Session, sitting: Sitting, number: int) -> Registration | None:
    """One registration of this sitting, held until the end of the transaction."""
    query = select(Registration).where(
        Registration.id == number, Registration.sitting_id == sitting.id
    )
    whole = query.options(defer(Registration.paper)).with_for_update(of=Registration)
    return session.scalars(whole.execution_options(populate_existing=True)).one_or_none()


def registered(session: Session, sitting: Sitting) -> dict[str, Registration]:
    """Everybody registered by address."""
    query = roster(sitting).order_by(None)
    return {one.person.email: one for one in session.scalars(query)}


def people_at(session: Session, emails: Iterable[str]) -> dict[str, Person]:
    """People by their addresses."""
    query = select(Person).where(Person.email.in_(list(emails)))
    return {one.email: one for one in session.scalars(query.options(selectinload(Person.grants)))}


def engaged(session: Session, sitting: Sitting, people: Iterable[int]) -> dict[int, Sitting]:
    """Who of these people has a place in another sitting that overlaps with this one."""
    query = (
        select(Registration.person_id, Sitting)
        .join(Registration.sitting)
        .where(
            Registration.person_id.in_(list(people)),
            Sitting.id != sitting.id,
            Sitting.state == SittingState.PLANNED,
            Sitting.opens_at < sitting.closes_at,
            Sitting.closes_at > sitting.opens_at,
        )
    )
    return {person: other for person, other in session.execute(query)}  # noqa: C416 (not pairs to mypy)


def place_of(
    session: Session, person_id: int, exam_ids: Iterable[int], now: datetime
) -> dict[int, Registration]:
    """The registration of this person that counts now, by exam; its paper is read when asked for."""
    query = (
        select(Registration)
        .join(Registration.sitting)
        .where(
            Registration.person_id == person_id,
            Sitting.exam_id.in_(list(exam_ids)),
            Sitting.state == SittingState.PLANNED,
        )
        .options(
            contains_eager(Registration.sitting).joinedload(Sitting.revision),
            defer(Registration.paper),
        )
    )
    found: dict[int, list[Registration]] = {}
    for one in session.scalars(query):
        found.setdefault(one.sitting.exam_id, []).append(one)
    return {exam_id: _chosen(places, now) for exam_id, places in found.items()}


def _chosen(found: Sequence[Registration], now: datetime) -> Registration:
    places = [
        rules.Place(one.id, one.sitting.opens_at, one.sitting.closes_at, one.attempt_id is not None)
        for one in found
    ]
    chosen = rules.choose(places, now)
    latest = max(found, key=lambda one: (one.sitting.closes_at, one.id))
    return next((one for one in found if one.id == chosen), latest)


def lock_place(session: Session, registration_id: int) -> Registration:
    """One registration with its paper, as it is now, held until the end of the transaction."""
    query = select(Registration).where(Registration.id == registration_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def plannable(session: Session) -> Sequence[Exam]:
    """Exams for which a sitting can be planned."""
    query = select(Exam).where(Exam.state == ExamState.PUBLISHED).order_by(Exam.code)
    return session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class Restricted:
    """An exam that only registered people sit, and whether it has a sitting to come or running."""

    exam: Exam
    is_ahead: bool


def registered_only(session: Session, now: datetime) -> list[Restricted]:
    """Every published exam that only registered people sit."""
    ahead = exists().where(
        Sitting.exam_id == Exam.id,
        Sitting.state == SittingState.PLANNED,
        Sitting.closes_at > now,
    )
    rows = session.execute(
        select(Exam, ahead)
        .where(Exam.admission == Admission.REGISTERED, Exam.state == ExamState.PUBLISHED)
        .order_by(Exam.code)
    )
    return [Restricted(exam, bool(is_ahead)) for exam, is_ahead in rows]


def has_sitting_ahead(session: Session, exam: Exam, now: datetime) -> bool:
    """Tell whether a sitting of the exam is to come or runs."""
    ahead = exists().where(
        Sitting.exam_id == exam.id,
        Sitting.state == SittingState.PLANNED,
        Sitting.closes_at > now,
    )
    return bool(session.scalar(select(ahead)))


def has_started(session: Session, sitting: Sitting) -> bool:
    """Tell whether anybody has started in this sitting."""
    begun = exists().where(
        Registration.sitting_id == sitting.id, Registration.attempt_id.is_not(None)
    )
    return bool(session.scalar(select(begun)))


def guarded(session: Session, exam: Exam) -> Sitting | None:
    """A sitting of this exam that nothing may disturb now, None if there is none.

    From an hour before it opens until the last attempt begun in it is over.
    """
    now = exams.now(session)
    query = (
        select(Sitting)
        .where(Sitting.exam_id == exam.id, Sitting.state == SittingState.PLANNED)
        .where(Sitting.opens_at <= now + rules.PREPARED_BEFORE)
        .where(or_(Sitting.closes_at > now, _has_attempts_on(now)))
        .order_by(Sitting.opens_at, Sitting.id)
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def is_guarded(session: Session, sitting: Sitting) -> bool:
    """Tell whether this sitting is one that nothing may disturb now."""
    now = exams.now(session)
    if sitting.state is not SittingState.PLANNED or sitting.opens_at > now + rules.PREPARED_BEFORE:
        return False
    if sitting.closes_at > now:
        return True
    on = select(Sitting.id).where(Sitting.id == sitting.id, _has_attempts_on(now))
    return session.scalar(on) is not None


def _has_attempts_on(now: datetime) -> ColumnElement[bool]:
    """An attempt of the sitting is open, and its time is not over or stands still."""
    return exists().where(
        Registration.sitting_id == Sitting.id,
        Registration.attempt_id == Attempt.id,
        Attempt.state == AttemptState.OPEN,
        or_(Attempt.accept_until >= now, Attempt.paused_at.is_not(None)),
    )


@dataclass(frozen=True, slots=True)
class Papers:
    """How far the papers of a sitting are; `lacking` names cells that could not be filled."""

    ready: int
    of: int
    is_under_way: bool
    lacking: list[dict[str, Any]]

    @property
    def is_done(self) -> bool:
        return self.of > 0 and self.ready == self.of


def papers(session: Session, sitting: Sitting) -> Papers:
    """How far the papers of a sitting are."""
    ready, of = session.execute(
        select(func.count(Registration.seed), func.count()).where(
            Registration.sitting_id == sitting.id
        )
    ).one()
    job = session.scalars(select(Job).where(Job.key == papers_key(sitting))).one_or_none()
    under_way = job is not None and job.ended_at is None
    return Papers(ready, of, under_way, list(sitting.papers_lacking))


def papers_key(sitting: Sitting) -> str:
    """The key of the duty that draws the papers of the present round."""
    return f"sitting/{sitting.public_id}/papers/{sitting.papers_round}"


def is_exam_room(session: Session, address: str) -> bool:
    """Whether a sitting that is about to open, or open, expects its candidates at this address."""
    now = exams.now(session)
    ranges = session.scalars(
        select(Sitting.networks).where(
            Sitting.state == SittingState.PLANNED,
            Sitting.opens_at <= now + rules.PREPARED_BEFORE,
            Sitting.closes_at > now,
        )
    )
    return any(networks and rules.admits(networks, address) for networks in ranges)


def due_for_papers(session: Session, now: datetime, pause: timedelta) -> Sequence[Sitting]:
    """Sittings within the hour before their opening, or open, that lack a paper for somebody."""
    without = exists().where(
        Registration.sitting_id == Sitting.id,
        Registration.seed.is_(None),
        Registration.attempt_id.is_(None),
    )
    query = select(Sitting).where(
        Sitting.state == SittingState.PLANNED,
        Sitting.opens_at <= now + rules.PREPARED_BEFORE,
        Sitting.closes_at > now,
        or_(Sitting.papers_asked_at.is_(None), Sitting.papers_asked_at < now - pause),
        without,
    )
    return session.scalars(query.order_by(Sitting.id).with_for_update()).all()


def practice_exam(session: Session) -> Exam | None:
    """The exam that counts for nothing, where this installation has it."""
    return exams.published_exam(session, PRACTICE)


def without_paper(session: Session, sitting_id: int, most: int) -> Sequence[tuple[int, int]]:
    """Registrations that wait for a paper: their ids with those of the people."""
    query = (
        select(Registration.id, Registration.person_id)
        .where(
            Registration.sitting_id == sitting_id,
            Registration.seed.is_(None),
            Registration.attempt_id.is_(None),
        )
        .order_by(Registration.id)
        .limit(most)
    )
    return [(one, person) for one, person in session.execute(query)]


def cancelled_letters(session: Session, sitting_id: int) -> Sequence[Person]:
    """Whom to tell that a sitting does not take place."""
    query = select(Person).join(Registration, Registration.person_id == Person.id)
    return session.scalars(
        query.where(Registration.sitting_id == sitting_id).order_by(Person.id)
    ).all()
