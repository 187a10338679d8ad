"""Read the log: entries, proofs, receipts, and what was signed about it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from probity.ledger import merkle, notes, tiles
from probity.ledger.merkle import Node, Reader
from probity.ledger.models import (
    LogCheckpoint,
    LogCosignature,
    LogHead,
    LogLeaf,
    LogNode,
    LogWitness,
)
from probity.ledger.notes import Checkpoint, Key
from probity.ledger.tiles import Tile

HEAD = 1
_NEWEST = (LogCheckpoint.size.desc(), LogCheckpoint.id.desc())
_NODE = LogNode.__table__.c
_NODES = select(_NODE.position, _NODE.hash).where(
    _NODE.position.in_(bindparam("places", expanding=True))
)
_SIZE = select(LogHead.__table__.c.size).where(LogHead.__table__.c.id == HEAD)
_COSIGNED = selectinload(LogCheckpoint.cosignatures).joinedload(LogCosignature.witness)


def size(session: Session) -> int:
    """How many entries the log has."""
    return session.connection().execute(_SIZE).scalar_one_or_none() or 0


def held(session: Session) -> str | None:
    """None if the log goes on; else the largest checkpoint known elsewhere, empty if none is."""
    return session.scalar(select(LogHead.held).where(LogHead.id == HEAD))


def reader(session: Session) -> Reader:
    """Hands out the hashes of nodes with one look-up by key."""

    def read(nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        places = {merkle.position(node): node for node in nodes}
        # the statement is made once, and without the ORM: that halves what a proof costs
        rows = session.connection().execute(_NODES, {"places": list(places)})
        return {places[position]: found for position, found in rows}

    return read


def latest(session: Session) -> Checkpoint | None:
    """The checkpoint of the largest size, signed last; without cosignatures."""
    text = session.scalar(select(LogCheckpoint.text).order_by(*_NEWEST).limit(1))
    return None if text is None else notes.read_checkpoint(text)


def entry(session: Session, subject: str) -> LogLeaf | None:
    return session.scalar(select(LogLeaf).where(LogLeaf.subject == subject))


def entry_at(session: Session, index: int) -> LogLeaf | None:
    return session.get(LogLeaf, index)


def behind(session: Session, index: int, words: str) -> Sequence[str]:
    """The entries after this one whose text has these words, in their order."""
    chosen = select(LogLeaf.entry).where(LogLeaf.index > index, LogLeaf.entry.contains(words))
    return session.scalars(chosen.order_by(LogLeaf.index)).all()


def receipt(session: Session, subject: str, at: Checkpoint | None = None) -> dict[str, Any] | None:
    """What proves that an entry is in the log, to whoever has the log's public key.

    For the latest checkpoint unless another is given; None if that does not cover the entry.
    """
    leaf, checkpoint = entry(session, subject), at or latest(session)
    if leaf is None or checkpoint is None or leaf.index >= checkpoint.size:
        return None
    return receipt_of(session, leaf, checkpoint)


def receipt_of(session: Session, leaf: LogLeaf, checkpoint: Checkpoint) -> dict[str, Any]:
    proof = inclusion_proof(session, leaf.index, checkpoint.size)
    return {
        "log": checkpoint.origin,
        "index": leaf.index,
        "entry": json.loads(leaf.entry),
        "proof": [step.hex() for step in proof],
        "checkpoint": checkpoint.text,
    }


def inclusion_proof(session: Session, index: int, of_size: int) -> list[bytes]:
    return merkle.inclusion_proof(index, of_size, reader(session))


def consistency_proof(session: Session, old: int, of_size: int) -> list[bytes]:
    return merkle.consistency_proof(old, of_size, reader(session))


def tile(session: Session, wanted: Tile) -> bytes | None:
    """The bytes of a file of the log as signed last; None if it has no such file."""
    signed = latest(session)
    if signed is None or not wanted.exists(signed.size):
        return None
    if wanted.level is None:
        end = wanted.first + wanted.width
        rows = session.scalars(
            select(LogLeaf.entry)
            .where(LogLeaf.index >= wanted.first, LogLeaf.index < end)
            .order_by(LogLeaf.index)
        )
        return tiles.pack([text.encode() for text in rows])
    nodes = wanted.nodes()
    known = reader(session)(nodes)
    return b"".join(known[node] for node in nodes)


def witnesses(session: Session) -> list[Key]:
    """The keys of the witnesses whose cosignatures are accepted now."""
    chosen = select(LogWitness.key).where(LogWitness.removed_at.is_(None)).order_by(LogWitness.id)
    return [Key.parse(text) for text in session.scalars(chosen)]


def all_witnesses(session: Session) -> Sequence[LogWitness]:
    return session.scalars(select(LogWitness).order_by(LogWitness.id)).all()


def newest(session: Session, count: int) -> Sequence[LogCheckpoint]:
    """The latest checkpoints with their cosignatures, largest first."""
    chosen = select(LogCheckpoint).options(_COSIGNED).order_by(*_NEWEST).limit(count)
    return session.scalars(chosen).all()


def checkpoints(session: Session, after: int, most: int) -> Sequence[LogCheckpoint]:
    """Every checkpoint in the order of signing, a batch at a time: those with a larger id."""
    chosen = select(LogCheckpoint).options(_COSIGNED).where(LogCheckpoint.id > after)
    return session.scalars(chosen.order_by(LogCheckpoint.id).limit(most)).all()


def cosigned(checkpoint: LogCheckpoint) -> str:
    """The checkpoint as published: with the newest line of every witness still accepted."""
    lines = {
        found.witness_id: found.line
        for found in checkpoint.cosignatures
        if found.witness.removed_at is None
    }
    return checkpoint.text + "".join(lines.values())


def last_cosigned(session: Session) -> Sequence[LogCosignature]:
    """The newest cosignature of every witness still accepted."""
    newest_of = (
        select(func.max(LogCosignature.id))
        .join(LogCosignature.witness)
        .where(LogWitness.removed_at.is_(None))
        .group_by(LogCosignature.witness_id)
    )
    chosen = select(LogCosignature).where(LogCosignature.id.in_(newest_of))
    loaded = chosen.options(
        joinedload(LogCosignature.witness), joinedload(LogCosignature.checkpoint)
    )
    return session.scalars(loaded.order_by(LogCosignature.id)).all()


def stated(session: Session, checkpoint: Checkpoint) -> LogCheckpoint | None:
    """The checkpoint of ours that states exactly this, whatever signatures came with it."""
    same_size = select(LogCheckpoint).where(LogCheckpoint.size == checkpoint.size)
    found = [row for row in session.scalars(same_size) if notes.body(row.text) == checkpoint.body]
    return found[-1] if found else None


def by_size(session: Session, after: tuple[int, int], most: int) -> Sequence[LogCheckpoint]:
    """Every checkpoint, smallest first, a batch at a time: those after this size and id."""
    size, last = after
    same_size = and_(LogCheckpoint.size == size, LogCheckpoint.id > last)
    chosen = select(LogCheckpoint).where(or_(LogCheckpoint.size > size, same_size))
    order = chosen.options(_COSIGNED).order_by(LogCheckpoint.size, LogCheckpoint.id)
    return session.scalars(order.limit(most)).all()
