"""Making keys, ending them, and counting what they are used for."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.api import queries
from probity.api.models import ApiKey, ApiUse
from probity.api.queries import Standing
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.kernel import clock, ids
from probity.kernel.db import insert
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

MARK = "prb"
QUOTA = 2000
"""Checks of a new key on a day; operators may set another number."""

LARGEST_QUOTA = 1_000_000
MOST_KEYS = 5
LIFETIMES = (30, 90, 365)
"""Days after which a key ends; none is for ever."""

_STALE = timedelta(minutes=5)
"""The last use is noted this seldom: it tells people which key is forgotten, no more."""


def make(session: Session, person: Person, label: str, days: int) -> tuple[ApiKey, str]:
    """Make a key; its token is given once and not kept."""
    if person.confirmed_at is None:
        raise Refused(_("Confirm your mail address first."), "unconfirmed")
    if sum(queries.is_live(key) for key in queries.keys_of(session, person)) >= MOST_KEYS:
        raise Refused(
            _("You have %(most)s keys already. Revoke one first.", most=MOST_KEYS), "keys"
        )
    now, prefix = clock.now(), f"{MARK}_{ids.public_id()[:8]}"
    token = f"{prefix}_{ids.public_id()}"
    key = ApiKey(
        public_id=ids.public_id(),
        person_id=person.id,
        label=label,
        prefix=prefix,
        sha256=queries.digest(token),
        quota=QUOTA,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(key)
    session.flush()
    _record(session, AuditEvent.API_KEY_MADE, key, person, days=days)
    return key, token


def revoke(session: Session, key: ApiKey, *, by: Actor) -> None:
    """End a key now; twice is once."""
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        _record(session, AuditEvent.API_KEY_REVOKED, key, by)


def set_quota(session: Session, key: ApiKey, quota: int, *, by: Actor) -> None:
    """Let a key ask for more or fewer checks on a day."""
    if not 1 <= quota <= LARGEST_QUOTA:
        raise Refused(_("A quota is a number from 1 to %(most)s.", most=LARGEST_QUOTA), "quota")
    key.quota = quota
    _record(session, AuditEvent.API_QUOTA_SET, key, by, quota=quota)


def spend(session: Session, key_id: int, quota: int, checks: int) -> Standing | None:
    """Count checks against today's quota: all of them, or none and None is given."""
    if checks > quota:
        return None
    first = insert(session, ApiUse).values(key_id=key_id, day=queries.today(), checks=checks)
    together = ApiUse.checks + checks
    counted = first.on_conflict_do_update(
        index_elements=[ApiUse.key_id, ApiUse.day],
        set_={"checks": together},
        where=together <= quota,
    )
    used = session.scalar(counted.returning(ApiUse.checks))
    if used is None:
        return None
    now = clock.now()
    stale = ApiKey.last_used_at.is_(None) | (ApiKey.last_used_at < now - _STALE)
    session.execute(update(ApiKey).where(ApiKey.id == key_id, stale).values(last_used_at=now))
    return Standing(quota, used, queries.midnight())


def _record(session: Session, event: AuditEvent, key: ApiKey, by: Actor, **facts: int) -> None:
    audit.record(session, event, f"api-key/{key.id}", by=by, prefix=key.prefix, **facts)
