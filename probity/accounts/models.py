"""People, what they were allowed, and how they proved who they are."""

from datetime import datetime
from typing import Any

from flask_login import AnonymousUserMixin
from flask_security import UserMixin, WebAuthnMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts import roles as role_table
from probity.accounts import rules
from probity.accounts.roles import Role
from probity.kernel.db import Json, Model
from probity.kernel.permissions import Permission

LIVE = text("withdrawn_at IS NULL")


class Person(UserMixin, Model):
    """Someone with an account. Also the actor of every request that person makes.

    The names beginning with `tf_`, `mf_` and `fs_` are those Flask-Security asks for.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    email: Mapped[str] = mapped_column(String(rules.EMAIL_LENGTH), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    name_latin: Mapped[str] = mapped_column(String(rules.NAME_LENGTH))
    name_native: Mapped[str | None] = mapped_column(String(rules.NAME_LENGTH))
    name_confirmed_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(String(16))
    timezone: Mapped[str | None] = mapped_column(String(64))

    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(Json)

    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]
        back_populates="person", cascade="all, delete-orphan", order_by="Passkey.id"
    )
    grants: Mapped[list["RoleGrant"]] = relationship(
        primaryjoin="and_(Person.id == RoleGrant.person_id, RoleGrant.withdrawn_at.is_(None))",
        order_by="RoleGrant.id",
        viewonly=True,
    )

    @property
    def is_authenticated(self) -> bool:
        """Always: whoever is loaded as the actor has a living session."""
        return True

    @property
    def name(self) -> str:
        """How the person is addressed."""
        return self.name_native or self.name_latin

    @property
    def name_native_lang(self) -> str | None:
        """The language tag for `name_native`."""
        return rules.language_of(self.name_native) if self.name_native else None

    @property
    def roles(self) -> frozenset[Role]:  # type: ignore[override]
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        return not self.roles.isdisjoint(role_table.STAFF)

    @property
    def is_held_back(self) -> bool:
        """Whether this request's session lacks the second factor that staff must show."""
        return getattr(self, "_held_back", False)

    def hold_back(self) -> None:
        """Until the session shows a second factor, only the account itself may be touched."""
        self._held_back = True

    def may(self, permission: Permission) -> bool:
        if self.is_held_back:
            return permission in role_table.EVERYONE
        return permission in role_table.permissions_of(self.roles)

    def is_locked(self, form_error: list[str] | None = None) -> bool:  # noqa: ARG002
        """Asked by Flask-Security at every way in; an account is closed, never locked."""
        return not self.active


class Nobody(AnonymousUserMixin):
    """Whoever has not signed in."""

    id = None
    name = ""
    roles: frozenset[Role] = frozenset()
    is_staff = False
    is_held_back = False

    def may(self, permission: Permission) -> bool:  # noqa: ARG002
        return False


class RoleGrant(Model):
    """A role given to a person by someone at a time; withdrawn, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_live",
            "person_id",
            "role",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]


class UserSession(Model):
    """One browser that signed in. The cookie holds the token, this row its SHA-256."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(String(200))
    multi_factor: Mapped[bool]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Passkey(WebAuthnMixin, Model):
    """A WebAuthn credential, with the columns Flask-Security asks for."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    transports: Mapped[list[str] | None] = mapped_column(Json)
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    create_datetime: Mapped[datetime]
    lastuse_datetime: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        return {"id": self.person_id}


class Invitation(Model):
    """A single-use link for someone who is to have an account with these roles."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(rules.EMAIL_LENGTH), index=True)
    name: Mapped[str] = mapped_column(String(rules.NAME_LENGTH))
    roles: Mapped[list[str]]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
