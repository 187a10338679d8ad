"""Look through the whole log in the database, and name everything that does not fit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.ledger import merkle, notes, queries
from probity.ledger.merkle import Frontier
from probity.ledger.models import LogCheckpoint, LogLeaf, LogNode, LogWitness
from probity.ledger.notes import BadNote, Checkpoint, Key

AT_ONCE = 4096
"""A power of two: a stretch of the nodes then belongs to a stretch of the leaves."""


@dataclass
class Findings:
    """What was looked at and everything that is wrong."""

    size: int = 0
    root: bytes = merkle.EMPTY
    checkpoints: int = 0
    cosignatures: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class _Walk:
    """Where the audit stands: the tree so far, and nodes kept whose leaves are yet to come."""

    session: Session
    findings: Findings
    edge: Frontier = field(default_factory=Frontier)
    early: dict[int, bytes] = field(default_factory=dict)
    misfits: dict[int, bytes] = field(default_factory=dict)
    logged: dict[bytes, int] = field(default_factory=dict)

    def fault(self, sentence: str) -> None:
        self.findings.faults.append(sentence)


def audit(
    session: Session,
    keys: Sequence[Key],
    noted: Sequence[Checkpoint] = (),
    tell: Callable[[int], object] = int,
) -> Findings:
    """Recompute the tree from the entries; check every node, checkpoint and cosignature.

    Holds a stretch of the log at a time. `keys` are those the log ever signed with, `noted` are
    checkpoints that somebody kept elsewhere.
    """
    findings = Findings(size=queries.size(session))
    walk = _Walk(session, findings)
    signed = _Signed(session, keys, noted, findings)
    signed.compare(0, merkle.EMPTY)
    _check_end(walk)
    while walk.edge.size < findings.size:
        _check_stretch(walk, signed)
        tell(walk.edge.size)
    for position in sorted(walk.early):
        walk.fault(f"Node {position} of the tree belongs to no entry: it was added by hand.")
    _name_misfits(walk)
    findings.root = walk.edge.root
    signed.finish()
    return findings


def _check_end(walk: _Walk) -> None:
    size = walk.findings.size
    beyond = select(func.count()).select_from(LogLeaf).where(LogLeaf.index >= size)
    if more := walk.session.scalar(beyond):
        walk.fault(f"Rows lie after the end of the log ({size}) that it never added: {more}.")


def _check_stretch(walk: _Walk, signed: "_Signed") -> None:
    first = walk.edge.size
    end = min(first + AT_ONCE, walk.findings.size)
    rows = walk.session.execute(
        select(LogLeaf.index, LogLeaf.entry).where(LogLeaf.index >= first, LogLeaf.index < end)
    )
    texts = dict(iter(rows))
    stored = walk.session.execute(
        select(LogNode.position, LogNode.hash).where(
            LogNode.position >= 2 * first, LogNode.position < 2 * (first + AT_ONCE)
        )
    )
    walk.early.update((position, found) for position, found in stored)
    for index in range(first, end):
        leaf = _checked_leaf(walk, index, texts.get(index))
        for node, found in walk.edge.add(leaf):
            _check_node(walk, node, found)
        signed.compare(index + 1, walk.edge)


def _checked_leaf(walk: _Walk, index: int, text: str | None) -> bytes:
    """The hash to go on with: the one in the tree, so that one fault is told once."""
    kept = walk.early.get(merkle.position((0, index)))
    found = None if text is None else merkle.leaf_hash(text.encode())
    if found is None:
        walk.fault(f"Entry {index} is missing: it was deleted.")
    elif kept is not None and found != kept:
        walk.misfits[index], walk.logged[kept] = found, index
    return kept or found or merkle.EMPTY


def _check_node(walk: _Walk, node: merkle.Node, found: bytes) -> None:
    kept = walk.early.pop(merkle.position(node), None)
    level, index = node
    name = f"Node {index} of level {level}"
    if kept is None:
        walk.fault(f"{name} of the tree is missing: it was deleted.")
    elif kept != found:
        walk.fault(f"{name} of the tree does not follow from the entries below it.")


def _name_misfits(walk: _Walk) -> None:
    for index, found in walk.misfits.items():
        moved = walk.logged.get(found)
        walk.fault(
            f"Entry {index} was edited: its text does not give the hash in the tree."
            if moved is None
            else f"Entry {index} is the one that was logged as entry {moved}: they were moved."
        )


class _Signed:
    """The checkpoints, compared with the tree as it grows."""

    def __init__(
        self,
        session: Session,
        keys: Sequence[Key],
        noted: Sequence[Checkpoint],
        findings: Findings,
    ) -> None:
        self.session, self.findings, self.noted = session, findings, noted
        self.publics = {key.public for key in keys}
        known = session.scalars(select(LogWitness))
        self.witnesses = {witness.id: Key.parse(witness.key) for witness in known}
        self.waiting = self._in_order()
        self.next = next(self.waiting, None)

    def compare(self, size: int, tree: Frontier | bytes) -> None:
        """Check the checkpoints of this size."""
        for kept in self.noted:
            if kept.size == size and kept.root != (tree if isinstance(tree, bytes) else tree.root):
                self.findings.faults.append(
                    f"The log of {size} entries is not the one in the noted checkpoint: the log "
                    "was rewritten (a fork)."
                )
        while self.next is not None and self.next.size == size:
            root = tree if isinstance(tree, bytes) else tree.root
            self._check(self.next, root)
            self.next = next(self.waiting, None)

    def finish(self) -> None:
        """Name the checkpoints of a log longer than this one."""
        self.findings.faults += [
            f"The noted checkpoint covers {kept.size} entries, the log has {self.findings.size}: "
            "its end was cut off (a roll-back)."
            for kept in self.noted
            if kept.size > self.findings.size
        ]
        while self.next is not None:
            self.findings.faults.append(
                f"The checkpoint {self.next.id} covers {self.next.size} entries, the log has "
                f"{self.findings.size}: its end was cut off."
            )
            self._check(self.next, None)
            self.next = next(self.waiting, None)

    def _in_order(self) -> Iterator[LogCheckpoint]:
        last = (-1, 0)
        while batch := queries.by_size(self.session, last, AT_ONCE):
            yield from batch
            last = (batch[-1].size, batch[-1].id)

    def _check(self, row: LogCheckpoint, root: bytes | None) -> None:
        self.findings.checkpoints += 1
        name = f"checkpoint {row.id} of {row.size} entries"
        try:
            stated = notes.read_checkpoint(row.text)
            keys = [Key(stated.origin, public) for public in self.publics]
            if not notes.open_note(row.text, keys):
                self.findings.faults.append(f"The {name} is not signed with a key of this log.")
        except BadNote as error:
            self.findings.faults.append(f"The {name} is not genuine: {error}")
            return
        if stated.size != row.size:
            self.findings.faults.append(f"The {name} states {stated.size} entries.")
        elif root is not None and stated.root != root:
            self.findings.faults.append(
                f"The {name} states the root {stated.root.hex()}, the entries give {root.hex()}: "
                "the log was rewritten (a fork)."
            )
        self._check_cosignatures(row, name)

    def _check_cosignatures(self, row: LogCheckpoint, name: str) -> None:
        for line in row.cosignatures:
            key = self.witnesses[line.witness_id]
            self.findings.cosignatures += 1
            try:
                genuine = bool(notes.open_note(row.text + line.line, [key]))
            except BadNote:
                genuine = False
            if not genuine:
                self.findings.faults.append(
                    f"The cosignature of {key.name} on the {name} is wrong."
                )
