"""Searching the register."""

import pytest

from probity.credentials import actions, queries
from probity.credentials.queries import Filter
from probity.exams import actions as exams
from probity.exams.events import PassTakenBack
from probity.kernel import events
from probity.kernel.errors import Refused
from tests.factories.credentials import pass_exam
from tests.factories.exams import start_attempt


@pytest.fixture
def numbers(session, certifying, work, ada, bob, rosa):
    """A register of four: valid, revoked, suspended, reinstated. Returns a search for numbers."""
    for person, native in ((ada, "林薇"), (ada, None), (bob, None), (bob, None)):
        pass_exam(session, certifying, person, native=native)
    work()
    _first, second, third, fourth = queries.after(session, 0, 10)
    actions.revoke(session, second, reason="x", by=rosa)
    actions.suspend(session, third, reason="x", by=rosa)
    actions.suspend(session, fourth, reason="x", by=rosa)
    actions.reinstate(session, fourth, reason="x", by=rosa)

    def search(text="", status=""):
        found = session.scalars(queries.register(Filter(text, status))).all()
        return sorted(int(certificate.number[-6:]) for certificate in found)

    return search


def test_the_register_is_searched_by_number_holder_and_status(numbers, ada):
    assert numbers() == [1, 2, 3, 4]
    assert numbers("ada") == numbers("LIM") == [1, 2]
    assert numbers("林") == [1]
    assert numbers("%") == [1, 2, 3, 4]  # a sign of its own in SQL, nothing here
    assert numbers("nobody") == []
    assert numbers(status="revoked") == [2]
    assert numbers(status="suspended") == [3]
    assert numbers(status="valid") == [1, 4]
    assert numbers(status="expired") == numbers(status="superseded") == []
    assert numbers(status="nonsense") == [1, 2, 3, 4]
    assert numbers("bob", "suspended") == [3]


def test_a_number_finds_only_its_certificate(session, numbers):
    second = queries.after(session, 1, 1)[0]
    assert numbers(second.number.lower().replace("-", " ")) == [int(second.number[-6:])]


def test_everybody_sees_only_their_own(session, numbers, ada, bob, rosa):
    assert len(session.scalars(queries.held_by(ada)).all()) == 2
    assert len(session.scalars(queries.held_by(bob)).all()) == 2
    assert session.scalars(queries.held_by(rosa)).all() == []


def test_what_rests_on_a_pass_is_known_from_its_announcement_to_its_revocation(
    session, certifying, work, ada, bob, rosa
):
    failed = start_attempt(session, certifying, bob)
    exams.close(session, failed, by=bob)
    passed = pass_exam(session, certifying, ada)
    assert not queries.rests_on(session, failed.id)
    assert queries.rests_on(session, passed.id), "it is being issued"
    work()
    assert queries.rests_on(session, passed.id), "it is issued"
    with pytest.raises(Refused, match="revoke the certificate first"):
        events.announce(session, PassTakenBack(passed.id))
    certificate = queries.certificate_of_attempt(session, passed.id)
    actions.revoke(session, certificate, reason="x", by=rosa)
    assert not queries.rests_on(session, passed.id)
    events.announce(session, PassTakenBack(passed.id))
