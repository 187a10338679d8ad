"""The blueprint of an exam while it is typed: sums at once, sections and cells without a new page."""

import pytest
from playwright.sync_api import expect

from probity.accounts.roles import Role
from probity.bank import actions as bank
from probity.kernel.permissions import SYSTEM
from tests.browser.databases import either_database
from tests.browser.people import add_account
from tests.factories.bank import item

SHELF = "SPS-6"


@pytest.fixture
def page(site, new_context):
    """An author before a new exam, with four items on a shelf of their own."""
    made = [item("single", f"SPS-95{place:02d}", domain=SHELF) for place in range(4)]
    with site.writing() as session:
        bank.load_items(session, made, source="browser tests", by=SYSTEM)
    author = add_account(site, Role.INSTRUCTOR, name_latin="Ivy Chen")
    page = new_context(author).new_page()
    page.goto("/studio/exams/new")
    page.get_by_label("Demonstration").check()
    expect(page.locator(f"#s0-{SHELF}-apply-of")).to_contain_text("of 4")
    return page


@either_database
def test_sums_follow_and_sections_and_cells_come_and_go(page):
    cell = page.locator(f"#s0-{SHELF}-apply")
    row = page.locator("tr", has=cell)
    supply = page.locator(f"#s0-{SHELF}-apply-of")
    for typed, state in (("2", "ok"), ("3", "thin"), ("5", "short")):
        cell.fill(typed)
        expect(row.locator("[data-row-total]")).to_have_text(typed)
        expect(page.locator("[data-section-total]")).to_have_text(typed)
        expect(supply).to_have_attribute("data-state", state)
    expect(page.locator("[data-part=findings]")).to_contain_text("cannot fill this blueprint")
    cell.fill("2")
    expect(page.locator("[data-part=findings]")).not_to_contain_text("cannot fill this blueprint")
    page.get_by_text("Cells that ask for more").click()
    page.get_by_role("button", name="Add a cell to section 1").click()
    expect(page.locator("[data-further]")).to_have_count(1)
    page.locator("[data-further]").fill("1")
    cell.press("End")
    cell.fill("3")
    expect(page.locator("[data-section-total]")).to_have_text("4")
    page.locator("button[value='remove:0:0']").click()
    expect(page.locator("[data-further]")).to_have_count(0)
    expect(page.locator("[data-section-total]")).to_have_text("3")
    page.get_by_role("button", name="Add a section").click()
    expect(page.locator("[data-section]")).to_have_count(2)
    expect(cell).to_have_value("3")
    page.get_by_role("button", name="Remove section 2").click()
    expect(page.locator("[data-section]")).to_have_count(1)
