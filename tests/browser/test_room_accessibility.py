"""axe over the room in every state, in both themes, languages and sizes; the crawl does the rest."""

import pytest
from playwright.sync_api import expect

from tests.browser import exams
from tests.browser.accessibility import axe
from tests.browser.appearance import desktop, looks, phone, sideways, speak
from tests.browser.databases import any_database
from tests.browser.room import Room

SIZES = {"en": desktop, "zh-Hans": phone}
LANGUAGES = tuple(SIZES)
KINDS_SHOWN = range(1, 10)


def judge(page, name, *sizes):
    """Axe in both themes and sizes (or these); nothing may scroll sideways in either size."""
    for look in looks(page, *sizes):
        axe(page, f"{name} {look}", colours_only="dark" in look)
    for size in (phone, desktop):
        size(page)
        assert not sideways(page), f"{name} {size.__name__} scrolls sideways"


def judge_spoken(page, name):
    """Each language in a size of its own, as the crawl has it: the rules ask the same of both."""
    language = page.locator("html").get_attribute("lang")
    judge(page, f"{language} {name}", SIZES[language])


@pytest.fixture(params=LANGUAGES)
def spoken(request, site, page, ada, exam):
    """A room in one language."""
    page.goto("/exams/")
    speak(page, request.param)
    return Room(site, page, exams.begin(site, ada, exam, request.param)).open()


@any_database
def test_every_kind_of_question(spoken):
    for number in KINDS_SHOWN:
        spoken.page.evaluate(f"location.hash = 'q{number}'")
        expect(spoken.question(number)).to_be_visible()
        judge_spoken(spoken.page, f"question {number}")


@any_database
def test_every_dialog(spoken):
    spoken.page.locator("[data-finish]").click()
    judge_spoken(spoken.page, "finish")
    spoken.page.keyboard.press("Escape")
    for dialog in ("navd", "keys", "elsewhere", "sign-in-again", "handing-in", "saved-file"):
        spoken.page.evaluate(f"document.getElementById('{dialog}').showModal()")
        judge_spoken(spoken.page, dialog)
        spoken.page.evaluate(f"document.getElementById('{dialog}').close()")


@any_database
def test_every_tool_in_use(spoken):
    keys = spoken.page.keyboard
    keys.press("Shift+Digit1")
    for tool in ("Alt+n", "Alt+c"):
        keys.press(tool)
    keys.type("1/3")
    keys.press("Enter")
    keys.press("Alt+l")
    expect(spoken.question(1).locator(".other").first).to_be_visible()
    judge_spoken(spoken.page, "notes, calculator, strike, both languages")
    for _ in range(4):
        keys.press("Alt+Equal")
    keys.press("Escape")
    spoken.page.evaluate("location.hash = 'q9'")
    judge_spoken(spoken.page, "case at 200 per cent in both languages")
    spoken.page.evaluate("location.hash = 'q6'")
    judge_spoken(spoken.page, "matching at 200 per cent in both languages")


@any_database
def test_a_device_without_storage(site, page, ada, exam):
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('refused'); };")
    room = Room(site, page, exams.begin(site, ada, exam)).open()
    expect(page.locator("[data-banner]")).to_be_visible()
    judge(room.page, "no storage")


@any_database
def test_offline_and_a_case_read_on_a_phone(spoken, watch):
    watch.tolerate(r"net::ERR_")
    spoken.page.context.set_offline(True)
    spoken.choose(1, 1)
    expect(spoken.page.locator("[data-banner]")).to_be_visible()
    judge_spoken(spoken.page, "offline")
    spoken.go(9)
    phone(spoken.page)
    spoken.question(9).locator("[data-case-show=doc]").click()
    axe(spoken.page, "case on a phone")


@any_database
@pytest.mark.parametrize("language", LANGUAGES)
def test_lobby_and_results(site, page, ada, exam, language):
    page.goto(f"/exams/{exam}/")
    speak(page, language)
    unread = exams.define_exam(site, 4, release={**exams.RELEASE, "result": "after_review"})
    failed, passed = (exams.sit(site, ada, exam, right) for right in (2, None))
    waiting = exams.sit(site, ada, unread)
    for path in (
        *("/exams/", f"/exams/{exam}/", f"/exams/{unread}/"),
        *(f"/attempts/{attempt}/result" for attempt in (failed, passed, waiting)),
    ):
        page.goto(path)
        if page.locator("[data-device-check]").count():
            expect(page.locator("[data-summary] .badge--ok")).to_be_visible()
        judge_spoken(page, path)
    page.goto(f"/attempts/{passed}/result")
    page.locator("a[href*='/receipts/']").click()
    judge_spoken(page, "receipt")
