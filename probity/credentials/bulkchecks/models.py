"""Tables handed in to be checked, and what came of each row. All of it is dropped after a month."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from probity.kernel.db import Model

_ABSENT = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class TableState(StrEnum):
    """How far the check of a table has come."""

    READING = "reading"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class TableCheck(Model):
    """One table of one person. What is in it goes after a month; that it was checked stays.

    `seen` is what was read of it: headings, first rows, hints. `results` names the result files.
    """

    __tablename__ = "table_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(16))
    storage_key: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[TableState]
    problem: Mapped[dict[str, Any] | None] = mapped_column(_ABSENT)
    seen: Mapped[dict[str, Any]]
    number_column: Mapped[int | None]
    name_column: Mapped[int | None]
    rows: Mapped[int]
    done: Mapped[int]
    counts: Mapped[dict[str, Any]]
    results: Mapped[dict[str, Any]]
    receipt: Mapped[str | None] = mapped_column(String(26))
    created_at: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]


class TableRow(Model):
    """One row as it was typed, and what the register answered to it."""

    __tablename__ = "table_check_row"

    check_id: Mapped[int] = mapped_column(
        ForeignKey("table_check.id"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(400))
    status: Mapped[str] = mapped_column(String(20))
    valid_until: Mapped[date | None]
    since: Mapped[datetime | None]
    notes: Mapped[list[str]]
