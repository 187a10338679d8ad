"""A served installation and scripts that talk to it as CONTRACT lets them."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.databases import DATABASES
from tests.browser.exams import define_exam, fill
from tests.browser.people import add_account
from tests.browser.site import Site
from tests.contract.script import Script


@pytest.fixture(scope="session", params=DATABASES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running installation with one exam."""
    folder = tmp_path_factory.mktemp(f"contract-{request.param}")
    if request.param == "sqlite":
        database_url = f"sqlite:///{folder / 'site.db'}"
    else:
        server = request.getfixturevalue("postgres")
        database_url = server.create_database(f"contract_{folder.name[-1]}")
    site = Site(database_url, folder)
    try:
        site.start()
        fill(site)
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="session")
def exam(site: Site) -> str:
    """The slug of an exam with a question of every kind."""
    return define_exam(site, 3)


@pytest.fixture
def candidate(site: Site) -> Script:
    """Someone new who is signed in and whose name is confirmed."""
    return Script(site).sign_in(add_account(site))


@pytest.fixture
def stranger(site: Site) -> Callable[[], Script]:
    return lambda: Script(site)
