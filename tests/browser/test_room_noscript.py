"""The whole exam without JavaScript: one form, a button to save, a button to hand in."""

import pytest
from playwright.sync_api import expect

from tests.browser import exams
from tests.browser.databases import either_database


@pytest.fixture
def plain(new_context, ada):
    """A page in which no script runs."""
    return new_context(ada, java_script_enabled=False).new_page()


def start(page, slug):
    """Through the lobby, as there is no other way in."""
    page.goto(f"/exams/{slug}/")
    for box in page.locator("input[name=agree]").all():
        box.check()
    page.get_by_role("button", name="Start the exam").click()
    page.wait_for_url("**/attempts/**")
    return page.url.split("/")[-2]


def note(page):
    """What stands above the questions where no script runs."""
    return page.locator(".unscripted__note")


def answer(page, right):
    """Fill in every question with the right answer, as its kind asks."""
    for name, value in right.items():
        controls = page.locator(f"#{name}")
        if isinstance(value, bool):
            controls.locator(f"input[value='{str(value).lower()}']").check()
        elif isinstance(value, dict):
            for part, chosen in value.items():
                fill(controls.locator(f"[data-part='{part}']"), chosen)
        elif controls.locator(".order").count():
            for place, step in enumerate(value, start=1):
                controls.locator(f"select[name$='-position-{step}']").select_option(str(place))
        elif controls.locator(".opts").count():
            for chosen in [value] if isinstance(value, str) else value:
                controls.locator(f"input[value='{chosen}']").check()
        else:
            controls.locator("input.input").fill(value)


def fill(control, value):
    if control.evaluate("(element) => element.matches('select')"):
        control.select_option(value)
    else:
        control.fill(value)


def test_every_kind_is_answered_saved_and_handed_in(site, plain, exam):
    public_id = start(plain, exam)
    expect(plain.locator("[data-q]:visible")).to_have_count(11)
    expect(note(plain)).to_contain_text("Save your answers yourself")
    assert plain.locator("[data-finish]").is_hidden()
    right = exams.key(site, public_id)
    answer(plain, right)
    plain.get_by_role("button", name="Save my answers").click()
    expect(note(plain)).to_contain_text("11 answers were saved.")
    saved = exams.stored(site, public_id)
    assert {name: saved[name] for name in ("q1", "q7", "q8")} == {
        name: right[name] for name in ("q1", "q7", "q8")
    }
    plain.locator("#q4 input.input").fill("19")
    plain.get_by_role("button", name="Save and hand in").click()
    plain.wait_for_url(f"**/attempts/{public_id}/result")
    assert exams.stored(site, public_id)["q4"] == "19"
    expect(plain.locator("main")).to_contain_text("10 / 11")


@either_database
def test_a_clash_of_places_is_explained_and_the_rest_is_saved(site, plain, exam, watch):
    watch.tolerate("status of 422")
    public_id = start(plain, exam)
    for select in plain.locator("#q7 select").all():
        select.select_option("1")
    plain.locator("#q5 input.input").fill("words")
    plain.get_by_role("button", name="Save and hand in").click()
    problem = plain.get_by_role("alert")
    expect(problem).to_contain_text("Question 7: Give every step a place of its own")
    assert exams.stored(site, public_id) == {"q5": "words"}
    assert exams.attempt_of(site, public_id).state == "open"


def test_an_old_page_cannot_blank_a_newer_answer(site, plain, exam):
    public_id = start(plain, exam)
    old = plain.context.new_page()
    old.goto(f"/attempts/{public_id}/")
    plain.locator("#q5 input.input").fill("newer")
    plain.get_by_role("button", name="Save my answers").click()
    expect(note(plain)).to_contain_text("1 answer was saved.")
    old.locator("#q4 input.input").fill("18.95")
    old.get_by_role("button", name="Save my answers").click()
    expect(note(old)).to_contain_text("Some questions were changed elsewhere meanwhile.")
    assert exams.stored(site, public_id) == {"q4": "18.95", "q5": "newer"}
