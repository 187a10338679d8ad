"""Random lives of attempts: the real actions on the real databases against the reference model.

LIFECYCLE_EXAMPLES and LIFECYCLE_STEPS in the environment ask for more than the short form.
"""

import os
import uuid
from datetime import timedelta
from fractions import Fraction

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from probity.audit.models import AuditEntry
from probity.bank import marking as bank_marking
from probity.bank import queries as bank
from probity.exams import actions, paper, queries, rebuild, rules, steps, supervision
from probity.exams.models import Attempt, Exam, Result
from probity.exams.saving import NotSaved, Saved
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.exams.reference import GRACE, Reference
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam, answer, device_of, events_of, sections_content

LIMIT, BREAK, MINUTES = 1800, 550, 5
TOLERANCE = 8
"""Seconds the test itself may take; every border lies further than this from every jump."""

TIMES = (
    *("started_at", "deadline", "accept_until", "step_until"),
    *("paused_at", "pause_until", "closed_at"),
)
FREE = {"order": "free", "shuffle_items": True, "shuffle_options": True}
PAPERS = (
    sections_content(None, None, navigation=FREE),
    sections_content(MINUTES, None, None, navigation=FREE),
    sections_content(MINUTES, MINUTES, navigation={**FREE, "order": "forward_only"}),
)
JUMPS = st.sampled_from([100, 300, 900])


def told(action, *words, **more):
    """What an action answers, or the reason for which it refuses."""
    try:
        return action(*words, **more)
    except Refused as refusal:
        return refusal.reason


