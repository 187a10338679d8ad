"""Every page that links lead to, for every kind of person: axe in both themes and both languages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page
from werkzeug.exceptions import HTTPException

from probity.catalogue import actions as catalogue
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import ROOT
from probity.portal import demonstration as demo
from tests.browser.accessibility import violations
from tests.browser.appearance import dark, desktop, light, phone, sideways, speak
from tests.browser.databases import any_database
from tests.browser.people import Account
from tests.browser.site import Site
from tests.browser.watch import Watch

NOT_PAGES = (".pdf", ".json", ".jsonl", ".png", ".py", ".svg", ".csv", ".css", ".xlsx", ".zip")
TEXTS = ("/assets/", "/log/", "/status/", "/.well-known/")
STARTS = ("/", "/design", "/dev/mail", "/sign-up", "/reset", "/confirm", "/nothing-here")
KINDS = {
    "learner": 30,
    "instructor": 40,
    "officer": 45,
    "registrar": 30,
    "employer": 20,
    "admin": 25,
    "auditor": 25,
    "nobody": 15,
}
"""Who looks, and how many kinds of page they meet at least."""
MOST = 150


@dataclass
class Crawl:
    """What one kind of person meets; of each endpoint the first who comes judges a page."""

    site: Site
    judged: Path
    met: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def kind(self, path: str) -> str | None:
        """The endpoint behind a path, or nothing if it is no page to look at."""
        if path.endswith(NOT_PAGES) or path.startswith(TEXTS):
            return None
        adapter = self.site.app.url_map.bind("localhost")
        try:
            endpoint, _values = adapter.match(path, method="GET")
        except HTTPException:
            return "errors.404" if path == "/nothing-here" else None
        return str(endpoint)

    def walk(self, page: Page) -> None:
        """Follow every link that this person is shown; judge what nobody before them met."""
        waiting = list(STARTS)
        while waiting and len(self.met) < MOST:
            path = waiting.pop(0)
            kind = self.kind(urlsplit(path).path)
            if kind is None or kind in self.met:
                continue
            self.met.add(kind)
            page.goto(path)
            waiting += page.eval_on_selector_all(
                "a[href^='/']",
                "links => links.map((link) => link.getAttribute('href').split('#')[0])",
            )
            if self.is_first(kind):
                self.look(page, path)

    def is_first(self, kind: str) -> bool:
        """Claim a kind of page, also before the other processes of this run."""
        try:
            (self.judged / kind).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def look(self, page: Page, path: str) -> None:
        """Judge one page, which is open in English on a desktop: both themes, then Chinese, small."""
        light(page)
        self.note(page, f"{path} en light")
        dark(page)
        self.note(page, f"{path} en dark", colours_only=True)
        speak(page, "zh-Hans")
        page.goto(path)
        phone(page)
        self.note(page, f"{path} zh-Hans dark")
        speak(page, "en")
        desktop(page)

    def note(self, page: Page, name: str, *, colours_only: bool = False) -> None:
        for one in violations(page, colours_only=colours_only):
            self.problems.append(f"{name}: {one['rule']} {one['where'][:2]}")
        if sideways(page):
            self.problems.append(f"{name}: scrolls sideways")


@pytest.fixture(scope="session")
def judged(run_folder: Path) -> Path:
    """Holds the name of each kind of page that somebody judges."""
    folder = run_folder / "judged"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def demonstration(site: Site) -> dict[str, Account]:
    """The demo people with their courses, attempts and certificates."""
    rng = Random(1)
    with site.writing() as session, site.app.test_request_context():
        catalogue.load_courses(session, ROOT / "courses", by=SYSTEM)
        people = demo.add_people(session, "a password nobody types")
        demo.study(session, people["learner"], "GP", 0.5)
        demo.sit(session, people["learner"], demo.SHORT_EXAM, 1.0, rng)
        demo.sit(session, people["learner"], demo.CERTIFICATE_EXAM, 0.2, rng)
        demo.simulate_sitting(session, lambda _number: None, rng, 12)
        demo.add_sittings(session, rng)
        return {name: Account(person.id, person.email) for name, person in people.items()}


@any_database
@pytest.mark.parametrize("name", KINDS)
def test_every_page_is_accessible(
    name: str,
    site: Site,
    demonstration: dict[str, Account],
    new_context: Callable[..., BrowserContext],
    watch: Watch,
    judged: Path,
) -> None:
    watch.tolerate(r"404 .*/nothing-here")
    crawl = Crawl(site, judged)
    crawl.walk(new_context(demonstration.get(name)).new_page())
    assert not crawl.problems, "\n".join(crawl.problems)
    assert len(crawl.met) >= KINDS[name], sorted(crawl.met)
