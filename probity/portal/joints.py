"""What My learning shows of the layers above learning: exams to sit and certificates held."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from flask import Flask
from flask_login import current_user
from sqlalchemy.orm import Session, joinedload

from probity.accounts.models import Person
from probity.catalogue.shapes import Exam as ExamContent
from probity.credentials import groups, presenting
from probity.credentials import queries as credentials
from probity.credentials.models import Certificate
from probity.exams import queries, rules
from probity.exams.models import Admission, Attempt, Exam
from probity.kernel import clock
from probity.kernel.db import db
from probity.kernel.permissions import Permission
from probity.learning import queries as learning
from probity.portal import score_report
from probity.sittings import admission, entitlements
from probity.sittings import queries as sittings
from probity.sittings.models import Registration

MOST_EXAMS = 4
MOST_CERTIFICATES = 3


class Step(StrEnum):
    """What a learner can do about an exam now, the most pressing first."""

    CONTINUE = "continue"
    START = "start"
    WAIT = "wait"
    PREPARE = "prepare"
    LOCKED = "locked"
    RESULT = "result"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class NextExam:
    """One exam of a learner's courses; `left` None means without limit."""

    exam: Exam
    content: dict[str, Any]
    step: Step
    left: int | None
    refusal: rules.Refusal | None
    attempt: Attempt | None
    percent: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate with what the register says of it today."""

    certificate: Certificate
    verdict: presenting.Verdict


def next_exams(person: Person, courses: Iterable[str]) -> list[NextExam]:
    """Exams of these courses, those to act on first; a fixed number of queries for all of them."""
    session = db.session()
    if not person.may(Permission.EXAM_SIT):
        return []
    wanted = set(courses)
    exams = [exam for exam in queries.published(session) if exam.course_code in wanted]
    if not exams:
        return []
    contents = queries.contents_of(session, exams)
    now = queries.now(session)
    by_registration = [one.id for one in exams if one.admission is Admission.REGISTERED]
    places = sittings.place_of(session, person.id, by_registration, now)
    policies = _policies(session, person, exams, contents, places)
    lessons = sorted({one for policy in policies.values() for one in policy.prerequisites})
    missing = set(learning.missing_lessons(session, person.id, lessons)) if lessons else set()
    past = _attempts(session, person, exams)
    found = []
    for exam in exams:
        history = rules.History(
            ended_at=[one.closed_at or one.deadline for one in past[exam.id]],
            completed=policies[exam.id].prerequisites - missing,
            name_confirmed=person.name_confirmed_at is not None,
        )
        standing = admission.refusal_of(exam, places.get(exam.id), policies[exam.id], history, now)
        found.append(
            _next(exam, contents[exam.id], policies[exam.id], past[exam.id], standing, now)
        )
    order = list(Step)
    return sorted(found, key=lambda one: order.index(one.step))[:MOST_EXAMS]


def _policies(
    session: Session,
    person: Person,
    exams: Sequence[Exam],
    contents: Mapping[int, Any],
    places: Mapping[int, Registration],
) -> dict[int, rules.Policy]:
    """What each exam asks of this person, by exam: what they are entitled to today counts."""
    held = entitlements.in_force(session, [person.id], clock.now().date())
    entitled = held.get(person.id, entitlements.NOTHING)
    return {
        exam.id: entitlements.policy_for(
            ExamContent.model_validate(contents[exam.id], strict=False),
            entitled,
            places[exam.id].sitting if exam.id in places else None,
        )
        for exam in exams
    }


def practice_exam(person: Person) -> Exam | None:
    """Where this person can try the exam room."""
    if not person.may(Permission.EXAM_SIT):
        return None
    return sittings.practice_exam(db.session())


def certificates_of(person: Person) -> Sequence[Held]:
    """The latest certificates of this person."""
    if not person.may(Permission.CERTIFICATE_HOLD):
        return []
    latest = db.session().scalars(credentials.held_by(person).limit(MOST_CERTIFICATES))
    return [Held(one, presenting.VERDICTS[credentials.status_of(one)]) for one in latest]


def _attempts(
    session: Session, person: Person, exams: Sequence[Exam]
) -> Mapping[int, list[Attempt]]:
    """The attempts of one person, oldest first, by exam."""
    found: dict[int, list[Attempt]] = {exam.id: [] for exam in exams}
    query = queries.attempts_visible_to(person).where(Attempt.exam_id.in_(list(found)))
    whole = query.order_by(Attempt.number).options(joinedload(Attempt.result))
    for one in session.scalars(whole):
        found[one.exam_id].append(one)
    return found


def _next(
    exam: Exam,
    content: dict[str, Any],
    policy: rules.Policy,
    past: Sequence[Attempt],
    standing: rules.Refusal | None,
    now: datetime,
) -> NextExam:
    can_resume = (one for one in past if not queries.is_over_at(one, now))
    running = next(can_resume, None)
    refusal = None if running else standing
    shown = running or _passed(past) or (past[-1] if past else None)
    return NextExam(
        exam=exam,
        content=content,
        step=_step(shown, refusal, is_running=running is not None),
        left=None if policy.allowed is None else max(policy.allowed - len(past), 0),
        refusal=refusal,
        attempt=shown,
        percent=_percent(shown),
    )


def _passed(past: Sequence[Attempt]) -> Attempt | None:
    """The attempt that settled the exam, as far as the candidate may know."""
    known = (one for one in past if one.result is not None and one.result.released_at is not None)
    return next((one for one in known if one.result is not None and one.result.passed), None)


def _step(shown: Attempt | None, refusal: rules.Refusal | None, *, is_running: bool) -> Step:
    if is_running:
        return Step.CONTINUE
    if shown is not None and _passed([shown]) is not None:
        return Step.PASSED
    if shown is not None and (shown.result is None or shown.result.released_at is None):
        return Step.RESULT
    if refusal is None:
        return Step.START
    steps = {
        "attempts": Step.RESULT,
        "cooling-off": Step.WAIT,
        "not-registered": Step.LOCKED,
        "window": Step.LOCKED,
    }
    return steps.get(refusal.reason, Step.PREPARE)


def _percent(shown: Attempt | None) -> str | None:
    result = shown.result if shown is not None else None
    if result is None or result.released_at is None:
        return None
    return score_report.percent_of(result.earned, result.possible)


def init_joints(app: Flask) -> None:
    """Make these known to the templates that My learning includes, and sittings to the register."""
    groups.provide(sittings.members())
    app.jinja_env.globals.update(
        next_exams=lambda courses: next_exams(cast("Person", current_user), courses),
        certificates_of=lambda: certificates_of(cast("Person", current_user)),
        practice_exam=lambda: practice_exam(cast("Person", current_user)),
    )
