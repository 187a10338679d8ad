"""Two who do the same thing at the same moment: one does it, the other sees that it is done."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from probity.accounts import actions
from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.kernel.work import reading, writing
from tests.races import committing

GOOD = "seven quiet lanterns"
CROWD = 4


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def busy(request, tmp_path_factory):
    """An application whose requests really commit, each on a connection of its own."""
    with committing(request, tmp_path_factory) as app:
        yield app


def all_at_once(app, path, form):
    """Post the same form from several browsers at one moment; the status codes."""
    together = Barrier(CROWD)

    def post(_number):
        client = app.test_client()
        page = client.get("/sign-in").text
        token = re.findall(r'name="csrf-token" content="([^"]+)"', page)[0]
        together.wait(10)
        return client.post(path, data={**form, "csrf_token": token}).status_code

    with ThreadPoolExecutor(CROWD) as pool:
        return sorted(pool.map(post, range(CROWD)))


def people_with(app, email):
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).where(Person.email == email))


def test_an_address_joins_once(busy):
    form = {"email": "twin@example.org", "password": GOOD, "name": "Twin"}
    assert all_at_once(busy, "/sign-up", form) == [303] * CROWD
    assert people_with(busy, "twin@example.org") == 1


def test_an_invitation_is_used_once(busy):
    with busy.app_context(), writing() as session:
        _invitation, token = actions.invite(
            session, email="guest@example.org", name="Guest", roles=[Role.MARKER], by=None
        )
    form = {"name": "Guest", "password": GOOD}
    codes = all_at_once(busy, f"/invitations/{token}", form)
    assert codes == [303, *[404] * (CROWD - 1)]
    assert people_with(busy, "guest@example.org") == 1
