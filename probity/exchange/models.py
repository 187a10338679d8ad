"""Batches of imported questions, each question of them, and files made for export."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts.models import Person
from probity.bank.models import Item
from probity.kernel.db import Model


class BatchState(StrEnum):
    """How far an import has come."""

    READING = "reading"
    READY = "ready"
    IMPORTING = "importing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Finding(StrEnum):
    """What one question of a file is to the bank."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What an import, or its undoing, did with one question."""

    CREATED = "created"
    REVISED = "revised"
    SKIPPED = "skipped"
    REFUSED = "refused"
    RETIRED = "retired"
    RESTORED = "restored"
    STAYED = "stayed"


class ImportBatch(Model):
    """One upload: its files, what was chosen for it, and how far it is.

    `files` lists name, sha256, size, format, dialect, encoding and storage key of each file; the
    key goes when the file is deleted. `round` counts how often it was read: a duty of an earlier
    round stops.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_created_at", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    files: Mapped[list[Any]]
    state: Mapped[BatchState]
    round: Mapped[int] = mapped_column(default=1)
    choices: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    progress: Mapped[dict[str, Any]]
    others: Mapped[list[Any]]
    problems: Mapped[list[Any]]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    files_deleted_at: Mapped[datetime | None]

    created_by: Mapped[Person | None] = relationship(foreign_keys=[created_by_id])


class ImportedItem(Model):
    """One question of a batch: what it would become, what is said of it, what became of it.

    `identity` is the digest of format and foreign id, by which the same question is known again;
    `digest` that of all it says; `likeness` that of its words alone.
    """

    __tablename__ = "imported_item"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        CheckConstraint("number >= 0", name="number"),
        Index("ix_imported_item_pending", "batch_id", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    number: Mapped[int]
    file: Mapped[int]
    place: Mapped[int]
    ref: Mapped[str] = mapped_column(String(300))
    where: Mapped[str] = mapped_column(String(200))
    native_kind: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    folder: Mapped[list[str]]
    finding: Mapped[Finding]
    content: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]
    media: Mapped[list[Any]]
    excerpt: Mapped[str] = mapped_column(Text)
    has_changed: Mapped[bool]
    has_lost: Mapped[bool]
    identity: Mapped[str] = mapped_column(String(64), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    likeness: Mapped[str] = mapped_column(String(64), index=True)
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    chosen: Mapped[bool]
    outcome: Mapped[Outcome | None]
    reason: Mapped[str] = mapped_column(String(500))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    version: Mapped[int | None]

    batch: Mapped[ImportBatch] = relationship()
    item: Mapped[Item | None] = relationship(foreign_keys=[item_id])
    twin: Mapped[Item | None] = relationship(foreign_keys=[twin_id])


class ExportState(StrEnum):
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"


class Export(Model):
    """A file made of items; `refs` are the items in their order, `notes` what it cannot hold."""

    __tablename__ = "item_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    format: Mapped[str] = mapped_column(String(40))
    state: Mapped[ExportState]
    refs: Mapped[list[str]]
    has_secure: Mapped[bool]
    notes: Mapped[list[Any]]
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    storage_key: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    ready_at: Mapped[datetime | None]

    created_by: Mapped[Person | None] = relationship()
