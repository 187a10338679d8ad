"""`probity api quota`: what operators decide about a key."""

import pytest

from probity.api import actions
from probity.api.cli import group


@pytest.fixture
def quota(app, session):
    return lambda *words: app.test_cli_runner().invoke(group, ["quota", *words])


def test_operators_set_the_quota_of_a_key(session, bob, quota):
    key, _token = actions.make(session, bob, "x", 30)
    session.commit()
    done = quota(key.prefix, "50000")
    assert done.exit_code == 0, done.output
    session.expire_all()
    assert key.quota == 50_000
    assert quota(key.prefix, "0").exit_code == 1
    assert "No key begins with" in quota("prb_none", "5").output
