"""Everything that changes a sitting and who is in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.exams import actions as exams
from probity.exams import queries as exams_read
from probity.exams.models import Admission, Exam
from probity.kernel import clock, ids, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor, Permission
from probity.sittings import papers, queries, rules
from probity.sittings.models import Registration, Sitting, SittingState, WindowRule
from probity.sittings.rules import Phase, Problem, Row


@dataclass(frozen=True, slots=True)
class Plan:
    """What an officer decides about a sitting."""

    title: str
    opens_at: datetime
    closes_at: datetime
    window_rule: WindowRule
    timezone: str
    access_code: str | None
    networks: list[str]
    authorise: bool

    @property
    def fixed(self) -> tuple[object, ...]:
        """What nobody may change once candidates rely on it."""
        return self.opens_at, self.closes_at, self.window_rule, self.timezone


def plan(session: Session, exam: Exam, what: Plan, *, by: Actor) -> Sitting:
    """Plan a sitting; from then on the exam is sat by registered people only.

    Refuses a window that is over.
    """
    _refuse_window(what, exams_read.now(session))
    sitting = Sitting(
        public_id=ids.public_id(),
        exam=exam,
        title=what.title,
        state=SittingState.PLANNED,
        opens_at=what.opens_at,
        closes_at=what.closes_at,
        window_rule=what.window_rule,
        timezone=what.timezone,
        access_code=what.access_code,
        networks=what.networks,
        authorise=what.authorise,
        papers_round=0,
        papers_lacking=[],
        created_at=clock.now(),
        created_by_id=by.id,
    )
    session.add(sitting)
    session.flush()  # flush: the audit entry needs sitting.id
    audit.record(session, AuditEvent.SITTING_PLANNED, f"sitting/{sitting.id}", by=by, exam=exam.id)
    exams.set_admission(session, exam, Admission.REGISTERED, by=by)
    return sitting


def _refuse_window(what: Plan, now: datetime) -> None:
    if what.opens_at >= what.closes_at:
        raise Refused(_("The sitting must close after it opens."), "closes")
    if what.closes_at <= now:
        raise Refused(_("This time has passed. Choose one that is still to come."), "closes")


def change(session: Session, sitting: Sitting, what: Plan, *, by: Actor) -> None:
    """Change a sitting. The sitting must be locked.

    Refuses what is cancelled or over, and times and rule once it is open: candidates rely on them.
    """
    now = exams_read.now(session)
    _refuse_ended(sitting, now)
    if sitting.opens_at <= now:
        if what.fixed != (
            *(sitting.opens_at, sitting.closes_at),
            *(sitting.window_rule, sitting.timezone),
        ):
            raise Refused(
                _(
                    "The sitting is open: its times and its rule stay as candidates were told. "
                    "Extra time is given in the live console."
                ),
                "open",
            )
    else:
        _refuse_window(what, now)
    sitting.title, sitting.authorise = what.title, what.authorise
    sitting.opens_at, sitting.closes_at = what.opens_at, what.closes_at
    sitting.window_rule, sitting.timezone = what.window_rule, what.timezone
    sitting.access_code, sitting.networks = what.access_code, what.networks
    audit.record(session, AuditEvent.SITTING_CHANGED, f"sitting/{sitting.id}", by=by)


def _refuse_ended(sitting: Sitting, now: datetime) -> None:
    if sitting.state is SittingState.CANCELLED:
        raise Refused(_("This sitting was cancelled."), "cancelled")
    if rules.phase(sitting.opens_at, sitting.closes_at, now) is Phase.PAST:
        raise Refused(_("This sitting is over. What happened in it stays as it is."), "over")


def cancel(session: Session, sitting: Sitting, reason: str, *, by: Actor) -> None:
    """Call a sitting off and tell everybody registered why. The sitting must be locked.

    Refuses once somebody has started.
    """
    _refuse_ended(sitting, exams_read.now(session))
    if queries.has_started(session, sitting):
        raise Refused(
            _(
                "Candidates have started. End their attempts in the live console, with the reason; "
                "what they answered counts."
            ),
            "started",
        )
    sitting.state = SittingState.CANCELLED
    sitting.cancelled_at, sitting.cancelled_by_id = clock.now(), by.id
    sitting.cancel_reason = reason
    audit.record(session, AuditEvent.SITTING_CANCELLED, f"sitting/{sitting.id}", by=by)
    jobs.enqueue(
        session,
        "sittings.tell_cancelled",
        key=f"sitting/{sitting.public_id}/cancelled",
        sitting=sitting.public_id,
    )


def open_to_all(session: Session, exam: Exam, *, by: Actor) -> None:
    """Let everybody who meets the conditions sit an exam again. The exam must be locked."""
    if queries.has_sitting_ahead(session, exam, exams_read.now(session)):
        raise Refused(
            _("A sitting of this exam is still to come or runs. Cancel it or wait for its end."),
            "sitting-ahead",
        )
    exams.set_admission(session, exam, Admission.OPEN, by=by)


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a roster."""

    added: int
    moved: int
    problems: Sequence[Problem]


