"""What is granted to people: once for each day, withdrawn with a reason, never silent."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.sittings import entitlements
from probity.sittings.rules import Entitlement, Span
from tests.factories.exams import add_exam
from tests.factories.sittings import entitle, start

MARCH = Span(date(2027, 3, 1), date(2027, 3, 31))


@pytest.fixture(autouse=True)
def _request(app):
    with app.test_request_context():
        yield


def test_what_is_granted_holds_on_its_days_alone(session, ada, bob):
    entitle(session, ada, "5/4", break_minutes=10, separate_room=True, valid=MARCH)
    people = [ada.id, bob.id]
    for day, is_held in (
        (date(2027, 2, 28), 0),
        (MARCH.first, 1),
        (MARCH.last, 1),
        (date(2027, 4, 1), 0),
    ):
        assert len(entitlements.in_force(session, people, day)) == is_held
    found = entitlements.in_force(session, people, MARCH.first)[ada.id]
    assert (found.factor, found.break_minutes, found.separate_room) == (Fraction(5, 4), 10, True)


def test_nothing_cannot_be_granted(session, ada):
    with pytest.raises(Refused) as no:
        entitlements.grant(session, ada, Entitlement(), basis="-", valid=MARCH, by=ada)
    assert no.value.reason == "nothing"


def test_two_grants_never_hold_on_the_same_day(session, ada, otto):
    first = entitle(session, ada, "5/4", valid=MARCH)
    with pytest.raises(Refused) as no:
        entitle(session, ada, "2", valid=Span(date(2027, 3, 31), None))
    assert no.value.reason == "overlap"
    entitle(session, ada, "2", valid=Span(date(2027, 4, 1), None))
    entitlements.withdraw(session, first, "Doubled by mistake", by=otto)
    entitle(session, ada, "3/2", valid=MARCH)
    assert [one.time_factor for one in entitlements.history(session, ada)] == ["3/2", "2", "5/4"]


def test_a_withdrawal_keeps_who_when_and_why(session, ada, otto):
    granted = entitle(session, ada, "5/4")
    entitlements.withdraw(session, granted, "The paper expired", by=otto)
    assert (granted.withdrawn_by_id, granted.withdrawn_reason) == (otto.id, "The paper expired")
    assert entitlements.in_force(session, [ada.id], clock.now().date()) == {}
    assert entitlements.names_of(session, [granted]) == {otto.id: "Otto Berg"}
    with pytest.raises(Refused) as no:
        entitlements.withdraw(session, granted, "Again", by=otto)
    assert no.value.reason == "withdrawn"


def test_the_log_holds_numbers_and_no_reasons(session, ada):
    entitle(session, ada, "5/4", extra_attempts=2)
    session.flush()
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.event == "accommodation:granted")
    ).one()
    assert entry.details == {
        "person": ada.id,
        "factor": "5/4",
        "break_minutes": 0,
        "extra_attempts": 2,
        "separate_room": False,
    }


def test_a_running_attempt_keeps_its_terms(session, ada):
    attempt = start(session, add_exam(session), ada)
    entitle(session, ada, "2")
    assert attempt.deadline - attempt.started_at == timedelta(minutes=30)
    assert list(entitlements.running(session, ada)) == [attempt]
    attempt.accept_until = clock.now() - timedelta(seconds=1)
    assert list(entitlements.running(session, ada)) == []


def test_one_entry_is_found_with_its_person_only(session, ada, bob):
    granted = entitle(session, ada, "5/4")
    assert entitlements.lock_granted(session, ada, granted.id) is granted
    assert entitlements.lock_granted(session, bob, granted.id) is None
