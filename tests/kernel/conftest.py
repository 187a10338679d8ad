"""The application with routes to probe the frame, and installations that really commit."""

import pytest

from probity.kernel.db import db
from probity.kernel.jobs import DUTIES
from tests.kernel import sites


@pytest.fixture(scope="session")
def app(database_url, tmp_path_factory):
    with sites.opened(sites.build(database_url, tmp_path_factory.mktemp("instance"))) as app:
        yield app


@pytest.fixture(params=["sqlite", "postgresql"])
def own_url(request, tmp_path):
    return sites.address(request.param, request, tmp_path)


@pytest.fixture
def own_site(own_url, tmp_path):
    """An installation of this test alone: what is committed stays, every thread has a connection."""
    with sites.opened(sites.build(own_url, tmp_path)) as app:
        yield app


@pytest.fixture
def build(tmp_path):
    """Make applications with settings of their own, whose tables are not made."""
    made = []

    def one(url, **options):
        made.append(sites.build(url, tmp_path, **options))
        return made[-1]

    yield one
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def duties():
    """Duties that a test registers are forgotten after it, and only those exist during it."""
    before = dict(DUTIES)
    DUTIES.clear()
    yield DUTIES
    DUTIES.clear()
    DUTIES.update(before)
