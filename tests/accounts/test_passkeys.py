"""What the site asks of a passkey, and what it believes."""

from dataclasses import replace

import pytest
from flask import current_app
from sqlalchemy import select

from probity.accounts import passwords, queries
from probity.accounts.factors import PasskeyPolicy
from probity.accounts.models import Passkey
from probity.accounts.roles import Role
from tests.accounts.authenticator import PRESENT, Authenticator, ceremony
from tests.factories.accounts import add_person

GOOD = "tulip harbour seven"
PASSWORD = {"email": "eva@example.org", "password": GOOD}


@pytest.fixture
def eva(app, session):
    with app.app_context():
        stored = passwords.stored_form(GOOD)
    return add_person(session, "eva@example.org", Role.CANDIDATE, password_hash=stored)


@pytest.fixture
def device():
    return Authenticator()


@pytest.fixture
def registered(browse, session, eva, device):
    """Register the passkey of this device in a browser that then signs out."""
    visitor = browse(eva)
    page = visitor.post("/account/passkeys", {"name": "Laptop", "usage": "first"}, expect=200)
    address, options = ceremony(page)
    assert visitor.post(address, device.register(options)).location == "/account/passkeys"
    visitor.post("/sign-out")
    return session.scalars(select(Passkey)).one()


def begin(visitor):
    return ceremony(visitor.post("/sign-in/passkey", expect=200))


def test_a_passkey_signs_in_and_counts_as_two_factors(browse, session, eva, registered, device):
    visitor = browse()
    address, options = begin(visitor)
    assert visitor.post(address, device.sign_in(options)).location == "/account/start"
    visitor.get("/account/")
    (opened,) = queries.sessions_of(session, eva)
    assert opened.multi_factor
    assert registered.sign_count == 1


SPOILT = {
    "another site": lambda device: setattr(device, "origin", "https://evil.example"),
    "nobody asked": lambda device: setattr(device, "flags", PRESENT),
    "another key": lambda device: setattr(device, "key", Authenticator().key),
    "a copy of the key": lambda device: setattr(device, "used", -1),
}


@pytest.mark.parametrize("how", SPOILT)
def test_an_answer_that_proves_nothing_is_refused(browse, session, eva, registered, device, how):
    visitor = browse()
    registered.sign_count = 5
    session.commit()
    address, options = begin(visitor)
    device.used = 7
    SPOILT[how](device)
    assert visitor.post(address, device.sign_in(options)).location == "/sign-in/passkey"
    assert "The passkey could not be checked." in visitor.get("/sign-in/passkey").text
    assert queries.sessions_of(session, eva) == []
    assert registered.sign_count == 5


def test_who_is_signed_in_already_goes_on_with_one_session(
    browse, session, eva, registered, device
):
    """Two tabs at the sign-in page: the one is finished with a password, then the other."""
    visitor = browse()
    address, options = begin(visitor)
    visitor.post("/sign-in", PASSWORD)
    (first,) = queries.sessions_of(session, eva)
    visitor.post(address, device.sign_in(options))
    (second,) = queries.sessions_of(session, eva)
    assert first.id != second.id
    assert first.ended_at is not None
    visitor.get("/account/")


def test_passkeys_belong_to_the_address_of_the_installation(app, monkeypatch):
    with app.test_request_context("/", base_url="http://127.0.0.1:8000"):
        policy = PasskeyPolicy(current_app)
        assert policy.origin() == "http://127.0.0.1:8000", "a demonstration has two names"
        reachable = replace(app.config["PROBITY"], base_url="https://exams.example.org")
        monkeypatch.setitem(app.config, "PROBITY", reachable)
        assert policy.origin() == "https://exams.example.org"
