"""Sections that are left for good, and their own time, in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from probity.exams.models import Attempt
from tests.browser import exams
from tests.browser.databases import any_database, either_database
from tests.browser.room import Room
from tests.browser.test_room_accessibility import judge
from tests.factories.exams import text

SEALED = {
    "order": "free",
    "sections": "sealed",
    "shuffle_items": False,
    "shuffle_options": True,
}
GO_ON = re.compile(r"^Go on to section 2")


def section(number, *kinds, **more):
    """A section with a question of each of these kinds."""
    cells = [
        {"domain": exams.SHELF, "cognitive": ["apply"], "kinds": [kind], "draw": 1}
        for kind in kinds
    ]
    title = text(f"Part {number}")
    return {"id": f"part_{number}", "title": title, "cells": cells, **more}


@pytest.fixture
def enter(site, page, ada, exam):
    """Ada at the first question of an exam with these sections."""

    def enter(number, *sections, **navigation):
        changes = {"sections": list(sections), "navigation": {**SEALED, **navigation}}
        slug = exams.define_exam(site, number, **changes)
        return Room(site, page, exams.begin(site, ada, slug)).open()

    return enter


@pytest.fixture
def room(enter):
    return enter(
        3, section(1, "single", "multiple", minutes=5), section(2, "numeric", "short_text")
    )


def section_ends_in(room, seconds):
    """Move the end of the present section to shortly from now."""
    with room.site.writing() as session:
        query = select(Attempt).where(Attempt.public_id == room.public_id)
        attempt = session.scalars(query).one()
        grace = attempt.accept_until - attempt.deadline
        attempt.step_until = exams.clock.now() + timedelta(seconds=seconds) + grace


def arrive(room, number):
    """Wait for the next step: loaded anew, with its first question in focus."""
    expect(room.question(number).locator("[data-heading]")).to_be_focused()
    room.page.wait_for_selector("html[data-room-ready]")


def test_a_section_is_left_for_good(room):
    expect(room.question(3)).to_have_count(0)
    expect(room.page.locator("[data-section-timer]")).to_contain_text(re.compile(r"[45]:\d\d"))
    chosen = room.choose(1, 2)
    expect(room.page.locator("[data-go-on]")).to_be_hidden()
    room.go(2)
    expect(room.page.locator("[data-next]")).to_be_hidden()
    room.page.get_by_role("button", name=GO_ON).click()
    dialog = room.page.get_by_role("dialog", name=GO_ON)
    expect(dialog).to_contain_text("Not answered: 1.")
    expect(dialog).to_contain_text("You cannot come back")
    dialog.get_by_role("link", name="Question 2").click()
    expect(dialog).to_be_hidden()
    ticked = room.choose(2, 1)
    room.page.get_by_role("button", name=GO_ON).click()
    expect(dialog).to_contain_text("You have answered every question here.")
    dialog.get_by_role("button", name="Go on", exact=True).click()
    arrive(room, 3)
    assert room.stored() == {"q1": chosen, "q2": [ticked]}
    expect(room.question(1)).to_have_count(0)
    expect(room.page.locator("[data-section-timer]")).to_have_count(0)
    room.page.go_back()
    room.page.wait_for_selector("html[data-room-ready]")
    expect(room.question(1)).to_have_count(0)
    expect(room.page.locator(".examside .parts li").first).to_contain_text("closed")
    room.write(4, "to the end")
    room.page.get_by_role("button", name="Finish").click()
    room.page.get_by_role("button", name="Hand in", exact=True).click()
    room.expect_result()
    assert room.stored()["q4"] == "to the end"


@either_database
def test_going_on_by_keyboard_alone(room):
    keys = room.page.keyboard
    keys.press("1")
    keys.press("Alt+ArrowRight")
    expect(room.question(2)).to_be_visible()
    keys.press("1")
    keys.press("Alt+ArrowRight")
    expect(room.page.get_by_role("dialog", name=GO_ON)).to_be_visible()
    room.tab_to("[data-go-on-now]")
    keys.press("Enter")
    arrive(room, 3)
    assert set(room.stored()) == {"q1", "q2"}
    keys.press("Alt+t")
    expect(room.page.locator("[data-live]")).to_contain_text("30 minutes left")


@either_database
def test_when_the_time_of_a_section_is_over_it_closes_and_leads_on(room):
    room.page.keyboard.press("Alt+t")
    expect(room.page.locator("[data-live]")).to_contain_text("5 minutes left in section 1.")
    room.go(2)
    section_ends_in(room, 6)
    room.reload()
    chosen = room.choose(1, 1)
    dialog = room.page.get_by_role("dialog", name="Section 1")
    expect(dialog).to_contain_text("Time for section 1 is over. Its answers are closed.")
    expect(dialog.get_by_role("button", name="Stay here")).to_be_hidden()
    room.page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    expect(room.question(1).locator(".opts input").first).to_be_disabled()
    dialog.get_by_role("button", name="Go on to section 2").click()
    arrive(room, 3)
    assert room.stored() == {"q1": chosen}
    room.write(4, "goes on")
    room.expect_saved()
    assert room.stored() == {"q1": chosen, "q4": "goes on"}


@any_database
def test_going_on_offline_waits_for_the_line_and_can_be_taken_back(room, watch):
    watch.tolerate(r"net::ERR_")
    room.go(2)
    room.page.context.set_offline(True)
    ticked = room.choose(2, 1)
    room.page.get_by_role("button", name=GO_ON).click()
    room.page.get_by_role("button", name="Go on", exact=True).click()
    dialog = room.page.get_by_role("dialog", name="Section 1")
    expect(dialog).to_contain_text("Your answers are safe on this device")
    dialog.get_by_role("button", name="Stay here").click()
    expect(dialog).to_be_hidden()
    chosen = room.choose(1, 1)
    room.go(2)
    room.page.get_by_role("button", name=GO_ON).click()
    room.page.get_by_role("button", name="Go on", exact=True).click()
    room.page.context.set_offline(False)
    arrive(room, 3)
    assert room.stored() == {"q1": chosen, "q2": [ticked]}


@either_database
def test_the_other_window_follows(room):
    other = room.elsewhere()
    room.go(2)
    room.page.get_by_role("button", name=GO_ON).click()
    room.page.get_by_role("button", name="Go on", exact=True).click()
    arrive(room, 3)
    other.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(other.question(3)).to_be_visible()
    expect(other.question(1)).to_have_count(0)


@either_database
def test_forward_only_asks_before_it_leaves_an_empty_question(enter):
    room = enter(4, section(1, "single", "numeric"), order="forward_only")
    room.page.get_by_role("button", name="Go on to the next question").click()
    dialog = room.page.get_by_role("dialog", name="Go on to the next question?")
    expect(dialog).to_contain_text("Not answered: 1.")
    dialog.get_by_role("button", name="Stay here").click()
    room.choose(1, 1)
    room.page.get_by_role("button", name="Go on to the next question").click()
    arrive(room, 2)
    expect(room.page.locator("[data-pos]")).to_have_text("2 / 2")
    expect(room.page.locator("[data-go-on]")).to_have_count(0)


@either_database
def test_handing_in_early_names_what_lies_ahead(room):
    room.page.get_by_role("button", name="Finish").click()
    dialog = room.page.get_by_role("dialog", name="Hand in your exam?")
    expect(dialog).to_contain_text("2 questions lie ahead that you have not opened yet.")


@any_database
def test_the_room_of_a_paper_in_sections_is_accessible_in_every_state(room):
    judge(room.page, "section")
    room.go(2)
    for dialog in ("finish", "go-on", "navd"):
        opener = {"finish": "[data-finish]", "go-on": "[data-go-on]", "navd": None}[dialog]
        if opener:
            room.page.locator(opener).click()
        else:
            room.page.evaluate("document.getElementById('navd').showModal()")
        judge(room.page, dialog)
        room.page.keyboard.press("Escape")
    section_ends_in(room, 2)
    room.reload()
    expect(room.page.get_by_role("dialog", name="Section 1")).to_contain_text("is over")
    judge(room.page, "time of a section over")


@either_database
def test_a_hidden_clock_stays_hidden_and_says_what_was_passed(room):
    timer = room.page.locator("[data-timer]")
    timer.get_by_role("button").click()
    expect(timer).to_contain_text("Show time")
    room.reload()
    expect(timer).to_contain_text("Show time")
    expect(timer.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    exams.end_in(room.site, room.public_id, 570)
    room.choose(1, 1)
    expect(room.page.locator("[data-live]")).to_contain_text("10 minutes left")
