"""The log: its size, its leaves, the nodes of the tree, what was signed about it and by whom.

Only the head and the list of witnesses ever change; a trigger in the database keeps the rest.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.kernel.db import Model
from probity.kernel.frozen import write_once

Place = BigInteger().with_variant(Integer, "sqlite")


class LogHead(Model):
    """How many leaves there are; its lock makes writers wait for each other.

    While the log is `held`, nothing is added or signed: it was put back from a backup, and others
    may have seen a longer one. The text is the largest checkpoint known, empty if none is.
    """

    __tablename__ = "log_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(Place)
    held: Mapped[str | None] = mapped_column(Text)


class LogLeaf(Model):
    """One entry: the exact text that was hashed, and the name by which we find it."""

    __tablename__ = "log_leaf"

    index: Mapped[int] = mapped_column("leaf_index", Place, primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(String(120), unique=True)
    entry: Mapped[str] = mapped_column(Text)


class LogNode(Model):
    """A complete node of the tree at its place in order (`merkle.position`)."""

    __tablename__ = "log_node"

    position: Mapped[int] = mapped_column(Place, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogCheckpoint(Model):
    """Size and root as signed; one for each size and key."""

    __tablename__ = "log_checkpoint"
    __table_args__ = (UniqueConstraint("size", "key_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(Place)
    key_hash: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime]

    cosignatures: Mapped[list["LogCosignature"]] = relationship(
        back_populates="checkpoint", order_by="LogCosignature.id"
    )


class LogWitness(Model):
    """A second party whose cosignatures are accepted, until it is removed."""

    __tablename__ = "log_witness"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(300), unique=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class LogCosignature(Model):
    """The line by which a witness states that it saw a checkpoint."""

    __tablename__ = "log_cosignature"
    __table_args__ = (UniqueConstraint("checkpoint_id", "witness_id", "seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("log_checkpoint.id"))
    witness_id: Mapped[int] = mapped_column(ForeignKey("log_witness.id"))
    seen_at: Mapped[datetime]
    line: Mapped[str] = mapped_column(Text)

    checkpoint: Mapped[LogCheckpoint] = relationship(back_populates="cosignatures")
    witness: Mapped[LogWitness] = relationship()


write_once(LogLeaf, LogNode, LogCheckpoint, LogCosignature)
