"""The device check of the lobby tells the truth, and the practice exam is sat through its own lobby."""

import json
from datetime import timedelta
from email.utils import format_datetime

import pytest
from playwright.sync_api import expect

from probity.catalogue import actions as catalogue
from probity.kernel import clock
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import ROOT
from tests.browser import exams
from tests.browser.accessibility import axe
from tests.browser.answering import answer
from tests.browser.appearance import looks, speak
from tests.browser.databases import any_database, either_database
from tests.browser.room import READY, Room

LOBBY = "/exams/try-the-exam-room/"


@pytest.fixture
def page(site, new_context, ada):
    with site.writing() as session, site.app.test_request_context():
        catalogue.load_courses(session, ROOT / "courses" / "exam-room", by=SYSTEM)
    return new_context(ada).new_page()


def detail(page, check):
    return page.locator(f"[data-check={check}] [data-detail]")


def verdict(page, check):
    return page.locator(f"[data-check={check}] [data-word]")


def expect_summary(page, words):
    expect(page.locator("[data-summary] [data-word]")).to_have_text(words)


@either_database
def test_the_practice_exam_from_the_learners_page_to_its_answers(site, page):
    page.goto("/learning/")
    page.get_by_role("link", name="Try the room", exact=True).click()
    expect_summary(page, "All ready")
    for box in page.locator("input[name=agree]").all():
        box.check()
    page.get_by_role("button", name="Start the exam").click()
    page.wait_for_selector(READY)
    room = Room(site, page, page.url.split("/attempts/")[1].split("/")[0])
    wanted = exams.key(site, room.public_id)
    assert len(wanted) == 10
    for place, response in enumerate(wanted.values(), 1):
        answer(room, place, response)
    room.expect_saved()
    assert room.stored().keys() == wanted.keys()
    page.locator("[data-finish]").click()
    page.locator("[data-hand-in]").click()
    room.expect_result()
    facts = json.loads(page.request.get(f"{room.url}/result.json").text())
    assert facts["percent"] == "100", facts
    page.get_by_text("Show question 1 and the explanation").click()
    expect(page.locator("details[open]")).to_contain_text("Right")
    assert facts["certificate"] is None


@any_database
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_check_in_every_look(page, language):
    page.goto(LOBBY)
    speak(page, language)
    page.goto(LOBBY)
    expect(page.locator("[data-summary] .badge--ok")).to_be_visible()
    expect(page.locator("[data-check] .badge--ok")).to_have_count(5)
    for look in looks(page):
        axe(page, f"{language} {look}", colours_only="dark" in look)


REFUSED = {
    "storage": "IDBFactory.prototype.open = () => { throw new Error('refused'); };",
    "browser": "delete HTMLDialogElement.prototype.showModal;",
    "worker": "ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('no'));",
}
SAYS = {
    "storage": "This browser cannot keep answers on the device.",
    "browser": "It lacks: dialogs. Update it",
    "worker": "do not reload while you are offline",
}


@any_database
@pytest.mark.parametrize("check", REFUSED)
def test_what_a_browser_refuses_is_named(page, check):
    page.add_init_script(REFUSED[check])
    page.goto(LOBBY)
    expect_summary(page, "1 to look at")
    expect(verdict(page, check)).to_have_text("Look at this")
    expect(detail(page, check)).to_contain_text(SAYS[check])
    axe(page, check)


@any_database
def test_a_store_that_forgets_is_not_called_ready(page):
    page.add_init_script("""{
      const all = IDBIndex.prototype.getAll;
      IDBIndex.prototype.getAll = function () { return all.call(this, 'nobody'); };
    }""")
    page.goto(LOBBY)
    expect(verdict(page, "storage")).to_have_text("Look at this")
    expect_summary(page, "1 to look at")


@any_database
def test_a_line_that_comes_back_is_seen_with_the_next_run(page, watch):
    watch.tolerate(r"net::ERR_")
    page.goto(LOBBY)
    expect_summary(page, "All ready")
    page.context.set_offline(True)
    again = page.get_by_role("button", name="Run again")
    again.click()
    expect_summary(page, "1 to look at")
    expect(detail(page, "line")).to_contain_text("The exam server does not answer.")
    expect(verdict(page, "clock")).to_have_text("Not known")
    expect(detail(page, "clock")).to_contain_text("could not be compared")
    axe(page, "offline")
    page.context.set_offline(False)
    again.click()
    expect_summary(page, "All ready")


@any_database
def test_somebody_else_in_the_servers_place_is_found_out(page):
    page.route("**/healthz", lambda route: route.fulfill(body="<html>Welcome, guest</html>"))
    page.goto(LOBBY)
    expect(detail(page, "line")).to_contain_text("Something else answers in place of the exam")


def answer_as_of(page, **ahead):
    """Let the server's clock be this far ahead of the device's."""
    date = format_datetime(clock.now() + timedelta(**ahead), usegmt=True)
    reply = {"json": {"status": "up"}, "headers": {"Date": date}}
    page.route("**/healthz", lambda route: route.fulfill(**reply))


CLOCKS = [
    ({"minutes": 6}, "No action", "This device is 6 minutes behind."),
    ({"minutes": -6}, "No action", "This device is 6 minutes ahead."),
    ({"days": 400}, "Look at this", "The date of this device is wrong by 400 days."),
]


@any_database
@pytest.mark.parametrize(("ahead", "word", "words"), CLOCKS)
def test_a_clock_that_is_off_is_told_in_words(page, ahead, word, words):
    answer_as_of(page, **ahead)
    page.goto(LOBBY)
    expect(verdict(page, "clock")).to_have_text(word)
    expect(detail(page, "clock")).to_contain_text(words)


@any_database
def test_without_scripts_nothing_is_called_checked(new_context, page, ada):
    plain = new_context(ada, java_script_enabled=False).new_page()
    plain.goto(LOBBY)
    expect(plain.locator("[data-device-check]")).to_contain_text("Not checked")
    expect(plain.get_by_role("button", name="Run again")).to_be_hidden()


@either_database
def test_documents_stand_beside_the_question_and_their_border_moves(site, page, watch):
    page.goto(LOBBY)
    for box in page.locator("input[name=agree]").all():
        box.check()
    page.get_by_role("button", name="Start the exam").click()
    page.wait_for_selector(READY)
    page.keyboard.press("Alt+d")
    pane = page.get_by_role("dialog", name="Documents")
    expect(pane.get_by_role("cell", name="17:30")).to_be_visible()
    expect(pane.get_by_role("button", name="Close")).to_be_focused()
    expect(page.locator("#q1")).to_be_visible()
    half = page.viewport_size["width"] / 2
    expect(pane).not_to_have_css("width", f"{half:g}px")
    bar = page.get_by_role("separator", name="Width of the documents")
    bar.focus()
    page.keyboard.press("ArrowLeft")
    expect(bar).to_have_attribute("aria-valuenow", "50")
    expect(pane).to_have_css("width", f"{half:g}px")
    assert page.locator("#q1").bounding_box()["width"] < half
    pane.get_by_role("tab", name="This pane").click()
    expect(pane.get_by_text("opens and closes the pane")).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
    pane.get_by_role("tab", name="This pane").focus()
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
