"""A log that is shorter than others have seen: held, filled up again from tiles, let go."""

import pytest

from probity.kernel.errors import Refused
from probity.ledger import actions, auditing, exporting, notes, queries, recovering, tiles
from probity.ledger.models import LogLeaf
from tests.factories.ledger import Signer, add_entries


@pytest.fixture
def kept(log, tmp_path):
    """The files of a log of 20 entries, and its checkpoint."""
    exporting.export(log, tmp_path, [Signer().key])
    return tmp_path, notes.read_checkpoint((tmp_path / "checkpoint").read_text())


@pytest.fixture
def shorter(session, kept, tamper):
    """The same log after an older copy was put back: its first 11 entries."""
    tamper(
        "DELETE FROM log_node",
        "DELETE FROM log_checkpoint",
        "DELETE FROM log_leaf",
        "UPDATE log_head SET size = 0",
    )
    add_entries(session, 11)
    actions.sign_checkpoint(session, Signer())
    return kept


def fetched(folder):
    def fetch(path):
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError as error:
            raise tiles.Missing(path) from error

    return fetch


@pytest.mark.parametrize("known", [True, False])
def test_a_held_log_neither_grows_nor_signs(session, shorter, known):
    _folder, seen = shorter
    actions.hold(session, seen if known else None)
    words = "a checkpoint of 20 entries is known" if known else "nobody has said yet"
    with pytest.raises(Refused, match=words):
        add_entries(session, 1, first=11)
    assert add_entries(session, 11) == list(range(11)), "what is in it stays as it is"
    signed = queries.latest(session)
    assert actions.sign_checkpoint(session, Signer()).text == signed.text
    with pytest.raises(Refused, match="is held"):
        actions.sign_checkpoint(session, Signer(seed=2))
    actions.let_go(session)
    assert queries.held(session) is None
    assert add_entries(session, 1, first=11) == [11]


def test_entries_come_back_from_the_tiles_under_a_name_of_their_own(session, shorter):
    folder, seen = shorter
    actions.hold(session, seen)
    texts = recovering.recover(session, fetched(folder), seen, Signer().key)
    assert (len(texts), queries.size(session)) == (9, 20)
    assert recovering.continues(session, seen)
    assert queries.latest(session).text == seen.text
    assert session.get(LogLeaf, 11).subject == "recovered/11"
    assert auditing.audit(session, [Signer().key], [seen]).faults == []


def test_another_log_is_not_taken_over(session, shorter):
    folder, seen = shorter
    add_entries(session, 1, first=500)
    with pytest.raises(Refused, match="this is another log"):
        recovering.recover(session, fetched(folder), seen, Signer().key)
    assert queries.size(session) == 12
    with pytest.raises(tiles.Missing):
        recovering.recover(session, fetched(folder / "nowhere"), seen, Signer().key)
