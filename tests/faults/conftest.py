"""Sites to break: one for each database and process, shared by the short forms of the cases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults.__main__ import opened
from faults.site import FaultSite

FAULT_SECONDS = 280


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "site_on" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.fault)


@pytest.fixture(scope="session")
def site_on() -> Iterator[Callable[[str], FaultSite]]:
    """A filled site on a database; made when the first test asks for it."""
    managers, sites = [], {}

    def give(kind: str) -> FaultSite:
        if kind not in sites:
            manager = opened(kind)
            sites[kind] = manager.__enter__()
            managers.append(manager)
        return sites[kind]

    yield give
    for manager in managers:
        manager.__exit__(None, None, None)
