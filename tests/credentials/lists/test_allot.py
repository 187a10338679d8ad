"""Places in status lists: random, never twice, kept for ever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import exc, func, select, text
from sqlalchemy.orm import Session

from probity.credentials.lists import actions, rules
from probity.credentials.lists.models import StatusList, StatusPlace
from probity.kernel import ids
from probity.kernel.db import db
from probity.wiring import create_app
from tests.databases import environment

SITE = "https://x.example"
THREADS, EACH = 4, 25


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path):
    """An installation of its own, whose changes really commit."""
    url = f"sqlite:///{tmp_path / 'site.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create_database("places")
    app = create_app(environment(url, tmp_path), TESTING=True)
    with app.app_context():
        db.create_all()
        yield app
        db.engine.dispose()


def test_a_certificate_has_the_same_place_in_the_lists_of_both_purposes(session):
    revocation, suspension = actions.allot(session, ids.public_id(), SITE)
    assert (revocation.list_id, revocation.index) == (suspension.list_id, suspension.index)
    assert revocation.address("https://x.example") == "https://x.example/status/1-revocation"
    assert suspension.address("https://x.example") == "https://x.example/status/1-suspension"


def test_asking_again_finds_the_place_already_taken(session):
    public_id = ids.public_id()
    assert actions.allot(session, public_id, SITE) == actions.allot(session, public_id, SITE)
    assert session.get_one(StatusList, 1).taken == 1


def test_places_follow_no_order(session):
    found = [actions.allot(session, ids.public_id(), SITE)[0].index for _ in range(40)]
    assert found not in (sorted(found), sorted(found, reverse=True))
    assert max(found) > rules.SIZE // 4


def test_a_list_that_is_half_full_is_followed_by_the_next(session, monkeypatch):
    monkeypatch.setattr(rules, "SIZE", 8)
    monkeypatch.setattr(rules, "HALF", 4)
    found = [actions.allot(session, ids.public_id(), SITE)[0] for _ in range(10)]
    assert [place.list_id for place in found] == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]
    assert len({(place.list_id, place.index) for place in found}) == 10


def test_the_database_keeps_places_as_they_are(session):
    actions.allot(session, ids.public_id(), SITE)
    for statement in ("UPDATE status_place SET position = 1", "DELETE FROM status_place"):
        with pytest.raises(exc.DBAPIError, match="never changed"), session.begin_nested():
            session.execute(text(statement))


def test_the_database_refuses_a_place_that_is_taken_or_outside(session):
    place = actions.allot(session, ids.public_id(), SITE)[0]
    row = "INSERT INTO status_place (public_id, list_id, position) VALUES ('x', 1, :at)"
    for at in (place.index, -1, rules.SIZE):
        with pytest.raises(exc.IntegrityError), session.begin_nested():
            session.execute(text(row), {"at": at})


def test_many_at_once_never_share_a_place(site, monkeypatch):
    monkeypatch.setattr(rules, "SIZE", 64)
    monkeypatch.setattr(rules, "HALF", 32)
    engine = db.engine.execution_options(writing=True)

    def take():
        for _ in range(EACH):
            with Session(engine) as session, session.begin():
                actions.allot(session, ids.public_id(), SITE)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(take) for _ in range(THREADS)]:
            done.result()
    with Session(db.engine) as session:
        taken = session.scalars(select(StatusList.taken).order_by(StatusList.id)).all()
        assert taken == [32, 32, 32, 4]
        assert session.scalar(select(func.count()).select_from(StatusPlace)) == THREADS * EACH
