"""Receipts asked for. What they say is dropped after a month; the hash of the file stays."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from probity.kernel.db import Model

_ABSENT = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class VerificationReceipt(Model):
    """One answer that somebody wanted to keep; `token` is its unguessable address."""

    __tablename__ = "verification_receipt"

    token: Mapped[str] = mapped_column(String(26), primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    content: Mapped[dict[str, Any] | None] = mapped_column(_ABSENT)
    sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    storage_key: Mapped[str | None] = mapped_column(String(120))
