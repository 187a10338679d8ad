"""The candidate's tools by keyboard: striking out, notes, calculator, larger text, other language, splitter."""

import pytest
from playwright.sync_api import expect

from tests.browser import exams
from tests.browser.databases import any_database, either_database
from tests.browser.room import Room


def scratch(room):
    return exams.attempt_of(room.site, room.public_id).scratch


def wait_for(room, **wanted):
    """Wait until the server holds these notes or strikes."""
    for _ in range(100):
        if all(scratch(room).get(name) == value for name, value in wanted.items()):
            return
        room.page.wait_for_timeout(100)
    raise AssertionError(scratch(room))


def struck(room, number):
    boxes = room.question(number).locator(".opt.is-struck input")
    return [box.get_attribute("value") for box in boxes.all()]


@any_database
def test_striking_out_by_key_and_button_survives_and_choosing_lifts_it(room, new_context, ada):
    values = [box.get_attribute("value") for box in room.question(1).locator(".opts input").all()]
    room.page.keyboard.press("Shift+Digit2")
    buttons = room.question(1).locator(".strike")
    expect(buttons.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(room.question(1).get_by_role("radio").nth(1)).to_have_accessible_name(
        "Option " + values[1] + " (struck out)"
    )
    buttons.nth(2).focus()
    room.page.keyboard.press("Enter")
    assert struck(room, 1) == values[1:]
    wait_for(room, struck={"q1": sorted(values[1:])})
    room.reload()
    assert struck(room, 1) == values[1:]
    room.page.keyboard.press("2")
    assert struck(room, 1) == values[2:]
    assert room.chosen(1) == [values[1]]
    wait_for(room, struck={"q1": values[2:]})
    second = Room(room.site, new_context(ada).new_page(), room.public_id).open()
    assert struck(second, 1) == values[2:]


@either_database
def test_notes_are_kept_here_at_once_and_on_the_server_soon(room, watch):
    watch.tolerate(r"net::ERR_")
    keys = room.page.keyboard
    keys.press("Alt+n")
    notes = room.page.get_by_label("Your notes")
    expect(notes).to_be_focused()
    keys.type("第16条: 3 suppliers, 1 is too few")
    expect(room.page.locator("[data-notes-state]")).to_have_text("Saved")
    keys.press("Escape")
    expect(notes).to_be_hidden()
    room.page.context.set_offline(True)
    keys.press("Alt+n")
    keys.press("End")
    keys.type(" and more")
    expect(room.page.locator("[data-notes-state]")).to_have_text("Kept on this device")
    room.page.close()
    room.page.context.set_offline(False)
    again = room.elsewhere()
    expect(again.page.get_by_label("Your notes", exact=True)).to_have_value(
        "第16条: 3 suppliers, 1 is too few and more"
    )
    wait_for(again, notes="第16条: 3 suppliers, 1 is too few and more")


@any_database
def test_notes_written_on_two_devices_are_both_kept(room, watch):
    watch.tolerate("status of 409")
    other = room.elsewhere()
    for window, words in ((room, "written first"), (other, "written second")):
        window.page.bring_to_front()
        window.page.keyboard.press("Alt+n")
        window.page.keyboard.type(words)
    wait_for(room, notes="written first\n\nwritten second")
    room.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(room.page.get_by_label("Your notes")).to_have_value("written first\n\nwritten second")


SUMS = {
    "0.1+0.2": "= 0.3",
    "1/3": "≈ 0.333333333333",
    "200*(1+7.5%)": "= 215",
    "９，０００×３": "= 27,000",
    "5/0": "Nothing can be divided by zero.",
    "5,5": "This is not a sum that can be worked out.",
}


@any_database
def test_the_calculator_is_exact_announces_and_works_without_a_pointer(room):
    keys = room.page.keyboard
    keys.press("Alt+c")
    line = room.page.get_by_label("Sum", exact=True)
    expect(line).to_be_focused()
    result = room.page.locator("#pane-calculator [role=status]")
    for typed, shown in SUMS.items():
        line.fill(typed)
        keys.press("Enter")
        expect(result).to_contain_text(shown)
    line.fill("0.1+0.2")
    keys.press("Enter")
    keys.type("*10")
    keys.press("Enter")
    expect(result).to_have_text("= 3")
    for name in ("times", "7"):
        room.page.get_by_role("button", name=name, exact=True).click()
    room.page.get_by_role("button", name="equals").click()
    expect(result).to_have_text("= 21")
    keys.press("+")
    keys.press("2")
    expect(line).to_have_value("21+2")
    assert room.chosen(1) == []
    keys.press("Alt+c")
    expect(line).to_be_hidden()


@any_database
def test_larger_text_is_remembered_for_the_attempt(room):
    tall = "[...document.querySelectorAll('.qtext')].find(stem => stem.offsetParent).getBoundingClientRect().height"
    before = room.page.evaluate(tall)
    for _ in range(5):
        room.page.keyboard.press("Alt+Equal")
    expect(room.page.locator("[data-live]")).to_have_text("Text at 200 per cent")
    room.page.wait_for_function(f"before => {tall} > 1.8 * before", arg=before)
    room.reload()
    expect(room.page.locator(".examside [data-zoom-text]")).to_have_text("200 %")
    room.page.get_by_role("button", name="Smaller text").click()
    expect(room.page.locator(".examside [data-zoom-text]")).to_have_text("175 %")


OTHER = {
    1: "中文 Which one?",
    3: "中文 It is so.",
    6: "中文 What is each?",
    7: "中文 Put in order.",
    8: "中文 Complete.",
    9: "中文 Three messages",
}


@any_database
@pytest.mark.parametrize("began", ["en", "zh-Hans"])
def test_every_question_shows_the_other_language_too(site, page, ada, exam, began):
    room = Room(site, page, exams.begin(site, ada, exam, began)).open()
    room.page.keyboard.press("Alt+l")
    expect(room.page.locator("[data-live]")).to_contain_text("both languages")
    for number, words in OTHER.items():
        room.go(number)
        wanted = words if began == "en" else words.removeprefix("中文 ")
        expect(room.question(number).locator(".other").first).to_be_visible()
        expect(room.question(number)).to_contain_text(wanted)
    expect(room.question(6).locator("select").first).to_contain_text(" / ")
    room.choose(1, 2)
    room.expect_saved()
    room.reload()
    expect(room.question(1).locator(".other").first).to_be_visible()
    room.page.keyboard.press("Alt+l")
    expect(room.page.locator(".other")).to_have_count(0)
    expect(room.question(6).locator("select").first).not_to_contain_text(" / ")


@any_database
def test_the_other_language_cannot_be_fetched_offline_and_says_so(room, watch):
    watch.tolerate(r"net::ERR_")
    room.page.context.set_offline(True)
    room.page.keyboard.press("Alt+l")
    expect(room.page.locator("[data-live]")).to_contain_text("could not be fetched")
    room.page.context.set_offline(False)


@any_database
def test_the_bar_beside_a_case_moves_by_keys_and_is_remembered(room):
    room.go(9)
    bar = room.question(9).get_by_role("separator")
    documents = room.question(9).locator(".case__doc")
    wider = "([documents, before]) => documents.getBoundingClientRect().width > before"
    before = documents.bounding_box()["width"]
    bar.focus()
    room.page.keyboard.press("ArrowRight")
    expect(bar).to_have_attribute("aria-valuenow", "56")
    room.page.wait_for_function(wider, arg=[documents.element_handle(), before])
    room.page.keyboard.press("Home")
    expect(bar).to_have_attribute("aria-valuenow", "25")
    room.page.keyboard.press("End")
    room.reload()
    room.go(10)
    expect(room.question(10).get_by_role("separator")).to_have_attribute("aria-valuenow", "75")
    box = room.question(10).get_by_role("separator").bounding_box()
    room.page.mouse.move(box["x"] + 5, box["y"] + 50)
    room.page.mouse.down()
    room.page.mouse.move(box["x"] - 300, box["y"] + 50, steps=4)
    room.page.mouse.up()
    share = int(room.question(9).locator("[role=separator]").get_attribute("aria-valuenow"))
    assert share < 60


@either_database
def test_nothing_of_the_tools_stays_on_the_device_after_the_end(room):
    room.page.keyboard.press("Alt+n")
    room.page.keyboard.type("mine")
    room.page.keyboard.press("Escape")
    room.page.get_by_role("button", name="Finish").click()
    room.page.get_by_role("button", name="Hand in", exact=True).click()
    room.expect_result()
    left = room.page.evaluate("Object.keys(localStorage)")
    assert not [name for name in left if room.public_id in name and "told" not in name], left
