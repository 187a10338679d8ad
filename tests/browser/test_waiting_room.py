"""The waiting room in a real browser: it counts down, starts by itself, and waits to be let in."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from probity.accounts.models import Person
from probity.exams.models import Exam
from probity.kernel import clock
from probity.sittings import actions
from probity.sittings.models import Registration
from tests.browser import exams
from tests.browser.databases import any_database
from tests.browser.people import add_account
from tests.factories.sittings import add_sitting

ROOM = re.compile(r"/attempts/[a-z2-7]{26}/$")


@pytest.fixture
def slug(site):
    """An exam of its own: with the first sitting it is one by registration for everybody."""
    exams.fill(site)
    return exams.define_exam(site, 7)


@pytest.fixture
def page(site, slug, new_context):
    account = add_account(site)
    page = new_context(account).new_page()
    page.account = account
    return page


def plan(site, slug, account, **changes):
    with site.writing() as session, site.app.test_request_context():
        exam = session.scalars(select(Exam).where(Exam.slug == slug)).one()
        add_sitting(session, exam, session.get_one(Person, account.id), **changes)


def agree(page):
    for box in page.locator("input[name=agree]").all():
        box.check()


@any_database
def test_at_the_opening_the_exam_starts_by_itself(site, slug, page):
    opens_at = clock.now() + timedelta(seconds=12)
    window = {"opens_at": opens_at, "closes_at": opens_at + timedelta(hours=1)}
    plan(site, slug, page.account, **window)
    page.goto(f"/exams/{slug}/")
    expect(page.locator("[data-countdown]")).to_contain_text("Opens in")
    agree(page)
    page.wait_for_url(ROOM, timeout=30_000)
    started_at = exams.attempt_of(site, page.url.split("/")[-2]).started_at
    assert opens_at <= started_at < opens_at + timedelta(seconds=10)


@any_database
def test_who_has_not_agreed_yet_is_told_that_it_is_open(site, slug, page):
    opens_at = clock.now() + timedelta(seconds=8)
    window = {"opens_at": opens_at, "closes_at": opens_at + timedelta(hours=1)}
    plan(site, slug, page.account, **window)
    page.goto(f"/exams/{slug}/")
    expect(page.locator("[data-news]")).to_have_text("You may start now.")
    agree(page)
    page.get_by_role("button", name="Start the exam").click()
    page.wait_for_url(ROOM)


@any_database
def test_once_let_in_the_page_goes_on_by_itself(site, slug, page):
    plan(site, slug, page.account, authorise=True)
    page.goto(f"/exams/{slug}/")
    expect(page.get_by_text("Wait for the invigilator")).to_be_visible()
    agree(page)
    with site.writing() as session:
        query = select(Registration).where(Registration.person_id == page.account.id)
        officer = session.get_one(Person, page.account.id)
        actions.authorise(session, session.scalars(query).all(), by=officer)
    page.wait_for_url(ROOM, timeout=30_000)
