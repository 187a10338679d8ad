"""Take back entries that were published and lost here: from tiles that somebody kept."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from probity.kernel.errors import Refused
from probity.ledger import actions, merkle, queries, tiles
from probity.ledger.merkle import Frontier
from probity.ledger.notes import Checkpoint, Key
from probity.ledger.tiles import WIDTH, Tile

Fetch = Callable[[str], bytes]
SUBJECT = "recovered/{}"
"""What an entry was about among ourselves is not published, so it gets this name."""


def continues(session: Session, seen: Checkpoint) -> bool:
    """Tell whether our log of that size has the root somebody saw."""
    return merkle.root(seen.size, queries.reader(session)) == seen.root


def recover(session: Session, fetch: Fetch, seen: Checkpoint, key: Key) -> list[str]:
    """Add the entries after ours up to a checkpoint of ours; return their texts.

    Raises Refused, and adds nothing, if what was kept is not our log, only longer.
    """
    size = queries.size(session)
    tree = Frontier(size, queries.reader(session))
    texts = []
    for entry in _entries(fetch, size, seen.size):
        texts.append(entry.decode())
        for _node in tree.add(merkle.leaf_hash(entry)):
            pass
    if (tree.size, tree.root) != (seen.size, seen.root):
        raise Refused(
            f"The first {size} entries here and the kept ones after them do not give the root of "
            f"the checkpoint of {seen.size} entries: this is another log, or one of the two was "
            "changed (a fork). Nothing was taken over. `probity log audit` looks at both.",
            "log-fork",
        )
    named = [(SUBJECT.format(size + place), text) for place, text in enumerate(texts)]
    actions.extend(session, named)
    actions.keep_checkpoint(session, seen, key)
    return texts


def _entries(fetch: Fetch, first: int, end: int) -> Iterator[bytes]:
    for number in range(first // WIDTH, -(-end // WIDTH)):
        bundle = Tile(None, number, min(WIDTH, end - number * WIDTH))
        found = tiles.unpack(fetch(bundle.path))
        yield from found[max(0, first - bundle.first) : bundle.width]
