"""The exam room as a candidate uses it."""

import re
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import exams
from tests.browser.site import Site

READY = "html[data-room-ready]"
SAVED = "All answers saved"
CONFIRMED = re.compile(r"^Saved \d\d:\d\d:\d\d$")


class Room:
    """One window in the room of one attempt."""

    def __init__(self, site: Site, page: Page, public_id: str) -> None:
        self.site = site
        self.page = page
        self.public_id = public_id
        self.url = f"/attempts/{public_id}"

    def open(self) -> "Room":
        self.page.goto(f"{self.url}/")
        self.page.wait_for_selector(READY)
        return self

    def reload(self) -> None:
        self.page.reload()
        self.page.wait_for_selector(READY)

    def elsewhere(self, context: BrowserContext | None = None) -> "Room":
        """The same attempt in another window, of this browser or of another."""
        page = (context or self.page.context).new_page()
        return Room(self.site, page, self.public_id).open()

    def go(self, number: int) -> None:
        """Show a question."""
        self.page.locator(f".examside [data-qnav] a[data-n='{number}']").click()
        expect(self.question(number)).to_be_visible()

    def question(self, number: int) -> Any:
        return self.page.locator(f"[data-q][data-n='{number}']")

    def choose(self, number: int, option: int) -> str:
        """Choose an option of a question by its place; return its id."""
        self.go(number)
        box = self.question(number).locator(".opts input").nth(option - 1)
        box.check()
        value = box.get_attribute("value")
        assert value is not None
        return value

    def write(self, number: int, words: str) -> None:
        """Type into the one field of a question."""
        self.go(number)
        self.question(number).get_by_role("textbox").fill(words)

    def tab_to(self, selector: str, most: int = 60) -> None:
        """Move with the Tab key until something has the focus."""
        for _ in range(most):
            if self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {selector}")

    def expect_saved(self) -> None:
        expect(self.page.locator("[data-save-text]")).to_have_text(SAVED)

    def expect_line(self, number: int, words: str | re.Pattern[str]) -> None:
        """What stands under a question about its answer."""
        expect(self.question(number).locator("[data-saved]")).to_have_text(words)

    def expect_banner(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("[data-banner]")).to_contain_text(words)

    def expect_no_banner(self) -> None:
        expect(self.page.locator("[data-banner]")).to_be_hidden()

    def chosen(self, number: int) -> list[str]:
        """The options that show as chosen."""
        boxes = self.question(number).locator(".opts input:checked")
        return [box.get_attribute("value") or "" for box in boxes.all()]

    def stored(self) -> dict[str, Any]:
        """What the server's database holds."""
        return exams.stored(self.site, self.public_id)

    def expect_result(self) -> None:
        self.page.wait_for_url(f"**{self.url}/result", timeout=30_000)
