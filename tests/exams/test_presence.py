"""What the room learns while it is open: notices, pauses, its own break; and who was heard of."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from probity.exams import queries, supervision
from probity.exams.models import Presence, Response, Silence
from probity.exams.rules import LOST_AFTER
from tests.exams.test_supervision import age, exam
from tests.factories.exams import items_of, start_attempt

__all__ = ["exam"]
CLIENT = "11111111-1111-4111-8111-111111111111"


class Here:
    """A candidate's browser that holds the lease of one attempt."""

    def __init__(self, browser, attempt):
        self.browser = browser
        self.url = f"/attempts/{attempt.public_id}"
        self.items = items_of(attempt)
        self.token = browser.post_json(f"{self.url}/lease", {}).json["token"]

    def state(self):
        return self.browser.get(f"{self.url}/state").json

    def call(self, expect=200, **body):
        return self.browser.post_json(f"{self.url}/presence", body, expect).json

    def save(self, expect=200):
        body = {"client": CLIENT, "seq": 1, "item": self.items[0], "base": 0, "response": None}
        headers = {"X-Attempt-Token": self.token}
        return self.browser.post_json(f"{self.url}/responses", body, expect, headers).json


@pytest.fixture
def attempt(session, exam, ada):
    return start_attempt(session, exam, ada)


@pytest.fixture
def here(browse, ada, attempt):
    return Here(browse(ada), attempt)


def test_the_state_tells_what_staff_said_and_did(session, here, attempt, otto):
    supervision.message(session, [attempt.id], "Lunch is <b>late</b>", by=otto)
    supervision.extend(session, [attempt.id], 300, "Noise", by=otto)
    session.commit()
    state = here.state()
    assert [(one["kind"], one["text"], one["seconds"]) for one in state["notices"]] == [
        ("message", "Lunch is <b>late</b>", None),
        ("extended", "Noise", 300),
    ]
    assert state["deadline"] == attempt.deadline.isoformat()
    assert state["paused"] is None
    page = here.browser.get(f"{here.url}/").text
    assert "Lunch is &lt;b&gt;late&lt;/b&gt;" in page
    assert "<b>late" not in page


def test_while_paused_nothing_is_shown_saved_or_handed_in(session, here, attempt, otto):
    supervision.pause(session, [attempt.id], "Fire <alarm>", by=otto)
    session.commit()
    paused = here.state()["paused"]
    assert (paused["reason"], paused["own"]) == ("Fire <alarm>", False)
    page = here.browser.get(f"{here.url}/").text
    assert "Fire &lt;alarm&gt;" in page
    assert "data-q " not in page
    assert here.save(409)["reason"] == "paused"
    assert here.browser.post_json(f"{here.url}/submission", {}, 409).json["reason"] == "paused"
    supervision.resume(session, [attempt.id], by=otto)
    session.commit()
    assert here.state()["paused"] is None
    assert here.save()["version"] == 1


def test_a_form_sent_during_a_pause_carries_its_answers_on(session, here, attempt, otto):
    supervision.pause(session, [attempt.id], "Fire alarm", by=otto)
    typed = {"versions": "{}", "q1": 'what "I" <typed>'}
    page = here.browser.post(f"{here.url}/answers", typed, 409).text
    assert 'name="q1" value="what &#34;I&#34; &lt;typed&gt;"' in page
    assert "not saved yet" in page


def test_the_deadline_in_a_pause_is_what_it_would_be_if_it_ended_now(session, here, attempt, otto):
    supervision.pause(session, [attempt.id], "Fire alarm", by=otto)
    age(attempt, timedelta(hours=1))
    written = attempt.deadline
    session.commit()
    assert here.state()["deadline"] > (written + timedelta(minutes=59)).isoformat()
    assert here.state()["state"] == "open"


def test_who_is_watched_is_heard_of(session, here, attempt):
    here.call(item="q1", waiting=0)
    assert session.get(Presence, attempt.id) is None
    attempt.watched = True
    assert here.call(item="q2", waiting=3)["state"] == "open"
    seen = session.get(Presence, attempt.id)
    assert (seen.item, seen.waiting) == ("q2", 3)
    assert here.call(item="q3", waiting=0)["holder"] is True
    session.refresh(seen)
    assert (seen.item, seen.waiting) == ("q3", 0)
    assert session.scalars(select(Silence)).all() == []


def test_a_long_silence_is_written_down(session, here, attempt):
    attempt.watched = True
    here.call(item="q2", waiting=0)
    seen = session.get(Presence, attempt.id)
    seen.seen_at -= 2 * LOST_AFTER
    before = seen.seen_at
    here.call(item="q2", waiting=4)
    silence = session.scalars(select(Silence)).one()
    assert (silence.attempt_id, silence.began_at) == (attempt.id, before)
    assert silence.ended_at - before > LOST_AFTER


def test_nobody_is_heard_of_after_the_end(session, here, attempt):
    attempt.watched = True
    age(attempt, timedelta(hours=2))
    assert here.call(item="q2", waiting=0)["state"] == "closed"
    assert session.get(Presence, attempt.id) is None


@pytest.mark.parametrize(
    "body",
    [
        {"item": "q1"},
        {"item": "q1", "waiting": -1},
        {"item": "q1", "waiting": 1.5},
        {"item": "q1", "waiting": True},
        {"item": "q1", "waiting": 2**40},
        {"item": "<script>", "waiting": 0},
        {"item": "q" * 13, "waiting": 0},
        {"item": 7, "waiting": 0},
    ],
)
def test_a_malformed_call_is_told_what_is_wrong(here, attempt, body):
    attempt.watched = True
    assert here.call(422, **body)["reason"] == "malformed"


def test_a_call_that_is_no_object_is_refused(here):
    reply = here.browser.post_json(f"{here.url}/presence", ["q1"], 422)
    assert reply.json["reason"] == "malformed"


def test_strangers_learn_nothing(browse, bob, otto, attempt):
    url = f"/attempts/{attempt.public_id}"
    stranger = browse(bob)
    stranger.get(f"{url}/state", 404)
    stranger.post_json(f"{url}/presence", {"item": "q1", "waiting": 0}, 404)
    stranger.post(f"{url}/break", expect=404)
    stranger.post(f"{url}/break/end", expect=404)
    browse(otto).post(f"{url}/break", expect=403)


def test_a_break_through_the_room(session, here, attempt):
    assert here.browser.post_json(f"{here.url}/break", {}, 409).json["reason"] == "no-break-left"
    attempt.terms = {**attempt.terms, "break_seconds": 600}
    state = here.browser.post_json(f"{here.url}/break", {}).json
    assert state["paused"]["own"] is True
    assert state["notices"][-1]["own"] is True
    page = here.browser.get(f"{here.url}/").text
    assert "Your break" in page
    assert "Go on now" in page
    here.browser.post(f"{here.url}/break/end", expect=303)
    assert here.state()["paused"] is None
    assert "Take a break" in here.browser.get(f"{here.url}/").text


def test_after_a_break_that_ended_by_itself_answers_are_saved(session, here, attempt):
    attempt.terms = {**attempt.terms, "break_seconds": 60}
    here.browser.post_json(f"{here.url}/break", {})
    session.refresh(attempt)
    age(attempt, timedelta(minutes=31))
    session.commit()
    assert here.state()["paused"] is None
    assert here.save()["version"] == 1
    session.refresh(attempt)
    assert attempt.break_used == 60
    assert session.get(Response, (attempt.id, here.items[0])) is not None
    assert attempt.deadline < queries.now(session) < attempt.accept_until + timedelta(minutes=1)
