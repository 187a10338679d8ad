"""Questions answered in a text with pieces, in a table and in a picture: by hand, by key, without scripts."""

import pytest
from playwright.sync_api import expect

from probity.bank import actions as bank
from probity.bank import showing
from probity.kernel.permissions import SYSTEM
from tests.browser import exams
from tests.browser.databases import any_database, either_database
from tests.browser.room import Room
from tests.browser.test_room_accessibility import judge
from tests.factories.bank import item, text

SHELF = "SPS-3"
GAPS, MATRIX, AREAS, POINTS = 1, 2, 3, 4
# a PNG of one pixel, drawn as large as the question says
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6378"
    "f7ee1d00059802cb297b1db40000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def pictures(site):
    """An exam of a text, a table, a picture with areas and a picture to be pointed at."""
    with site.app.app_context():
        digest = showing.keep(PICTURE)
    medium = {
        "name": "page.png",
        "sha256": digest,
        "type": "image/png",
        "size": 69,
        "alt": text("Page"),
    }
    wide = {"media": [medium], "width": 600, "height": 480}
    areas = item("hotspot").model_dump(mode="json")["areas"]
    large = [{**area, "coords": [6 * number for number in area["coords"]]} for area in areas]
    made = [
        item("gap_match", "SPS-9301", domain=SHELF),
        item("matrix", "SPS-9302", domain=SHELF),
        item("hotspot", "SPS-9303", domain=SHELF, areas=large, **wide),
        item("hotspot", "SPS-9304", domain="SPS-4", areas=large, by="point", choose=1, **wide),
    ]
    with site.writing() as session:
        bank.load_items(session, made, source="browser tests", by=SYSTEM)
    cells = [
        {"domain": domain, "cognitive": ["apply"], "kinds": [kind], "draw": 1}
        for domain, kind in (
            (SHELF, "gap_match"),
            (SHELF, "matrix"),
            (SHELF, "hotspot"),
            ("SPS-4", "hotspot"),
        )
    ]
    section = {"id": "all", "title": text("All"), "cells": cells}
    return exams.define_exam(site, 6, sections=[section])


@pytest.fixture
def room(site, page, ada, pictures):
    return Room(site, page, exams.begin(site, ada, pictures)).open()


def test_each_is_answered_by_hand_saved_and_there_after_a_reload(room):
    room.question(GAPS).locator("[data-part=who]").select_option("buyer")
    room.go(MATRIX)
    room.question(MATRIX).get_by_label("Row bid: Column yes").check()
    room.question(MATRIX).get_by_label("Row tea: Column no").check()
    room.go(AREAS)
    room.question(AREAS).locator("[data-area=seal]").click()
    room.question(AREAS).locator("[data-area=head]").click()
    room.question(AREAS).locator("[data-area=head]").click()
    room.go(POINTS)
    room.question(POINTS).locator(".hotspot__stage").click(position={"x": 30, "y": 20})
    room.expect_saved()
    kept = room.stored()
    assert kept["q1"] == {"who": "buyer"}
    assert kept["q2"] == {"bid": ["yes"], "tea": ["no"]}
    assert kept["q3"] == ["seal"]
    (x, y) = kept["q4"][0]
    assert 0 < x < 200 > y > 0
    room.reload()
    room.go(AREAS)
    expect(room.question(AREAS).locator("[data-area=seal]")).to_have_class("hotspot__area is-on")
    room.go(POINTS)
    expect(room.question(POINTS).locator("input").first).to_have_value(str(x))
    expect(room.question(POINTS).locator(".hotspot__point")).to_have_count(1)
    room.question(POINTS).get_by_role("button", name="Clear my answer").click()
    room.expect_saved()
    assert room.stored()["q4"] is None
    expect(room.question(POINTS).locator(".hotspot__point")).to_have_count(0)


@either_database
def test_pieces_are_dragged_into_gaps_and_from_one_to_another(room):
    question = room.question(GAPS)
    who, what = (question.locator(f"[data-part={name}]") for name in ("who", "what"))
    piece = question.locator("[data-piece=buyer]")
    drag(room.page, piece, what)
    expect(what).to_have_value("buyer")
    expect(piece).to_have_class("pieces__i is-used")
    drag(room.page, piece, who)
    expect(who).to_have_value("buyer")
    expect(what).to_have_value("")
    drag(room.page, piece, room.page.get_by_role("heading", level=1))
    room.expect_saved()
    assert room.stored()["q1"] == {"who": "buyer"}
    expect(room.page.locator(".pieces__ghost")).to_have_count(0)


@either_database
def test_a_finger_drags_pieces_too(site, new_context, ada, pictures):
    context = new_context(ada, viewport={"width": 390, "height": 800}, has_touch=True)
    room = Room(site, context.new_page(), exams.begin(site, ada, pictures)).open()
    question = room.question(GAPS)
    start, end = (middle(question.locator(f"[data-{of}]")) for of in ("piece=buyer", "part=who"))
    finger = context.new_cdp_session(room.page)
    for kind, points in (
        ("touchStart", [start]),
        ("touchMove", [{"x": (start["x"] + end["x"]) / 2, "y": end["y"]}]),
        ("touchMove", [end]),
        ("touchEnd", []),
    ):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(question.locator("[data-part=who]")).to_have_value("buyer")
    room.expect_saved()
    assert room.stored()["q1"] == {"who": "buyer"}


def drag(page, piece, target):
    start, end = middle(piece), middle(target)
    page.mouse.move(**start)
    page.mouse.down()
    page.mouse.move(**end, steps=4)
    page.mouse.up()


def middle(locator):
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


@either_database
def test_each_is_answered_by_key(room):
    keys = room.page.keyboard
    room.question(GAPS).locator("[data-part=who]").focus()
    keys.type("A")
    room.go(MATRIX)
    room.question(MATRIX).locator("[data-row]").first.focus()
    keys.press("Space")
    room.go(AREAS)
    room.question(AREAS).locator(".opts input").nth(1).focus()
    keys.press("Space")
    room.go(POINTS)
    room.question(POINTS).locator("input").first.focus()
    keys.type("420")
    keys.press("Tab")
    keys.type("360")
    keys.press("Tab")
    room.expect_saved()
    kept = room.stored()
    assert len(kept["q1"]) == len(kept["q2"]) == 1
    assert kept["q3"] == ["seal"]
    assert kept["q4"] == [[420, 360]]


@any_database
def test_they_are_legible_to_everybody(room):
    for number in (GAPS, MATRIX, AREAS, POINTS):
        room.go(number)
        judge(room.page, f"question {number}")


@either_database
def test_each_is_answered_without_scripts(site, new_context, ada, pictures):
    page = new_context(ada, java_script_enabled=False).new_page()
    public_id = exams.begin(site, ada, pictures)
    page.goto(f"/attempts/{public_id}/")
    page.locator("#q1 [data-part=what]").select_option("contract")
    page.locator("#q2 [data-row=car][value=no]").check()
    page.locator("#q3 input[value=seal]").check()
    for control, number in zip(
        page.locator("#q4 [data-point] input").all(), (420, 360), strict=True
    ):
        control.fill(str(number))
    page.get_by_role("button", name="Save").first.click()
    kept = exams.stored(site, public_id)
    assert kept == {
        "q1": {"what": "contract"},
        "q2": {"car": ["no"]},
        "q3": ["seal"],
        "q4": [[420, 360]],
    }
