"""An import from the first file to its undoing, with scripts and without, in every look."""

import pytest
from playwright.sync_api import expect

from probity.accounts.roles import Role
from tests.browser.accessibility import axe
from tests.browser.appearance import looks
from tests.browser.databases import any_database
from tests.browser.people import add_account
from tests.factories.exchange import HEADINGS, ROWS, csv_of

FILE = {"name": "questions.csv", "mimeType": "text/csv", "buffer": csv_of(*ROWS)}
# what another test has imported is a copy, and a copy is not chosen: each has questions of its own
PLANETS = ("X1", "single", "Which planet is nearest to the sun?", "Venus", "Mercury", "", "B", "")
METALS = ("X2", "single", "Which metal is liquid in a warm room?", "Mercury", "Iron", "", "A", "")
OTHER = {**FILE, "buffer": csv_of(HEADINGS, PLANETS)}
EXPORTED = {**FILE, "buffer": csv_of(HEADINGS, METALS)}


@pytest.fixture
def ivy(site):
    return add_account(site, Role.INSTRUCTOR, name_latin="Ivy Chen")


def upload(page, file):
    page.goto("/studio/imports/")
    page.get_by_label("Question files").set_input_files(file)
    page.get_by_role("button", name="Read the files").click()


def look_until(page, wanted):
    """Without scripts a link shows how far the work is now."""
    for _ in range(60):
        if wanted.is_visible():
            return wanted
        page.wait_for_timeout(500)
        page.get_by_role("link", name="See how far it is now").click()
    raise AssertionError(page.content())


@any_database
def test_an_import_is_followed_confirmed_and_undone(new_context, ivy):
    page = new_context(ivy).new_page()
    upload(page, FILE)
    confirm = page.get_by_role("button", name="Import 2 questions")
    expect(confirm).to_be_visible()  # the page has followed the worker by itself
    for name in looks(page):
        axe(page, f"import-{name}", colours_only="dark" in name)
    page.get_by_role("checkbox", name="Import this question").first.uncheck()
    page.get_by_role("button", name="Keep the choices").click()
    expect(page.get_by_role("button", name="Import 1 question")).to_be_visible()
    page.get_by_role("button", name="Import 1 question").click()
    expect(page.get_by_text("1 item was imported as a draft")).to_be_visible()
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("1 item was taken out again")).to_be_visible()


@any_database
def test_it_goes_without_scripts(new_context, ivy):
    page = new_context(ivy, java_script_enabled=False).new_page()
    upload(page, OTHER)
    look_until(page, page.get_by_role("button", name="Import 1 question")).click()
    look_until(page, page.get_by_text("1 item was imported as a draft"))


@any_database
def test_items_are_exported(new_context, ivy):
    page = new_context(ivy).new_page()
    page.goto("/studio/exports/")
    if page.get_by_role("button", name="Write the file").count() == 0:
        upload(page, EXPORTED)
        page.get_by_role("button", name="Import 1 question").click()
        page.get_by_text("1 item was imported as a draft").wait_for()
        page.goto("/studio/exports/")
    page.get_by_label("File format").select_option("xlsx")
    page.get_by_role("button", name="Write the file").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Fetch the file").click()
    assert fetched.value.suggested_filename == "questions.xlsx"
    axe(page, "export")
