"""A whole exam by keyboard alone: every kind, moving, flagging, the clock, handing in."""

from playwright.sync_api import expect

from tests.browser import exams
from tests.browser.databases import either_database
from tests.browser.room import CONFIRMED, Room


def test_every_kind_is_answered_by_keyboard_and_saved(room):
    keys = room.page.keyboard
    options = {n: room.question(n).locator(".opts input") for n in (1, 2, 3, 9)}
    wanted = {
        "q1": options[1].nth(1).get_attribute("value"),
        "q3": False,
        "q9": options[9].nth(2).get_attribute("value"),
    }
    several = {options[2].nth(place).get_attribute("value") for place in (0, 3)}
    for digits in ("2", "14", "2"):
        for digit in digits:
            keys.press(digit)
        keys.press("Alt+ArrowRight")
    for words in ("18.95", "procurement limit"):
        room.tab_to("[data-q]:not([hidden]) input")
        keys.type(words)
        keys.press("Alt+ArrowRight")
    _match(room, 6)
    first = room.question(7).locator("[data-id]").first.get_attribute("data-id")
    room.tab_to("[data-q]:not([hidden]) [data-down]")
    keys.press("Enter")
    keys.press("Alt+ArrowRight")
    for words in ("30", "buyer"):
        keys.press("Tab")
        room.tab_to("[data-q]:not([hidden]) input")
        keys.type(words)
    keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("Alt+ArrowRight")
    keys.press("3")
    keys.press("Alt+ArrowRight")
    room.tab_to("[data-q]:not([hidden]) [data-answer] input")
    keys.type("18.95")
    keys.press("Alt+ArrowRight")
    _match(room, 11)
    room.expect_saved()
    stored = room.stored()
    assert {name: stored[name] for name in wanted} == wanted
    assert set(stored["q2"]) == several
    assert (stored["q4"], stored["q5"], stored["q10"]) == ("18.95", "procurement limit", "18.95")
    assert set(stored["q6"]) == set(stored["q11"]) == {"fuel", "boiler", "care"}
    assert stored["q7"].index(first) == 1
    assert (stored["q8"]["days"], stored["q8"]["who"]) == ("30", "buyer")
    assert stored["q8"]["rate"] in {"ten", "two"}
    room.expect_line(11, CONFIRMED)
    _hand_in(room)


def _match(room, number):
    """Choose the first partner in every row."""
    selects = room.question(number).locator("select")
    room.tab_to(f"[data-q][data-n='{number}'] select")
    for _row in range(selects.count()):
        room.page.keyboard.press("ArrowDown")
        room.page.keyboard.press("Tab")
    room.page.keyboard.press("Alt+ArrowRight")


def _hand_in(room):
    room.page.evaluate("document.activeElement.blur()")
    room.tab_to("[data-finish]")
    room.page.keyboard.press("Enter")
    expect(room.page.locator("#finish [data-finish-text]")).to_contain_text("11 of 11")
    room.tab_to("[data-hand-in]")
    room.page.keyboard.press("Enter")
    room.expect_result()


@either_database
def test_moving_moves_the_focus_and_names_the_question(room):
    room.page.keyboard.press("Alt+ArrowRight")
    expect(room.question(2).locator("[data-heading]")).to_be_focused()
    assert room.page.url.endswith("#q2")
    expect(room.page.locator(".examside [aria-current=step]")).to_have_text("2")
    room.page.keyboard.press("Alt+ArrowLeft")
    expect(room.question(1).locator("[data-heading]")).to_be_focused()
    room.page.keyboard.press("Alt+f")
    mapped = room.page.locator(".examside a[data-n='1']")
    expect(mapped).to_have_accessible_name("Question 1, not answered, Flagged")
    room.page.keyboard.press("Alt+t")
    expect(room.page.locator("[data-live]")).to_have_text("30 minutes left")


@either_database
def test_digits_are_text_in_a_field_and_can_be_switched_off(room):
    room.go(4)
    room.question(4).get_by_role("textbox").press("2")
    expect(room.question(4).get_by_role("textbox")).to_have_value("2")
    room.page.locator(".examside").get_by_role("button", name="Shortcuts").click()
    room.page.get_by_label("Use the number keys to choose and strike out answers").uncheck()
    room.page.keyboard.press("Escape")
    room.go(1)
    room.page.keyboard.press("1")
    assert room.chosen(1) == []
    room.reload()
    room.page.keyboard.press("1")
    assert room.chosen(1) == []


@either_database
def test_one_tick_too_many_is_held_back_with_a_sentence(site, page, ada, exam):
    slug = exams.define_exam(site, 2, sections=exams.TWO_OF_FOUR)
    room = Room(site, page, exams.begin(site, ada, slug)).open()
    for digit in "123":
        page.keyboard.press(digit)
    expect(room.question(1).locator("[data-limit]")).to_have_text(
        "You can choose 2. Untick one first."
    )
    room.expect_saved()
    assert len(room.stored()["q1"]) == len(room.chosen(1)) == 2


@either_database
def test_an_order_counts_once_it_was_touched_or_accepted(room):
    room.go(7)
    mapped = room.page.locator(".examside a[data-n='7']")
    expect(mapped).to_have_accessible_name("Question 7, not answered")
    shown = [
        row.get_attribute("data-id") for row in room.question(7).locator("[data-order] > li").all()
    ]
    room.page.get_by_role("button", name="This order is my answer").click()
    room.expect_saved()
    assert room.stored()["q7"] == shown
    expect(mapped).to_have_accessible_name("Question 7, answered")
    room.page.get_by_role("button", name="Clear my answer").click()
    room.expect_saved()
    assert room.stored()["q7"] is None
    expect(mapped).to_have_accessible_name("Question 7, not answered")
