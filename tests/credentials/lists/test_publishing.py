"""Lists as they are signed, kept, served and logged, judged by a reader of their own."""

import base64
import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probity.credentials import actions
from probity.credentials.checks import listing
from probity.credentials.lists import encoding, publishing, queries
from probity.credentials.lists.rules import SIZE, Purpose
from probity.credentials.proofs import keys
from probity.credentials.queries import PUBLISH_LISTS
from probity.kernel import clock, jobs
from probity.kernel.permissions import SYSTEM
from probity.ledger import queries as log
from tests.factories.keys import make_keyring

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def decoded(document):
    """The places whose bit is set, as anybody would read the specification."""
    encoded = document["credentialSubject"]["encodedList"]
    assert encoded[0] == "u"
    packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))
    bits = "".join(f"{byte:08b}" for byte in gzip.decompress(packed))
    assert len(bits) == SIZE
    return {place for place, bit in enumerate(bits) if bit == "1"}


@pytest.fixture(scope="session")
def ring(tmp_path_factory):
    return make_keyring(tmp_path_factory.mktemp("ring"), "https://academy.example.org")


@pytest.fixture
def served(app, session, work, browse):
    """Let the duty run, then fetch the list of a purpose as a verifier would."""

    def fetch(purpose):
        jobs.hasten(session, PUBLISH_LISTS)
        work()
        return json.loads(browse().get(f"/status/1-{purpose}", expect=200).text)

    return fetch


@pytest.mark.parametrize("places", [set(), {0}, {7, 8}, {SIZE - 1}, {5, 77, 131}])
def test_the_first_place_is_the_highest_bit(places):
    assert decoded({"credentialSubject": {"encodedList": encoding.encode(places)}}) == places


def test_a_list_with_one_bit_is_small():
    assert len(encoding.encode({5})) < 120


def test_a_decision_shows_in_the_list_it_belongs_to(session, certificate, served):
    entries = json.loads(certificate.credential)["credentialStatus"]
    place = int(entries[0]["statusListIndex"])
    assert decoded(served("revocation")) == decoded(served("suspension")) == set()
    actions.suspend(session, certificate, reason="Doubt.", by=SYSTEM)
    assert (decoded(served("revocation")), decoded(served("suspension"))) == (set(), {place})
    actions.reinstate(session, certificate, reason="No doubt.", by=SYSTEM)
    assert decoded(served("suspension")) == set()
    actions.revoke(session, certificate, reason="Fraud.", by=SYSTEM)
    assert (decoded(served("revocation")), decoded(served("suspension"))) == ({place}, set())


def test_the_served_list_satisfies_the_reader(app, session, certificate, served):
    actions.revoke(session, certificate, reason="Fraud.", by=SYSTEM)
    lists = {served(purpose)["id"]: json.dumps(served(purpose)) for purpose in Purpose}
    settings = app.config["PROBITY"]
    trusted = keys.trusted(settings.instance_dir / "keys", demonstration=True)
    known = {key.id: key.credential for key in trusted}
    document = json.loads(certificate.credential)
    found = listing.check(document, lists.get, known, clock.now())
    assert (found.check.code, found.purposes) == ("list-revoked", {"revocation"})
    late = clock.now() + timedelta(days=2, minutes=1)
    assert listing.check(document, lists.get, known, late).check.code == "list-stale"
    assert listing.check(document, {}.get, known, clock.now()).check.code == "list-missing"
    assert listing.check(document, lists.get, {}, clock.now()).check.code == "list-key-unknown"
    other = Ed25519PrivateKey.generate().public_key()
    stolen = dict.fromkeys(known, other)
    assert listing.check(document, lists.get, stolen, clock.now()).check.code == "list-foreign"


def test_every_signing_is_in_the_log(session, certificate, served):
    served("revocation")
    kept = queries.published(session, 1, Purpose.REVOCATION)
    leaf = log.entry_at(session, log.size(session) - 1)
    told = json.loads(leaf.entry)
    assert told["type"] == "status-list"
    assert told["lists"]["1-revocation"] == kept.sha256
    assert log.latest(session).size == log.size(session)


def test_lists_are_signed_again_when_changed_or_old_only(session, certificate, served):
    first = served("revocation")
    assert served("revocation") == first
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        second = served("revocation")
    assert second["validFrom"] > first["validFrom"]


def test_another_key_signs_the_lists_at_once(session, certificate, work, ring):
    current = ring.private(ring.current.id)
    homes = {1: "https://academy.example.org"}
    due = publishing.due(session, NOW, ring.current, homes)
    assert set(due) == {(1, purpose) for purpose in Purpose}
    publishing.publish(session, publishing.sign(due, current, homes, NOW), NOW)
    assert publishing.due(session, NOW, ring.current, homes) == {}
    following = replace(ring.current, id="another")
    assert set(publishing.due(session, NOW, following, homes)) == set(due)


def test_the_list_is_served_for_caches_and_foreign_sites(certificate, served, browse):
    served("revocation")
    answer = browse().get("/status/1-revocation", expect=200)
    assert answer.headers["Content-Type"] == "application/vc"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    known = {"If-None-Match": answer.headers["ETag"]}
    assert browse().get("/status/1-revocation", expect=304, headers=known).text == ""


@pytest.mark.parametrize("name", ["9-revocation", "1-refresh", "x", "0-suspension"])
def test_a_list_that_does_not_exist_is_not_found(browse, name):
    browse().get(f"/status/{name}", expect=404)
