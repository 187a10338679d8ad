"""How far the issue has come: what waits, what stopped and why, by exam."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import groups, queries
from probity.credentials.models import Certificate
from probity.exams import queries as exams
from probity.exams.models import Attempt, Exam, ExamRevision, Result
from probity.kernel import clock, jobs
from probity.kernel.jobs import Job, JobState
from probity.kernel.permissions import Actor

SHOWN = timedelta(days=30)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Issues that stopped for the same reason."""

    message: str
    number: int


@dataclass(frozen=True, slots=True)
class Issue:
    """Everything that was to be issued, by where it stands."""

    waiting: int
    under_way: int
    stopped: Sequence[Stopped]
    last_hour: int

    @property
    def stopped_number(self) -> int:
        return sum(group.number for group in self.stopped)


@dataclass(frozen=True, slots=True)
class OfExam:
    """One exam or one sitting of it: passes of the last days, and those that have a certificate."""

    title: dict[str, str]
    sitting: str | None
    passed: int
    issued: int


def issue(session: Session) -> Issue:
    """Where the issue stands now."""
    queued = select(func.count()).where(Job.name == queries.ISSUE, Job.state == JobState.QUEUED)
    recent = select(func.count()).where(Certificate.issued_at > clock.now() - HOUR)
    reasons = Counter(job.message for job in queries.stopped(session))
    return Issue(
        session.scalar(queued.where(Job.owner.is_(None))) or 0,
        session.scalar(queued.where(Job.owner.is_not(None))) or 0,
        [Stopped(message, number) for message, number in reasons.most_common()],
        session.scalar(recent) or 0,
    )


def by_exam(session: Session) -> list[OfExam]:
    """Exams and sittings whose results were released lately, unfinished ones first."""
    sat = groups.members()
    revisions = session.scalars(select(ExamRevision)).all()
    certifying = [one.id for one in revisions if exams.content_of(one).certificate is not None]
    first = (Certificate.attempt_id == Attempt.id) & Certificate.replaces_id.is_(None)
    rows = session.execute(
        select(Attempt.exam_id, sat.c.title, func.count(Attempt.id), func.count(Certificate.id))
        .join(Result, Result.attempt_id == Attempt.id)
        .outerjoin(Certificate, first)
        .outerjoin(sat, sat.c.attempt_id == Attempt.id)
        .where(Result.passed, Result.released_at > clock.now() - SHOWN)
        .where(Attempt.revision_id.in_(certifying))
        .group_by(Attempt.exam_id, sat.c.sitting_id, sat.c.title)
    ).all()
    titles = {one.exam_id: exams.content_of(one).title for one in revisions}
    found = [OfExam(titles[exam_id], *numbers) for exam_id, *numbers in rows]
    return sorted(found, key=lambda one: one.issued - one.passed)


def choices(session: Session) -> list[tuple[int, str]]:
    """Exams with certificates in the register, for a selection."""
    used = select(Attempt.exam_id).join(Certificate, Certificate.attempt_id == Attempt.id)
    query = select(Exam.id, Exam.slug).where(Exam.id.in_(used)).order_by(Exam.slug)
    return [(exam_id, slug) for exam_id, slug in session.execute(query)]


def retry_all(session: Session, *, by: Actor) -> int:
    """Try everything that stopped once more."""
    stopped = queries.stopped(session)
    for job in stopped:
        jobs.requeue(job)
    if stopped:
        audit.record(
            session, AuditEvent.DUTY_RETRIED, "certificates/issue", by=by, duties=len(stopped)
        )
    return len(stopped)
