"""Rows of the audit log and the seals over them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from probity.kernel.db import Model


class AuditEntry(Model):
    """One change: ids and numbers only, never personal text. Not changed after it is written."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    event: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    details: Mapped[dict[str, Any]]


class AuditSeal(Model):
    """The place of one entry in the chain; `hash` covers the entry and the hash before it."""

    __tablename__ = "audit_seal"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
