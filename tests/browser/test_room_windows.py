"""Two windows, two devices, a session that ends: who may answer, and what the others see."""

import pytest
from playwright.sync_api import expect

from tests.browser import exams
from tests.browser.databases import either_database
from tests.browser.people import PASSWORD, add_account, type_sign_in
from tests.browser.room import Room


@pytest.fixture
def ada(site):
    """Here she has to type her password."""
    return add_account(site, password=PASSWORD)


def test_a_stale_window_cannot_blank_a_newer_answer(room, watch):
    watch.tolerate("status of 409")
    stale = room.elsewhere()
    stale.page.route("**/state", lambda _route: None)  # else it hears of the newer answer in time
    newer = []
    for option in (1, 2):
        newer.append(room.choose(2, option))
        room.expect_saved()
    stale.choose(2, 4)
    stale.expect_line(
        2,
        "This question was changed in another window. The newer answer is shown; yours is kept in the record.",
    )
    assert set(room.stored()["q2"]) == set(stale.chosen(2)) == set(newer)
    outcomes = [event.outcome for event in exams.events(room.site, room.public_id)]
    assert outcomes == ["saved", "saved", "superseded"]
    stale.choose(2, 4)
    stale.expect_saved()
    assert len(stale.stored()["q2"]) == 3


def test_two_windows_offline_do_not_take_each_other_for_their_own(room, watch):
    watch.tolerate(r"net::ERR_|status of 409")
    other = room.elsewhere()
    room.page.context.set_offline(True)
    first = room.choose(2, 1)
    other.choose(2, 4)
    room.page.context.set_offline(False)
    room.expect_saved()
    other.expect_saved()
    assert room.stored()["q2"] in ([first], other.stored()["q2"])
    outcomes = {event.outcome for event in exams.events(room.site, room.public_id)}
    assert outcomes == {"saved", "superseded"}


def test_a_window_that_wakes_up_shows_what_the_other_one_saved(room):
    other = room.elsewhere()
    wanted = room.choose(1, 2)
    room.expect_saved()
    other.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(other.question(1).locator(f".opts input[value='{wanted}']")).to_be_checked()
    newer = other.choose(1, 3)
    other.expect_saved()
    assert room.stored()["q1"] == newer


def test_a_second_device_takes_over_and_the_first_can_only_read(room, new_context, ada, watch):
    watch.tolerate("status of 409")
    kept = room.choose(1, 1)
    room.expect_saved()
    second = Room(room.site, new_context(ada).new_page(), room.public_id).open()
    dialog = second.page.get_by_role("dialog", name="Continue here?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Only read").click()
    expect(second.question(1).locator(".opts input").first).to_be_disabled()
    second.page.get_by_role("button", name="What to do").click()
    dialog.get_by_role("button", name="Continue here").click()
    expect(dialog).to_be_hidden()
    assert second.chosen(1) == [kept]
    newer = second.choose(1, 2)
    second.expect_saved()
    room.choose(3, 1)
    expect(room.page.get_by_role("dialog", name="Continue here?")).to_be_visible()
    assert room.stored() == {"q1": newer}
    room.page.get_by_role("button", name="Continue here").click()
    room.expect_saved()
    assert set(room.stored()) == {"q1", "q3"}
    expect(room.question(1).locator(f".opts input[value='{newer}']")).to_be_checked()


def test_after_the_session_ended_signing_in_again_goes_on(room, ada, watch):
    watch.tolerate("status of 401")
    room.choose(1, 1)
    room.expect_saved()
    exams.end_sessions(room.site, ada)
    room.write(5, "written signed out")
    room.go(4)
    dialog = room.page.get_by_role("dialog", name="Please sign in again")
    expect(dialog).to_be_visible()
    room.expect_line(5, "Kept on this device")
    dialog.get_by_role("button", name="I have signed in").click()
    expect(dialog).to_contain_text("You are not signed in yet.")
    with room.page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in in a new tab").click()
    type_sign_in(opened.value, ada)
    room.page.bring_to_front()
    if dialog.is_visible():
        dialog.get_by_role("button", name="I have signed in").click()
    expect(dialog).to_be_hidden()
    room.expect_saved()
    assert room.stored()["q5"] == "written signed out"
    wanted = room.choose(3, 1)
    room.expect_saved()
    assert room.stored()["q3"] == (wanted == "true")


@either_database
def test_another_account_is_told_so(site, room, ada, watch, new_context):
    watch.tolerate("status of 40[14]")
    exams.end_sessions(site, ada)
    room.choose(1, 1)
    dialog = room.page.get_by_role("dialog", name="Please sign in again")
    expect(dialog).to_be_visible()
    other = add_account(site, password=PASSWORD)
    tab = room.page.context.new_page()
    tab.goto("/sign-in")
    type_sign_in(tab, other)
    room.page.bring_to_front()
    dialog.get_by_role("button", name="I have signed in").click()
    expect(dialog).to_contain_text("Another account is signed in now.")
    assert room.stored() == {}
