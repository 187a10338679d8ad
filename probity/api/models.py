"""Keys for programs, of which only the hash is kept, and how much each was used on a day."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from probity.kernel.db import Model


class ApiKey(Model):
    """A key that a person made for a program; it acts for that person, and only here."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    quota: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiUse(Model):
    """How many checks a key asked for on a day of UTC."""

    __tablename__ = "api_use"

    key_id: Mapped[int] = mapped_column(
        ForeignKey("api_key.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True, autoincrement=False)
    checks: Mapped[int]
