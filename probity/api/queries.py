"""Reads of keys: by the token a program sends, and those of one person."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.api.models import ApiKey, ApiUse
from probity.kernel import clock
from probity.kernel.permissions import Actor


@dataclass(frozen=True, slots=True)
class Held:
    """A key that may be used now, as far as a request needs to know it."""

    id: int
    person_id: int
    label: str
    quota: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a key's day is used."""

    quota: int
    used: int
    resets_at: datetime

    @property
    def left(self) -> int:
        return max(0, self.quota - self.used)

    @property
    def seconds(self) -> int:
        """Until the next day begins."""
        return max(1, round((self.resets_at - clock.now()).total_seconds()))


def digest(token: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_token(session: Session, token: str) -> Held | None:
    """The key of a token, if it may be used: neither revoked nor over, its person still here."""
    row = session.execute(
        select(ApiKey, Person.active)
        .join(Person, Person.id == ApiKey.person_id)
        .where(ApiKey.sha256 == digest(token))
    ).one_or_none()
    if row is None:
        return None
    key, active = row
    if not active or key.revoked_at is not None or key.expires_at <= clock.now():
        return None
    return Held(key.id, key.person_id, key.label, key.quota, key.expires_at)


def keys_of(session: Session, actor: Actor) -> Sequence[ApiKey]:
    """The keys of one person, newest first."""
    query = select(ApiKey).where(ApiKey.person_id == actor.id)
    return session.scalars(query.order_by(ApiKey.id.desc())).all()


def own(session: Session, actor: Actor, public_id: str) -> ApiKey | None:
    """One key of this person; two who revoke it wait for each other."""
    query = select(ApiKey).where(ApiKey.public_id == public_id, ApiKey.person_id == actor.id)
    return session.scalars(query.with_for_update()).one_or_none()


def by_prefix(session: Session, prefix: str) -> ApiKey | None:
    """A key as its owner names it, for operators."""
    return session.scalars(select(ApiKey).where(ApiKey.prefix == prefix)).one_or_none()


def is_live(key: ApiKey) -> bool:
    return key.revoked_at is None and key.expires_at > clock.now()


def today() -> date:
    """The day of UTC by which use is counted."""
    return clock.now().date()


def midnight() -> datetime:
    """When the next day of UTC begins."""
    now = clock.now()
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)


def standing(session: Session, key_id: int, quota: int) -> Standing:
    """How much of today's quota a key has used."""
    used = session.get(ApiUse, (key_id, today()))
    return Standing(quota, used.checks if used else 0, midnight())


def used_today(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Checks of today by key."""
    rows = select(ApiUse.key_id, ApiUse.checks).where(ApiUse.key_id.in_(ids), ApiUse.day == today())
    return {row.key_id: row.checks for row in session.execute(rows)}
