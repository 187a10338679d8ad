"""What machines fetch about keys: who signs, which certificates are pinned, what was given up."""

import base64
import json
from datetime import UTC, datetime

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.credentials.keyring import lifecycle
from probity.credentials.proofs import keys, multikey
from probity.credentials.queries import PUBLISH_LISTS
from probity.kernel import clock, jobs
from probity.kernel.permissions import SYSTEM
from tests.factories.keys import make_keyring

BASE = "https://academy.example.org"
DID = "did:web:academy.example.org"
PAGES = ("did", "jwks", "probity-keys")


@pytest.fixture(autouse=True)
def _in_2026():
    """The names of key sets hold the year."""
    with time_machine.travel("2026-11-22T09:00:00Z", tick=True):
        yield


@pytest.fixture
def ring(app, monkeypatch, tmp_path):
    """Keys of a real site, beside those of a demonstration that ran in the same folder."""
    made = make_keyring(tmp_path / "instance", BASE)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    keys.ensure(made.folder, demonstration=True, issuer="Academy", now=now)
    keys.ensure(made.folder, demonstration=False, issuer="Academy", now=now)
    monkeypatch.setitem(app.config, "PROBITY", made.settings)
    return made


@pytest.fixture
def fetch(browse):
    def ask(name):
        return json.loads(browse().get(f"/.well-known/{name}.json", expect=200).text)

    return ask


def test_the_did_document_names_the_keys_that_issue(session, ring, fetch):
    lifecycle.rotate(session, ring, "2026-1", by=SYSTEM)
    first, second = lifecycle.sets(ring)
    did = fetch("did")
    assert did["id"] == DID
    methods = {row["id"]: row for row in did["verificationMethod"]}
    assert list(methods) == did["assertionMethod"] == [f"{DID}#2026-1", f"{DID}#{second.id}"]
    told = methods[f"{DID}#2026-1"]
    assert (told["type"], told["controller"]) == ("Multikey", DID)
    assert multikey.to_key(told["publicKeyMultibase"]) == first.credential
    (pinned,) = (row for row in did["service"] if row["type"] == "PdfSigners")
    assert pinned["certificates"] == [
        {"key": "2026-1", "sha256": first.fingerprint},
        {"key": second.id, "sha256": second.fingerprint},
    ]


def test_the_key_set_has_every_key_under_its_name(ring, fetch):
    (public,) = lifecycle.sets(ring)
    found = {key["kid"]: key for key in fetch("jwks")["keys"]}
    assert set(found) == {"2026-1", "2026-1-log", "2026-1-pdf"}
    assert (found["2026-1"]["kty"], found["2026-1"]["crv"]) == ("OKP", "Ed25519")
    raw = base64.urlsafe_b64decode(found["2026-1-log"]["x"] + "=")
    assert Ed25519PublicKey.from_public_bytes(raw) == public.log
    chain = [base64.b64decode(der) for der in found["2026-1-pdf"]["x5c"]]
    x509.load_der_x509_certificate(chain[0]).verify_directly_issued_by(
        x509.load_der_x509_certificate(chain[1])
    )


@pytest.mark.parametrize("name", PAGES)
def test_keys_of_a_demonstration_never_appear_elsewhere(ring, browse, name):
    text = browse().get(f"/.well-known/{name}.json", expect=200).text
    assert "2026-1" in text
    assert "demo-" not in text
    (demo,) = keys.trusted(ring.folder, demonstration=True)
    assert demo.fingerprint not in text
    assert multikey.from_key(demo.credential) not in text


def test_a_set_that_was_given_up_is_trusted_by_nobody_who_knows_no_log(session, ring, fetch):
    leaf = lifecycle.compromise(session, ring, "2026-1", clock.now(), by=SYSTEM)
    lifecycle.settle(session, ring)
    assert "2026-1" not in {m["id"].partition("#")[2] for m in fetch("did")["verificationMethod"]}
    assert not any(key["kid"].startswith("2026-1") for key in fetch("jwks")["keys"])
    published = keys.loads(json.dumps(fetch("probity-keys")))
    assert published == lifecycle.sets(ring)
    given_up = published[0]
    assert keys.standing(given_up, leaf - 1).ok
    assert not keys.standing(given_up, leaf + 1).ok


def test_a_retired_set_stays_published(session, ring, fetch):
    new = lifecycle.rotate(session, ring, "2026-1", by=SYSTEM)
    lifecycle.retire(session, ring, "2026-1", by=SYSTEM)
    assert fetch("did")["assertionMethod"] == [f"{DID}#2026-1", f"{DID}#{new.id}"]


@pytest.mark.parametrize("name", PAGES)
def test_caches_ask_again_soon(ring, browse, name):
    answer = browse().get(f"/.well-known/{name}.json", expect=200)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_files_for_anybody_do_not_depend_on_who_asks(certificate, browse, ada, work, session):
    jobs.hasten(session, PUBLISH_LISTS)
    work()
    for path in ("/log/checkpoint", "/log/keys", "/status/1-revocation"):
        for person in (None, ada):
            response = browse(person).get(path)
            assert "public" in response.headers["Cache-Control"]
            assert "Cookie" not in response.headers.get("Vary", "")
            assert "Set-Cookie" not in response.headers


def test_key_documents_do_not_depend_on_who_asks(ring, browse, ada):
    for name in PAGES:
        response = browse(ada).get(f"/.well-known/{name}.json")
        assert "Cookie" not in response.headers.get("Vary", "")
    assert "Cookie" in browse(ada).get("/verify").headers["Vary"]
