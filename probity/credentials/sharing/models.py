"""Links to single certificates, public profiles, and consents to badges of the older standard."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts.models import Person
from probity.credentials.models import Certificate
from probity.kernel.db import Json, Model


class Share(Model):
    """A link that shows some fields of a certificate; only the hash of its address is kept.

    Of those who open it nothing is kept but how often and the last day.
    """

    __tablename__ = "certificate_share"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(80))
    fields: Mapped[list[str]] = mapped_column(Json)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    uses: Mapped[int]
    used_on: Mapped[date | None]

    certificate: Mapped[Certificate] = relationship()


class PublicProfile(Model):
    """A page on which a person lists certificates. Once given, a handle is nobody else's.

    When its person has gone, only the handle's hash remains.
    """

    __tablename__ = "public_profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    handle: Mapped[str] = mapped_column(String(64), unique=True)
    is_on: Mapped[bool]
    searchable: Mapped[bool]
    changed_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
    items: Mapped[list["ProfileItem"]] = relationship(
        back_populates="profile", cascade="all, delete-orphan"
    )


class ProfileItem(Model):
    """A certificate that its holder lists."""

    __tablename__ = "public_profile_item"

    profile_id: Mapped[int] = mapped_column(
        ForeignKey("public_profile.id"), primary_key=True, autoincrement=False
    )
    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id"), primary_key=True, autoincrement=False
    )

    profile: Mapped[PublicProfile] = relationship(back_populates="items")
    certificate: Mapped[Certificate] = relationship()


class BadgeClass(Model):
    """What a badge of the older standard stands for, named by the hash of its words."""

    __tablename__ = "badge_class"

    token: Mapped[str] = mapped_column(String(26), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)


class BadgeAssertion(Model):
    """A holder's consent to a hosted badge that carries the hash of their email address."""

    __tablename__ = "badge_assertion"

    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id"), primary_key=True, autoincrement=False
    )
    token: Mapped[str] = mapped_column(String(26), unique=True)
    badge_token: Mapped[str] = mapped_column(ForeignKey("badge_class.token"))
    salt: Mapped[str] = mapped_column(String(26))
    identity: Mapped[str] = mapped_column(String(80))
    agreed_at: Mapped[datetime]

    certificate: Mapped[Certificate] = relationship()
