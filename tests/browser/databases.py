"""Which database a browser test runs on; all tests of one share a process, and so a site."""

import pytest

SQLITE = pytest.param("sqlite", marks=pytest.mark.xdist_group("browser-sqlite"))
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.xdist_group("browser-postgresql"))
DATABASES = [SQLITE, POSTGRESQL]

any_database = pytest.mark.parametrize("site", [SQLITE], indirect=True)
"""For tests of what a page looks like: the database makes no difference to it."""
