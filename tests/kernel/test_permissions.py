"""The two lists that every route chooses from."""

import re

from probity.kernel.permissions import SYSTEM, Permission, Public


def test_permissions_are_named_resource_and_action_in_alphabetical_order():
    values = [permission.value for permission in Permission]
    assert values == sorted(values)
    for permission in Permission:
        assert re.fullmatch(r"[a-z]+:[a-z]+", permission.value)
        assert permission.name == permission.value.replace(":", "_").upper()


def test_every_public_route_gives_a_reason_in_words():
    for reason in Public:
        assert len(reason.value.split()) > 3


def test_the_installation_itself_may_everything_and_is_nobody():
    assert SYSTEM.id is None
    assert SYSTEM.is_authenticated
    assert all(SYSTEM.may(permission) for permission in Permission)
