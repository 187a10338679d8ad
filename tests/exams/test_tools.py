"""Notes, struck options and the other language: what a candidate's tools keep and are given."""

import pytest
from sqlalchemy import select

from probity.exams import tools
from probity.exams.models import Attempt
from probity.kernel import clock
from tests.exams.test_room_views import Candidate
from tests.factories.bank import HIDDEN
from tests.factories.exams import add_exam


@pytest.fixture
def candidate(session, browse, ada):
    add_exam(session)
    return Candidate(browse(ada)).enter()


def post(candidate, expect=200, **changes):
    body = {"notes": "", "struck": {}, "base": 0, **changes}
    return candidate.browser.post_json(f"{candidate.url}/scratch", body, expect).json


def test_notes_and_strikes_are_kept_and_numbered(candidate):
    assert candidate.browser.get(f"{candidate.url}/scratch").json == tools.EMPTY
    first = post(candidate, notes="Art. 16", struck={"q1": ["b", "a", "b"], "q2": []})
    assert first == {"version": 1, "notes": "Art. 16", "struck": {"q1": ["a", "b"]}}
    assert candidate.browser.get(f"{candidate.url}/scratch").json == first
    assert candidate.browser.get(f"{candidate.url}/state").json["scratch_version"] == 1
    assert post(candidate, notes="more", base=1)["version"] == 2


def test_the_same_again_is_no_change_whatever_it_rests_on(candidate):
    first = post(candidate, notes="same")
    assert post(candidate, notes="same", base=0) == first
    assert post(candidate, notes="same", base=9) == first


def test_a_slower_device_is_told_what_is_kept(candidate):
    post(candidate, notes="first device")
    reply = post(candidate, 409, notes="second device", base=0)
    assert reply == {
        "reason": "superseded",
        "version": 1,
        "notes": "first device",
        "struck": {},
    }


def test_questions_of_other_papers_are_left_out(candidate):
    assert post(candidate, struck={"q99": ["a"], "q1": ["a"]})["struck"] == {"q1": ["a"]}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"notes": None}, "notes"),
        ({"notes": "x" * 20_001}, "20000"),
        ({"notes": "a\0b"}, "notes"),
        ({"notes": "\ud800"}, "notes"),
        ({"struck": ["q1"]}, "struck"),
        ({"struck": {"q1": "a"}}, "list"),
        ({"struck": {"q1": ["a"] * 27}}, "26"),
        ({"struck": {"q1": [1]}}, "ids"),
        ({"struck": {"q1": ["x" * 65]}}, "ids"),
        ({"struck": {"q1": ["\0"]}}, "ids"),
        ({"base": -1}, "base"),
        ({"base": 1.0}, "base"),
        ({"base": True}, "base"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(candidate, changes, named):
    reply = post(candidate, 422, **changes)
    assert reply["reason"] == "malformed"
    assert named in reply["message"]


@pytest.mark.parametrize("body", [None, [], "text", 7])
def test_a_body_that_is_no_object_is_refused(candidate, body):
    reply = candidate.browser.post_json(f"{candidate.url}/scratch", body, 422)
    assert reply.json["message"] == "The body must be an object."


def test_after_the_end_nothing_changes_any_more(candidate):
    post(candidate, notes="during")
    candidate.hand_in()
    assert post(candidate, 409, notes="after", base=1) == {"reason": "closed"}
    assert candidate.browser.get(f"{candidate.url}/other-language", 409).json["reason"] == "closed"


def test_nobody_else_reads_or_writes_them(candidate, browse, bob, vera):
    url = candidate.url
    for browser, status in ((browse(bob), 404), (browse(vera), 403)):
        for path in ("scratch", "other-language"):
            browser.get(f"{url}/{path}", expect=status)
        body = {"notes": "", "struck": {}, "base": 0}
        browser.post_json(f"{url}/scratch", body, status)
    browse().post_json(f"{url}/scratch", {}, 401)


def test_the_other_language_comes_without_any_key(candidate):
    page = candidate.browser.get(f"{candidate.url}/other-language").text
    assert '<html lang="zh-Hans">' in page
    assert "中文 Which one?" in page
    assert HIDDEN not in page
    assert all(f'data-of="{item}"' in page for item in candidate.items)


def test_a_pause_hides_the_other_language_too(session, candidate):
    attempt = session.scalars(select(Attempt)).one()
    attempt.paused_at = clock.now()
    session.commit()
    reply = candidate.browser.get(f"{candidate.url}/other-language", expect=409)
    assert reply.json == {"reason": "paused"}


def test_an_exam_in_one_language_has_no_other(session, browse, ada):
    add_exam(session, slug="english-only", id="GP-X8", title={"en": "English only"})
    candidate = Candidate(browse(ada)).enter("english-only")
    candidate.browser.get(f"{candidate.url}/other-language", expect=404)
    room = candidate.browser.get(f"{candidate.url}/").text
    assert "data-other-language" not in room


def test_only_the_room_may_register_a_worker(candidate):
    room = candidate.browser.get(f"{candidate.url}/").headers["Content-Security-Policy"]
    assert "worker-src 'self'" in room
    assert "trusted-types probity-worker" in room
    assert "require-trusted-types-for 'script'" in room
    for path in (
        "/",
        "/exams/",
        "/attempts/offline",
        "/attempts/worker.js",
        f"{candidate.url}/paper",
    ):
        policy = candidate.browser.get(path).headers["Content-Security-Policy"]
        assert "worker-src 'none'" in policy, path
        assert "trusted-types 'none'" in policy, path


def test_the_worker_and_its_page_need_no_account_and_set_no_cookie(browse):
    worker = browse().get("/attempts/worker.js")
    assert worker.mimetype == "text/javascript"
    assert "no-cache" in worker.headers["Cache-Control"]
    page = browse().get("/attempts/offline")
    assert "Set-Cookie" not in page.headers
    assert "The exam cannot be loaded now" in page.text
    chinese = browse().get("/attempts/offline", headers={"Accept-Language": "zh"})
    assert '<html lang="zh-Hans">' in chinese.text
