"""Every way to tamper with the log in the database, and the sentence that names it."""

import re

import pytest
from sqlalchemy import delete, select, update

from probity.accounts.models import Person
from probity.ledger import actions, auditing, merkle, notes, queries, witnessing
from probity.ledger.models import LogLeaf, LogNode
from tests.factories.ledger import Signer, add_entries, make_entry


def faults(session, key, noted=()):
    return auditing.audit(session, [key], noted).faults


def test_a_log_that_nobody_touched_has_no_fault(log, key):
    told = []
    found = auditing.audit(log, [key], (), told.append)
    assert found.faults == []
    assert (found.size, found.checkpoints, told) == (20, 3, [20])
    assert found.root == queries.latest(log).root


def test_an_empty_log_has_no_fault(session, key):
    actions.sign_checkpoint(session, Signer())
    assert faults(session, key) == []


CASES = {
    "deleted": (
        ["DELETE FROM log_leaf WHERE leaf_index = 7"],
        ["Entry 7 is missing: it was deleted."],
    ),
    "edited": (
        ["UPDATE log_leaf SET entry = replace(entry, 'issue', 'revok') WHERE leaf_index = 7"],
        ["Entry 7 was edited: its text does not give the hash in the tree."],
    ),
    "reordered": (
        [
            "UPDATE log_leaf SET leaf_index = 99 WHERE leaf_index = 3",
            "UPDATE log_leaf SET leaf_index = 3 WHERE leaf_index = 4",
            "UPDATE log_leaf SET leaf_index = 4 WHERE leaf_index = 99",
        ],
        [
            "Entry 3 is the one that was logged as entry 4: they were moved.",
            "Entry 4 is the one that was logged as entry 3: they were moved.",
        ],
    ),
    "cut off": (
        [
            "DELETE FROM log_leaf WHERE leaf_index >= 11",
            "DELETE FROM log_node WHERE position >= 22 OR position IN (21, 19, 15, 31)",
            "UPDATE log_head SET size = 11",
        ],
        None,
    ),
    "node edited": (
        ["UPDATE log_node SET hash = (SELECT hash FROM log_node WHERE position = 0) WHERE position = 3"],
        ["Node 0 of level 2 of the tree does not follow from the entries below it."],
    ),
    "node deleted": (
        ["DELETE FROM log_node WHERE position = 3"],
        ["Node 0 of level 2 of the tree is missing: it was deleted."],
    ),
    "node added": (
        ["INSERT INTO log_node SELECT 63, hash FROM log_node WHERE position = 0"],
        ["Node 63 of the tree belongs to no entry: it was added by hand."],
    ),
    "entry added by hand": (
        ["INSERT INTO log_leaf VALUES (20, 'issue/forged', '{}')"],
        ["Rows lie after the end of the log (20) that it never added: 1."],
    ),
    "size raised": (
        ["UPDATE log_head SET size = 21"],
        ["Entry 20 is missing: it was deleted.", "Node 20 of level 0 of the tree is missing"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_tampering_is_named(log, key, tamper, case):
    statements, expected = CASES[case]
    tamper(*statements)
    found = faults(log, key)
    assert found
    if expected is not None:
        assert len(found) == len(expected), found
        assert all(found[place].startswith(words) for place, words in enumerate(expected)), found


def test_a_log_that_was_cut_off_contradicts_its_own_checkpoints(log, key, tamper):
    tamper(*CASES["cut off"][0])
    assert any(
        re.search(r"covers 20 entries, the log has 11: its end was cut off", words)
        for words in faults(log, key)
    )


def rewrite(session, count=20):
    """Write the whole log anew, other words in entry 4, as somebody with the database would."""
    for model in (LogNode, LogLeaf):
        session.execute(delete(model))
    actions._write(session, 0, [
        (f"issue/{n}", make_entry(n, **({"forged": 1} if n == 4 else {})).text) for n in range(count)
    ])  # fmt: skip
    session.flush()


def test_a_log_written_anew_contradicts_its_own_checkpoints(log, key, tamper):
    from tests.ledger.conftest import unguarded

    with unguarded(log):
        rewrite(log)
    found = faults(log, key)
    assert len(found) == 3
    assert all("the log was rewritten (a fork)" in words for words in found)


def test_only_the_outside_can_tell_that_the_end_was_cut_off_together_with_the_checkpoints(
    log, key, tamper
):
    kept = queries.latest(log)
    tamper(
        "DELETE FROM log_leaf WHERE leaf_index >= 11",
        "DELETE FROM log_node WHERE position >= 22",
        "DELETE FROM log_node WHERE position IN (15, 19, 21)",
        "DELETE FROM log_checkpoint WHERE size > 11",
        "UPDATE log_head SET size = 11",
    )
    assert faults(log, key) == []
    (words,) = faults(log, key, [kept])
    assert words.startswith("The noted checkpoint covers 20 entries, the log has 11")


def test_a_noted_checkpoint_of_another_past(log, key):
    other = notes.sign(11, merkle.EMPTY, Signer())
    (words,) = faults(log, key, [other])
    assert "not the one in the noted checkpoint" in words


def test_checkpoints_that_are_not_ours(log, key, tamper):
    forged = notes.sign(20, queries.latest(log).root, Signer(seed=5)).text
    tamper("UPDATE log_checkpoint SET text = :text WHERE size = 20", text=forged)
    (words,) = faults(log, key)
    assert "of 20 entries is not signed with a key of this log" in words


def test_a_checkpoint_whose_text_was_changed(log, key, tamper):
    spoilt = queries.latest(log).text.replace("\n20\n", "\n19\n")
    tamper("UPDATE log_checkpoint SET text = :text WHERE size = 20", text=spoilt)
    (words,) = faults(log, key)
    assert "is not genuine: The signature of localhost:8000/log does not fit" in words


def test_a_checkpoint_filed_under_another_size(log, key, tamper):
    tamper("UPDATE log_checkpoint SET size = 12 WHERE size = 11")
    (words,) = faults(log, key)
    assert words.endswith("of 12 entries states 11 entries.")


def test_cosignatures_are_checked(log, key, tamper, root):
    witness = Signer("w.example", seed=7)
    witnessing.add_witness(log, witness.witness_key, by=root)
    newest = queries.latest(log)
    assert witnessing.accept(log, newest.text + notes.cosign(newest, witness, 1_763_000_000)) == 1
    found = auditing.audit(log, [key])
    assert (found.cosignatures, found.faults) == (1, [])
    wrong = notes.cosign(newest, Signer("w.example", seed=8), 1_763_000_000)
    tamper("UPDATE log_cosignature SET line = :line", line=wrong)
    (words,) = faults(log, key)
    assert words.startswith("The cosignature of w.example on the checkpoint")


def test_more_than_one_stretch(session, key, monkeypatch):
    monkeypatch.setattr(auditing, "AT_ONCE", 8)
    for first in range(0, 50, 10):
        add_entries(session, 10, first=first)
        actions.sign_checkpoint(session, Signer())
    assert faults(session, key) == []


def test_erasing_a_person_changes_nothing(log, key, ada):
    before = [(leaf.index, leaf.entry) for leaf in log.scalars(select(LogLeaf))]
    receipt = queries.receipt(log, "issue/3")
    nothing = {"email": "erased@invalid", "name_latin": "erased", "name_native": None}
    log.execute(update(Person).where(Person.id == ada.id).values(nothing))
    log.expire_all()
    assert [(leaf.index, leaf.entry) for leaf in log.scalars(select(LogLeaf))] == before
    assert queries.receipt(log, "issue/3") == receipt
    assert faults(log, key) == []
