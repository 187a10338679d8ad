"""Every page that links lead to, for every kind of person: axe in both themes and both languages."""

from collections.abc import Callable
from dataclasses import dataclass
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

NOT_PAGES = (".pdf", ".json", ".jsonl", ".png", ".py", ".svg", ".csv", ".css", ".xlsx", ".zip")
TEXTS = ("/assets/", "/log/", "/status/", "/.well-known/")
STARTS = ("/", "/design", "/dev/mail", "/sign-up", "/reset", "/confirm", "/nothing-here")
KINDS = ("learner", "instructor", "officer", "registrar", "employer", "admin", "auditor", None)
MOST = 150


@dataclass
class Crawl:
    """Which kinds of page were seen: one of each endpoint is enough."""

    site: Site
    seen: set[str]
    problems: list[str]

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
        met: set[str] = set()
        waiting = list(STARTS)
        while waiting and len(met) < MOST:
            path = waiting.pop(0)
            kind = self.kind(urlsplit(path).path)
            if kind is None or kind in met:
                continue
            met.add(kind)
            page.goto(path)
            waiting += page.eval_on_selector_all(
                "a[href^='/']",
                "links => links.map((link) => link.getAttribute('href').split('#')[0])",
            )
            if kind not in self.seen:
                self.seen.add(kind)
                self.look(page, path)

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


@pytest.fixture
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
def test_every_page_is_accessible(
    site: Site,
    demonstration: dict[str, Account],
    new_context: Callable[..., BrowserContext],
    watch: object,
) -> None:
    watch.tolerate(r"404 .*/nothing-here")  # type: ignore[attr-defined]
    crawl = Crawl(site, set(), [])
    for name in KINDS:
        context = new_context(demonstration[name] if name else None)
        crawl.walk(context.new_page())
        context.close()  # a page that stays open goes on asking the site for news
    assert not crawl.problems, "\n".join(crawl.problems)
    assert len(crawl.seen) > 40, sorted(crawl.seen)
