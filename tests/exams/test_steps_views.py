"""Going on through HTTP: what a browser gets, and what it is told when it may not."""

import pytest
from sqlalchemy import select

from probity.exams import queries
from probity.exams.models import Attempt
from tests.exams.test_room_views import Candidate
from tests.exams.test_steps import FORWARD, FREE, SEALED, hold
from tests.factories.exams import add_exam, sections_content


@pytest.fixture
def enter(session, browse, ada):
    def enter(*minutes, navigation=FREE):
        add_exam(session, **sections_content(*minutes, navigation=navigation))
        return Candidate(browse(ada)).enter()

    return enter


def attempt_of(session):
    return session.scalars(select(Attempt)).one()


def go_on(candidate, step, expect=200):
    return candidate.browser.post_json(f"{candidate.url}/step", {"from": step}, expect).json


def test_a_browser_gets_the_present_step_and_nothing_else(session, enter):
    candidate = enter(10, 5, None)
    assert candidate.items == ["q1", "q2", "q3"]
    page = candidate.browser.get(f"{candidate.url}/").text
    assert 'data-item="q3"' in page
    assert 'data-item="q4"' not in page
    assert "Part 3" in page
    candidate.save("q1", None)
    state = candidate.browser.get(f"{candidate.url}/state").json
    assert (state["step"], set(state["responses"])) == (0, {"q1"})
    assert go_on(candidate, 0)["step"] == 1
    later = candidate.browser.get(f"{candidate.url}/paper").json
    assert [item["item"] for item in later["items"]] == ["q4", "q5", "q6"]
    state = candidate.browser.get(f"{candidate.url}/state").json
    assert (state["step"], state["responses"]) == (1, {})
    assert state["section_ends"] < state["deadline"]
    assert 'data-item="q1"' not in candidate.browser.get(f"{candidate.url}/").text


def test_an_answer_to_a_section_left_behind_is_kept_as_late(session, enter):
    candidate = enter(None, None, navigation=SEALED)
    assert go_on(candidate, 0)["step"] == 1
    assert go_on(candidate, 0)["step"] == 1
    assert candidate.save("q1", None, expect=409)["reason"] == "late-kept"
    assert candidate.save("q4", None)["version"] == 1


@pytest.mark.parametrize(
    "body", [None, [], {}, {"from": "0"}, {"from": -1}, {"from": True}, {"from": 1.0}]
)
def test_a_step_that_is_none_is_422(enter, body):
    candidate = enter(None, None, navigation=SEALED)
    reply = candidate.browser.post_json(f"{candidate.url}/step", body, 422)
    assert reply.json["reason"] == "malformed"


def test_who_may_not_go_on_is_told_why(session, enter, browse, ada, bob):
    candidate = enter(None, None, navigation=SEALED)
    assert go_on(candidate, 1, expect=409)["reason"] == "not-reached"
    browse(bob).post_json(f"{candidate.url}/step", {"from": 0}, 404)
    elsewhere = browse(ada).post_json(f"{candidate.url}/step", {"from": 0}, 409)
    assert elsewhere.json["reason"] == "read-only"
    attempt = attempt_of(session)
    attempt.paused_at = queries.now(session)
    assert go_on(candidate, 0, expect=409)["reason"] == "paused"
    attempt_of(session).paused_at = None
    candidate.hand_in()
    assert go_on(candidate, 0, expect=409)["reason"] == "closed"
    assert attempt_of(session).step == 0


def test_the_last_step_leads_nowhere(enter):
    candidate = enter(None, None, navigation=SEALED)
    go_on(candidate, 0)
    assert go_on(candidate, 1, expect=409)["reason"] == "last"


def test_without_scripts_a_form_saves_and_goes_on(session, enter):
    candidate = enter(10, None)
    page = candidate.browser.get(f"{candidate.url}/").text
    assert 'name="go_on" value="0"' in page
    reply = candidate.browser.post(f"{candidate.url}/answers", {"go_on": "0", "versions": "{}"})
    assert reply.location.startswith(f"{candidate.url}/?saved=0")
    assert attempt_of(session).step == 1
    assert candidate.browser.post(f"{candidate.url}/step", {"from": "0"}).location == (
        f"{candidate.url}/"
    )
    assert 'name="go_on"' not in candidate.browser.get(f"{candidate.url}/").text


def test_without_scripts_a_section_whose_time_is_over_keeps_answers_as_late(session, browse, ada):
    content = sections_content(10, None)
    content["sections"][0]["cells"][0]["kinds"] = ["single"]
    add_exam(session, **content)
    candidate = Candidate(browse(ada)).enter()
    single = candidate.paper["items"][0]
    hold(attempt_of(session), step_until=700)
    session.commit()
    form = {single["item"]: single["options"][0]["id"], "go_on": "0", "versions": "{}"}
    reply = candidate.browser.post(f"{candidate.url}/answers", form)
    assert "late=1" in reply.location
    assert attempt_of(session).step == 1
    assert "kept as late" in candidate.browser.get(reply.location).text


def test_forward_only_asks_one_question_at_a_time(enter):
    candidate = enter(None, None, navigation=FORWARD)
    assert candidate.items == ["q1"]
    page = candidate.browser.get(f"{candidate.url}/").text
    assert "Go on to the next question" in page
    for step in range(3):
        assert go_on(candidate, step)["step"] == step + 1
    items = candidate.browser.get(f"{candidate.url}/paper").json["items"]
    assert len(items) == 3
    assert len({item["case"]["id"] for item in items}) == 1


def test_a_free_paper_shows_no_steps(enter):
    candidate = enter(None, None)
    page = candidate.browser.get(f"{candidate.url}/").text
    assert "data-steps" not in page
    assert "data-go-on" not in page
    assert len(candidate.items) == 6


def test_flags_of_a_section_left_behind_stay_and_cannot_be_changed(session, enter):
    candidate = enter(None, None, navigation=SEALED)

    def flag(*items):
        url = f"{candidate.url}/flags"
        return candidate.browser.post_json(url, {"flags": list(items)}).json["flags"]

    assert flag("q1", "q5", "q99") == ["q1"]
    go_on(candidate, 0)
    assert flag("q2", "q5") == ["q1", "q5"]
    assert flag() == ["q1"]
