"""The bank by hand: many items at once and taken back, and areas drawn on a picture."""

import pytest
from playwright.sync_api import expect

from probity.accounts.roles import Role
from probity.bank import actions as bank
from probity.bank import filing, showing
from probity.bank.models import Item
from probity.kernel.permissions import SYSTEM
from tests.browser.appearance import PHONE
from tests.browser.databases import any_database, either_database
from tests.browser.people import add_account
from tests.browser.test_room_pictures import PICTURE
from tests.factories.bank import item, text

SHELF = "SPS-5"
SIZE = {"width": 400, "height": 300}


@pytest.fixture
def ivy(site):
    return add_account(site, Role.INSTRUCTOR, name_latin="Ivy Chen")


@pytest.fixture(scope="module")
def shelf(site):
    """Three items on a shelf of their own."""
    made = [item("single", f"SPS-94{place:02d}", domain=SHELF) for place in range(3)]
    with site.writing() as session:
        bank.load_items(session, made, source="browser tests", by=SYSTEM)
    return [one.id for one in made]


@pytest.fixture
def picture(site):
    """A hotspot with one area, whose picture is drawn 400 by 300 pixels large."""
    with site.app.app_context():
        digest = showing.keep(PICTURE)
    medium = {"name": "page.png", "sha256": digest, "type": "image/png", "size": 69}
    area = item("hotspot").model_dump(mode="json")["areas"][0]
    area = {**area, "shape": "rect", "coords": [20, 20, 120, 80], "correct": True}
    made = item(
        "hotspot", "SPS-9450", media=[{**medium, "alt": text("Page")}], areas=[area], **SIZE
    )
    with site.writing() as session:
        bank.load_items(session, [made], source="browser tests", by=SYSTEM)
    return made.id


def tags(site, refs):
    with site.writing() as session:
        rows = {row.id: row.ref for row in session.query(Item).filter(Item.ref.in_(refs))}
        return {rows[number]: tags for number, tags in filing.tags_of(session, list(rows)).items()}


@any_database
def test_many_items_are_tagged_at_once_and_it_is_taken_back(site, new_context, ivy, shelf):
    page = new_context(ivy).new_page()
    page.goto(f"/studio/items/?domain={SHELF}&kind=single")
    chosen, every = page.locator("[data-selected]"), page.get_by_label("Select all on this page")
    boxes = page.locator("input[name=item]")
    every.check()
    expect(chosen).to_have_text("3")
    boxes.nth(1).uncheck()
    expect(chosen).to_have_text("2")
    expect(every).to_have_js_property("indeterminate", True)
    boxes.nth(1).focus()
    page.keyboard.press("ArrowUp")
    expect(boxes.nth(0)).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    expect(boxes.nth(1)).to_be_focused()
    expect(boxes.nth(1)).not_to_be_checked()
    expect(chosen).to_have_text("1")
    page.get_by_label("With the selected items").select_option("tag")
    page.get_by_label("Tag", exact=True).last.fill("spring")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("The last act changed 1 item.")).to_be_visible()
    assert tags(site, shelf) == {shelf[2]: ["spring"]}
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("The last act changed")).to_have_count(0)
    assert tags(site, shelf) == {}
    boxes.first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.address}/studio/items/{shelf[0]}/")


