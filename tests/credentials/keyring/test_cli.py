"""The commands about keys: what they do, what they say, what they refuse."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.credentials.proofs import keys, pkcs8
from tests.factories.keys import make_keyring


@pytest.fixture
def ring(app, monkeypatch, tmp_path):
    """Keys of this test's own."""
    made = make_keyring(tmp_path / "instance")
    monkeypatch.setitem(app.config, "PROBITY", made.settings)
    monkeypatch.setitem(app.extensions, "probity-keyring", made)
    return made


@pytest.fixture
def run(app, session, ring):
    def type_in(*words, code=0):
        session.commit()
        told = app.test_cli_runner().invoke(args=["keys", *words])
        assert told.exit_code == code, told.output
        session.expire_all()
        return told.output

    return type_in


def rows(run):
    return {row["id"]: row for row in map(json.loads, run("list", "--json").splitlines())}


def test_the_list_makes_the_first_set_and_prints_nothing_secret(run, ring):
    assert "demo-2026-1  demonstration" in run("list")
    (row,) = rows(run).values()
    assert (row["state"], row["certificates"]) == ("signs", 0)
    assert row["pdf_certificate_sha256"] == ring.current.fingerprint
    assert "PRIVATE" not in run("list")


@pytest.mark.bare
def test_a_set_is_succeeded_retired_and_given_up(run, session):
    assert "demo-2026-2 signs from now on; demo-2026-1 stays verifiable" in run("rotate")
    assert "demo-2026-1 signs no more" in run("retire", "demo-2026-1")
    told = run("compromise", "demo-2026-2", "--since", "2026-11-22T08:00")
    assert "demo-2026-2 is given up with entry 4 of the log" in told
    assert "demo-2026-3 signs from now on" in told
    found = rows(run)
    assert {key: row["state"] for key, row in found.items()} == {
        "demo-2026-1": "retired",
        "demo-2026-2": "compromised",
        "demo-2026-3": "signs",
    }
    assert found["demo-2026-2"]["compromised_since"] == "2026-11-22T00:00:00Z"
    recorded = session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)).all()
    assert recorded == ["key:added", "key:retired", "key:added", "key:compromised"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["retire", "demo-2026-1"], "Make its successor first"),
        (["retire", "nothing"], "no key set nothing"),
        (["compromise", "nothing", "--since", "2026-11-22"], "no key set nothing"),
        (["compromise", "demo-2026-1", "--since", "2999-01-01"], "lies in the future"),
        (["compromise", "demo-2026-1", "--since", "last week"], "is no time"),
        (["encrypt"], "No passphrase is set"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(run, ring, words, sentence):
    assert ring.current.id == "demo-2026-1"
    assert sentence in run(*words, code=1)
    assert len(keys.published(ring.folder)) == 1


def test_private_keys_are_encrypted_in_place(app, run, ring, monkeypatch, session):
    monkeypatch.setattr(pkcs8, "BLOCKS", 16)
    public = ring.current
    chosen = replace(ring.settings, keys_passphrase="correct horse battery")
    monkeypatch.setitem(app.config, "PROBITY", chosen)
    monkeypatch.delitem(app.extensions, "probity-keyring")
    assert "4 files encrypted" in run("encrypt")
    assert "All private keys are encrypted already" in run("encrypt")
    assert "demo-2026-2 signs from now on" in run("rotate")
    assert b"ENCRYPTED" in (ring.folder / "demo-2026-2.log.pem").read_bytes()
    (recorded,) = session.scalars(select(AuditEntry).where(AuditEntry.event == "key:encrypted"))
    assert recorded.details == {"files": 4}
    assert keys.published(ring.folder)[0] == public