def register(session: Session, sitting: Sitting, rows: Sequence[Row], *, by: Actor) -> Registered:
    """Register people, or move those registered already; with any problem nothing is done.

    The sitting must be locked.
    """
    _refuse_ended(sitting, exams_read.now(session))
    here = queries.registered(session, sitting)
    people = queries.people_at(session, [row.email for row in rows])
    problems = list(_problems(session, sitting, rows, people, here))
    if problems:
        return Registered(0, 0, sorted(problems, key=lambda one: one.line))
    added = moved = 0
    for row in rows:
        held = here.get(row.email)
        if held is None:
            _add(session, sitting, people[row.email], row, by)
            added += 1
        elif move(session, held, row.room, row.seat, by=by):
            moved += 1
    if added:
        session.flush()  # flush: papers are drawn for the rows just added
        papers.fill_gaps(session, sitting)
    return Registered(added, moved, [])


def _problems(
    session: Session,
    sitting: Sitting,
    rows: Sequence[Row],
    people: dict[str, Person],
    here: dict[str, Registration],
) -> Iterable[Problem]:
    elsewhere = queries.engaged(session, sitting, [one.id for one in people.values()])
    for row in rows:
        person = people.get(row.email)
        if person is None:
            yield Problem(row.line, "unknown", row.email)
        elif not person.may(Permission.EXAM_SIT):
            yield Problem(row.line, "no-candidate", row.email)
        elif row.email not in here and person.id in elsewhere:
            yield Problem(row.line, "engaged", elsewhere[person.id].title)
    taken = [(email, one.room, one.seat) for email, one in here.items()]
    yield from rules.seats_taken_twice(rows, taken)


def _add(session: Session, sitting: Sitting, person: Person, row: Row, by: Actor) -> None:
    place = Registration(
        sitting_id=sitting.id,
        person_id=person.id,
        room=row.room,
        seat=row.seat,
        created_at=clock.now(),
    )
    session.add(place)
    audit.record(
        session,
        AuditEvent.REGISTRATION_ADDED,
        f"sitting/{sitting.id}",
        by=by,
        person=person.id,
    )


def move(session: Session, place: Registration, room: str, seat: str, *, by: Actor) -> bool:
    """Give a person another room or seat, also while they sit; tells whether anything changed."""
    if (place.room, place.seat) == (room, seat):
        return False
    place.room, place.seat = room, seat
    audit.record(
        session,
        AuditEvent.REGISTRATION_MOVED,
        f"sitting/{place.sitting_id}",
        by=by,
        person=place.person_id,
    )
    return True


def remove(session: Session, sitting: Sitting, place: Registration, *, by: Actor) -> None:
    """Take a person off the roster. Both must be locked. Refuses once the person has started."""
    _refuse_ended(sitting, exams_read.now(session))
    if place.attempt_id is not None:
        raise Refused(
            _("This person has started. The attempt stays on record; end it in the live console."),
            "started",
        )
    audit.record(
        session,
        AuditEvent.REGISTRATION_REMOVED,
        f"sitting/{sitting.id}",
        by=by,
        person=place.person_id,
    )
    session.delete(place)


def authorise(session: Session, places: Iterable[Registration], *, by: Actor) -> int:
    """Let people go in whose identity was checked; returns for how many that is new.

    The registrations must be locked.
    """
    new = [place for place in places if place.authorised_at is None]
    now = exams_read.now(session)
    for place in new:
        place.authorised_at, place.authorised_by_id = now, by.id
        audit.record(
            session,
            AuditEvent.REGISTRATION_AUTHORISED,
            f"sitting/{place.sitting_id}",
            by=by,
            person=place.person_id,
        )
    return len(new)
