"""Bad lines, dead servers, closed tabs: nothing typed is lost, and nothing is called saved too early."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser import exams
from tests.browser.databases import any_database, either_database
from tests.browser.room import CONFIRMED, Room

LONGEST_SECONDS = 5
"""Three for the answer, and what a busy machine needs to look for it."""
LINE_DOWN = r"Failed to load resource: net::ERR_"


def test_answers_given_offline_arrive_in_order(room, watch):
    watch.tolerate(LINE_DOWN)
    room.choose(1, 1)
    room.expect_saved()
    room.page.context.set_offline(True)
    first = room.choose(3, 1)
    last = room.choose(1, 3)
    room.write(5, "limit")
    room.go(1)
    room.expect_banner("You are offline. Keep going. 3 answers are safe on this device")
    expect(room.page.locator("[data-save-text]")).to_have_text("3 to send")
    for number in (1, 3, 5):
        room.expect_line(number, "Kept on this device")
    assert set(room.stored()) == {"q1"}
    room.page.context.set_offline(False)
    room.expect_saved()
    room.expect_no_banner()
    room.expect_line(1, CONFIRMED)
    assert room.stored() == {"q1": last, "q3": first == "true", "q5": "limit"}
    arrived = [event.item for event in exams.events(room.site, room.public_id)]
    assert arrived == ["q1", "q3", "q1", "q5"]


@any_database
def test_many_changes_of_one_answer_offline_end_as_the_last_one(room, watch):
    watch.tolerate(LINE_DOWN)
    room.page.context.set_offline(True)
    chosen = [room.choose(1, option) for option in (1, 2, 3, 2)]
    room.page.context.set_offline(False)
    room.expect_saved()
    assert room.stored() == {"q1": chosen[-1]}
    assert [event.version for event in exams.events(room.site, room.public_id)] == [1, 2, 3, 4]
    assert room.chosen(1) == chosen[-1:]


def test_a_server_killed_in_the_middle_of_the_exam_loses_nothing(room, watch):
    watch.tolerate(LINE_DOWN)
    kept = room.choose(1, 1)
    room.expect_saved()
    room.site.kill_web()
    later = room.choose(3, 2)
    room.write(4, "18.95")
    room.go(1)
    room.expect_banner("The exam server cannot be reached. Keep going.")
    room.site.start_web()
    room.expect_saved()
    room.expect_no_banner()
    assert room.stored() == {"q1": kept, "q3": later == "true", "q4": "18.95"}


def test_answers_of_a_closed_tab_are_sent_when_the_exam_is_opened_again(room, watch):
    watch.tolerate(LINE_DOWN)
    context = room.page.context
    room.choose(1, 1)
    room.expect_saved()
    context.set_offline(True)
    wanted = room.choose(1, 2)
    room.write(5, "typed and closed at once")
    room.page.close()
    context.set_offline(False)
    again = room.elsewhere()
    again.expect_saved()
    assert again.stored() == {"q1": wanted, "q5": "typed and closed at once"}
    assert again.chosen(1) == [wanted]
    newer = again.choose(1, 3)
    again.expect_saved()
    assert again.stored()["q1"] == newer


@pytest.mark.parametrize(
    ("site", "status", "kind", "body"),
    [
        ("sqlite", 200, "text/html", "<!doctype html><title>Welcome to the hotel</title>"),
        ("postgresql", 200, "application/json", '{"ok": true}'),
        ("sqlite", 200, "application/json", '{"seq": 0, "version": "1"}'),
        ("postgresql", 502, "text/html", "<h1>Bad gateway</h1>"),
        ("sqlite", 503, "application/json", '{"reason": "unavailable"}'),
    ],
    indirect=["site"],
)
def test_an_answer_of_somebody_else_never_counts_as_saved(room, watch, status, kind, body):
    watch.tolerate(rf"status of {status}")
    page = room.page
    page.route(
        "**/responses", lambda route: route.fulfill(status=status, content_type=kind, body=body)
    )
    wanted = room.choose(1, 1)
    room.expect_banner("The exam server cannot be reached. Keep going. 1 answer is safe")
    room.expect_line(1, "Kept on this device")
    assert room.stored() == {}
    page.unroute("**/responses")
    room.expect_saved()
    room.expect_line(1, CONFIRMED)
    assert room.stored() == {"q1": wanted}


def test_a_reply_that_was_lost_has_no_second_effect(room, watch):
    watch.tolerate(LINE_DOWN)
    lost = []

    def lose(route):
        if not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    room.page.route("**/responses", lose)
    wanted = room.choose(1, 2)
    room.expect_saved()
    assert lost[0].json()["version"] == 1
    assert room.stored() == {"q1": wanted}
    assert len(exams.events(room.site, room.public_id)) == 1


@either_database
def test_all_is_not_called_saved_while_somebody_types(room):
    held = []
    room.page.route("**/responses", lambda route: held.append(route))  # noqa: PLW0108 (it marks what it is given)
    room.choose(1, 2)
    room.go(5)
    room.page.clock.install(time="2031-05-01T00:00:00Z")
    room.page.clock.pause_at("2031-05-01T00:00:01Z")  # the typing does not come to its end
    room.question(5).get_by_role("textbox").fill("words")
    while not held:
        room.page.wait_for_timeout(20)
    with room.page.expect_response("**/responses"):
        held.pop().continue_()
    room.expect_line(1, CONFIRMED)
    room.page.wait_for_timeout(300)
    expect(room.page.locator("[data-save]")).to_have_attribute("data-state", "saving")
    room.page.clock.resume()
    while not held:
        room.page.wait_for_timeout(20)
    held.pop().continue_()
    room.expect_saved()
    assert room.stored()["q5"] == "words"


@either_database
def test_who_types_without_a_pause_is_saved_within_three_seconds(room):
    room.go(5)
    began = time.monotonic()
    while not room.stored():
        room.question(5).get_by_role("textbox").press_sequentially("word ", delay=60)
        assert time.monotonic() - began < LONGEST_SECONDS
    room.expect_saved()


@either_database
def test_a_refused_answer_says_so_and_does_not_block_the_others(room, watch):
    watch.tolerate("status of 422")
    refused = '{"reason": "malformed", "message": "The answer is too long."}'

    def refuse(route):
        if route.request.post_data_json["item"] == "q5":
            route.fulfill(status=422, content_type="application/json", body=refused)
        else:
            route.continue_()

    room.page.route("**/responses", refuse)
    room.write(5, "words")
    wanted = room.choose(1, 1)
    room.expect_saved()
    room.expect_line(5, "Not saved: The answer is too long.")
    assert room.stored() == {"q1": wanted}


@either_database
def test_without_storage_answers_are_sent_from_memory(site, page, ada, exam):
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('refused'); };")
    room = Room(site, page, exams.begin(site, ada, exam)).open()
    wanted = room.choose(1, 2)
    room.expect_saved()
    assert room.stored() == {"q1": wanted}
