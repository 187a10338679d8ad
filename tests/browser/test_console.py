"""An officer at the live console and a candidate in the room, each in a browser of their own."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from probity.accounts.models import Person, UserSession
from probity.accounts.roles import Role
from probity.exams.models import Attempt, Exam
from probity.sittings import admission
from tests.browser import exams
from tests.browser.accessibility import axe
from tests.browser.databases import any_database, either_database
from tests.browser.people import Account, add_account
from tests.browser.room import Room
from tests.browser.site import Site
from tests.browser.watch import Watch
from tests.factories.sittings import add_sitting, visit

IN_TIME_MS = 10_000


@dataclass
class Scene:
    """Ada in the room of a sitting, and the console that shows her."""

    site: Site
    room: Room
    console: Page
    url: str

    def act(self, name: str, **fields: str) -> None:
        """Do one thing for everybody from its dialog."""
        self.console.locator("#scope").select_option("everybody")
        self.console.get_by_role("link", name=name, exact=True).click()
        dialog = self.console.locator("dialog[open]")
        for label, words in fields.items():
            dialog.locator(f"[name$={label}]").fill(words)
        dialog.locator("button[form=act]").click()
        expect(self.console.locator("[data-said]")).to_contain_text("Done for 1 candidate.")

    def attempt(self) -> Attempt:
        with self.site.reading() as session:
            query = select(Attempt).where(Attempt.public_id == self.room.public_id)
            found = session.scalars(query).one()
            session.expunge_all()
            return found

    def judge(self, page: Page, name: str) -> None:
        """Axe, on one of the databases: they make no difference to what a page looks like."""
        if self.site.environment["DATABASE_URL"].startswith("postgresql"):
            axe(page, name)

    def row(self) -> object:
        return self.console.locator("[data-seat]", has_text="Ada Lim")


def enter(site: Site, account: Account, slug: str, breaks: int = 0) -> tuple[str, str]:
    """Plan a sitting, start in it from the browser signed in last; the ids of both."""
    with site.writing() as session, site.app.test_request_context():
        person = session.get_one(Person, account.id)
        opened = select(UserSession).where(UserSession.person_id == account.id)
        device = session.scalars(opened.order_by(UserSession.id.desc())).first()
        assert device is not None
        exam = session.scalars(select(Exam).where(Exam.slug == slug)).one()
        sitting = add_sitting(session, exam, person)
        here = visit(session, person, device=device.token_hash)
        attempt = admission.start(session, exam, person, here)
        attempt.terms = {**attempt.terms, "break_seconds": 60 * breaks}
        return sitting.public_id, attempt.public_id


@pytest.fixture
def slug(site: Site, exam: str) -> str:
    """An exam of its own: with the first sitting it is one by registration for everybody."""
    return exams.define_exam(site, 5)


@pytest.fixture
def scene(
    site: Site, page: Page, ada: Account, slug: str, new_context: Callable[..., BrowserContext]
) -> Scene:
    sitting, attempt = enter(site, ada, slug, breaks=5)
    officer = add_account(site, Role.OFFICER, name_latin="Otto Berg")
    console = new_context(officer).new_page()
    url = f"/studio/sittings/{sitting}/console"
    console.goto(url)
    return Scene(site, Room(site, page, attempt).open(), console, url)


@either_database
def test_more_time_reaches_the_candidate_with_the_reason(scene: Scene) -> None:
    before = scene.attempt().deadline
    scene.act("More time", minutes="10", text="Noise <outside>")
    panel = scene.room.page.locator("[data-notices]")
    expect(panel).to_contain_text("You have 10 minutes more. Noise <outside>", timeout=IN_TIME_MS)
    assert (scene.attempt().deadline - before).total_seconds() == 600
    expect(scene.room.page.locator("[data-timer-text]")).to_have_text(re.compile(r"^(39|40):"))
    scene.judge(scene.room.page, "room with a notice")
    panel.get_by_role("button", name="I have read this").click()
    expect(panel).to_be_hidden()
    scene.room.reload()
    scene.act("Message", text="Five minutes more for lunch")
    expect(panel).to_contain_text("Five minutes more for lunch", timeout=IN_TIME_MS)
    expect(panel).not_to_contain_text("Noise")


@any_database
def test_a_pause_hides_the_questions_and_everything_goes_on_after_it(scene: Scene) -> None:
    room, page = scene.room, scene.room.page
    chosen = room.choose(1, 2)
    room.expect_saved()
    scene.act("Pause", text="Fire alarm: leave the room")
    screen = page.locator("[data-pause]")
    expect(screen).to_contain_text("Fire alarm: leave the room", timeout=IN_TIME_MS)
    expect(room.question(1)).to_be_hidden()
    expect(page.locator("[data-timer-text]")).to_have_text("Paused")
    scene.judge(page, "paused")
    expect(scene.row()).to_contain_text("Paused")
    page.reload()
    expect(page.get_by_role("heading", name="The exam is paused")).to_be_visible()
    expect(page.locator("[data-q]")).to_have_count(0)
    scene.judge(page, "paused page")
    scene.act("Resume")
    expect(room.question(1)).to_be_visible(timeout=IN_TIME_MS)
    assert room.chosen(1) == [chosen]
    scene.act("Pause", text="Again")
    expect(page.locator("[data-pause]")).to_be_visible(timeout=IN_TIME_MS)
    scene.act("Resume")
    expect(room.question(1)).to_be_visible(timeout=IN_TIME_MS)
    other = room.choose(1, 3)
    room.expect_saved()
    assert list(room.stored().values()) == [other]


@either_database
def test_what_is_typed_as_a_pause_begins_is_saved_after_it(scene: Scene, watch: Watch) -> None:
    watch.tolerate(r"409 \(Conflict\).*/responses")
    scene.room.write(5, "before the pause")
    scene.act("Pause", text="Fire alarm")
    expect(scene.room.page.locator("[data-pause]")).to_be_visible(timeout=IN_TIME_MS)
    scene.act("Resume")
    expect(scene.room.page.locator("[data-pause]")).to_be_hidden(timeout=IN_TIME_MS)
    scene.room.expect_saved()
    assert list(scene.room.stored().values()) == ["before the pause"]


@any_database
def test_an_ending_is_explained_before_the_room_is_left(scene: Scene) -> None:
    scene.row().get_by_role("link", name="End …").click()  # type: ignore[attr-defined]
    heading = scene.console.get_by_role("heading", name="End the exam of Ada Lim?")
    expect(heading).to_be_visible()
    scene.judge(scene.console, "confirm an ending")
    scene.console.locator("#text").fill("Used a telephone")
    scene.console.get_by_role("button", name="End the exam of Ada Lim").click()
    expect(scene.row()).to_contain_text("Ended")
    dialog = scene.room.page.locator("#ended")
    expect(dialog).to_contain_text("Used a telephone", timeout=IN_TIME_MS)
    dialog.get_by_role("button", name="Go on").click()
    scene.room.expect_result()


@either_database
def test_everybody_is_ended_at_once_after_a_word_for_whom(scene: Scene) -> None:
    chosen = scene.room.choose(1, 2)
    scene.room.expect_saved()
    scene.console.get_by_role("link", name="End the exam", exact=True).click()
    dialog = scene.console.get_by_role("dialog", name="End the exam of everybody chosen?")
    expect(dialog).to_contain_text("The candidates ticked: 0")
    scene.judge(scene.console, "ending everybody")
    scene.console.keyboard.press("Escape")
    scene.act("End the exam", text="Fire in the house")
    expect(scene.room.page.get_by_role("dialog")).to_contain_text(
        "Fire in the house", timeout=IN_TIME_MS
    )
    assert scene.attempt().ending == "ended-by-staff"
    assert list(scene.room.stored().values()) == [chosen]


@any_database
def test_rows_change_under_the_hand_without_losing_focus_or_tick(scene: Scene) -> None:
    console = scene.console
    tick = console.get_by_role("checkbox", name="Tick Ada Lim")
    expect(scene.row()).to_contain_text("Working", timeout=IN_TIME_MS)
    tick.focus()
    console.keyboard.press("Space")
    scene.room.choose(1, 1)
    scene.room.go(3)
    expect(scene.row().locator("[data-cell=question]")).to_have_text(  # type: ignore[attr-defined]
        "3", timeout=15_000
    )
    expect(tick).to_be_focused()
    expect(tick).to_be_checked()
    console.keyboard.press("Enter")  # sends nothing: no act has the key
    expect(console.locator("[data-said]")).to_be_empty()
    console.locator("#q").fill("nobody of this name")
    expect(scene.row()).to_be_visible()  # ticked rows stay in sight
    tick.uncheck()
    console.locator("#q").fill("nobody")
    expect(scene.row()).to_be_hidden()
    axe(console, "console")


@any_database
def test_a_break_is_the_candidates_own(scene: Scene) -> None:
    page = scene.room.page
    page.get_by_role("link", name="Take a break").click()
    page.get_by_role("button", name="Start the break").click()
    expect(page.get_by_role("heading", name="Your break")).to_be_visible()
    expect(scene.row()).to_contain_text("On a break", timeout=IN_TIME_MS)
    page.get_by_role("button", name="Go on now").click()
    expect(scene.room.question(1)).to_be_visible()
    assert scene.attempt().paused_at is None


@either_database
def test_without_scripts_the_console_works_by_forms(
    scene: Scene, site: Site, new_context: Callable[..., BrowserContext]
) -> None:
    officer = add_account(site, Role.INVIGILATOR, name_latin="Rita Moor")
    page = new_context(officer, java_script_enabled=False).new_page()
    page.goto(scene.url)
    page.get_by_role("checkbox", name="Tick Ada Lim").check()
    page.get_by_role("link", name="Message").click()
    page.locator("#message-text").fill("Sit down, please")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("Done for 1 candidate.")
    panel = scene.room.page.locator("[data-notices]")
    expect(panel).to_contain_text("Sit down, please", timeout=IN_TIME_MS)
