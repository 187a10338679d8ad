"""Who may start in a sitting, under which terms, and every reason why not."""

from datetime import UTC, datetime, timedelta

import pytest

from probity.exams import actions as exams
from probity.exams import queries as exams_read
from probity.exams.models import Admission
from probity.kernel import clock, ratelimit
from probity.kernel.errors import Refused, TooMany
from probity.kernel.permissions import SYSTEM
from probity.sittings import actions, admission, rules
from probity.sittings.models import WindowRule
from tests.factories.exams import add_exam
from tests.factories.sittings import (
    SITE,
    add_sitting,
    entitle,
    opening_in,
    place_of,
    start,
    visit,
)


@pytest.fixture
def exam(app, session):
    with app.test_request_context():
        yield add_exam(session)


def refused(session, exam, person, **changes):
    with pytest.raises(Refused) as no:
        start(session, exam, person, **changes)
    return no.value.reason


def test_the_first_sitting_makes_the_exam_one_by_registration(session, exam):
    assert exam.admission is Admission.OPEN
    add_sitting(session, exam)
    assert exam.admission is Admission.REGISTERED


def test_who_is_not_registered_does_not_start(session, exam, ada, bob):
    add_sitting(session, exam, bob)
    assert refused(session, exam, ada) == "not-registered"


def test_who_is_registered_starts_and_the_place_knows_the_attempt(session, exam, ada):
    sitting = add_sitting(session, exam, ada)
    attempt = start(session, exam, ada)
    assert place_of(session, sitting, ada).attempt_id == attempt.id
    assert attempt.watched
    assert attempt.terms["sitting"] == sitting.public_id
    assert attempt.deadline - attempt.started_at == timedelta(minutes=30)


def test_starting_again_resumes(session, exam, ada):
    add_sitting(session, exam, ada, access_code="KITE")
    first = start(session, exam, ada, code="kite")
    assert start(session, exam, ada) is first


@pytest.mark.parametrize("hours", [1, -3])
def test_outside_the_window_nobody_starts(session, exam, ada, hours):
    window = opening_in(hours=hours)
    sitting = add_sitting(session, exam, ada)
    sitting.opens_at, sitting.closes_at = window["opens_at"], window["closes_at"]
    assert refused(session, exam, ada) == "window"


def test_a_cancelled_sitting_gives_no_place(session, exam, ada):
    sitting = add_sitting(session, exam, ada)
    actions.cancel(session, sitting, "Power cut", by=SYSTEM)
    assert refused(session, exam, ada) == "not-registered"


def test_one_sitting_is_sat_once(session, exam, ada):
    add_sitting(session, exam, ada)
    exams.close(session, start(session, exam, ada), by=ada)
    assert refused(session, exam, ada) == "attempts"


def test_a_second_sitting_gives_a_second_attempt(session, exam, ada):
    add_sitting(session, exam, ada)
    exams.close(session, start(session, exam, ada), by=ada)
    add_sitting(session, exam, title="Other", **opening_in(hours=5))
    later = add_sitting(session, exam, ada, title="Second", **opening_in(hours=3))
    assert refused(session, exam, ada) == "window"
    later.opens_at = clock.now() - timedelta(minutes=1)
    assert start(session, exam, ada).number == 2


def test_the_exams_own_conditions_hold_in_a_sitting(session, exam, ada):
    add_sitting(session, exam, ada)
    ada.name_confirmed_at = None
    assert refused(session, exam, ada) == "name-not-confirmed"


def test_from_another_network_nobody_starts(session, exam, ada):
    add_sitting(session, exam, ada, networks=["10.1.2.0/24", "2001:db8::/48"])
    assert refused(session, exam, ada, address="10.1.3.3") == "address"
    assert refused(session, exam, ada, address="") == "address"
    start(session, exam, ada, address="2001:db8::7")


def test_the_access_code_is_read_as_it_is_spoken(session, exam, ada):
    add_sitting(session, exam, ada, access_code="Blue-Kite 7")
    assert refused(session, exam, ada) == "access-code"
    assert refused(session, exam, ada, code="bluekite") == "access-code"
    start(session, exam, ada, code=" BLUE kite7 ")


def test_wrong_codes_are_limited_also_for_the_right_one(session, exam, ada):
    add_sitting(session, exam, ada, access_code="KITE")
    for _ in range(admission.WRONG_CODES[1]):
        admission.count_wrong_code(session, exam, ada)
    with pytest.raises(TooMany):
        start(session, exam, ada, code="KITE")
    ratelimit.clear(session, admission.WRONG_CODES[0], admission.code_key(exam, ada))
    start(session, exam, ada, code="KITE")


def test_who_is_not_let_in_waits(session, exam, ada, ivy):
    sitting = add_sitting(session, exam, ada, authorise=True)
    assert refused(session, exam, ada) == "not-authorised"
    place = place_of(session, sitting, ada)
    assert actions.authorise(session, [place], by=ivy) == 1
    assert actions.authorise(session, [place], by=ivy) == 0
    start(session, exam, ada)


def test_the_rules_must_be_accepted_in_their_version(session, exam, ada):
    add_sitting(session, exam, ada)
    assert refused(session, exam, ada, honour="1999") == "honour"


