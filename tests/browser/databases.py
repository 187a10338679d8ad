"""Which database a browser test runs on: both, or one of them where that makes no difference."""

import pytest

SQLITE = pytest.param("sqlite", marks=pytest.mark.xdist_group("browser-sqlite"))
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.xdist_group("browser-postgresql"))
DATABASES = [SQLITE, POSTGRESQL]

any_database = pytest.mark.parametrize("site", [SQLITE], indirect=True)
"""For tests of what a page looks like: the database makes no difference to it."""

either_database = pytest.mark.parametrize("site", [POSTGRESQL], indirect=True)
"""For tests of what the browser's own scripts do: the same, on the other database."""
