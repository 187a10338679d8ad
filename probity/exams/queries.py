"""Reads. Every query that serves a person starts from what that person may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from probity.accounts.models import Person
from probity.catalogue.models import Course
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import lifecycle, rules
from probity.exams.models import (
    Attempt,
    AttemptState,
    Exam,
    ExamRevision,
    ExamState,
    Response,
    Result,
)
from probity.kernel import clock
from probity.kernel.permissions import Actor
from probity.learning import queries as learning


def now(session: Session) -> datetime:
    """The one clock that decides: the database server's; on SQLite the host's."""
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
        return moment.astimezone(UTC)
    return clock.now()


def published(session: Session) -> Sequence[Exam]:
    """Exams anybody may know of."""
    return session.scalars(
        select(Exam).where(Exam.state == ExamState.PUBLISHED).order_by(Exam.id)
    ).all()


def published_exam(session: Session, slug: str) -> Exam | None:
    return session.scalars(
        select(Exam).where(Exam.slug == slug, Exam.state == ExamState.PUBLISHED)
    ).one_or_none()


def current_revision(session: Session, exam: Exam) -> ExamRevision:
    """What the exam asks of those who start now."""
    return session.scalars(
        select(ExamRevision)
        .where(ExamRevision.exam_id == exam.id)
        .order_by(ExamRevision.number.desc())
        .limit(1)
    ).one()


PAPERS_REMEMBERED = 10
"""So many earlier papers of a person are looked at for items seen before."""

_contents: dict[str, ExamContent] = {}
"""Content by its SHA-256: a revision never changes, so it is given its shape once."""
MOST_CONTENTS = 256


def content_of(revision: ExamRevision) -> ExamContent:
    """The blueprint and rules of a revision in their shape."""
    found = _contents.get(revision.sha256)
    if found is None:
        found = ExamContent.model_validate(revision.content, strict=False)
        if len(_contents) >= MOST_CONTENTS:
            _contents.clear()
        _contents[revision.sha256] = found
    return found


def lock_candidate(session: Session, person_id: int) -> Person:
    """Make starts of one person wait for each other."""
    return session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()


def attempts_visible_to(actor: Actor) -> Select[Attempt]:
    """A candidate sees the attempts they sat."""
    return select(Attempt).where(Attempt.candidate_id == actor.id)


def attempt(session: Session, actor: Actor, public_id: str) -> Attempt | None:
    query = attempts_visible_to(actor).where(Attempt.public_id == public_id)
    return session.scalars(query.options(joinedload(Attempt.revision))).one_or_none()


def lock_attempt(session: Session, actor: Actor, public_id: str) -> Attempt | None:
    query = attempts_visible_to(actor).where(Attempt.public_id == public_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).one_or_none()


def attempts_of(session: Session, person_id: int, exam: Exam) -> Sequence[Attempt]:
    """Every attempt of one person at one exam, oldest first."""
    return session.scalars(
        select(Attempt)
        .where(Attempt.candidate_id == person_id, Attempt.exam_id == exam.id)
        .order_by(Attempt.number)
        .options(joinedload(Attempt.result), defer(Attempt.paper))
    ).all()


def last_number(session: Session, person_id: int, exam: Exam) -> int:
    """How often the person has begun this exam."""
    mine = (Attempt.candidate_id == person_id) & (Attempt.exam_id == exam.id)
    return session.scalar(select(func.max(Attempt.number)).where(mine)) or 0


def open_attempt(session: Session, person_id: int, exam: Exam) -> Attempt | None:
    """The attempt that can be resumed, if its time is not over."""
    found = session.scalars(
        select(Attempt).where(
            Attempt.candidate_id == person_id,
            Attempt.exam_id == exam.id,
            Attempt.state == AttemptState.OPEN,
        )
    ).one_or_none()
    return found if found is not None and not is_over(session, found) else None


def time_added(attempt: Attempt, moment: datetime) -> timedelta:
    """What a pause that is still on adds to deadline, `accept_until` and `step_until` by then."""
    return lifecycle.paused_for(attempt, moment)


def is_paused(attempt: Attempt, moment: datetime) -> bool:
    """Tell whether the clock of an attempt stands still then."""
    return lifecycle.phase(attempt, moment) is lifecycle.Phase.PAUSED


def is_over_at(attempt: Attempt, moment: datetime) -> bool:
    """Tell whether nothing counts any more: it is closed, or its time and grace have run out.

    Apart from the save's own statement and `expired` nothing else compares `accept_until`.
    """
    return lifecycle.is_over(attempt, moment)


def is_over(session: Session, attempt: Attempt) -> bool:
    return is_over_at(attempt, now(session))


def policy_of(content: ExamContent) -> rules.Policy:
    """What the rules need to know of an exam."""
    window = content.window
    allowed = content.attempts.allowed
    return rules.Policy(
        allowed=allowed if isinstance(allowed, int) else None,
        cooling_off=timedelta(hours=content.attempts.cooling_off_hours),
        opens_at=window.moment("opens") if window else None,
        closes_at=window.moment("closes") if window else None,
        prerequisites=frozenset(content.prerequisites),
    )


def terms_of(content: ExamContent) -> rules.Terms:
    """The terms of an exam that is open to everybody."""
    return rules.Terms(
        limit=timedelta(minutes=content.time.minutes),
        grace=timedelta(seconds=content.time.grace_seconds),
        closes_at=policy_of(content).closes_at,
    )


def history_of(
    session: Session, person: Person, exam: Exam, wanted: frozenset[str]
) -> rules.History:
    """What the rules need to know of a person; `wanted` are the lessons to have learned."""
    past = session.execute(
        select(Attempt.closed_at, Attempt.deadline)
        .where(Attempt.candidate_id == person.id, Attempt.exam_id == exam.id)
        .order_by(Attempt.number)
    )
    missing = learning.missing_lessons(session, person.id, sorted(wanted)) if wanted else []
    return rules.History(
        ended_at=[closed_at or deadline for closed_at, deadline in past],
        completed=wanted.difference(missing),
        name_confirmed=person.name_confirmed_at is not None,
    )


def seen_items(session: Session, person_id: int, exam: Exam) -> frozenset[int]:
    """Items of the bank this person has met in the last papers of the exam."""
    papers = session.scalars(
        select(Attempt.paper)
        .where(Attempt.candidate_id == person_id, Attempt.exam_id == exam.id)
        .order_by(Attempt.number.desc())
        .limit(PAPERS_REMEMBERED)
    )
    return frozenset(slot["item_id"] for paper in papers for slot in paper["slots"])


def answers(session: Session, attempt_id: int) -> dict[str, Response]:
    """The answers that count, by item of the paper."""
    rows = session.scalars(select(Response).where(Response.attempt_id == attempt_id))
    return {row.item: row for row in rows}


def expired(session: Session, most: int) -> Sequence[int]:
    """Ids of open attempts whose time and grace are over; who is paused has time left."""
    return session.scalars(
        select(Attempt.id)
        .where(
            Attempt.state == AttemptState.OPEN,
            Attempt.paused_at.is_(None),
            Attempt.accept_until < now(session),
        )
        .order_by(Attempt.accept_until)
        .limit(most)
    ).all()


def due_results(session: Session, most: int) -> Sequence[Attempt]:
    """Attempts whose result is to be released by the calendar and whose day has come (UTC)."""
    release = ExamRevision.content["release"]
    return session.scalars(
        select(Attempt)
        .join(Attempt.result)
        .join(Attempt.revision)
        .where(
            Result.released_at.is_(None),
            Result.withheld.is_(None),
            release["result"].as_string() == "on_date",
            release["on"].as_string() <= now(session).date().isoformat(),
        )
        .order_by(Attempt.id)
        .limit(most)
        .options(contains_eager(Attempt.result), contains_eager(Attempt.revision))
        .with_for_update(of=Result)
    ).all()


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """What a certificate states about the attempt that earned it."""

    attempt_id: int
    attempt_public_id: str
    holder_id: int
    email: str
    name_latin: str
    name_native: str | None
    scheme: str
    exam_title: dict[str, str]
    passed_at: datetime
    score: str | None
    locale: str
    demonstration: bool


def award_facts(session: Session, attempt_id: int) -> AwardFacts:
    """Raises NoResultFound unless the attempt passed and its result is released."""
    found = session.scalars(
        select(Attempt)
        .join(Attempt.result)
        .where(Attempt.id == attempt_id, Result.passed, Result.released_at.is_not(None))
    ).one()
    content = content_of(found.revision)
    result, closed_at = found.result, found.closed_at
    if result is None or closed_at is None or content.certificate is None:
        raise LookupError(f"attempt {attempt_id} earns no certificate")
    return AwardFacts(
        attempt_id=found.id,
        attempt_public_id=found.public_id,
        holder_id=found.candidate_id,
        email=found.candidate.email,
        name_latin=found.name_latin,
        name_native=found.name_native,
        scheme=content.certificate,
        exam_title=content.title,
        passed_at=closed_at,
        score=rules.percent(Fraction(result.earned) / Fraction(result.possible)),
        locale=found.locale,
        demonstration=content.demonstration,
    )


def results_of(exam: Exam) -> Select[Attempt]:
    """Closed attempts of an exam, latest first, for officers."""
    return (
        select(Attempt)
        .where(Attempt.exam_id == exam.id, Attempt.state == AttemptState.CLOSED)
        .order_by(Attempt.closed_at.desc(), Attempt.id.desc())
        .options(joinedload(Attempt.result), joinedload(Attempt.candidate))
    )


def contents_of(session: Session, exams: Iterable[Exam]) -> dict[int, dict[str, Any]]:
    """Current content by exam id, one query for all."""
    ids = [exam.id for exam in exams]
    latest = (
        select(ExamRevision.exam_id, func.max(ExamRevision.number).label("number"))
        .where(ExamRevision.exam_id.in_(ids))
        .group_by(ExamRevision.exam_id)
        .subquery()
    )
    rows = session.execute(
        select(ExamRevision.exam_id, ExamRevision.content).join(
            latest,
            (ExamRevision.exam_id == latest.c.exam_id) & (ExamRevision.number == latest.c.number),
        )
    )
    return {exam_id: content for exam_id, content in rows}  # noqa: C416 (rows are not pairs to mypy)


@dataclass(frozen=True, slots=True)
class Listed:
    """An exam as the studio lists it: its newest revision, and how often it was sat."""

    exam: Exam
    revision: ExamRevision
    attempts: int


def studio_list(session: Session) -> list[Listed]:
    """Every exam in every state, by code."""
    newest = (
        select(ExamRevision.exam_id, func.max(ExamRevision.number).label("number"))
        .group_by(ExamRevision.exam_id)
        .subquery()
    )
    sat = select(func.count()).where(Attempt.exam_id == Exam.id).correlate(Exam).scalar_subquery()
    rows = session.execute(
        select(Exam, ExamRevision, sat)
        .join(newest, newest.c.exam_id == Exam.id)
        .join(
            ExamRevision,
            (ExamRevision.exam_id == Exam.id) & (ExamRevision.number == newest.c.number),
        )
        .order_by(Exam.code)
    )
    return [Listed(exam, revision, attempts) for exam, revision, attempts in rows]


def find_exam(session: Session, code: str) -> Exam | None:
    """An exam in whatever state, for those who write or evaluate exams."""
    return session.scalars(select(Exam).where(Exam.code == code)).one_or_none()


def lock_exam(session: Session, code: str) -> Exam | None:
    """The exam, held until the end of the transaction."""
    return session.scalars(select(Exam).where(Exam.code == code).with_for_update()).one_or_none()


def lock_course(session: Session, code: str) -> bool:
    """Make those who create exams of one course wait for each other; False if it is unknown."""
    held = session.scalar(select(Course.id).where(Course.code == code).with_for_update())
    return held is not None


def codes(session: Session) -> Sequence[str]:
    return session.scalars(select(Exam.code)).all()


def exams_with(session: Session, codes: Iterable[str]) -> Sequence[Exam]:
    """The exams that have one of these codes."""
    return session.scalars(select(Exam).where(Exam.code.in_(list(codes))).order_by(Exam.id)).all()


def exam_at(session: Session, slug: str) -> Exam | None:
    """Whichever exam has this address."""
    return session.scalars(select(Exam).where(Exam.slug == slug)).one_or_none()


def revisions_of(session: Session, exam: Exam) -> Sequence[ExamRevision]:
    """Every revision, the newest first."""
    query = select(ExamRevision).where(ExamRevision.exam_id == exam.id)
    return session.scalars(query.order_by(ExamRevision.number.desc())).all()


def count_attempts(session: Session, exam: Exam, state: AttemptState) -> int:
    query = select(func.count()).where(Attempt.exam_id == exam.id, Attempt.state == state)
    return session.scalar(query) or 0


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by their ids."""
    wanted = [one for one in ids if one is not None]
    rows = session.execute(select(Person.id, Person.name_latin).where(Person.id.in_(wanted)))
    return {person: name for person, name in rows}  # noqa: C416 (rows are not pairs to mypy)
