"""The exam room protocol through HTTP, as CONTRACT names it."""

import json
import re

import pytest
from sqlalchemy import func, select

from probity.bank import marking as bank_marking
from probity.bank import queries as bank
from probity.exams import actions, paper
from probity.exams.models import Attempt, ResponseEvent
from tests.factories.bank import HIDDEN
from tests.factories.exams import add_exam

CLIENT = "11111111-1111-4111-8111-111111111111"
HONOUR = {"honour": actions.HONOUR_VERSION}


class Candidate:
    """A browser in the exam room."""

    def __init__(self, browser):
        self.browser = browser
        self.seq = 0

    def enter(self, slug="short-exam"):
        reply = self.browser.post(f"/exams/{slug}/attempts", HONOUR)
        self.url = reply.location.removesuffix("/")
        self.paper = self.browser.get(f"{self.url}/paper").json
        self.items = [item["item"] for item in self.paper["items"]]
        return self

    def save(self, item_id, response, *, expect=200, token=None, url=None, **changes):
        self.seq += 1
        body = {
            "client": CLIENT,
            "seq": self.seq,
            "item": item_id,
            "base": 0,
            "response": response,
            "at": "",
        }
        headers = {"X-Attempt-Token": self.paper["token"] if token is None else token}
        return self.browser.post_json(
            f"{url or self.url}/responses", body | changes, expect, headers
        ).json

    def hand_in(self):
        return self.browser.post_json(f"{self.url}/submission", {}).json


@pytest.fixture
def candidate(session, browse, ada):
    add_exam(session)
    return Candidate(browse(ada)).enter()


def keys(session, public_id):
    attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
    slots = paper.load(attempt.paper)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    return {
        slot.item: bank_marking.key_response(paper.part_of(parsed[slot.version_id], slot.child))
        for slot in slots
    }


def test_starting_twice_leads_to_the_same_room(session, browse, ada):
    add_exam(session)
    browser = browse(ada)
    first = browser.post("/exams/short-exam/attempts", HONOUR).location
    assert browser.post("/exams/short-exam/attempts", HONOUR).location == first
    browser.get(first)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_a_refused_start_says_why_to_a_script(session, browse, ada):
    add_exam(session)
    ada.name_confirmed_at = None
    reply = browse(ada).post_json("/exams/short-exam/attempts", HONOUR, 409)
    assert reply.json["reason"] == "name-not-confirmed"
    assert reply.json["until"] is None


def test_a_whole_attempt_by_protocol_passes(session, candidate):
    right = keys(session, candidate.url.rsplit("/", 1)[1])
    for item in candidate.items:
        saved = candidate.save(item, right[item])
        assert saved["version"] == 1
        assert saved["seq"] == candidate.seq
        assert saved["deadline"] == candidate.paper["deadline"]
        assert saved["notices"] == []
    receipt = candidate.hand_in()
    stated = {"attempt", "submitted_at", "answers_sha256", "signature", "check_at"}
    assert set(receipt) == stated | {"version", "ending", "answered"}
    assert (receipt["ending"], receipt["answered"]) == ("handed-in", len(candidate.items))
    assert candidate.hand_in() == receipt
    assert "Genuine" in candidate.browser.get(receipt["check_at"].split(":8000")[1]).text
    forged = receipt["check_at"].split(":8000")[1].replace("answers=", "answers=0")
    assert "Not genuine" in candidate.browser.get(forged).text


def test_the_paper_in_json_holds_no_key(candidate):
    body = json.dumps(candidate.paper)
    assert HIDDEN not in body
    assert not re.search(r'"(correct|answer|pairs|why|accept|share|traps|rationale)"', body)
    assert {item["kind"] for item in candidate.paper["items"]} >= {"single", "numeric", "matching"}
    assert all(item["version"] == 0 for item in candidate.paper["items"])


def test_the_room_page_holds_no_key(candidate):
    page = candidate.browser.get(f"{candidate.url}/")
    assert HIDDEN not in page.text
    assert page.text.count("data-q ") == len(candidate.items)


def test_the_state_tells_what_is_saved(candidate):
    candidate.save("q1", None)
    state = candidate.browser.get(f"{candidate.url}/state").json
    assert state["responses"] == {"q1": {"response": None, "version": 1}}
    assert state["state"] == "open"
    assert state["holder"] is True
    candidate.browser.post_json(f"{candidate.url}/flags", {"flags": ["q3"]})
    assert candidate.browser.get(f"{candidate.url}/state").json["flags"] == ["q3"]
    candidate.hand_in()
    assert candidate.browser.get(f"{candidate.url}/state").json["state"] == "closed"


