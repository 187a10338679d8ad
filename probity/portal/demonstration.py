"""Demo people and their history, made through the same actions that real ones go through."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.accounts import actions as accounts
from probity.accounts import passwords
from probity.accounts import queries as accounts_read
from probity.accounts.models import Person
from probity.accounts.queries import digest
from probity.accounts.roles import Role
from probity.bank import marking
from probity.bank import queries as bank
from probity.bank.shapes import AnyItem, Single, TrueFalse
from probity.catalogue import queries as catalogue
from probity.credentials import actions as credentials
from probity.credentials import queries as credentials_read
from probity.exams import actions as exams
from probity.exams import paper, queries, saving, tokens
from probity.exams.models import Attempt, Exam, ExamState
from probity.kernel import clock
from probity.kernel.permissions import SYSTEM
from probity.learning import actions as learning
from probity.sittings import actions as sittings
from probity.sittings import admission, entitlements
from probity.sittings.admission import Visit
from probity.sittings.models import Sitting, WindowRule
from probity.sittings.rules import Entitlement, Row, Span

PEOPLE: tuple[tuple[str, str, str | None, tuple[Role, ...]], ...] = (
    ("learner", "Lin Wei", "林薇", (Role.CANDIDATE,)),
    ("learner2", "Zhao Ming", "赵明", (Role.CANDIDATE,)),
    ("instructor", "Demo Instructor", None, (Role.INSTRUCTOR, Role.CANDIDATE)),
    ("reviewer", "Demo Reviewer", None, (Role.REVIEWER,)),
    ("officer", "Demo Officer", None, (Role.OFFICER,)),
    ("invigilator", "Demo Invigilator", None, (Role.INVIGILATOR,)),
    ("marker", "Demo Marker", None, (Role.MARKER,)),
    ("registrar", "Demo Registrar", None, (Role.REGISTRAR,)),
    ("registrar2", "Second Registrar", None, (Role.REGISTRAR,)),
    ("employer", "Demo Employer", None, (Role.ORGANISATION_MANAGER,)),
    ("auditor", "Demo Auditor", None, (Role.AUDITOR,)),
    ("admin", "Demo Administrator", None, (Role.ADMINISTRATOR,)),
)
CERTIFICATE_EXAM = "government-procurement-foundations"
SHORT_EXAM = "demo"
FINISHED = {"id": "GP-X9", "slug": "finished-sitting"}
INVIGILATED = {
    "id": "GP-X8",
    "slug": "invigilated-exam",
    "title": {"en": "Invigilated exam", "zh-Hans": "监考考试"},
}
LEARNERS = ("learner", "learner2")
CROWD = range(901, 907)
STARTED = 3
SIMULATED = 200
EXPIRED_YEARS = 4


def is_empty(session: Session) -> bool:
    """Tell whether nobody has an account yet."""
    return session.scalar(select(func.count()).select_from(Person)) == 0


def add_people(session: Session, password: str) -> dict[str, Person]:
    """Create the demo accounts, all with one password."""
    hashed = passwords.stored_form(password)
    made = {}
    for name, latin, native, roles in PEOPLE:
        made[name] = _person(session, f"{name}@demo.example", latin, native, roles, hashed)
    return made


def _person(
    session: Session,
    email: str,
    latin: str,
    native: str | None,
    roles: tuple[Role, ...],
    hashed: str | None,
) -> Person:
    person = accounts.register(
        session,
        email=email,
        password_hash=hashed,
        name_latin=latin,
        name_native=native,
        roles=roles,
        confirmed_at=clock.now(),
        by=SYSTEM,
    )
    accounts.confirm_name(session, person, by=person)
    return person


def study(session: Session, learner: Person, course_code: str, share: float) -> None:
    """Let a learner be midway through a course."""
    course = catalogue.course_by_code(session, course_code)
    if course is None:
        raise LookupError(f"the course {course_code} is not loaded")
    enrolment = learning.enrol(session, course, by=learner)
    session.flush()  # flush: completing a lesson reads the enrolment back
    lessons = catalogue.lessons_of(course.revision)
    for lesson in lessons[: round(len(lessons) * share)]:
        learning.complete_lesson(session, enrolment, lesson["id"], by=learner)


def sit(
    session: Session,
    person: Person,
    slug: str,
    ability: float,
    rng: Random,
    state: ExamState = ExamState.PUBLISHED,
) -> Attempt:
    """Sit an exam: each question is answered right with probability `ability`."""
    exam = session.scalars(select(Exam).where(Exam.slug == slug, Exam.state == state)).one()
    opened, token = accounts.start_session(
        session, person, user_agent="Demonstration", multi_factor=False
    )
    device = digest(token)
    honour = exams.honour_version(queries.current_revision(session, exam))
    attempt = exams.start(session, exam, person, honour=honour, locale="en", device=device)
    _answer(session, attempt, ability, rng)
    exams.close(session, attempt, by=person)
    accounts.end_session(session, opened, by=person)
    return attempt


def _answer(
    session: Session, attempt: Attempt, ability: float, rng: Random, most: int | None = None
) -> None:
    """Answer the questions in order, the first `most` of them."""
    slots = paper.load(attempt.paper)[:most]
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    holder = tokens.Holder(attempt.id, attempt.candidate_id, attempt.lease)
    client = str(uuid.UUID(int=rng.getrandbits(128)))
    for seq, slot in enumerate(slots):
        item = paper.part_of(parsed[slot.version_id], slot.child)
        value = marking.key_response(item) if rng.random() < ability else guess(item, rng)
        change = saving.Save(client, seq, slot.item, 0, value, attempt.started_at.isoformat())
        saving.save(session, holder, attempt.lease_session, change)


def guess(item: AnyItem, rng: Random) -> Any:
    """A wrong answer of the right form, or none."""
    if isinstance(item, Single):
        return rng.choice([option.id for option in item.options if not option.correct])
    if isinstance(item, TrueFalse):
        return not item.answer
    return None


def add_simulated(session: Session, number: int) -> Person:
    """A candidate who only exists to have attempts."""
    email, name = f"candidate{number:03d}@simulated.example", f"Simulated Candidate {number:03d}"
    return _person(session, email, name, None, (Role.CANDIDATE,), None)


def simulate_sitting(
    session: Session, report: Callable[[int], None], rng: Random, most: int = SIMULATED
) -> None:
    """A closed exam with many attempts, so that statistics have something to show."""
    exam = session.scalars(select(Exam).where(Exam.slug == CERTIFICATE_EXAM)).one()
    content = dict(queries.current_revision(session, exam).content) | FINISHED
    content.pop("certificate", None)
    finished = exams.define(
        session, content, course_code=exam.course_code, state=ExamState.CLOSED, by=SYSTEM
    )
    for number in range(1, most + 1):
        person = add_simulated(session, number)
        ability = min(0.97, max(0.2, rng.gauss(0.68, 0.16)))
        sit(session, person, finished.slug, ability, rng, ExamState.CLOSED)
        report(number)


def add_sittings(session: Session, rng: Random) -> None:
    """An exam by registration: one sitting that runs since an hour, one in a week."""
    pattern = session.scalars(select(Exam).where(Exam.slug == CERTIFICATE_EXAM)).one()
    content = dict(queries.current_revision(session, pattern).content) | INVIGILATED
    for condition in ("certificate", "prerequisites", "window"):
        content.pop(condition, None)
    exam = exams.define(session, content, course_code=pattern.course_code, by=SYSTEM)
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    found = [accounts_read.find_person(session, f"{name}@demo.example") for name in LEARNERS]
    learners = [person for person in found if person is not None]
    crowd = [add_simulated(session, number) for number in CROWD]
    entitled = Entitlement(factor=Fraction(5, 4), break_minutes=10)
    basis, always = "Demonstration: decision of the exam office.", Span(None, None)
    entitlements.grant(session, crowd[0], entitled, basis=basis, valid=always, by=SYSTEM)
    running = _plan(session, exam, now - timedelta(hours=1), timedelta(hours=10), WindowRule.START)
    _register(session, running, [*crowd, *learners])
    for number, person in enumerate(crowd[:STARTED]):
        answer_some(session, person, exam, 4 * number + 3, rng)
    later = (now + timedelta(days=7)).replace(hour=1)
    coming = _plan(session, exam, later, timedelta(hours=2), WindowRule.END)
    _register(session, coming, learners)


def _plan(
    session: Session, exam: Exam, opens_at: datetime, span: timedelta, rule: WindowRule
) -> Sitting:
    is_running = rule is WindowRule.START
    what = sittings.Plan(
        title="Shanghai, hall 1" if is_running else "Shanghai, hall 1, next week",
        opens_at=opens_at,
        closes_at=opens_at + span,
        window_rule=rule,
        timezone="Asia/Shanghai",
        access_code=None if is_running else "KITE 27",
        networks=[],
        authorise=not is_running,
    )
    return sittings.plan(session, exam, what, by=SYSTEM)


def _register(session: Session, sitting: Sitting, people: Sequence[Person]) -> None:
    rows = [Row(n, one.email, "1", f"{n:02d}") for n, one in enumerate(people, start=1)]
    done = sittings.register(session, sitting, rows, by=SYSTEM)
    if done.problems:
        raise LookupError(f"nobody can be registered: {done.problems}")


def answer_some(session: Session, person: Person, exam: Exam, most: int, rng: Random) -> None:
    """Start in a sitting and answer the first few questions; the attempt goes on running."""
    _opened, token = accounts.start_session(
        session, person, user_agent="Demonstration", multi_factor=False
    )
    visit = Visit(
        honour=exams.honour_version(queries.current_revision(session, exam)),
        locale="en",
        device=digest(token),
        address="127.0.0.1",
        zone=ZoneInfo("UTC"),
    )
    attempt = admission.start(session, exam, person, visit)
    _answer(session, attempt, 0.7, rng, most)


def backdate(attempt: Attempt, years: int) -> None:
    """Move a simulated attempt into the past."""
    span = timedelta(days=365 * years + 30)
    attempt.started_at -= span
    attempt.deadline -= span
    attempt.accept_until -= span
    attempt.closed_at = clock.now() - span


def revoke(session: Session, attempt_id: int) -> None:
    """Revoke the certificate of an attempt, with a reason, as a registrar does."""
    registrar = accounts_read.find_person(session, "registrar@demo.example")
    certificate = credentials_read.certificate_of_attempt(session, attempt_id)
    if certificate is None or registrar is None:
        raise LookupError(f"attempt {attempt_id} has no certificate yet")
    credentials.revoke(
        session,
        certificate,
        reason="Demonstration: the identity check was found to be wrong.",
        by=registrar,
    )
