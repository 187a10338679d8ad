"""Places in status lists, never moved once taken, and the lists as last signed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from probity.credentials.lists.rules import Purpose
from probity.kernel.db import Model
from probity.kernel.frozen import write_once


class StatusList(Model):
    """A list of places. `taken` says how many belong to certificates."""

    __tablename__ = "status_list"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    taken: Mapped[int]
    created_at: Mapped[datetime]


class StatusPlace(Model):
    """The place of one certificate, the same in the lists of both purposes."""

    __tablename__ = "status_place"
    __table_args__ = (
        UniqueConstraint("list_id", "position"),
        CheckConstraint("position >= 0 AND position < 131072", name="inside"),
    )

    public_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    position: Mapped[int]


class PublishedList(Model):
    """A list as it was last signed: exactly these bytes are served."""

    __tablename__ = "published_list"

    list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"), primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(primary_key=True)
    document: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    built_at: Mapped[datetime]


write_once(StatusPlace)
