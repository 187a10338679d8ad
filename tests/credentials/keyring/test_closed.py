"""The web application never opens a private key: only the worker does."""

import functools
import io
import sys

import pytest

from tests.factories.accounts import sign_in_client

LISTENERS = []
"""Where the hook writes to; Python lets nobody remove a hook."""


@functools.cache
def listen():
    def note(event, arguments):
        if event == "open" and str(arguments[0]).endswith(".pem"):
            for found in LISTENERS:
                found.append(arguments[0])

    sys.addaudithook(note)


@pytest.fixture
def opened():
    """The private keys that this process opens from now on."""
    listen()
    found = []
    LISTENERS.append(found)
    yield found
    LISTENERS.remove(found)


def plain_pages(app):
    """Every page whose address needs no value."""
    rules = app.url_map.iter_rules()
    return sorted(r.rule for r in rules if "GET" in r.methods and not r.arguments)


def test_the_worker_opens_private_keys(app, session, work, opened):
    from probity.credentials.keyring.ring import Keyring

    ring = Keyring(app.config["PROBITY"])
    ring.private(ring.current.id)
    assert opened


def test_no_page_opens_a_private_key(app, session, certificate, issued_bytes, rosa, opened):
    session.commit()
    pages = [*plain_pages(app), f"/c/{certificate.public_id}", f"/c/{certificate.public_id}.pdf"]
    pages += [f"/studio/certificates/{certificate.public_id}/", "/status/1-revocation"]
    anybody, registrar = app.test_client(), sign_in_client(app, session, rosa)
    seen = set()
    for page in pages:
        client = registrar if page.startswith(("/studio", "/admin")) else anybody
        seen.add((page, client.get(page).status_code))
    for page in ("/studio/keys/", "/.well-known/did.json", "/.well-known/probity-keys.json"):
        assert (page, 200) in seen
    sent = {"file": (io.BytesIO(issued_bytes), "certificate.pdf")}
    answer = app.test_client().post("/api/v1/verifications", data=sent)
    assert answer.json["status"] == "valid"
    assert opened == []
