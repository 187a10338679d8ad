"""Searching the register."""

import pytest

from probity.credentials import actions, queries
from tests.factories.credentials import pass_exam


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
        found = session.scalars(queries.register(text, status)).all()
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
