"""Names of key sets hold the year: here it is always the same."""

from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture(autouse=True)
def _in_2026() -> Iterator[None]:
    with time_machine.travel("2026-11-22T09:00:00Z", tick=True):
        yield
