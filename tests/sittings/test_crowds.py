"""A room sits behind one address: the failures of many do not lock it out of the exam."""

import pytest

from probity.accounts import limits
from probity.sittings import queries
from tests.factories.exams import add_exam
from tests.factories.sittings import add_sitting, opening_in

ROOM, ELSEWHERE = "10.1.2.3", "192.0.2.9"


def used_up(app, session, address):
    """Whether somebody at this address is stopped after the room's many wrong passwords."""
    session.commit()
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        for _ in range(limits.BY_PLACE.most):
            limits.count(session, limits.BY_PLACE, limits.place())
        try:
            limits.check_sign_in(session, "ada@example.org")
        except limits.TooMany:
            return True
        return False


def test_failures_stop_an_address_that_no_sitting_expects(app, session):
    assert used_up(app, session, ROOM)


@pytest.mark.parametrize(
    ("window", "address", "stopped"),
    [
        ({}, ROOM, False),
        ({}, ELSEWHERE, True),
        (opening_in(minutes=50), ROOM, False),
        (opening_in(hours=3), ROOM, True),
    ],
)
def test_the_ranges_of_a_sitting_are_excused_around_its_time(
    app, session, window, address, stopped
):
    add_sitting(session, add_exam(session), networks=["10.1.0.0/16"], **window)
    assert used_up(app, session, address) is stopped


def test_a_sitting_without_ranges_excuses_nobody(session):
    add_sitting(session, add_exam(session))
    assert not queries.is_exam_room(session, ROOM)


def test_one_account_is_still_protected_in_the_room(app, session):
    add_sitting(session, add_exam(session), networks=["10.1.0.0/16"])
    session.commit()
    with app.test_request_context(environ_base={"REMOTE_ADDR": ROOM}):
        for _ in range(limits.BY_PLACE_AND_ACCOUNT.most):
            limits.count_sign_in_failure(session, "ada@example.org")
        with pytest.raises(limits.TooMany):
            limits.check_sign_in(session, "ada@example.org")
