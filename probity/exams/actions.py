"""Everything that changes an exam or an attempt."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from probity.accounts.models import Person
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import queries as bank
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import drawing, marking, paper, queries, rules, supply
from probity.exams.events import AttemptPassed
from probity.exams.models import (
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
    _refuse_unsupported(shape)
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


def _refuse_unsupported(shape: ExamContent) -> None:
    """Say no to what the room does not enforce yet, rather than promise it to candidates."""
    if shape.navigation.order != "free" or any(section.minutes for section in shape.sections):
        raise Refused(
            _(
                "Forward-only papers and time limits of sections are not supported yet. "
                "Use free navigation and one time limit."
            ),
            "unsupported",
        )


def set_state(session: Session, exam: Exam, state: ExamState, *, by: Actor) -> None:
    """Publish, close or reopen an exam."""
    exam.state = state
    audit.record(session, AuditEvent.EXAM_REVISED, f"exam/{exam.id}", by=by, state=str(state))


@dataclass(frozen=True, slots=True)
class Ready:
    """A paper that was made before the start, for one person."""

    revision: ExamRevision
    paper: dict[str, Any]
    seed: str


def start(
    session: Session,
    exam: Exam,
    person: Person,
    *,
    honour: str,
    locale: str,
    device: str,
    policy: rules.Policy | None = None,
    terms: rules.Terms | None = None,
    ready: Ready | None = None,
) -> Attempt:
    """Start, or return the attempt already open; `device` is the hash of the session that asks.

    A sitting brings its own policy, terms and paper. Refuses with the reason and, if known,
    until when.
    """
    queries.lock_candidate(session, person.id)
    resumed = queries.open_attempt(session, person.id, exam)
    if resumed is not None:
        return resumed
    revision = ready.revision if ready else queries.current_revision(session, exam)
    content = queries.content_of(revision)
    now = queries.now(session)
    policy, terms = policy or queries.policy_of(content), terms or queries.terms_of(content)
    _refuse(policy, queries.history_of(session, person, exam), now)
    if honour != HONOUR_VERSION:
        raise Refused(
            _("Please read the rules in the lobby and accept them before you start."), "honour"
        )
    end_overdue(session, exam, person)
    if ready is None:
        ready = _make_ready(session, revision, queries.seen_items(session, person.id, exam))
    end = terms.deadline(now)
    attempt = Attempt(
        public_id=ids.public_id(),
        exam_id=exam.id,
        revision_id=revision.id,
        candidate_id=person.id,
        number=len(queries.attempts_of(session, person.id, exam)) + 1,
        state=AttemptState.OPEN,
        name_latin=person.name_latin,
        name_native=person.name_native,
        locale=locale,
        honour_version=honour,
        paper=ready.paper,
        seed=ready.seed,
        terms=dict(terms.evidence),
        watched=terms.watched,
        lease=1,
        lease_session=device,
        flags=[],
        started_at=now,
        deadline=end,
        accept_until=end + terms.grace,
    )
    session.add(attempt)
    session.flush()  # flush: the audit entry needs attempt.id
    audit.record(session, AuditEvent.ATTEMPT_STARTED, f"attempt/{attempt.id}", by=person)
    return attempt


def _refuse(policy: rules.Policy, history: rules.History, now: Any) -> None:
    no = rules.refusal(policy, history, now)
    if no is None:
        return
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
    raise Refused(sentences[no.reason], no.reason, until=until)


def _make_ready(session: Session, revision: ExamRevision, seen: frozenset[int]) -> Ready:
    """Draw a paper for one person; items not `seen` come first."""
    seed = secrets.token_hex(16)
    return Ready(revision, draw_paper(session, queries.content_of(revision), seed, seen), seed)


def draw_paper(
    session: Session, content: ExamContent, seed: str, seen: frozenset[int] = frozenset()
) -> dict[str, Any]:
    """A paper by the blueprint, the same one for the same seed; items not `seen` come first."""
    rng = Random(seed)  # noqa: S311 (a recorded seed makes the paper reproducible)
    shelves = supply.of_exam(session, content)
    try:
        chosen = drawing.draw(supply.demands(shelves), rng, seen)
    except drawing.Unfillable as error:
        raise Refused(
            _(
                "This exam cannot be opened: the item bank does not fill its blueprint. Tell the exam office."
            ),
            "blueprint",
        ) from error
    versions = {
        item: shelf.fitting[item]
        for got, shelf in zip(chosen, shelves, strict=True)
        for item in got
    }
    parsed = bank.parsed_versions(session, set(versions.values()))
    drawn = [
        paper.Drawn(shelf.name, item, versions[item], parsed[versions[item]])
        for shelf, got in zip(shelves, chosen, strict=True)
        for item in got
    ]
    return paper.dump(
        paper.compose(
            drawn,
            rng,
            shuffle_items=content.navigation.shuffle_items,
            shuffle_options=content.navigation.shuffle_options,
        )
    )


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


def close(session: Session, attempt: Attempt, *, by: Actor) -> None:
    """The one ending of an attempt, whoever or whatever asks for it; a second call changes nothing.

    The attempt must be locked. What was acknowledged before counts; marking happens here.
    """
    if attempt.state is AttemptState.CLOSED:
        return
    now = queries.now(session)
    in_time = now <= attempt.accept_until
    attempt.ending = Ending.HANDED_IN if in_time else Ending.TIME_OVER
    attempt.closed_at = min(now, attempt.deadline)
    attempt.state = AttemptState.CLOSED
    given = queries.answers(session, attempt.id)
    attempt.answers_sha256 = rules.answers_digest(
        {item: (row.version, row.value) for item, row in given.items()}
    )
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


def mark(session: Session, attempt: Attempt) -> Result:
    """Mark a closed attempt and release the result if its exam releases at once."""
    content = queries.content_of(attempt.revision)
    marks = marking.marks_of(session, attempt)
    total = rules.tally(marks.values())
    result = Result(
        attempt_id=attempt.id,
        earned=str(total.earned),
        possible=str(total.possible),
        cut=content.cut_score.share,
        passed=total.passes(Fraction(content.cut_score.share)),
        domains={
            domain: [str(part.earned), str(part.possible)]
            for domain, part in rules.by_domain(marks.values()).items()
        },
        marks=marking.dump(marks),
        marked_at=clock.now(),
        released_at=None,
    )
    session.add(result)
    if content.release.result == "at_once":
        release(session, attempt, result, content)
    return result


def release(session: Session, attempt: Attempt, result: Result, content: ExamContent) -> None:
    """Let the candidate see the result; a pass that earns a certificate is announced."""
    if result.released_at is not None:
        return
    result.released_at = clock.now()
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
    """Remember which questions the candidate wants to look at again."""
    known = {slot.item for slot in paper.load(attempt.paper)}
    attempt.flags = sorted(known.intersection(flags))


def release_results(session: Session, exam: Exam, *, by: Actor) -> int:
    """Release every result of an exam that is held back; returns how many there were."""
    held = session.scalars(
        select(Result)
        .join(Result.attempt)
        .where(Attempt.exam_id == exam.id, Result.released_at.is_(None))
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
