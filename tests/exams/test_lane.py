"""The short way of a save: as strict as the whole way, on databases that really commit."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from probity.accounts.models import UserSession
from probity.accounts.roles import Role
from probity.exams.models import Attempt, Response, ResponseEvent
from probity.exams.views import lane
from probity.kernel.db import db
from tests.exams.test_room_views import Candidate
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam
from tests.kernel.conftest import own_site, own_url
from tests.visitor import Visitor

__all__ = ["own_site", "own_url"]

both = pytest.mark.parametrize("own_url", ["sqlite", "postgresql"], indirect=True)
on_postgres = pytest.mark.parametrize("own_url", ["postgresql"], indirect=True)


class InTheRoom(Candidate):
    """A candidate whose token is at hand, so that nothing but saves reaches the application."""

    def __init__(self, browser, whole):
        super().__init__(browser)
        self.whole = whole
        self.csrf = browser.token()

    def answer(self, response, *, expect=200, **changes):
        """Save one answer to the first question; tell whether it went the whole way."""
        self.seq += 1
        item = self.paper["items"][0]
        body = {"client": "11111111-1111-4111-8111-111111111111", "seq": self.seq, "base": 0}
        headers = {
            "X-CSRFToken": changes.pop("csrf", self.csrf),
            "X-Attempt-Token": changes.pop("token", self.paper["token"]),
        }
        self.whole.clear()
        self.reply = self.browser.client.post(
            f"{self.url}/responses",
            json={**body, "item": item["item"], "response": response, "at": "", **changes},
            headers=headers,
        )
        assert self.reply.status_code == expect, self.reply.text
        return bool(self.whole)


@pytest.fixture
def candidate(own_site):
    whole = []
    own_site.before_request(lambda: whole.append(1))
    with own_site.app_context():
        engine = db.engine
    with Session(engine) as session:
        add_exam(session)
        ada = add_person(session, "ada@example.org", Role.CANDIDATE, name_latin="Ada Lim")
        candidate = InTheRoom(Visitor(own_site, session, ada), whole).enter()
        first = candidate.paper["items"][0]
        candidate.options = [option["id"] for option in first["options"]]
        candidate.value = lambda place: candidate.options[place % len(candidate.options)]
        yield candidate


@pytest.fixture(autouse=True)
def choices_first(monkeypatch):
    """The first question of the paper is one of choice."""
    import tests.factories.exams as factory

    monkeypatch.setattr(factory, "KINDS", ("single",))


def stored(candidate):
    with Session(candidate.browser.session.get_bind()) as session:
        return session.scalars(select(Response.value)).one(), session.scalar(
            select(func.count()).select_from(ResponseEvent)
        )


@both
def test_the_second_save_takes_the_short_way_and_says_the_same(candidate):
    assert candidate.answer(candidate.value(0))
    slow = candidate.reply
    assert not candidate.answer(candidate.value(1), base=1)
    fast = candidate.reply
    assert slow.json.keys() == fast.json.keys()
    assert (fast.json["version"], fast.json["seq"]) == (2, 2)
    assert slow.json["deadline"] == fast.json["deadline"]
    assert stored(candidate) == (candidate.value(1), 2)
    ours = {"Date", "Content-Length", "X-Request-Id", "Vary", "Set-Cookie"}
    assert set(dict(slow.headers)) - ours == set(dict(fast.headers)) - ours
    for name in set(dict(fast.headers)) - ours:
        assert slow.headers[name] == fast.headers[name], name


@both
def test_the_same_change_again_has_no_second_effect(candidate):
    candidate.answer(candidate.value(0))
    candidate.answer(candidate.value(1), base=1)
    first = candidate.reply.json
    assert candidate.answer(candidate.value(1), base=1, seq=2)
    assert candidate.reply.json == first
    assert stored(candidate)[1] == 2


@both
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"csrf": "wrong"}, 400),
        ({"token": "1.1.1.wrong"}, 409),
        ({"item": "q999"}, 422),
        ({"seq": 1.5}, 422),
        ({"response": "x" * 70_000}, 413),
        ({"base": 7}, 409),
    ],
)
def test_whatever_is_wrong_goes_the_whole_way(candidate, changes, status):
    candidate.answer(candidate.value(0))
    assert not candidate.answer(candidate.value(1), base=1)
    changes = {"response": candidate.value(2), "base": 2} | changes
    whole = candidate.answer(expect=status, **changes)
    assert whole or status == 400  # the token is refused before the request is counted
    assert stored(candidate)[0] == candidate.value(1)


@both
@pytest.mark.parametrize(
    ("model", "values", "status"),
    [
        (UserSession, {"ended_at": func.now()}, 401),
        (Attempt, {"lease": 2}, 409),
        (Attempt, {"paused_at": func.now()}, 409),
        (Attempt, {"step": 1}, 409),
        (Attempt, {"accept_until": Attempt.started_at}, 409),
    ],
)
def test_what_changed_since_the_pass_was_given_is_noticed(candidate, model, values, status):
    candidate.answer(candidate.value(0))
    session = candidate.browser.session
    session.query(model).update(values)
    session.commit()
    assert candidate.answer(candidate.value(1), base=1, expect=status)
    assert stored(candidate)[0] == candidate.value(0)


@on_postgres
def test_a_line_that_was_cut_is_replaced_and_the_answer_saved(candidate):
    candidate.answer(candidate.value(0))
    candidate.answer(candidate.value(1), base=1)
    with Session(candidate.browser.session.get_bind()) as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    candidate.browser.session.invalidate()
    candidate.answer(candidate.value(2), base=2)
    assert stored(candidate) == (candidate.value(2), 3)


@both
def test_a_pass_ends_and_the_oldest_gives_way(candidate, own_site, monkeypatch):
    monkeypatch.setattr(lane, "VALID_SECONDS", -1)
    candidate.answer(candidate.value(0))
    assert candidate.answer(candidate.value(1), base=1)
    monkeypatch.setattr(lane, "VALID_SECONDS", 60)
    monkeypatch.setattr(lane, "MOST_PASSES", 0)
    candidate.answer(candidate.value(2), base=2)
    assert candidate.answer(candidate.value(3), base=3)
