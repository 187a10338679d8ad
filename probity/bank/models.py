"""Items of the bank and their versions; what was once stored as a version never changes."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from probity.bank.life import ItemState as ItemState  # noqa: PLC0414 (part of the model)
from probity.kernel.db import ExactDecimal, Model


class Partition(StrEnum):
    """Where an item may be used; only a `secure` one was never public."""

    PRACTICE = "practice"
    PRACTICE_ONLY = "practice_only"
    SECURE = "secure"


class Place(StrEnum):
    """Where candidates meet items; a `pilot` is shown in exams and never scored."""

    PRACTICE = "practice"
    DEMONSTRATION = "demonstration"
    EXAM = "exam"
    PILOT = "pilot"


class Item(Model):
    """What stays the same while an item is reworded: its id, kind, partition, and its state.

    `current` is the newest wording, the one `state` speaks of; `live` the one in use, if any.
    """

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("partition IN ('practice', 'practice_only', 'secure')", name="partition"),
        CheckConstraint("current >= 1", name="current"),
        CheckConstraint("live IS NULL OR live BETWEEN 1 AND current", name="live"),
        CheckConstraint(
            "state <> 'active' OR (live IS NOT NULL AND live = current)", name="active_is_live"
        ),
        Index("ix_item_counts", "state", "partition", "folder_id"),
        # lets papers refer to an item together with its partition, and refuse `practice_only`
        UniqueConstraint("id", "partition"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    partition: Mapped[Partition]
    state: Mapped[ItemState]
    current: Mapped[int]
    live: Mapped[int | None]
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("item_folder.id"), index=True)

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
        # filters of the bank list read this instead of rows with whole contents
        Index(
            "ix_item_version_list",
            *("item_id", "number", "domain", "competency", "cognitive", "is_bilingual"),
        ),
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
    points: Mapped[Decimal] = mapped_column(ExactDecimal)
    is_scorable: Mapped[bool]
    is_bilingual: Mapped[bool]
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


class Shelved(Model):
    """A wording that practice may show or papers may draw. The only way into either of them.

    An item moves off the shelf before it changes its partition, so what stands here cannot be
    in the wrong place, whatever the code above forgets.
    """

    __tablename__ = "item_shelf"
    __table_args__ = (
        ForeignKeyConstraint(["item_id", "partition"], ["item.id", "item.partition"]),
        CheckConstraint(
            "(place = 'practice' AND partition IN ('practice', 'practice_only'))"
            " OR (place = 'demonstration' AND partition = 'practice')"
            " OR (place IN ('exam', 'pilot') AND partition = 'secure')",
            name="place",
        ),
        Index("ix_item_shelf_place", "place", "version_id"),
    )

    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[Place] = mapped_column(primary_key=True)
    partition: Mapped[Partition]
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))


class Stage(Model):
    """One step in the life of an item, with author, time and reason."""

    __tablename__ = "item_stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    number: Mapped[int]
    act: Mapped[str] = mapped_column(String(20))
    before: Mapped[ItemState]
    after: Mapped[ItemState]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class Terms(Model):
    """What this bank asks of its items: how many people must accept a wording. One row, or none."""

    __tablename__ = "bank_terms"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("public_approvals >= 1 AND secure_approvals >= 1", name="approvals"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_approvals: Mapped[int]
    secure_approvals: Mapped[int]


class Assignment(Model):
    """A person asked to review an item, whatever its wording will be."""

    __tablename__ = "item_reviewer"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]


class Verdict(StrEnum):
    """What a reviewer advises."""

    ACCEPT = "accept"
    CHANGE = "change"
    DROP = "drop"


class Review(Model):
    """What one person found in one wording. The last one of each person counts."""

    __tablename__ = "item_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    verdict: Mapped[Verdict]
    ratings: Mapped[dict[str, str]]
    cognitive: Mapped[str] = mapped_column(String(20))
    expected_p: Mapped[str | None] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    version: Mapped[ItemVersion] = relationship()


class Comment(Model):
    """A word in the discussion about an item, beside the wording it was said about."""

    __tablename__ = "item_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    number: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Folder(Model):
    """Where items are filed. `path` holds the ids from the root down, as in `/1/5/`."""

    __tablename__ = "item_folder"
    __table_args__ = (UniqueConstraint("path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("item_folder.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    path: Mapped[str] = mapped_column(String(200))


class Tag(Model):
    """A word that people hang on an item; it belongs to no wording, so it ends no approval."""

    __tablename__ = "item_tag"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class Enemy(Model):
    """Two items that must not meet in one paper: one gives the other away, or they ask the same."""

    __tablename__ = "item_enemy"
    __table_args__ = (CheckConstraint("one_id < other_id", name="ordered"),)

    one_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Sketch(Model):
    """A band of the fingerprint of an item's words; near-duplicates share some of their bands."""

    __tablename__ = "item_sketch"

    band: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, index=True)


class Words(Model):
    """What the newest wording is found by. PostgreSQL indexes it; SQLite keeps an index beside it."""

    __tablename__ = "item_words"
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


FOUND = """CREATE VIRTUAL TABLE item_found USING fts5(
    text, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '-'"
)"""
GIN = "CREATE INDEX ix_item_words_text ON item_words USING gin (text)"
"""The indexes of each database over `Words.text`. That of SQLite has tables of its own making."""

for _when, _statement, _dialect in (
    ("after_create", GIN, "postgresql"),
    ("after_create", FOUND, "sqlite"),
    ("before_drop", "DROP TABLE IF EXISTS item_found", "sqlite"),
):
    _told = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
    event.listen(Words.__table__, _when, _told)


class Use(Model):
    """How often candidates met an item in one place, such as `exam/GP-X1`."""

    __tablename__ = "item_use"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(80), primary_key=True, index=True)
    shown: Mapped[int]
    last_at: Mapped[datetime]


class Figures(Model):
    """What answers said of an item when they were counted last, over all exams."""

    __tablename__ = "item_figures"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    answers: Mapped[int]
    facility: Mapped[float]
    discrimination: Mapped[float | None]
    counted_at: Mapped[datetime]


class SavedFilter(Model):
    """A search of the bank that a person comes back to."""

    __tablename__ = "item_filter"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(1000))


class Bulk(Model):
    """One act on many items, with what was before, so that it can be taken back."""

    __tablename__ = "item_bulk"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(200))
    before: Mapped[list[Any]]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class UnsavedItem(Model):
    """What a person wrote in the editor and has not saved: the fields of the form, as sent."""

    __tablename__ = "item_unsaved"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(40))
    base: Mapped[int]
    fields: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]


class VersionChanged(RuntimeError):
    """A bug: code tried to change or remove a stored version."""


def _refuse(_mapper: Mapper[Any], _connection: Any, version: ItemVersion) -> None:
    raise VersionChanged(f"version {version.number} of item {version.item_id} is immutable")


event.listen(ItemVersion, "before_update", _refuse)
event.listen(ItemVersion, "before_delete", _refuse)
