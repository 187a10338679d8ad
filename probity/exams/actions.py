"""Everything that changes an exam or an attempt."""

import hashlib
import json
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from probity.accounts.models import Person
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import lifecycle, marking, queries, rules, steps
from probity.exams.composing import Ready, make_ready
from probity.exams.events import AttemptPassed
from probity.exams.models import (
    Admission,
    Attempt,
    AttemptState,
    Ending,
    Exam,
    ExamRevision,
    ExamState,
    Result,
)
from probity.kernel import clock, events, ids, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

HONOUR_VERSION = "2026-1"
"""Version of the rules of honour shown in the lobby; a new text gets a new one."""


def honour_version(revision: ExamRevision) -> str:
    """The version of the whole text that the lobby shows for this revision of an exam."""
    own = revision.content.get("honour")
    return f"{HONOUR_VERSION}/r{revision.number}" if own else HONOUR_VERSION


def define(
    session: Session,
    content: dict[str, Any],
    *,
    course_code: str | None,
    state: ExamState = ExamState.PUBLISHED,
    by: Actor,
) -> Exam:
    """Create an exam, or give an existing one a new revision if its content changed."""
    shape = ExamContent.model_validate(content, strict=False)
    kept = shape.model_dump(mode="json", exclude_none=True)
    digest = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
    exam = session.scalars(select(Exam).where(Exam.code == shape.id)).one_or_none()
    if exam is None:
        exam = Exam(
            code=shape.id,
            slug=shape.slug,
            course_code=course_code,
            state=state,
            created_at=clock.now(),
            created_by_id=by.id,
        )
        session.add(exam)
        session.flush()  # flush: the revision needs exam.id
        number = 1
    else:
        last = queries.current_revision(session, exam)
        if last.sha256 == digest:
            return exam
        exam.slug, number = shape.slug, last.number + 1
    session.add(
        ExamRevision(
            exam_id=exam.id,
            number=number,
            content=kept,
            sha256=digest,
            created_at=clock.now(),
            created_by_id=by.id,
        )
    )
    event = AuditEvent.EXAM_CREATED if number == 1 else AuditEvent.EXAM_REVISED
    audit.record(session, event, f"exam/{exam.id}", by=by, revision=number)
    return exam


def set_state(session: Session, exam: Exam, state: ExamState, *, by: Actor) -> None:
    """Publish, close or reopen an exam."""
    exam.state = state
    audit.record(session, AuditEvent.EXAM_REVISED, f"exam/{exam.id}", by=by, state=str(state))


def set_admission(session: Session, exam: Exam, admission: Admission, *, by: Actor) -> None:
    """Say who may start an exam; attempts that are running are not touched."""
    if exam.admission is admission:
        return
    exam.admission = admission
    audit.record(
        session,
        AuditEvent.EXAM_ADMISSION_CHANGED,
        f"exam/{exam.id}",
        by=by,
        admission=str(admission),
    )


def start(
    session: Session,
    exam: Exam,
    person: Person,
    *,
    honour: str,
    locale: str,
    device: str,
    terms: rules.Terms | None = None,
) -> Attempt:
    """Start, or return the attempt already open; `device` is the hash of the session that asks.

    Refuses with the reason and, if known, until when.
    """
    queries.lock_candidate(session, person.id)
    resumed = queries.open_attempt(session, person.id, exam)
    if resumed is not None:
        return resumed
    revision = queries.current_revision(session, exam)
    content = queries.content_of(revision)
    now = queries.now(session)
    policy, terms = queries.policy_of(content), terms or queries.terms_of(content)
    _refuse(policy, queries.history_of(session, person, exam, policy.prerequisites), now)
    if honour != honour_version(revision):
        raise Refused(
            _("Please read the rules in the lobby and accept them before you start."), "honour"
        )
    ready = make_ready(session, revision, queries.seen_items(session, person.id, exam))
    return begin(
        session, exam, person, ready, terms, now, honour=honour, locale=locale, device=device
    )


def begin(
    session: Session,
    exam: Exam,
    person: Person,
    ready: Ready,
    terms: rules.Terms,
    now: datetime,
    *,
    honour: str,
    locale: str,
    device: str,
) -> Attempt:
    """The start itself, for a caller that holds the candidate's lock and has checked everything."""
    end_overdue(session, exam, person)
    end = terms.deadline(now)
    attempt = Attempt(
        public_id=ids.public_id(),
        exam_id=exam.id,
        revision_id=ready.revision.id,
        candidate_id=person.id,
        number=queries.last_number(session, person.id, exam) + 1,
        state=AttemptState.OPEN,
        name_latin=person.name_latin,
        name_native=person.name_native,
        locale=locale,
        honour_version=honour,
        paper=ready.paper,
        form_id=ready.form_id,
        seed=ready.seed,
        terms={**terms.evidence, "cut_by_window": terms.is_cut(now)},
        watched=terms.watched,
        lease=1,
        lease_session=device,
        flags=[],
        step=0,
        started_at=now,
        deadline=end,
        accept_until=end + terms.grace,
    )
    steps.enter(attempt, queries.content_of(ready.revision), now)
    session.add(attempt)
    session.flush()  # flush: the audit entry needs attempt.id
    audit.record(session, AuditEvent.ATTEMPT_STARTED, f"attempt/{attempt.id}", by=person)
    return attempt


def _refuse(policy: rules.Policy, history: rules.History, now: Any) -> None:
    no = rules.refusal(policy, history, now)
    if no is not None:
        raise refused(no)


