"""What a candidate finds again after a reload."""

from playwright.sync_api import expect

from tests.browser import exams
from tests.browser.databases import either_database
from tests.browser.room import CONFIRMED


def test_reload_shows_answers_flags_map_and_place(room):
    single = room.choose(1, 2)
    room.write(5, "采购限额标准")
    room.go(6)
    room.question(6).locator("select").nth(1).select_option(index=1)
    room.question(6).get_by_role("button", name="Flag").click()
    room.expect_saved()
    before = room.stored()
    room.reload()
    expect(room.question(6)).to_be_visible()
    expect(room.question(6).get_by_role("button", name="Flagged")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(room.question(6).locator("select").nth(1)).not_to_have_value("")
    expect(room.page.locator(".examside a[data-n='6']")).to_have_accessible_name(
        "Question 6, answered, Flagged"
    )
    expect(room.page.locator(".examside .answered")).to_have_count(3)
    room.expect_line(1, CONFIRMED)
    room.go(5)
    expect(room.question(5).get_by_role("textbox")).to_have_value("采购限额标准")
    assert room.chosen(1) == [single]
    assert room.stored() == before
    room.expect_saved()


@either_database
def test_a_flag_set_offline_survives_and_is_sent_later(room, watch):
    watch.tolerate(r"net::ERR_")
    room.page.context.set_offline(True)
    room.question(1).get_by_role("button", name="Flag").click()
    assert exams.attempt_of(room.site, room.public_id).flags == []
    room.page.close()
    room.page.context.set_offline(False)
    again = room.elsewhere()
    expect(again.question(1).get_by_role("button", name="Flagged")).to_be_visible()
    while exams.attempt_of(room.site, room.public_id).flags != ["q1"]:
        again.page.wait_for_timeout(100)


@either_database
def test_the_order_of_steps_survives(room):
    room.go(7)
    room.question(7).locator("[data-down]").first.click()
    room.question(7).locator("[data-up]").last.click()
    room.expect_saved()
    rows = room.question(7).locator("[data-order] > li")
    shown = [row.get_attribute("data-id") for row in rows.all()]
    assert room.stored()["q7"] == shown
    room.reload()
    assert [row.get_attribute("data-id") for row in rows.all()] == shown


@either_database
def test_a_case_keeps_its_document_from_question_to_question(room):
    room.go(9)
    expect(room.question(9)).to_contain_text("Case for questions 9 to 11")
    room.question(9).get_by_role("tab", name="Notice").click()
    room.page.get_by_role("button", name="Next question").click()
    expect(room.question(10).get_by_role("tab", name="Notice")).to_have_attribute(
        "aria-selected", "true"
    )


@either_database
def test_a_dragged_row_counts_as_an_answer(room):
    room.go(7)
    rows = room.question(7).locator("[data-order] > li")
    first = rows.first.get_attribute("data-id")
    start = rows.first.locator(".order__h").bounding_box()
    end = rows.nth(2).bounding_box()
    room.page.mouse.move(start["x"] + 5, start["y"] + 5)
    room.page.mouse.down()
    room.page.mouse.move(start["x"] + 5, end["y"] + end["height"] - 5, steps=8)
    room.page.mouse.up()
    room.expect_saved()
    assert room.stored()["q7"].index(first) == 2
