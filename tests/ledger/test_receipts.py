"""Receipts: whatever is changed in one, it proves nothing any more."""

import copy

import pytest

from probity.ledger import actions, queries, receipts
from probity.ledger.receipts import BadReceipt
from tests.factories.ledger import Signer, add_entries


@pytest.fixture
def receipt(session):
    add_entries(session, 9)
    actions.sign_checkpoint(session, Signer())
    return queries.receipt(session, "issue/4")


def test_a_receipt_needs_only_the_public_key(receipt):
    proven = receipts.check(receipt, [Signer(seed=2).key, Signer().key])
    assert (proven.index, proven.checkpoint.size) == (4, 9)
    assert proven.entry == receipt["entry"]


CHANGES = {
    "index": lambda r: r.update(index=5),
    "index as truth": lambda r: r.update(index=True),
    "index negative": lambda r: r.update(index=-1),
    "entry": lambda r: r["entry"].update(digest="0" * 64),
    "entry text": lambda r: r.update(entry="issue"),
    "entry number": lambda r: r["entry"].update(v=2**60),
    "step": lambda r: r["proof"].__setitem__(0, "00" * 32),
    "step short": lambda r: r["proof"].__setitem__(0, "00"),
    "step no hex": lambda r: r["proof"].__setitem__(0, "zz"),
    "step number": lambda r: r["proof"].__setitem__(0, 7),
    "step missing": lambda r: r["proof"].pop(),
    "step added": lambda r: r["proof"].append("00" * 32),
    "proof": lambda r: r.update(proof="none"),
    "proof endless": lambda r: r.update(proof=["00" * 32] * 1000),
    "checkpoint size": lambda r: r.update(checkpoint=r["checkpoint"].replace("\n9\n", "\n8\n")),
    "checkpoint unsigned": lambda r: r.update(checkpoint=r["checkpoint"].split("\n\n")[0]),
    "checkpoint nothing": lambda r: r.update(checkpoint=None),
    "log": lambda r: r.update(log="other.example/log"),
    "log nothing": lambda r: r.update(log=None),
    "field missing": lambda r: r.pop("log"),
    "field added": lambda r: r.update(note="trust me"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_found(receipt, change):
    CHANGES[change](receipt)
    with pytest.raises(BadReceipt, match=r"\w+.*\.$"):
        receipts.check(receipt, [Signer().key])


def test_other_keys_and_other_things(receipt):
    for thing in (None, [], "receipt", {}):
        with pytest.raises(BadReceipt):
            receipts.check(thing, [Signer().key])
    with pytest.raises(BadReceipt, match="not signed with the key"):
        receipts.check(copy.deepcopy(receipt), [Signer(seed=2).key])
    with pytest.raises(BadReceipt, match="do not know"):
        receipts.check(receipt, [])