@any_database
def test_areas_are_drawn_moved_and_changed_on_the_picture(new_context, ivy, picture):
    page = new_context(ivy).new_page()
    page.goto(f"/studio/items/{picture}/edit")
    board = Board(page)
    first, second = (page.locator(f"#areas\\.{row}\\.coords") for row in (0, 1))
    board.drag((70, 50), (90, 70))
    expect(first).to_have_value("40, 40, 140, 100")
    board.drag((140, 100), (200, 160))
    expect(first).to_have_value("40, 40, 200, 160")
    board.drag((100, 100), (390, 290))
    expect(first).to_have_value("240, 180, 400, 300")
    board.drag((20, 20), (80, 60))
    expect(second).to_have_value("20, 20, 80, 60")
    shape = page.locator("#areas\\.1\\.shape")
    for name, numbers in (
        ("ellipse", "50, 40, 30, 20"),
        ("circle", "50, 40, 20"),
        ("poly", "30, 20, 70, 20, 70, 60, 30, 60"),
    ):
        shape.select_option(name)
        expect(second).to_have_value(numbers)
    board.drag((70, 60), (90, 90))
    expect(second).to_have_value("30, 20, 70, 20, 90, 90, 30, 60")
    second.fill("10, 10, 60, 10, 60, 60")
    expect(page.locator("polygon")).to_have_attribute("points", "10 10 60 10 60 60")
    page.locator("#areas\\.1\\.label\\.en").fill("Corner")
    expect(page.locator(".bank-preview:visible .opts")).to_contain_text("Corner")


@any_database
def test_a_finger_draws_where_no_area_is(new_context, ivy, picture):
    page = new_context(ivy, viewport=PHONE, has_touch=True).new_page()
    page.goto(f"/studio/items/{picture}/edit")
    board = Board(page)
    finger = page.context.new_cdp_session(page)
    for kind, places in (
        ("touchStart", [(200, 150)]),
        ("touchMove", [(240, 180)]),
        ("touchMove", [(300, 250)]),
        ("touchEnd", []),
    ):
        points = [board.at(place) for place in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    drawn = page.locator("#areas\\.1\\.coords")
    expect(drawn).not_to_have_value("")
    left, top, right, bottom = map(int, drawn.input_value().split(", "))
    assert abs(left - 200) + abs(top - 150) + abs(right - 300) + abs(bottom - 250) < 12


@either_database
def test_answers_are_dragged_to_their_rows(site, new_context, ivy):
    made = item("matching", "SPS-9460")
    with site.writing() as session:
        bank.load_items(session, [made], source="browser tests", by=SYSTEM)
    page = new_context(ivy).new_page()
    page.goto(f"/studio/items/{made.id}/")
    trial = page.locator("form[action$='/trials']")
    rows = trial.locator(".match__r")
    for row, name in enumerate(("works", "goods", "services")):
        trial.locator(f"[data-piece={name}]").drag_to(rows.nth(row))
        expect(rows.nth(row).locator("select")).to_have_value(name)
    trial.locator("[data-piece=goods]").drag_to(rows.nth(2))
    values = [one.input_value() for one in trial.locator(".match__r select").all()]
    assert values == ["works", "", "goods"]


@any_database
def test_what_is_typed_while_the_fields_are_drawn_anew_stays(new_context, ivy):
    page = new_context(ivy).new_page()
    page.goto("/studio/items/new?kind=single")
    rows = page.locator("input[name='options.rows']")
    before = int(rows.input_value())

    def slowly(route):
        page.wait_for_timeout(400)
        route.continue_()

    page.route("**/studio/items/new", slowly)
    page.get_by_role("button", name="Add: Option").click()
    page.locator("#stem\\.en").press_sequentially("Which sum?", delay=60)
    expect(rows).to_have_value(str(before + 1))
    expect(page.locator("#stem\\.en")).to_have_value("Which sum?")


class Board:
    """The picture in the editor; places are pixels of the picture."""

    def __init__(self, page):
        self.page = page
        self.map = page.locator(".areas__stage svg")
        expect(self.map.locator(".areas__area").first).to_be_visible()
        # in the middle of the window, clear of what sticks to its edges
        self.map.evaluate("(map) => map.scrollIntoView({ block: 'center' })")

    def at(self, place):
        box = self.map.bounding_box()
        return {
            "x": box["x"] + place[0] * box["width"] / SIZE["width"],
            "y": box["y"] + place[1] * box["height"] / SIZE["height"],
        }

    def drag(self, start, end):
        self.page.mouse.move(**self.at(start))
        self.page.mouse.down()
        self.page.mouse.move(**self.at(end), steps=3)
        self.page.mouse.up()
