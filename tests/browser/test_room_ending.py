"""Every way an exam ends in the browser: handed in, time over, offline, twice."""

import json
import re

from playwright.sync_api import expect
from sqlalchemy import select

from probity.exams import supervision
from probity.exams.models import Attempt
from probity.kernel.permissions import SYSTEM
from tests.browser import exams
from tests.browser.databases import any_database, either_database


def finish(room):
    """Press Finish, then Hand in."""
    room.page.get_by_role("button", name="Finish").click()
    room.page.get_by_role("button", name="Hand in", exact=True).click()


@either_database
def test_the_summary_leads_to_what_is_open(room):
    room.choose(1, 1)
    room.go(3)
    room.question(3).get_by_role("button", name="Flag").click()
    room.page.get_by_role("button", name="Finish").click()
    dialog = room.page.get_by_role("dialog", name="Hand in your exam?")
    counts = dialog.locator("[data-finish-text] dd")
    expect(counts).to_have_text(["1 of 11", "10", "1"])
    expect(dialog.get_by_role("list", name="Not answered").get_by_role("link")).to_have_count(10)
    dialog.get_by_role("list", name="Flagged").get_by_role("link", name="Question 3").click()
    expect(dialog).to_be_hidden()
    expect(room.question(3)).to_be_visible()


def test_handing_in_sends_what_is_still_being_typed(room):
    room.write(5, "typed a moment before")
    finish(room)
    room.expect_result()
    assert room.stored()["q5"] == "typed a moment before"
    attempt = exams.attempt_of(room.site, room.public_id)
    assert (attempt.state, attempt.ending) == ("closed", "handed-in")
    expect(room.page.locator("main")).to_contain_text(attempt.answers_sha256)


def test_handing_in_offline_waits_for_the_line(room, watch):
    watch.tolerate(r"net::ERR_")
    room.page.context.set_offline(True)
    wanted = room.choose(1, 2)
    finish(room)
    dialog = room.page.get_by_role("dialog", name="Handing in")
    expect(dialog).to_contain_text("Your answers are safe on this device")
    assert exams.attempt_of(room.site, room.public_id).state == "open"
    room.page.context.set_offline(False)
    room.expect_result()
    assert room.stored() == {"q1": wanted}


@any_database
def test_a_waiting_hand_in_can_be_taken_back(room, watch):
    watch.tolerate(r"net::ERR_")
    room.page.context.set_offline(True)
    finish(room)
    dialog = room.page.get_by_role("dialog", name="Handing in")
    expect(dialog).to_contain_text("The exam server cannot be reached.")
    room.page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Keep working").click()
    expect(dialog).to_be_hidden()
    room.page.context.set_offline(False)
    wanted = room.choose(1, 2)
    room.expect_saved()
    assert room.stored() == {"q1": wanted}
    assert exams.attempt_of(room.site, room.public_id).state == "open"


def test_time_over_closes_by_itself_and_shows_the_result(room):
    wanted = room.choose(1, 2)
    room.expect_saved()
    exams.end_in(room.site, room.public_id, 3)
    room.reload()
    expect(room.page.locator("[data-timer]")).to_have_attribute("data-level", "last")
    room.write(5, "being typed at the end")
    room.expect_result()
    assert room.stored() == {"q1": wanted, "q5": "being typed at the end"}
    attempt = exams.attempt_of(room.site, room.public_id)
    assert attempt.closed_at is not None
    assert attempt.closed_at <= attempt.deadline


def test_time_over_while_offline_keeps_what_arrives_late_for_an_officer(room, watch):
    watch.tolerate(r"net::ERR_|status of 409")
    kept = room.choose(1, 1)
    room.expect_saved()
    exams.end_in(room.site, room.public_id, 2.5, grace=0.5)
    room.reload()
    room.page.context.set_offline(True)
    room.choose(3, 1)
    room.write(5, "too late")
    dialog = room.page.get_by_role("dialog", name="Handing in")
    expect(dialog).to_contain_text("Time is over. Your answers are safe on this device.")
    expect(dialog.get_by_role("button", name="Keep working")).to_be_hidden()
    while exams.attempt_of(room.site, room.public_id).state == "open":
        room.page.wait_for_timeout(200)
    room.page.context.set_offline(False)
    room.expect_result()
    assert room.stored() == {"q1": kept}
    outcomes = {event.item: event.outcome for event in exams.events(room.site, room.public_id)}
    assert outcomes == {"q1": "saved", "q3": "late", "q5": "late"}
    waiting = "2 answers arrived after the end and are waiting for a decision"
    expect(room.page.get_by_role("heading", name=waiting)).to_be_visible()


def give_ten_minutes(room):
    """An officer extends the attempt."""
    with room.site.writing() as session, room.site.app.test_request_context():
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == room.public_id)).one()
        supervision.extend(session, [attempt.id], 600, "The line was down.", by=SYSTEM)