def test_an_exam_with_words_of_its_own_has_a_version_of_its_own(app, session, ada):
    with app.test_request_context():
        exam = add_exam(session, honour={"en": "Be fair.", "zh-Hans": "请诚信。"})
        version = exams.honour_version(exams_read.current_revision(session, exam))
        assert version == f"{exams.HONOUR_VERSION}/r1"
        assert refused(session, exam, ada) == "honour"
        assert start(session, exam, ada, honour=version).honour_version == version


def test_a_window_that_limits_the_start_leaves_the_full_time(session, exam, ada):
    now = clock.now().replace(microsecond=0)
    window = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(minutes=5)}
    add_sitting(session, exam, ada, window_rule=WindowRule.START, **window)
    attempt = start(session, exam, ada)
    assert attempt.deadline - attempt.started_at == timedelta(minutes=30)
    assert attempt.terms["window_rule"] == "limits-start"
    assert attempt.terms["latest_end"] is None


def test_a_window_that_limits_the_end_cuts_the_time(session, exam, ada):
    now = clock.now().replace(microsecond=0)
    window = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(minutes=5)}
    add_sitting(session, exam, ada, **window)
    attempt = start(session, exam, ada)
    assert attempt.deadline == window["closes_at"]
    assert attempt.terms["closes_at"] == window["closes_at"].isoformat()


def test_what_the_waiting_room_took_is_given_back_at_the_end(session, exam, ada):
    now = clock.now().replace(microsecond=0)
    window = {"opens_at": now - timedelta(seconds=5), "closes_at": now + timedelta(minutes=20)}
    sitting = add_sitting(session, exam, ada, **window)
    held = rules.held_back(sitting.public_id, ada.id)
    attempt = start(session, exam, ada)
    assert attempt.deadline == window["closes_at"] + held
    assert attempt.terms["held_back_ms"] == held // timedelta(milliseconds=1)


def test_extra_time_moves_the_end_of_the_window_for_this_person(session, exam, ada, bob):
    now = clock.now().replace(microsecond=0)
    window = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(minutes=5)}
    add_sitting(session, exam, ada, bob, **window)
    granted = entitle(session, ada, "3/2", break_minutes=10)
    attempt = start(session, exam, ada)
    assert attempt.deadline == window["closes_at"] + timedelta(minutes=15)
    assert attempt.terms["factor"] == "3/2"
    assert attempt.terms["break_seconds"] == 600
    assert attempt.terms["accommodation"] == granted.id
    assert start(session, exam, bob).deadline == window["closes_at"]


def test_extra_time_counts_in_an_open_exam_too(session, exam, ada, bob):
    entitle(session, ada, "5/4")
    attempt = start(session, exam, ada)
    assert attempt.deadline - attempt.started_at == timedelta(minutes=37, seconds=30)
    assert not attempt.watched
    assert start(session, exam, bob).terms["factor"] == "1"


def test_extra_time_moves_the_end_of_an_open_exams_window(app, session, ada):
    soon = clock.now().replace(microsecond=0) + timedelta(minutes=10)
    with app.test_request_context():
        exam = add_exam(session, window={"closes": soon.isoformat()})
        entitle(session, ada, "2")
        attempt = start(session, exam, ada)
    assert attempt.deadline == soon + timedelta(minutes=30)
    assert attempt.terms["closes_at"] == soon.isoformat()


def test_extra_attempts_are_added_to_those_allowed(app, session, ada):
    with app.test_request_context():
        exam = add_exam(session, attempts={"allowed": 1, "cooling_off_hours": 0})
        exams.close(session, start(session, exam, ada), by=ada)
        assert refused(session, exam, ada) == "attempts"
        entitle(session, ada, extra_attempts=1)
        assert start(session, exam, ada).number == 2


def test_an_unlimited_exam_stays_unlimited(app, session, ada):
    with app.test_request_context():
        exam = add_exam(session, attempts={"allowed": "unlimited", "cooling_off_hours": 0})
        entitle(session, ada, extra_attempts=1)
        assert admission.standing(session, exam, ada, SITE).policy.allowed is None


def test_the_day_of_the_opening_at_the_place_decides(session, exam, ada):
    from datetime import date

    opens_at = datetime(2027, 3, 1, 20, tzinfo=UTC)  # the second of March in Shanghai
    entitle(session, ada, "2", valid=rules.Span(date(2027, 3, 2), date(2027, 3, 2)))
    window = {"opens_at": opens_at, "closes_at": opens_at + timedelta(hours=2)}
    add_sitting(session, exam, ada, **window)
    found = admission.standing(session, exam, ada, SITE)
    assert found.terms.limit == timedelta(minutes=60)


def test_the_waiting_room_opens_half_an_hour_before(session, exam, ada):
    sitting = add_sitting(session, exam, ada, **opening_in(minutes=45))
    assert not admission.standing(session, exam, ada, SITE).is_waiting
    sitting.opens_at = clock.now() + timedelta(minutes=29)
    assert admission.standing(session, exam, ada, SITE).is_waiting
    ada.name_confirmed_at = None
    assert not admission.standing(session, exam, ada, SITE).is_waiting


def test_an_open_exam_holds_nobody_back(session, exam, ada):
    found = admission.standing(session, exam, ada, SITE)
    assert found.held_back == timedelta(0)
    assert not found.is_waiting
    assert found.latest_end is None


def test_a_visit_leaves_no_trace_when_it_is_refused(session, exam, ada):
    sitting = add_sitting(session, exam, ada, authorise=True)
    refused(session, exam, ada)
    assert place_of(session, sitting, ada).attempt_id is None
    assert visit(session, ada).code == ""