class Life(RuleBasedStateMachine):
    """One attempt, lived twice."""

    def __init__(self, session, exams):
        super().__init__()
        self.session, self.exams = session, exams
        self.savepoint = session.begin_nested()

    def teardown(self):
        self.session.expunge_all()
        self.savepoint.rollback()

    @initialize(place=st.sampled_from(range(len(PAPERS))), factor=st.sampled_from(["1", "5/4"]))
    def begin(self, place, factor):
        person = add_person(self.session, f"{uuid.uuid4().hex}@example.org")
        terms = rules.Terms(
            limit=timedelta(seconds=int(LIMIT * Fraction(factor))),
            grace=timedelta(seconds=GRACE),
            evidence={"factor": factor, "break_seconds": BREAK},
        )
        attempt = actions.start(
            self.session,
            self.session.get_one(Exam, self.exams[place]),
            person,
            honour=actions.HONOUR_VERSION,
            locale="en",
            device=device_of(self.session, person),
            terms=terms,
        )
        self.id, self.person, self.jumped = attempt.id, person, 0
        self.started = attempt.started_at
        self.slots = paper.load(attempt.paper)
        parsed = bank.parsed_versions(self.session, {slot.version_id for slot in self.slots})
        self.keys = {
            slot.item: bank_marking.key_response(paper.part_of(parsed[slot.version_id], slot.child))
            for slot in self.slots
        }
        sections = {slot.step: slot.section for slot in self.slots}
        content = queries.content_of(attempt.revision)
        limits = {part.id: part.minutes * 60 for part in content.sections if part.minutes}
        self.model = Reference(list(sections.values()), limits, LIMIT, Fraction(factor), BREAK)
        self.sent, self.latest = [], attempt.deadline

    @property
    def attempt(self):
        self.session.flush()
        self.session.expire_all()
        return self.session.get_one(Attempt, self.id, with_for_update=True)

    @rule(
        place=st.integers(0, 5),
        here=st.booleans(),
        is_key=st.booleans(),
        off=st.sampled_from([0, 0, 0, 1, -1]),
    )
    def save(self, place, here, is_key, off):
        """A change to a question, mostly an open one, mostly over the newest version."""
        slots = [one for one in self.slots if not here or one.step == self.model.step]
        slot = slots[place % len(slots)]
        version = self.model.answers.get(slot.item, (0, None))[0]
        value = self.keys[slot.item] if is_key else None
        change = (len(self.sent), slot.item, slot.step, max(version + off, 0), value)
        self.sent.append(change)
        self._send(change)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def repeat(self, data):
        """Exactly what was sent before, as a line that stammers sends it."""
        self._send(data.draw(st.sampled_from(self.sent)))

    def _send(self, change):
        number, item, step, base, value = change
        wanted = self.model.save(*change)
        attempt = self.attempt
        client = str(uuid.UUID(int=number // 3))
        for _again in range(2):
            outcome = answer(
                self.session, attempt, item, value, client=client, seq=number, base=base, step=step
            )
            if not isinstance(outcome, NotSaved) or outcome.reason != "paused":
                break
            supervision.settle(self.session, self.attempt)
            self.session.flush()
        if isinstance(outcome, Saved):
            assert ("saved", outcome.version) == wanted
        else:
            assert (outcome.reason, 0) == wanted

    @rule(back=st.sampled_from([0, 0, 0, 1, -1]))
    def advance(self, back):
        step = max(self.model.step - back, 0)
        wanted = self.model.advance(step)
        attempt = self.attempt
        supervision.settle(self.session, attempt)
        assert told(steps.advance, self.session, attempt, step, by=self.person) == wanted

    @rule(seconds=JUMPS)
    def jump(self, seconds):
        """Let time pass: everything that was written down lies further back."""
        attempt = self.attempt
        for name in TIMES:
            if (moment := getattr(attempt, name)) is not None:
                setattr(attempt, name, moment - timedelta(seconds=seconds))
        self.jumped += seconds
        self.model.jump(seconds)

    @rule()
    def pause(self):
        supervision.pause(self.session, [self.id], "a fire drill", by=SYSTEM)
        if self.model.phase == "paused" and self.model.on_break:
            self.model.resume(self.model.now)
        if self.model.phase == "open":
            self.model.pause()

    @rule()
    def resume(self):
        supervision.resume(self.session, [self.id], by=SYSTEM)
        if self.model.phase == "paused" and not self.model.on_break:
            self.model.resume(self.model.now)

    @rule(seconds=JUMPS, is_own=st.booleans(), place=st.integers(0, 5))
    def interruption(self, seconds, is_own, place):
        """A whole pause or break, with an answer that comes while it is on."""
        begin, finish = (
            (self.take_a_break, self.end_the_break) if is_own else (self.pause, self.resume)
        )
        begin()
        self.jump(seconds)
        self.save(place, here=True, is_key=True, off=0)
        finish()

    @rule(hundreds=st.integers(1, 6))
    def extend(self, hundreds):
        supervision.extend(self.session, [self.id], hundreds * 100, "late start", by=SYSTEM)
        if self.model.phase in ("open", "paused"):
            self.model.give(hundreds * 100)

    @rule()
    def take_a_break(self):
        allowed = self.model.phase == "open" and self.model.break_left > 0
        wanted = {"open": "no-break-left", "paused": None}.get(self.model.phase, "closed")
        said = told(supervision.start_break, self.session, self.attempt, by=self.person)
        assert said == (None if allowed else wanted)
        if allowed:
            self.model.pause(self.model.break_left)
            self.model.on_break = True

    @rule()
    def end_the_break(self):
        supervision.end_break(self.session, self.attempt, by=self.person)
        if self.model.phase == "paused" and self.model.on_break:
            self.model.resume(self.model.now)

    @rule(how=st.sampled_from([*("sweep",) * 6, "candidate", "staff"]))
    def end(self, how):
        """Every way an attempt may end; all may come at any time, and again. Most sweeps find nothing."""
        phase = self.model.phase
        if how == "candidate" and phase != "paused":
            actions.close(self.session, self.attempt, by=self.person)
            self.model.close("handed-in")
        elif how == "staff":
            supervision.end(self.session, self.id, "left the room", by=SYSTEM)
            if phase != "over":
                self.model.close("ended-by-staff")
        else:
            self.session.flush()
            due = self.id in queries.expired(self.session, 1000)
            assert due == (phase == "over")
            if due:
                actions.close(self.session, self.attempt, by=SYSTEM)
                self.model.close("time-over")

    @invariant()
    def answers_are_the_models(self):
        stored = queries.answers(self.session, self.attempt.id)
        assert {
            item: (row.version, row.value) for item, row in stored.items()
        } == self.model.answers
        assert rebuild.differences(self.session, self.id, self.id) == []

    @invariant()
    def every_change_left_one_event(self):
        events = events_of(self.session, self.id)
        assert sorted(event.seq for event in events) == sorted(self.model.seen)

    @invariant()
    def there_is_one_ending(self):
        attempt = self.attempt
        closed = select(func.count()).where(
            AuditEntry.event == "attempt:closed", AuditEntry.subject == f"attempt/{self.id}"
        )
        results = select(func.count()).where(Result.attempt_id == self.id)
        once = int(self.model.ending is not None)
        assert (self.session.scalar(closed), self.session.scalar(results)) == (once, once)
        assert attempt.ending == self.model.ending
        assert queries.is_over(self.session, attempt) == (self.model.phase in ("closed", "over"))
        if self.model.ending:
            assert attempt.answers_sha256 == rules.answers_digest(self.model.answers)
            assert attempt.closed_at <= attempt.deadline

    @invariant()
    def times_are_the_models_and_never_shrink(self):
        attempt = self.attempt
        deadline = attempt.deadline + timedelta(seconds=self.jumped)
        assert deadline >= self.latest
        self.latest = deadline
        if self.model.ending is None and attempt.paused_at is None and self.model.paused is None:
            assert abs((deadline - self.started).total_seconds() - self.model.deadline) < TOLERANCE
        assert attempt.step == self.model.step


def test_any_life_of_an_attempt_is_the_models(app, session):
    exams = [
        add_exam(
            session,
            **content,
            id=f"GP-X{number}",
            slug=f"life-{number}",
            certificate=None,
            attempts={"allowed": "unlimited", "cooling_off_hours": 0},
        ).id
        for number, content in enumerate(PAPERS, start=41)
    ]
    examples = int(os.environ.get("LIFECYCLE_EXAMPLES", "20"))
    profile = settings(
        max_examples=examples,
        stateful_step_count=int(os.environ.get("LIFECYCLE_STEPS", "25")),
        deadline=None,
        database=None,
        derandomize="LIFECYCLE_EXAMPLES" not in os.environ,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    with app.test_request_context():
        run_state_machine_as_test(lambda: Life(session, exams), settings=profile)
