"""Which place a certificate gets when the one drawn is taken, and when two begin a list at once."""

import secrets

import pytest
from sqlalchemy import event

from probity.credentials.lists import actions
from probity.credentials.lists.models import StatusList
from probity.kernel import clock, ids

SITE = "https://x.example"


def test_a_place_that_is_taken_is_drawn_anew(session, monkeypatch):
    drawn = iter([7, 7, 7, 9])
    monkeypatch.setattr(secrets, "randbelow", lambda _size: next(drawn))
    first, second = (actions.allot(session, ids.public_id(), SITE)[0] for _ in range(2))
    assert (first.index, second.index) == (7, 9)
    assert session.get_one(StatusList, 1).taken == 2


def test_a_list_in_which_no_place_is_found_ends_the_search(session, monkeypatch):
    monkeypatch.setattr(secrets, "randbelow", lambda _size: 7)
    monkeypatch.setattr(actions, "MOST_TRIES", 3)
    actions.allot(session, ids.public_id(), SITE)
    with pytest.raises(RuntimeError, match="no free place found in status list 1"):
        actions.allot(session, ids.public_id(), SITE)


def test_a_list_that_another_began_a_moment_ago_is_used(session):
    connection = session.connection()
    begun = []

    @event.listens_for(connection, "after_cursor_execute")
    def begin(connection, _cursor, statement, *_more):
        if statement.startswith("UPDATE status_list") and not begun:
            begun.append(1)
            row = StatusList.__table__.insert().values(id=1, taken=0, created_at=clock.now())
            connection.execute(row)

    place = actions.allot(session, ids.public_id(), SITE)[0]
    event.remove(connection, "after_cursor_execute", begin)
    assert begun == [1]
    assert place.list_id == 1
    assert session.get_one(StatusList, 1).taken == 1


def test_the_place_that_a_certificate_states_is_taken_by_it_alone(session):
    mine, another = ids.public_id(), ids.public_id()
    assert actions.occupy(session, mine, 3, 9)
    assert actions.occupy(session, mine, 3, 9)
    assert not actions.occupy(session, mine, 3, 8)
    assert not actions.occupy(session, another, 3, 9)
