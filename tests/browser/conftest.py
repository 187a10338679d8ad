"""Real Chromium against a real process tree, on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import exams
from tests.browser.appearance import DESKTOP
from tests.browser.databases import DATABASES
from tests.browser.people import Account, add_account, sign_in
from tests.browser.room import Room
from tests.browser.site import Site
from tests.browser.watch import Watch

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", params=DATABASES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running installation; tests bring their own people and exams."""
    folder = tmp_path_factory.mktemp(f"site-{request.param}")
    if request.param == "sqlite":
        database_url = f"sqlite:///{folder / 'site.db'}"
    else:
        database_url = request.getfixturevalue("postgres").create_database(
            f"site_{folder.name[-1]}"
        )
    site = Site(database_url, folder)
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=ARGUMENTS, chromium_sandbox=False
        )
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert not watch.problems(), "\n".join(watch.problems())


@pytest.fixture
def new_context(
    site: Site, browser: Browser, watch: Watch
) -> Iterator[Callable[..., BrowserContext]]:
    """Make browsers that share nothing; each is watched and closed at the end."""
    opened: list[BrowserContext] = []

    def make(account: Account | None = None, **options: object) -> BrowserContext:
        chosen = {
            "base_url": site.address,
            "viewport": DESKTOP,
            "locale": "en-GB",
            "reduced_motion": "reduce",
            **options,
        }
        context = browser.new_context(**chosen)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        opened.append(context)
        if account is not None:
            sign_in(site, context, account)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def ada(site: Site) -> Account:
    """A candidate whose name is confirmed."""
    return add_account(site)


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], ada: Account) -> BrowserContext:
    return new_context(ada)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in which Ada is signed in."""
    return context.new_page()


@pytest.fixture(scope="session")
def exam(site: Site) -> str:
    """The slug of an exam with a question of every kind."""
    exams.fill(site)
    return exams.define_exam(site, 1)


@pytest.fixture
def room(site: Site, page: Page, ada: Account, exam: str) -> Room:
    """Ada in the room, at the first question."""
    return Room(site, page, exams.begin(site, ada, exam)).open()
