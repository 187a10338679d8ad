"""Reads of what holders share. What has ended, or whose holder has gone, is as if it never was."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from probity.accounts.models import Person
from probity.credentials.models import Certificate
from probity.credentials.sharing import rules
from probity.credentials.sharing.models import BadgeAssertion, BadgeClass, PublicProfile, Share
from probity.kernel import clock
from probity.kernel.permissions import Actor


def digest(token: str) -> str:
    """What is kept of the address of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def _live(now: datetime) -> ColumnElement[bool]:
    unexpired = or_(Share.expires_at.is_(None), Share.expires_at > now)
    return Share.withdrawn_at.is_(None) & unexpired


def is_live(share: Share) -> bool:
    return share.withdrawn_at is None and (
        share.expires_at is None or share.expires_at > clock.now()
    )


def live_share(session: Session, token: str) -> Share | None:
    """The link of this address, while it holds and its holder has an account."""
    return session.scalars(
        select(Share)
        .join(Share.certificate)
        .join(Certificate.holder)
        .where(Share.token_hash == digest(token), _live(clock.now()), Person.active)
        .options(contains_eager(Share.certificate).selectinload(Certificate.changes))
    ).one_or_none()


def own_share_of(session: Session, certificate: Certificate, token: str) -> Share | None:
    """A live link of this certificate by its address."""
    query = select(Share).where(Share.certificate_id == certificate.id, _live(clock.now()))
    return session.scalars(query.where(Share.token_hash == digest(token))).one_or_none()


def shares(session: Session, certificate: Certificate) -> Sequence[Share]:
    """The links of a certificate, newest first, those that ended too."""
    query = select(Share).where(Share.certificate_id == certificate.id).order_by(Share.id.desc())
    return session.scalars(query).all()


def lock_share(session: Session, actor: Actor, certificate_id: str, share_id: str) -> Share | None:
    """A link of one's own certificate."""
    return session.scalars(
        select(Share)
        .join(Share.certificate)
        .where(Certificate.holder_id == actor.id, Certificate.public_id == certificate_id)
        .where(Share.public_id == share_id)
        .with_for_update(of=Share)
    ).one_or_none()


def count_live(session: Session, certificate: Certificate) -> int:
    query = select(func.count()).select_from(Share).where(Share.certificate_id == certificate.id)
    return session.scalar(query.where(_live(clock.now()))) or 0


def profile_of(session: Session, actor: Actor, *, lock: bool = False) -> PublicProfile | None:
    """One's own profile, whether it is on or not."""
    query = select(PublicProfile).where(PublicProfile.person_id == actor.id)
    if lock:
        query = query.with_for_update()
    return session.scalars(query.options(selectinload(PublicProfile.items))).one_or_none()


def shown_profile(session: Session, handle: str) -> PublicProfile | None:
    """A profile that is switched on, with its certificates."""
    return session.scalars(
        select(PublicProfile)
        .join(PublicProfile.person)
        .where(PublicProfile.handle == handle, PublicProfile.is_on, Person.active)
        .options(contains_eager(PublicProfile.person), selectinload(PublicProfile.items))
    ).one_or_none()


def is_taken(session: Session, handle: str, actor: Actor) -> bool:
    """Tell whether somebody else has this handle, or had it once."""
    query = select(PublicProfile.id).where(
        PublicProfile.handle.in_([handle, rules.spent(handle)]),
        PublicProfile.person_id.is_distinct_from(actor.id),
    )
    return session.scalar(query.limit(1)) is not None


def held(session: Session, person_id: int | None) -> Sequence[Certificate]:
    """All certificates of a person, newest first."""
    return session.scalars(
        select(Certificate)
        .where(Certificate.holder_id == person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
        .options(selectinload(Certificate.changes))
    ).all()


def assertion(session: Session, token: str) -> BadgeAssertion | None:
    """The hosted badge of this address, while its holder has an account."""
    return session.scalars(
        select(BadgeAssertion)
        .join(BadgeAssertion.certificate)
        .join(Certificate.holder)
        .where(BadgeAssertion.token == token, Person.active)
        .options(contains_eager(BadgeAssertion.certificate).selectinload(Certificate.changes))
    ).one_or_none()


def assertion_of(session: Session, certificate: Certificate) -> BadgeAssertion | None:
    return session.get(BadgeAssertion, certificate.id)


def badge_class(session: Session, token: str) -> BadgeClass | None:
    return session.get(BadgeClass, token)
