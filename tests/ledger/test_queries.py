"""Receipts: what they hold, and for whom there is none."""

import json

from probity.ledger import actions, merkle, notes, queries
from tests.factories.ledger import ORIGIN, Signer, add_entries, make_entry


def test_a_receipt_proves_the_entry(session):
    add_entries(session, 11)
    signed = actions.sign_checkpoint(session, Signer())
    add_entries(session, 3, first=11)
    found = queries.receipt(session, "issue/4")
    assert found.keys() == {"log", "index", "entry", "proof", "checkpoint"}
    assert (found["log"], found["index"]) == (ORIGIN, 4)
    assert found["entry"] == make_entry(4).body
    proof = [bytes.fromhex(step) for step in found["proof"]]
    leaf = merkle.leaf_hash(make_entry(4).text.encode())
    opened = notes.open_checkpoint(found["checkpoint"], Signer().key)
    assert opened == signed
    assert merkle.verify_inclusion(4, 11, leaf, proof, opened.root)
    assert json.loads(json.dumps(found)) == found


def test_a_receipt_at_an_older_checkpoint(session):
    add_entries(session, 3)
    older = actions.sign_checkpoint(session, Signer())
    add_entries(session, 3, first=3)
    actions.sign_checkpoint(session, Signer())
    assert queries.receipt(session, "issue/2", older)["checkpoint"] == older.text
    assert queries.receipt(session, "issue/4", older) is None
    assert queries.receipt(session, "issue/4") is not None


def test_there_is_no_receipt_before_signing_nor_for_strangers(session):
    add_entries(session, 1)
    assert queries.latest(session) is None
    assert queries.receipt(session, "issue/0") is None
    actions.sign_checkpoint(session, Signer())
    assert queries.receipt(session, "issue/99") is None
    assert queries.entry(session, "issue/99") is None
    assert queries.entry_at(session, 0).subject == "issue/0"


def test_growth_is_proved(session):
    add_entries(session, 20)
    older = actions.sign_checkpoint(session, Signer())
    add_entries(session, 13, first=20)
    newer = actions.sign_checkpoint(session, Signer())
    proof = queries.consistency_proof(session, older.size, newer.size)
    assert merkle.verify_consistency(20, 33, older.root, newer.root, proof)