@pytest.mark.parametrize(
    "bad",
    [
        {"seq": 1.5},
        {"seq": "1"},
        {"seq": -1},
        {"seq": True},
        {"seq": 2**60},
        {"seq": 2**31},
        {"base": 2**31},
        {"seq": None},
        {"base": -1},
        {"base": "0"},
        {"item": "q99"},
        {"item": 1},
        {"client": "x"},
        {"client": None},
        {"at": 5},
        {"at": "x" * 41},
        {"response": {"a": {"b": "c"}}},
        {"response": ["no-such-option"]},
        {"response": 7},
    ],
)
def test_a_malformed_save_is_422_and_changes_nothing(session, candidate, bad):
    changes = {"response": None, **bad}
    reply = candidate.save("q1", changes.pop("response"), expect=422, **changes)
    assert reply["reason"] == "malformed"
    assert reply["message"]
    assert session.scalar(select(func.count()).select_from(ResponseEvent)) == 0


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null", "\x00"])
def test_a_body_that_is_no_object_is_422(candidate, body):
    reply = candidate.browser.client.post(
        f"{candidate.url}/responses",
        data=body,
        content_type="application/json",
        headers={
            "X-CSRFToken": candidate.browser.token(),
            "X-Attempt-Token": candidate.paper["token"],
        },
    )
    assert reply.status_code == 422


def test_a_missing_response_is_not_taken_for_a_cleared_one(candidate):
    body = {"client": CLIENT, "seq": 1, "item": "q1", "base": 0}
    headers = {"X-Attempt-Token": candidate.paper["token"]}
    candidate.browser.post_json(f"{candidate.url}/responses", body, 422, headers)


def test_a_save_above_64_kib_is_413(candidate):
    assert candidate.save("q1", "x" * 70_000, expect=413)["reason"] == "too-large"


def test_a_save_without_csrf_token_is_400(candidate):
    reply = candidate.browser.client.post(
        f"{candidate.url}/responses", json={}, headers={"X-Attempt-Token": candidate.paper["token"]}
    )
    assert (reply.status_code, reply.json) == (400, {"reason": "csrf"})


def test_a_forged_attempt_token_saves_nothing(session, candidate):
    assert candidate.save("q1", None, expect=409, token="1.1.1.forged")["reason"] == "token"
    assert session.scalar(select(func.count()).select_from(ResponseEvent)) == 0


def test_a_foreign_attempt_does_not_exist(browse, candidate, bob):
    stranger = Candidate(browse(bob))
    stranger.paper = candidate.paper
    for path in ("/", "/paper", "/state", "/result", "/result.json"):
        if path.startswith("/result"):
            continue
        stranger.browser.get(candidate.url + path, expect=404)
    for path in ("/lease", "/submission", "/flags", "/answers"):
        stranger.browser.post(candidate.url + path, expect=404)
    assert stranger.save("q1", None, url=candidate.url, expect=404)["reason"] == "unknown"


def test_a_token_of_one_attempt_does_not_open_another(session, browse, candidate, bob):
    other = Candidate(browse(bob)).enter()
    candidate.save("q1", None, url=other.url, expect=404)


def test_without_a_session_a_save_asks_to_sign_in(app, candidate):
    stranger = app.test_client()
    page = stranger.get("/design").text
    token = re.findall(r'name="csrf-token" content="([^"]+)"', page)[0]
    reply = stranger.post(
        f"{candidate.url}/responses",
        json={},
        headers={"X-CSRFToken": token, "X-Attempt-Token": candidate.paper["token"]},
    )
    assert (reply.status_code, reply.json["reason"]) == (401, "sign-in")


def test_a_second_browser_must_take_over(browse, candidate, ada):
    second = Candidate(browse(ada))
    second.url, second.paper = candidate.url, browse(ada).get(f"{candidate.url}/paper").json
    assert second.paper["token"] is None
    assert second.save("q1", None, expect=409, token="")["reason"] == "read-only"
    second.paper["token"] = second.browser.post_json(f"{second.url}/lease", {}).json["token"]
    second.save("q1", None)
    refused = candidate.save("q2", None, expect=409)
    assert refused["reason"] == "read-only"


def test_a_form_without_scripts_saves_and_hands_in(session, candidate):
    right = keys(session, candidate.url.rsplit("/", 1)[1])
    kinds = {item["item"]: item["kind"] for item in candidate.paper["items"]}
    form = {item: right[item] for item, kind in kinds.items() if kind == "single"}
    candidate.browser.post(f"{candidate.url}/answers", form)
    state = candidate.browser.get(f"{candidate.url}/state").json
    given = {item: row["response"] for item, row in state["responses"].items() if row["response"]}
    assert given == form
    reply = candidate.browser.post(f"{candidate.url}/answers", {**form, "hand_in": "1"})
    assert reply.location.endswith("/result")


def test_saving_after_the_hand_in_is_closed(candidate):
    candidate.hand_in()
    assert candidate.save("q1", None, expect=409)["reason"] == "closed"
    candidate.browser.get(f"{candidate.url}/paper", expect=409)
    candidate.browser.get(f"{candidate.url}/", expect=303)


def test_the_lobby_tells_everybody_what_the_exam_asks(session, browse, ada, ivy):
    add_exam(session)
    assert "Sign in to sit this exam" in browse().get("/exams/short-exam/").text
    assert "Start the exam" in browse(ada).get("/exams/short-exam/").text
    browse().get("/exams/no-such-exam/", expect=404)
    assert "Short exam" in browse().get("/exams/").text


def test_only_candidates_sit_exams(session, browse, otto):
    add_exam(session)
    browse(otto).post("/exams/short-exam/attempts", HONOUR, expect=403)
    assert browse().post("/exams/short-exam/attempts", HONOUR, expect=401)