def refused(no: rules.Refusal) -> Refused:
    """A refusal in words."""
    sentences = {
        "window": _("This exam cannot be started now."),
        "name-not-confirmed": _(
            "Confirm your legal name on your account page first: the certificate will carry it."
        ),
        "prerequisite": _("Finish the lessons this exam builds on first."),
        "attempts": _("You have used every attempt at this exam."),
        "cooling-off": _("You may try again after the waiting time."),
    }
    until = no.until.isoformat() if no.until else None
    return Refused(sentences[no.reason], no.reason, until=until)


def end_overdue(session: Session, exam: Exam, person: Person) -> None:
    """End an attempt of this person whose time is over but which no sweep has ended yet."""
    overdue = session.scalars(
        select(Attempt)
        .where(
            Attempt.exam_id == exam.id,
            Attempt.candidate_id == person.id,
            Attempt.state == AttemptState.OPEN,
        )
        .with_for_update()
    ).one_or_none()
    if overdue is not None:
        close(session, overdue, by=person)


def close(
    session: Session, attempt: Attempt, *, by: Actor, ending: Ending = Ending.HANDED_IN
) -> None:
    """The one ending of an attempt, whoever or whatever asks for it; a second call changes nothing.

    `ending` is how it ends if its time is not over; otherwise the time, or the window that cut it,
    ended it. The attempt must be locked. What was acknowledged before counts; marking happens here.
    """
    if attempt.state is AttemptState.CLOSED:
        return
    now = queries.now(session)
    cut = attempt.terms.get("cut_by_window", False)
    attempt.ending = lifecycle.ending(attempt, now, ending, cut_by_window=cut)
    attempt.closed_at = lifecycle.closed_at(attempt, now)
    attempt.state = AttemptState.CLOSED
    attempt.paused_at = attempt.pause_until = None
    attempt.on_break = False
    settle(session, attempt)
    audit.record(
        session,
        AuditEvent.ATTEMPT_CLOSED,
        f"attempt/{attempt.id}",
        by=by,
        ending=str(attempt.ending),
        answers=attempt.answers_sha256,
    )
    mark(session, attempt)
    jobs.enqueue(
        session, "exams.send_receipt", key=f"receipt/{attempt.public_id}", attempt_id=attempt.id
    )


def settle(session: Session, attempt: Attempt) -> None:
    """Write down what the receipt states: the digest of all answers, and how many say something."""
    given = queries.answers(session, attempt.id)
    attempt.answers_sha256 = rules.answers_digest(
        {item: (row.version, row.value) for item, row in given.items()}
    )
    attempt.answered = sum(not rules.is_empty(row.value) for row in given.values())


def mark(session: Session, attempt: Attempt) -> Result:
    """Mark a closed attempt and release the result if its exam releases at once."""
    content = queries.content_of(attempt.revision)
    result = Result(attempt_id=attempt.id, released_at=None, **marked(session, attempt, content))
    session.add(result)
    if content.release.result == "at_once":
        release(session, attempt, result, content)
    return result


def marked(session: Session, attempt: Attempt, content: ExamContent) -> dict[str, Any]:
    """What the answers that count now are worth: the one routine that marks."""
    marks = marking.marks_of(session, attempt)
    total, cut = rules.tally(marks.values()), content.cut_score
    least = Fraction(cut.each_domain) if cut.each_domain else None
    return {
        "earned": str(total.earned),
        "possible": str(total.possible),
        "cut": cut.share,
        "passed": total.passes(Fraction(cut.share))
        and not rules.weak_domains(marks.values(), least),
        "domains": {
            domain: [str(part.earned), str(part.possible)]
            for domain, part in rules.by_domain(marks.values()).items()
        },
        "marks": marking.dump(marks),
        "marked_at": clock.now(),
    }


def release(session: Session, attempt: Attempt, result: Result, content: ExamContent) -> None:
    """Let the candidate see the result; a pass that earns a certificate is announced."""
    if result.released_at is not None or result.withheld is not None:
        return
    result.released_at = clock.now()
    announce_pass(session, attempt, result, content)


def announce_pass(session: Session, attempt: Attempt, result: Result, content: ExamContent) -> None:
    """Tell the folders above of a pass that earns a certificate."""
    if result.passed and content.certificate is not None:
        events.announce(
            session, AttemptPassed(attempt.id, attempt.candidate_id, content.certificate)
        )


def take_over(session: Session, attempt: Attempt, device: str, *, by: Actor) -> None:
    """Continue on this device; every other one becomes read-only. The attempt must be locked."""
    if attempt.lease_session == device:
        return
    attempt.lease += 1
    attempt.lease_session = device
    audit.record(
        session, AuditEvent.ATTEMPT_TAKEN_OVER, f"attempt/{attempt.id}", by=by, lease=attempt.lease
    )


def set_flags(attempt: Attempt, flags: list[str]) -> None:
    """Remember which questions the candidate wants to look at again.

    A room shows the questions that lie open, so flags on the others stay as they are.
    """
    lying_open = steps.open_items(attempt)
    attempt.flags = sorted(lying_open.intersection(flags).union(set(attempt.flags) - lying_open))


def release_results(session: Session, exam: Exam, *, by: Actor) -> int:
    """Release every result of an exam that is held back; returns how many there were."""
    held = session.scalars(
        select(Result)
        .join(Result.attempt)
        .where(Attempt.exam_id == exam.id, Result.released_at.is_(None), Result.withheld.is_(None))
        .order_by(Result.attempt_id)
        .options(contains_eager(Result.attempt).joinedload(Attempt.revision))
        .with_for_update(of=Result)
    ).all()
    for result in held:
        content = queries.content_of(result.attempt.revision)
        release(session, result.attempt, result, content)
    if held:
        audit.record(
            session, AuditEvent.RESULTS_RELEASED, f"exam/{exam.id}", by=by, results=len(held)
        )
    return len(held)
