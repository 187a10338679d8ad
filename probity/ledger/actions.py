"""Add to the log and sign it, inside the caller's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import rfc8785
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from probity.kernel import clock
from probity.kernel.db import insert
from probity.kernel.errors import Refused
from probity.ledger import merkle, notes, queries
from probity.ledger.models import LogCheckpoint, LogHead, LogLeaf, LogNode
from probity.ledger.notes import Checkpoint, Key, Signer

LARGEST_ENTRY = 65_535
"""Bundles of entries state the length of each in two bytes."""

STATED = {"v", "type", "time"}
AT_ONCE = 5_000


class Rewritten(Exception):
    """A bug or an attempt to cheat: this subject is in the log with other words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What to log. The subject names it among ourselves, the body is public: nothing personal."""

    subject: str
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """The only way to write the body (RFC 8785); its bytes are the leaf."""
        if not self.body.keys() >= STATED or self.body["v"] != 1:
            raise ValueError(f"the entry {self.subject} lacks v, type or time")
        data = rfc8785.dumps(self.body)
        if len(data) > LARGEST_ENTRY:
            raise ValueError(f"the entry {self.subject} is larger than {LARGEST_ENTRY} bytes")
        return data.decode()


def append(session: Session, entries: Sequence[Entry]) -> list[int]:
    """Add entries in this order and return their indexes; one already there keeps its own.

    Other writers wait until the caller's transaction ends. Raises Rewritten if a subject is in the
    log with another body.
    """
    texts = {entry.subject: entry.text for entry in entries}
    if any(texts[entry.subject] != entry.text for entry in entries):
        raise Rewritten("one subject was given two bodies")
    size, held = _lock(session)
    indexes = _present(session, texts)
    fresh = [subject for subject in texts if subject not in indexes]
    if fresh:
        _demand_free(size, held)
        indexes |= {subject: size + place for place, subject in enumerate(fresh)}
        _write(session, size, [(subject, texts[subject]) for subject in fresh])
    return [indexes[entry.subject] for entry in entries]


def sign_checkpoint(session: Session, signer: Signer) -> Checkpoint:
    """Sign the log as it stands in this transaction; the same one again if nothing was added.

    The signer is named after the log (`notes.origin_of`). Raises Refused while the log is held.
    """
    size, held = _lock(session)
    key_hash = Key.of(signer).hash.hex()
    signed = select(LogCheckpoint.text).where(
        LogCheckpoint.size == size, LogCheckpoint.key_hash == key_hash
    )
    text = session.scalar(signed)
    if text is not None:
        return notes.read_checkpoint(text)
    _demand_free(size, held)
    made = notes.sign(size, merkle.root(size, queries.reader(session)), signer)
    row = {"size": size, "key_hash": key_hash, "text": made.text, "signed_at": clock.now()}
    session.execute(insert(session, LogCheckpoint).values(row))
    return made


def extend(session: Session, texts: Sequence[tuple[str, str]]) -> None:
    """Add entries that were published before and lost here, as (subject, text), also while held."""
    size, _held = _lock(session)
    _write(session, size, texts)


def hold(session: Session, seen: Checkpoint | None) -> None:
    """Add and sign nothing until `let_go`: others may have seen a longer log."""
    _lock(session)
    text = seen.text if seen else ""
    session.execute(update(LogHead).where(LogHead.id == queries.HEAD).values(held=text))


def let_go(session: Session) -> None:
    """Let the log go on from where it is."""
    session.execute(update(LogHead).where(LogHead.id == queries.HEAD).values(held=None))


def keep_checkpoint(session: Session, seen: Checkpoint, key: Key) -> None:
    """Enter a checkpoint of ours that was published and lost here."""
    row = {"size": seen.size, "key_hash": key.hash.hex(), "text": seen.text}
    made = insert(session, LogCheckpoint).values({**row, "signed_at": clock.now()})
    unique = [LogCheckpoint.size, LogCheckpoint.key_hash]
    session.execute(made.on_conflict_do_nothing(index_elements=unique))


def _demand_free(size: int, held: str | None) -> None:
    if held is None:
        return
    seen = (
        f"a checkpoint of {notes.read_checkpoint(held).size} entries is known"
        if held
        else ("nobody has said yet how far it had come")
    )
    raise Refused(
        f"The log has {size} entries and is held: it was put back from a backup, and {seen}. "
        "Nothing is added or signed until `probity backup reconcile` and `probity backup release` "
        "have been typed (docs/operations/backup.md).",
        "log-held",
    )


def _lock(session: Session) -> tuple[int, str | None]:
    """Make other writers wait; return the size of the log, and whether it is held."""
    head = select(LogHead.size, LogHead.held).where(LogHead.id == queries.HEAD).with_for_update()
    found = session.execute(head).one_or_none()
    if found is None:
        first = insert(session, LogHead).values(id=queries.HEAD, size=0)
        session.execute(first.on_conflict_do_nothing(index_elements=[LogHead.id]))
        found = session.execute(head).one()
    return found.size, found.held


def _present(session: Session, texts: dict[str, str]) -> dict[str, int]:
    found = {}
    for subjects in _batches(texts):
        rows = session.execute(
            select(LogLeaf.subject, LogLeaf.index, LogLeaf.entry).where(
                LogLeaf.subject.in_(subjects)
            )
        )
        for subject, index, text in rows:
            if text != texts[subject]:
                raise Rewritten(f"{subject} is entry {index} of the log, with another body")
            found[subject] = index
    return found


def _batches(subjects: Iterable[str]) -> Iterator[list[str]]:
    """As many at a time as either database takes in one statement."""
    waiting = iter(subjects)
    while batch := list(islice(waiting, AT_ONCE)):
        yield batch


def _write(session: Session, size: int, fresh: Sequence[tuple[str, str]]) -> None:
    edge = merkle.Frontier(size, queries.reader(session))
    leaves, nodes = [], []
    for subject, text in fresh:
        leaves.append({"index": edge.size, "subject": subject, "entry": text})
        for node, found in edge.add(merkle.leaf_hash(text.encode())):
            nodes.append({"position": merkle.position(node), "hash": found})
    session.execute(insert(session, LogLeaf), leaves)
    session.execute(insert(session, LogNode), nodes)
    session.execute(update(LogHead).where(LogHead.id == queries.HEAD).values(size=edge.size))
