"""Items of the bank and their versions; what was once stored as a version never changes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from probity.kernel.db import Model


class Partition(StrEnum):
    """Where an item may be used; only a `secure` one was never public."""

    PRACTICE = "practice"
    PRACTICE_ONLY = "practice_only"
    SECURE = "secure"


class ItemState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    RETIRED = "retired"


class Item(Model):
    """What stays the same while an item is reworded: its id, kind, partition, and its state."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("partition IN ('practice', 'practice_only', 'secure')", name="partition"),
        CheckConstraint("current >= 1", name="current"),
        # lets papers refer to an item together with its partition, and refuse `practice_only`
        UniqueConstraint("id", "partition"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    partition: Mapped[Partition]
    state: Mapped[ItemState]
    current: Mapped[int]

    version: Mapped["ItemVersion"] = relationship(
        primaryjoin="and_(Item.id == ItemVersion.item_id, Item.current == ItemVersion.number)",
        viewonly=True,
        lazy="joined",
        innerjoin=True,
    )
    versions: Mapped[list["ItemVersion"]] = relationship(
        back_populates="item", order_by="ItemVersion.number.desc()"
    )


class ItemVersion(Model):
    """One wording of an item, with its key. Immutable: answers point to it.

    `source` names the content folder it came from; one written in the browser has an author.
    """

    __tablename__ = "item_version"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        Index("ix_item_version_cell", "domain", "competency", "cognitive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    domain: Mapped[str] = mapped_column(String(40))
    competency: Mapped[str] = mapped_column(String(20))
    cognitive: Mapped[str] = mapped_column(String(20))
    expected_p: Mapped[str | None] = mapped_column(String(40))
    points: Mapped[int]
    is_scorable: Mapped[bool]
    is_bilingual: Mapped[bool]
    search_text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    source: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(500))

    item: Mapped[Item] = relationship(back_populates="versions")


class ItemRef(Model):
    """Every id an item or a part of a case set ever had; never given away twice."""

    __tablename__ = "item_ref"

    ref: Mapped[str] = mapped_column(String(20), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)


class VersionChanged(RuntimeError):
    """A bug: code tried to change or remove a stored version."""


def _refuse(_mapper: Mapper[Any], _connection: Any, version: ItemVersion) -> None:
    raise VersionChanged(f"version {version.number} of item {version.item_id} is immutable")


event.listen(ItemVersion, "before_update", _refuse)
event.listen(ItemVersion, "before_delete", _refuse)
