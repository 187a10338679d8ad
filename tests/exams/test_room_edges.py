"""What the room answers to requests that come too late, from elsewhere or out of shape."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from probity.accounts.models import UserSession
from probity.exams import supervision
from probity.exams.models import Attempt
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


def submit(candidate, expect, body, **headers):
    return candidate.browser.post_json(f"{candidate.url}/submission", body, expect, headers).json


def test_a_room_that_lost_the_lease_does_not_hand_in(session, candidate, browse, ada):
    other = Candidate(browse(ada))
    other.url = candidate.url
    other.browser.post_json(f"{other.url}/lease", {})
    stale = {"X-Attempt-Token": candidate.paper["token"]}
    assert submit(candidate, 409, {}, **stale)["reason"] == "read-only"
    assert submit(other, 200, {}, **{"X-Attempt-Token": ""})["ending"] == "handed-in"
    assert submit(candidate, 200, {}, **stale)["ending"] == "handed-in"


def test_a_clock_that_missed_extra_time_ends_nothing(session, candidate, ada):
    attempt = session.scalars(select(Attempt)).one()
    supervision.extend(session, [attempt.id], 600, "The lift stood still.", by=ada)
    refused = submit(candidate, 409, {"because": "time-over"})
    assert refused["reason"] == "running"
    assert refused["deadline"] == session.scalars(select(Attempt)).one().deadline.isoformat()
    candidate.save("q1", None)
    assert submit(candidate, 200, {})["ending"] == "handed-in"


def test_a_clock_that_ran_out_ends_the_exam(session, candidate):
    attempt = session.scalars(select(Attempt)).one()
    attempt.deadline = clock.now() + timedelta(seconds=1)
    session.flush()
    assert submit(candidate, 200, {"because": "time-over"})["ending"] == "handed-in"


def test_a_submission_of_any_shape_is_a_hand_in(candidate):
    assert submit(candidate, 200, ["time-over"])["ending"] == "handed-in"