@either_database
def test_extra_time_given_while_offline_is_not_lost_to_the_old_clock(room, watch):
    watch.tolerate(r"net::ERR_|status of 409")
    exams.end_in(room.site, room.public_id, 3)
    room.reload()
    room.page.context.set_offline(True)
    dialog = room.page.get_by_role("dialog", name="Handing in")
    expect(dialog).to_contain_text("Time is over.")
    give_ten_minutes(room)
    room.page.context.set_offline(False)
    expect(dialog).to_be_hidden()
    assert exams.attempt_of(room.site, room.public_id).state == "open"
    wanted = room.choose(1, 2)
    room.expect_saved()
    assert room.stored() == {"q1": wanted}
    finish(room)
    room.expect_result()


@any_database
def test_a_hand_in_that_waited_does_not_end_what_another_device_took_over(
    room, new_context, ada, watch
):
    watch.tolerate(r"net::ERR_|status of 409")
    room.page.context.set_offline(True)
    finish(room)
    handing_in = room.page.get_by_role("dialog", name="Handing in")
    expect(handing_in).to_contain_text("The exam server cannot be reached.")
    second = room.elsewhere(new_context(ada))
    second.page.get_by_role("button", name="Continue here").click()
    wanted = second.choose(1, 2)
    second.expect_saved()
    room.page.context.set_offline(False)
    expect(room.page.get_by_role("dialog", name="Continue here?")).to_be_visible()
    expect(handing_in).to_be_hidden()
    room.page.wait_for_timeout(2500)  # longer than the pause between two tries
    assert exams.attempt_of(room.site, room.public_id).state == "open"
    assert room.stored() == {"q1": wanted}


@either_database
def test_answers_kept_until_after_another_device_handed_in_go_into_a_file(
    room, new_context, ada, watch, tmp_path
):
    watch.tolerate(r"net::ERR_|status of 409")
    room.page.context.set_offline(True)
    room.choose(3, 1)
    room.write(5, "typed here")
    second = room.elsewhere(new_context(ada))
    second.page.get_by_role("button", name="Continue here").click()
    finish(second)
    second.expect_result()
    room.page.context.set_offline(False)
    room.expect_result()
    told = room.page.locator("[data-unsent]")
    expect(told).to_contain_text("Questions with such answers: 2.")
    with room.page.expect_download() as loading:
        told.get_by_role("button", name="Save my answers to a file").click()
    file = tmp_path / "answers.json"
    loading.value.save_as(file)
    expect(room.page.get_by_role("dialog", name="Your answers are in a file")).to_be_visible()
    assert json.loads(file.read_text())["attempt"] == room.public_id
    expect(second.page.locator("[data-unsent]")).to_be_hidden()


def test_answers_of_a_tab_that_crashed_are_sent_from_the_result_when_time_is_over(room, watch):
    watch.tolerate(r"net::ERR_|status of 409")
    room.page.context.set_offline(True)
    room.choose(3, 1)
    room.expect_banner("1 answer is safe on this device")
    room.page.close(run_before_unload=False)
    room.page.context.set_offline(False)
    exams.end_in(room.site, room.public_id, -20)
    late = room.page.context.new_page()
    late.goto(f"{room.url}/")
    late.wait_for_url(f"**{room.url}/result")
    waiting = "1 answer arrived after the end and is waiting for a decision"
    expect(late.get_by_role("heading", name=waiting)).to_be_visible()
    expect(late.locator("[data-unsent]")).to_be_hidden()
    assert [event.outcome for event in exams.events(room.site, room.public_id)] == ["late"]


@any_database
def test_handing_in_in_one_window_ends_the_other(room):
    other = room.elsewhere()
    finish(room)
    room.expect_result()
    other.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    other.expect_result()
    other.page.goto(f"{room.url}/")
    other.expect_result()


@either_database
def test_the_clock_counts_by_the_server_and_can_be_hidden(room):
    timer = room.page.locator("[data-timer]")
    expect(timer.locator("[data-timer-text]")).to_have_text(re.compile(r"^(30:00|29:\d\d)$"))
    timer.get_by_role("button").click()
    expect(timer).to_contain_text("Show time")
    exams.end_in(room.site, room.public_id, 250)
    room.choose(1, 1)
    expect(timer.locator("[data-timer-text]")).to_have_text(re.compile(r"^4:0\d$"))
    expect(timer).to_have_attribute("data-level", "low")
    expect(room.page.locator("[data-live]")).to_contain_text("5 minutes left")


@either_database
def test_a_device_whose_clock_is_years_off_has_the_same_time(site, room):
    room.page.clock.install(time="2031-05-01T00:00:00Z")
    room.page.clock.resume()
    room.reload()
    shown = room.page.locator("[data-timer-text]")
    expect(shown).to_have_text(re.compile(r"^(30:00|29:\d\d)$"))
    wanted = room.choose(1, 2)
    room.expect_saved()
    assert room.stored() == {"q1": wanted}
