"""A witness signs what continues the log it saw, and nothing else."""

import stat

import pytest

from probity.kernel.errors import Misconfigured
from probity.ledger import actions, exporting, merkle, notes, queries, tiles, witness
from probity.ledger.witness import Dishonest, Seen
from tests.factories.ledger import Signer, add_entries, make_entry
from tests.ledger.conftest import unguarded


@pytest.fixture
def fetch(session, key):
    """The files as they are served at this moment."""

    def read(path):
        if path == "checkpoint":
            return queries.latest(session).text.encode()
        if path == "keys":
            return exporting.keys_text(session, [key]).encode()
        _, level, place = path.split("/", 2)
        return queries.tile(session, tiles.parse(int(level), place)) or b""

    return read


@pytest.fixture
def seen(key):
    return Seen((key.text,), None)


def test_what_continues_the_log_is_signed(log, fetch, seen, key):
    first = witness.visit(fetch, seen)
    assert first == queries.latest(log)
    assert witness.visit(fetch, Seen(seen.keys, first.text)) == first
    add_entries(log, 300, first=20)
    actions.sign_checkpoint(log, Signer())
    assert witness.visit(fetch, Seen(seen.keys, first.text)).size == 320
    assert witness.first_keys(fetch) == (key.text,)


def test_a_roll_back_is_told_with_both_checkpoints(log, fetch, seen, tamper):
    before = queries.latest(log)
    tamper("DELETE FROM log_checkpoint WHERE size > 11")
    with pytest.raises(Dishonest, match="ROLL-BACK") as told:
        witness.visit(fetch, Seen(seen.keys, before.text))
    assert before.text in str(told.value)
    assert queries.latest(log).text in str(told.value)


def test_two_roots_for_one_size_are_a_fork(log, fetch, seen):
    other = notes.sign(20, merkle.EMPTY, Signer())
    with pytest.raises(Dishonest, match="two roots for the same size"):
        witness.visit(fetch, Seen(seen.keys, other.text))


def test_another_past_is_a_fork(log, fetch, seen):
    before = queries.latest(log)
    with unguarded(log):
        from sqlalchemy import delete

        from probity.ledger.models import LogLeaf, LogNode

        for model in (LogNode, LogLeaf):
            log.execute(delete(model))
        texts = [(f"issue/{n}", make_entry(n, forged=n).text) for n in range(25)]
        actions._write(log, 0, texts)
    actions.sign_checkpoint(log, Signer())
    with pytest.raises(Dishonest, match="no longer begins with what it was"):
        witness.visit(fetch, Seen(seen.keys, before.text))


def test_a_stranger_cannot_speak_for_the_log(log, fetch, seen):
    for keys in ((), (Signer(seed=4).key.text,)):
        with pytest.raises(Dishonest, match="NOT SIGNED"):
            witness.visit(fetch, Seen(keys, None))
    elsewhere = notes.sign(3, merkle.EMPTY, Signer("other.example/log"))
    with pytest.raises(Dishonest, match="another log"):
        witness.visit(fetch, Seen(seen.keys, elsewhere.text))


def test_the_key_is_private_and_kept(tmp_path):
    made = witness.make_key(tmp_path / "key", "w.example")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert witness.load_key(tmp_path / "key").key == made.key
    with pytest.raises(Misconfigured, match="Name a new file"):
        witness.make_key(tmp_path / "key", "w.example")
    (tmp_path / "key").write_text((tmp_path / "key").read_text().replace("w.ex", "v.ex"))
    with pytest.raises(Misconfigured, match="damaged"):
        witness.load_key(tmp_path / "key")
    (tmp_path / "key").write_text("nonsense")
    with pytest.raises(Misconfigured, match="--new-key"):
        witness.load_key(tmp_path / "key")


def test_what_was_seen_is_never_guessed(tmp_path, seen):
    path = tmp_path / "state"
    assert witness.load_state(path) is None
    witness.save_state(path, seen)
    assert witness.load_state(path) == seen
    path.write_text("{")
    with pytest.raises(Misconfigured, match="goes unnoticed"):
        witness.load_state(path)


def test_addresses_and_silence():
    with pytest.raises(Misconfigured, match="not an address"):
        witness.fetcher("file:///etc/passwd")
    with pytest.raises(witness.Unreachable, match="does not answer"):
        witness.fetcher("http://127.0.0.1:9/log")("checkpoint")
