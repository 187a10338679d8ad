"""Key sets come, go and are given up; the log knows when, and what was signed before still counts."""

import json
from datetime import timedelta

import pytest

from probity.credentials.keyring import lifecycle
from probity.credentials.proofs import keys
from probity.credentials.proofs.keys import Compromise, standing
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from probity.ledger import actions as ledger
from probity.ledger import notes
from probity.ledger import queries as log
from probity.ledger.actions import Entry
from tests.factories.keys import make_keyring

ISSUE = {"v": 1, "type": "issue", "digest": "0" * 64, "time": "2026-11-22T08:00:00Z"}


@pytest.fixture
def ring(tmp_path):
    return make_keyring(tmp_path / "instance")


def rotate(session, ring):
    return lifecycle.rotate(session, ring, ring.current.id, by=SYSTEM)


def give_up(session, ring, key_id, hours=1):
    since = clock.now() - timedelta(hours=hours)
    leaf = lifecycle.compromise(session, ring, key_id, since, by=SYSTEM)
    lifecycle.settle(session, ring)
    return leaf


def logged(session):
    return [json.loads(log.entry_at(session, i).entry) for i in range(log.size(session))]


def test_the_first_set_is_in_the_log_before_anything_it_signs(session, ring):
    lifecycle.tend(session, ring)
    (leaf,) = logged(session)
    assert (leaf["type"], leaf["key"]) == ("key-added", ring.current.id)
    assert lifecycle.tend(session, ring) == 0
    key = notes.Key(notes.origin_of(ring.settings.base_url), ring.log_signer().public)
    assert notes.open_checkpoint(log.latest(session).text, key).size == 1


def test_after_a_rotation_the_new_set_signs_and_the_old_one_stays_good(session, ring):
    old = ring.current
    new = rotate(session, ring)
    assert (old.id, new.id) == ("demo-2026-1", "demo-2026-2")
    assert ring.current == new
    assert new.fingerprint != old.fingerprint
    assert standing(keys.published(ring.folder)[0], None).ok
    assert [leaf["type"] for leaf in logged(session)] == ["key-added", "key-added"]
    assert ring.private(old.id).credential.public != ring.private(new.id).credential.public


def test_a_rotation_that_is_carried_out_twice_makes_one_set(session, ring):
    old = ring.current.id
    made = [lifecycle.rotate(session, ring, old, by=SYSTEM).id for _ in range(2)]
    assert made == ["demo-2026-2"] * 2
    assert len(lifecycle.sets(ring)) == 2


def test_a_retired_set_signs_no_more_and_stays_good(session, ring):
    old = ring.current.id
    rotate(session, ring)
    for _ in range(2):
        lifecycle.retire(session, ring, old, by=SYSTEM)
    found = lifecycle.find(ring, old)
    assert not found.signs
    assert standing(found, None) == keys.Standing(True, "key-retired")
    assert [leaf["type"] for leaf in logged(session)] == ["key-added", "key-added", "key-retired"]


def test_the_set_in_use_cannot_be_retired(session, ring):
    with pytest.raises(Refused, match="Make its successor first"):
        lifecycle.retire(session, ring, ring.current.id, by=SYSTEM)


@pytest.mark.parametrize("act", ["rotate", "retire"])
def test_an_unknown_set_is_refused(session, ring, act):
    with pytest.raises(Refused, match=r"no key set 1999-1"):
        getattr(lifecycle, act)(session, ring, "1999-1", by=SYSTEM)


def test_what_was_logged_before_a_compromise_stays_good_and_nothing_else(session, ring):
    old = ring.current
    lifecycle.tend(session, ring)
    (before,) = ledger.append(session, [Entry("issue/a", ISSUE)])
    leaf = give_up(session, ring, old.id)
    (after,) = ledger.append(session, [Entry("issue/b", ISSUE)])
    found = lifecycle.find(ring, old.id)
    assert ring.current.id == "demo-2026-2", "a set in use is succeeded first"
    assert before < leaf < after
    judged = {index: standing(found, index) for index in (before, after, None, leaf)}
    assert [verdict.ok for verdict in judged.values()] == [True, False, False, False]
    assert judged[after].reason == "after-compromise"
    assert judged[None].reason == "key-compromised-unlogged"
    assert standing(None, before).reason == "key-unknown"


def test_a_compromise_that_is_told_twice_keeps_its_first_leaf(session, ring):
    old = ring.current.id
    first = give_up(session, ring, old)
    ledger.append(session, [Entry("issue/a", ISSUE)])
    assert give_up(session, ring, old, hours=9) == first
    assert lifecycle.find(ring, old).compromised.leaf == first


def test_a_crash_between_log_and_folder_is_made_good(session, ring):
    old = ring.current.id
    leaf = lifecycle.compromise(session, ring, old, clock.now(), by=SYSTEM)
    assert lifecycle.find(ring, old).compromised is None
    assert lifecycle.settle(session, ring) == [old]
    assert lifecycle.settle(session, ring) == []
    assert lifecycle.find(ring, old).compromised.leaf == leaf


def test_a_crash_between_folder_and_log_is_made_good(session, ring):
    rotate(session, ring)
    old = lifecycle.sets(ring)[0].id
    with session.begin_nested() as undone:
        lifecycle.retire(session, ring, old, by=SYSTEM)
        undone.rollback()
    assert lifecycle.tend(session, ring) == 1
    assert logged(session)[-1]["type"] == "key-retired"


def test_a_set_without_a_leaf_counts_for_nothing_once_it_is_given_up(ring):
    from dataclasses import replace

    lost = replace(ring.current, compromised=Compromise("2026-11-22T08:00:00Z", None))
    assert standing(lost, 0) == keys.Standing(False, "key-compromised-unlogged")


def test_a_compromise_cannot_lie_in_the_future(session, ring):
    with pytest.raises(Refused, match="future"):
        lifecycle.compromise(
            session, ring, ring.current.id, clock.now() + timedelta(hours=1), by=SYSTEM
        )
    assert log.size(session) == 0


def test_published_sets_read_back_as_written(session, ring):
    give_up(session, ring, ring.current.id)
    sets = lifecycle.sets(ring)
    assert keys.loads(keys.dumps(sets)) == sets
