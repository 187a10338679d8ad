"""Appending and signing: one tree whatever is repeated."""

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from probity.ledger import actions, merkle, notes, queries
from probity.ledger.actions import Entry
from probity.ledger.models import LogCheckpoint, LogCosignature, LogLeaf, LogNode
from tests.factories.ledger import ORIGIN, TIME, Signer, add_entries, make_entry


def test_entries_get_indexes_in_order(session):
    assert add_entries(session, 3) == [0, 1, 2]
    assert add_entries(session, 2, first=3) == [3, 4]
    assert queries.size(session) == 5
    assert [leaf.index for leaf in session.scalars(select(LogLeaf).order_by(LogLeaf.index))] == [
        0, 1, 2, 3, 4,
    ]  # fmt: skip


def test_an_entry_is_logged_once(session):
    add_entries(session, 3)
    again = actions.append(session, [make_entry(7), make_entry(1), make_entry(7)])
    assert again == [3, 1, 3]
    assert queries.size(session) == 4
    assert actions.append(session, [make_entry(2)]) == [2]
    assert actions.append(session, []) == []
    assert queries.size(session) == 4


def test_other_words_for_the_same_subject_are_refused(session):
    add_entries(session, 1)
    with pytest.raises(actions.Rewritten, match="entry 0"):
        actions.append(session, [make_entry(0, more="words")])
    with pytest.raises(actions.Rewritten, match="two bodies"):
        actions.append(session, [make_entry(5), make_entry(5, more="words")])


def test_the_leaf_is_the_canonical_text(session):
    actions.append(session, [Entry("key/1/added", {"v": 1, "type": "b", "time": TIME, "a": "é"})])
    leaf = queries.entry(session, "key/1/added")
    assert leaf.entry == f'{{"a":"é","time":"{TIME}","type":"b","v":1}}'
    stored = session.scalar(select(LogNode.hash).where(LogNode.position == 0))
    assert stored == merkle.leaf_hash(leaf.entry.encode())


@pytest.mark.parametrize("body", [{"v": 2, "type": "a", "time": TIME}, {"v": 1, "type": "a"}])
def test_a_body_without_what_every_body_states_is_a_bug(session, body):
    with pytest.raises(ValueError, match="lacks"):
        actions.append(session, [Entry("a/1", body)])


def test_an_entry_fits_into_a_bundle(session):
    with pytest.raises(ValueError, match="larger"):
        actions.append(session, [make_entry(1, more="x" * 65_536)])


def test_a_growing_tree_is_the_tree_of_its_leaves(session):
    edge, number = merkle.Frontier(), 0
    for count in (1, 2, 5, 1, 9, 16, 3):
        add_entries(session, count, first=number)
        for entry in range(number, number + count):
            list(edge.add(merkle.leaf_hash(make_entry(entry).text.encode())))
        number += count
        assert merkle.root(number, queries.reader(session)) == edge.root


def test_a_checkpoint_is_signed_once_for_each_size_and_key(session):
    add_entries(session, 3)
    first = actions.sign_checkpoint(session, Signer())
    assert actions.sign_checkpoint(session, Signer()) == first
    assert notes.open_checkpoint(first.text, Signer().key) == first
    assert (first.origin, first.size) == (ORIGIN, 3)
    other = actions.sign_checkpoint(session, Signer(seed=2))
    assert other.root == first.root
    add_entries(session, 1, first=3)
    assert actions.sign_checkpoint(session, Signer()).size == 4
    assert session.scalar(select(func.count()).select_from(LogCheckpoint)) == 3
    assert queries.latest(session).size == 4


def test_an_empty_log_can_be_signed(session):
    assert actions.sign_checkpoint(session, Signer()).root == merkle.EMPTY


@pytest.mark.parametrize("model", [LogLeaf, LogNode, LogCheckpoint])
@pytest.mark.parametrize("verb", [delete, update])
def test_the_database_refuses_to_change_what_was_logged(session, model, verb):
    add_entries(session, 2)
    actions.sign_checkpoint(session, Signer())
    column = next(iter(model.__mapper__.primary_key))
    statement = verb(model) if verb is delete else update(model).values({column: column})
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(statement)


def test_cosignatures_are_frozen_too(app):
    assert any("freeze" in str(vars(ddl)) for ddl in LogCosignature.__table__.dispatch.after_create)
