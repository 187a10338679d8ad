"""Whether a person may start an exam now, alone or in a sitting, and the start itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import actions as exams
from probity.exams import composing
from probity.exams import queries as exams_read
from probity.exams import rules as exam_rules
from probity.exams.models import Admission, Attempt, Exam, ExamRevision
from probity.kernel import ratelimit
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.sittings import entitlements, papers, queries, rules
from probity.sittings.models import Registration, Sitting
from probity.sittings.rules import Entitlement

WAITING_ROOM = timedelta(minutes=30)
"""So long before the opening the lobby counts down and offers the rules."""

WRONG_CODES = ("sitting/code", 10, 900)
"""Name, most, seconds: who names ten wrong access codes waits a quarter of an hour at most."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes: from which address, on which device, in which language, with which words."""

    honour: str
    locale: str
    device: str
    address: str
    zone: ZoneInfo
    code: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands with one exam at one moment."""

    exam: Exam
    place: Registration | None
    revision: ExamRevision
    content: ExamContent
    entitled: Entitlement
    policy: exam_rules.Policy
    terms: exam_rules.Terms
    history: exam_rules.History
    now: datetime
    refusal: exam_rules.Refusal | None

    @property
    def sitting(self) -> Sitting | None:
        return self.place.sitting if self.place else None

    @property
    def is_waiting(self) -> bool:
        """Whether only the opening, which is near, keeps this person from starting."""
        opens_at, no = self.policy.opens_at, self.refusal
        if self.place is None or opens_at is None or no is None or no.reason != "window":
            return False
        return timedelta(0) < opens_at - self.now <= WAITING_ROOM and self.is_free

    @property
    def is_free(self) -> bool:
        """Whether nothing would be in the way at the opening."""
        opens_at = self.policy.opens_at or self.now
        return exam_rules.refusal(self.policy, self.history, max(opens_at, self.now)) is None

    @property
    def latest_end(self) -> datetime | None:
        """When the time is over for everybody at the latest, as it is told before the start."""
        return self.terms.closes_at

    @property
    def held_back(self) -> timedelta:
        """How long the waiting room holds this person back after the opening."""
        if self.place is None:
            return timedelta(0)
        return rules.held_back(self.place.sitting.public_id, self.place.person_id)


def standing(session: Session, exam: Exam, person: Person, zone: ZoneInfo) -> Standing:
    """Where this person stands; the door (address, code, authorisation) is not looked at."""
    now = exams_read.now(session)
    place = None
    if exam.admission is Admission.REGISTERED:
        place = queries.place_of(session, person.id, [exam.id], now).get(exam.id)
    sitting = place.sitting if place else None
    revision = (sitting.revision if sitting else None) or exams_read.current_revision(session, exam)
    content = exams_read.content_of(revision)
    day = entitlements.day_of(sitting) if sitting else now.astimezone(zone).date()
    entitled = entitlements.in_force(session, [person.id], day).get(person.id, entitlements.NOTHING)
    policy = entitlements.policy_for(content, entitled, sitting)
    history = exams_read.history_of(session, person, exam, policy.prerequisites)
    return Standing(
        exam=exam,
        place=place,
        revision=revision,
        content=content,
        entitled=entitled,
        policy=policy,
        terms=entitlements.terms_for(content, entitled, now, sitting=sitting, person_id=person.id),
        history=history,
        now=now,
        refusal=refusal_of(exam, place, policy, history, now),
    )


def refusal_of(
    exam: Exam,
    place: Registration | None,
    policy: exam_rules.Policy,
    history: exam_rules.History,
    now: datetime,
) -> exam_rules.Refusal | None:
    """Why a person may not start now, the door apart; `place` is theirs in a sitting."""
    if exam.admission is Admission.REGISTERED and place is None:
        return exam_rules.Refusal("not-registered")
    if place is not None and place.attempt_id is not None:
        return exam_rules.Refusal("attempts")
    return exam_rules.refusal(policy, history, now)


def door_refusal(place: Registration | None, address: str, code: str | None) -> str | None:
    """The reason why this person may not go into the sitting from here, None if they may.

    Without a `code` the door is looked at as if the right one had been given.
    """
    if place is None:
        return None
    sitting = place.sitting
    door = rules.Door(
        networks=sitting.networks,
        address=address,
        access_code=sitting.access_code,
        given_code=sitting.access_code or "" if code is None else code,
        must_be_authorised=sitting.authorise,
        is_authorised=place.authorised_at is not None,
    )
    return rules.turned_away(door)


def start(session: Session, exam: Exam, person: Person, visit: Visit) -> Attempt:
    """Start, or return the attempt already open. Refuses with a stable reason.

    With a paper made before, this draws nothing: the registration carries what is asked.
    """
    exams_read.lock_candidate(session, person.id)
    resumed = exams_read.open_attempt(session, person.id, exam)
    if resumed is not None:
        return resumed
    found = standing(session, exam, person, visit.zone)
    if found.refusal is not None:
        raise _refused(found.refusal, found.place)
    _check_door(session, found, person, visit)
    if visit.honour != exams.honour_version(found.revision):
        raise Refused(
            _("Please read the rules in the lobby and accept them before you start."), "honour"
        )
    place, ready = _paper(session, found, person)
    attempt = exams.begin(
        session,
        exam,
        person,
        ready,
        found.terms,
        found.now,
        honour=visit.honour,
        locale=visit.locale,
        device=visit.device,
    )
    if place is not None:
        place.attempt_id = attempt.id
    return attempt


def _check_door(session: Session, found: Standing, person: Person, visit: Visit) -> None:
    if found.place is None:
        return
    if found.place.sitting.access_code is not None:
        name, most, _seconds = WRONG_CODES
        ratelimit.check(session, name, code_key(found.exam, person), most=most)
    reason = door_refusal(found.place, visit.address, visit.code)
    if reason is not None:
        raise Refused(door_sentence(reason), reason)


def door_sentence(reason: str) -> str:
    """What a candidate is told at the door."""
    sentences: dict[str, str] = {
        "address": _(
            "This exam can be started only in the exam room. Your device is not in its network: "
            "tell the invigilator."
        ),
        "access-code": _("This is not the access code. The invigilator reads it out in the room."),
        "not-authorised": _("Please wait until the invigilator has checked who you are."),
    }
    return sentences[reason]


def count_wrong_code(session: Session, exam: Exam, person: Person) -> None:
    """Count one wrong access code of this person."""
    name, _most, seconds = WRONG_CODES
    ratelimit.count(session, name, code_key(exam, person), per_seconds=seconds)


def code_key(exam: Exam, person: Person) -> str:
    return f"{exam.id}/{person.id}"


def _paper(
    session: Session, found: Standing, person: Person
) -> tuple[Registration | None, composing.Ready]:
    """The place, locked, and its paper; whoever has none yet gets one now, of the same revision."""
    place = queries.lock_place(session, found.place.id) if found.place else None
    if place is not None and place.paper is not None and place.seed is not None:
        revision = session.get_one(ExamRevision, place.revision_id)
        return place, composing.Ready(revision, place.paper, place.seed)
    seen = exams_read.seen_items(session, person.id, found.exam)
    ready = composing.make_ready(session, found.revision, seen)
    if place is not None:
        papers.keep(session, [papers.Drawn(place.id, ready)])
    return place, ready


def _refused(refusal: exam_rules.Refusal, place: Registration | None) -> Refused:
    if refusal.reason == "not-registered":
        return Refused(
            _("This exam is sat by registered people only. Ask the exam office for a place."),
            refusal.reason,
        )
    if refusal.reason == "attempts" and place is not None and place.attempt_id is not None:
        return Refused(_("You have sat the exam in this sitting already."), refusal.reason)
    return exams.refused(refusal)
