"""Planning, changing and cancelling sittings, and who is on the roster."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.exams.models import Admission, Exam
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.mail import Letter
from probity.kernel.permissions import SYSTEM
from probity.sittings import actions, queries, rules
from probity.sittings.models import Registration, SittingState, WindowRule
from probity.sittings.rules import Phase, Row
from tests.factories.exams import add_exam
from tests.factories.sittings import add_sitting, opening_in, place_of, plan_of, start


@pytest.fixture
def exam(app, session):
    with app.test_request_context():
        yield add_exam(session)


def refused(action, *args, **named):
    with pytest.raises(Refused) as no:
        action(*args, by=SYSTEM, **named)
    return no.value.reason


def test_a_window_that_ends_before_it_begins_or_is_over_is_refused(session, exam):
    now = clock.now()
    for opens, closes in ((2, 1), (-3, -1)):
        what = plan_of(
            opens_at=now + timedelta(hours=opens), closes_at=now + timedelta(hours=closes)
        )
        assert refused(actions.plan, session, exam, what) == "closes"


def test_a_sitting_to_come_can_be_changed_in_everything(session, exam):
    sitting = add_sitting(session, exam, **opening_in(days=2))
    what = plan_of(
        title="Moved",
        window_rule=WindowRule.START,
        access_code="KITE",
        authorise=True,
        **opening_in(days=3),
    )
    actions.change(session, sitting, what, by=SYSTEM)
    assert (sitting.title, sitting.opens_at, sitting.authorise) == ("Moved", what.opens_at, True)
    assert refused(actions.change, session, sitting, replace(what, closes_at=clock.now())) == (
        "closes"
    )


def test_an_open_sitting_keeps_its_times_and_rule(session, exam):
    sitting = add_sitting(session, exam)
    same = plan_of(opens_at=sitting.opens_at, closes_at=sitting.closes_at, networks=["10.0.0.0/8"])
    actions.change(session, sitting, same, by=SYSTEM)
    assert sitting.networks == ["10.0.0.0/8"]
    later = replace(same, closes_at=same.closes_at + timedelta(hours=1))
    assert refused(actions.change, session, sitting, later) == "open"
    assert refused(actions.change, session, sitting, replace(same, timezone="UTC")) == "open"


def test_what_is_over_or_cancelled_stays_as_it_is(session, exam, ada):
    sitting = add_sitting(session, exam, ada)
    what = plan_of(opens_at=sitting.opens_at, closes_at=sitting.closes_at)
    sitting.closes_at = clock.now() - timedelta(minutes=1)
    assert refused(actions.change, session, sitting, what) == "over"
    assert refused(actions.cancel, session, sitting, "Late") == "over"
    assert refused(actions.register, session, sitting, []) == "over"
    assert refused(actions.remove, session, sitting, place_of(session, sitting, ada)) == "over"
    other = add_sitting(session, exam, **opening_in(days=1))
    actions.cancel(session, other, "Flood", by=SYSTEM)
    assert refused(actions.cancel, session, other, "Again") == "cancelled"


def test_a_cancelled_sitting_is_told_to_everybody_with_the_reason(
    app, session, exam, ada, bob, work
):
    ada.locale = "zh-Hans"
    sitting = add_sitting(session, exam, ada, bob, **opening_in(days=1))
    actions.cancel(session, sitting, "The hall is flooded.", by=SYSTEM)
    assert sitting.state is SittingState.CANCELLED
    work()
    letters = session.scalars(select(Letter).where(Letter.key.like("sitting/%"))).all()
    assert {letter.recipient for letter in letters} == {ada.email, bob.email}
    assert all("The hall is flooded." in letter.text for letter in letters)


def test_once_somebody_started_a_sitting_is_not_cancelled(session, exam, ada):
    sitting = add_sitting(session, exam, ada)
    start(session, exam, ada)
    assert refused(actions.cancel, session, sitting, "No") == "started"


def test_an_exam_opens_again_only_without_a_sitting_ahead(session, exam):
    sitting = add_sitting(session, exam, **opening_in(days=1))
    assert refused(actions.open_to_all, session, exam) == "sitting-ahead"
    actions.cancel(session, sitting, "Flood", by=SYSTEM)
    actions.open_to_all(session, exam, by=SYSTEM)
    assert exam.admission is Admission.OPEN
    actions.open_to_all(session, exam, by=SYSTEM)
    changes = select(AuditEntry).where(AuditEntry.event == "exam:admission-changed")
    assert len(session.scalars(changes).all()) == 2


def test_a_list_adds_and_moves(session, exam, ada, bob):
    sitting = add_sitting(session, exam, ada)
    rows = [Row(1, ada.email, "B", "9"), Row(2, bob.email, "A", "1")]
    done = actions.register(session, sitting, rows, by=SYSTEM)
    assert (done.added, done.moved) == (1, 1)
    assert place_of(session, sitting, ada).seat == "9"
    again = actions.register(session, sitting, rows, by=SYSTEM)
    assert (again.added, again.moved) == (0, 0)


def test_with_one_bad_line_nobody_is_added(session, exam, ada, bob, ivy):
    add_sitting(session, exam, bob, title="Elsewhere")
    sitting = add_sitting(session, exam)
    rows = [
        Row(1, ada.email, "A", "1"),
        Row(2, "nobody@example.org", "A", "2"),
        Row(3, ivy.email, "A", "3"),
        Row(4, bob.email, "A", "1"),
    ]
    done = actions.register(session, sitting, rows, by=SYSTEM)
    found = {(one.line, one.code) for one in done.problems}
    assert found == {(2, "unknown"), (3, "no-candidate"), (4, "engaged"), (4, "seat-taken")}
    assert (
        session.scalars(select(Registration).where(Registration.sitting_id == sitting.id)).all()
        == []
    )


def test_who_has_started_is_not_taken_off_but_may_change_seats(session, exam, ada, bob):
    sitting = add_sitting(session, exam, ada, bob)
    start(session, exam, ada)
    place = place_of(session, sitting, ada)
    assert refused(actions.remove, session, sitting, place) == "started"
    assert actions.move(session, place, "B", "2", by=SYSTEM)
    actions.remove(session, sitting, place_of(session, sitting, bob), by=SYSTEM)
    session.flush()
    assert list(queries.registered(session, sitting)) == [ada.email]


def test_the_list_tells_phases_and_numbers(session, exam, ada, bob):
    now = clock.now()
    running = add_sitting(session, exam, ada, bob)
    start(session, exam, ada)
    coming = add_sitting(session, exam, title="Later", **opening_in(days=1))
    for phase, expected, numbers in (
        (Phase.RUNNING, running, (2, 1, 1)),
        (Phase.COMING, coming, (0, 0, 0)),
    ):
        found = queries.counted(session, session.scalars(queries.listed(phase, now)).all(), now)
        assert [one.sitting for one in found] == [expected]
        assert (found[0].registered, found[0].ready, found[0].started) == numbers
    assert session.scalars(queries.listed(Phase.PAST, now)).all() == []


def test_the_roster_is_searched_by_words_and_room(session, exam, ada, bob):
    sitting = add_sitting(session, exam, ada, bob)
    actions.move(session, place_of(session, sitting, bob), "B", "x_1", by=SYSTEM)
    session.flush()

    def found(*args):
        return [one.person for one in session.scalars(queries.roster(sitting, *args))]

    assert found() == [ada, bob]
    assert found("okoro bob") == [bob]
    assert found("x_1") == [bob]
    assert found("_") == [bob]
    assert found("", "A") == [ada]
    assert queries.rooms(session, sitting) == ["A", "B"]


def test_a_sitting_is_found_by_its_public_id_alone(session, exam):
    sitting = add_sitting(session, exam)
    assert queries.sitting(session, sitting.public_id) is sitting
    assert queries.lock_sitting(session, "z" * 26) is None
    assert queries.registered_only(session, clock.now())[0].is_ahead


@pytest.mark.bare
def test_exams_that_can_be_planned_are_the_published_ones(session, exam):
    from probity.exams.models import ExamState

    assert list(queries.plannable(session)) == [exam]
    session.get_one(Exam, exam.id).state = ExamState.CLOSED
    assert list(queries.plannable(session)) == []
    assert timedelta(hours=1) == rules.PREPARED_BEFORE
