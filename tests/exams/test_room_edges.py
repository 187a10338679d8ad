"""What the room answers to requests that come too late, from elsewhere or out of shape."""

import pytest
from sqlalchemy import update

from probity.accounts.models import UserSession
from probity.kernel import clock
from tests.exams.test_room_views import Candidate
from tests.factories.exams import add_exam


@pytest.fixture
def candidate(session, browse, ada):
    add_exam(session)
    return Candidate(browse(ada)).enter()


@pytest.mark.parametrize("body", [None, [], {"flags": "q1"}, {"flags": [1]}, {"flags": None}, {}])
def test_flags_that_are_no_list_of_questions_are_422(candidate, body):
    reply = candidate.browser.post_json(f"{candidate.url}/flags", body, 422)
    assert reply.json == {"reason": "malformed"}


def test_unknown_flags_are_dropped(candidate):
    reply = candidate.browser.post_json(f"{candidate.url}/flags", {"flags": ["q99", "q2", "q2"]})
    assert reply.json == {"flags": ["q2"]}


def test_after_the_end_flags_stay_and_nobody_takes_over(candidate):
    candidate.browser.post_json(f"{candidate.url}/flags", {"flags": ["q1"]})
    candidate.hand_in()
    reply = candidate.browser.post_json(f"{candidate.url}/flags", {"flags": ["q3"]})
    assert reply.json == {"flags": ["q1"]}
    assert candidate.browser.post_json(f"{candidate.url}/lease", {}, 409).json["reason"] == "closed"


def test_taking_over_without_scripts_leads_to_the_room(candidate):
    reply = candidate.browser.post(f"{candidate.url}/lease")
    assert reply.location == f"{candidate.url}/"


def test_an_ended_session_is_asked_to_sign_in_whatever_its_token(session, candidate):
    session.execute(update(UserSession).values(ended_at=clock.now()))
    session.commit()
    for token in (None, "forged"):
        assert candidate.save("q1", None, expect=401, token=token)["reason"] == "sign-in"
    assert candidate.browser.get(f"{candidate.url}/state", expect=401).is_json


def test_a_stale_base_is_told_what_counts_instead(candidate):
    candidate.save("q1", None)
    reply = candidate.save("q1", None, base=7, expect=409)
    assert reply == {"seq": 2, "reason": "superseded", "version": 1, "response": None}
