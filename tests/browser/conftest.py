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
from tests.chromium import EXECUTABLE

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
LONGEST = ("test_every_page", "test_room_accessibility")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest go first, then one database after the other.

    Each of the processes that share the tests takes a stretch of this order, and so has to start
    few installations: one costs as much as five tests.
    """
    here = Path(__file__).parent
    mine = [item for item in items if here in item.path.parents]
    for item in mine:
        item.add_marker(pytest.mark.browser)
    mine.sort(
        key=lambda item: (
            item.path.stem not in LONGEST,
            "postgresql" in item.name,
        )
    )
    items[:] = [*mine, *(item for item in items if here not in item.path.parents)]


@pytest.fixture(scope="session")
def sites() -> Iterator[dict[str, Site]]:
    """The installations by database: each is started once, for files take turns with them."""
    started: dict[str, Site] = {}
    yield started
    for site in started.values():
        site.stop()


@pytest.fixture(scope="session", params=DATABASES)
def site(
    request: pytest.FixtureRequest,
    sites: dict[str, Site],
    tmp_path_factory: pytest.TempPathFactory,
) -> Site:
    """A running installation; tests bring their own people and exams."""
    if request.param not in sites:
        folder = tmp_path_factory.mktemp(f"site-{request.param}")
        if request.param == "sqlite":
            database_url = f"sqlite:///{folder / 'site.db'}"
        else:
            database_url = request.getfixturevalue("postgres").create_database("site")
        sites[request.param] = Site(database_url, folder)
        sites[request.param].start()
    return sites[request.param]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=EXECUTABLE, args=ARGUMENTS, chromium_sandbox=False
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
    if site.exam is None:
        exams.fill(site)
        site.exam = exams.define_exam(site, 1)
    return site.exam


@pytest.fixture
def room(site: Site, page: Page, ada: Account, exam: str) -> Room:
    """Ada in the room, at the first question."""
    return Room(site, page, exams.begin(site, ada, exam)).open()
