"""Reads of watch lists: one's own, those who watch one's certificates, news, webhooks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from probity.credentials.models import Certificate
from probity.credentials.watching.models import (
    Delivery,
    Watch,
    WatchEvent,
    WatchState,
    Webhook,
)
from probity.kernel.permissions import Actor

OPEN = (WatchState.ASKED, WatchState.AGREED)
AT_ONCE = 100
SHOWN = 100


def watches_of(actor: Actor) -> Select[Watch]:
    """The watch list of one person, newest first."""
    whole = joinedload(Watch.certificate).selectinload(Certificate.changes)
    query = select(Watch).where(Watch.watcher_id == actor.id).options(whole)
    return query.order_by(Watch.id.desc())


def own(session: Session, actor: Actor, public_id: str) -> Watch | None:
    """One watch of this person, locked."""
    query = select(Watch).where(Watch.public_id == public_id, Watch.watcher_id == actor.id)
    return session.scalars(query.with_for_update()).one_or_none()


def watchers_of(session: Session, actor: Actor) -> Sequence[Watch]:
    """Who watches, or asks to watch, certificates of this person; open ones first."""
    query = (
        select(Watch)
        .join(Watch.certificate)
        .where(Certificate.holder_id == actor.id, Watch.state != WatchState.ENDED)
        .options(contains_eager(Watch.certificate), joinedload(Watch.watcher))
        .order_by(Watch.state.in_(OPEN).desc(), Watch.id.desc())
        .limit(SHOWN)
    )
    return session.scalars(query).all()


def of_holder(session: Session, actor: Actor, public_id: str) -> Watch | None:
    """A watch of a certificate of this person, locked."""
    query = (
        select(Watch)
        .join(Watch.certificate)
        .where(Watch.public_id == public_id, Certificate.holder_id == actor.id)
    )
    return session.scalars(query.with_for_update(of=Watch)).one_or_none()


def asking(session: Session, actor: Actor, certificate_id: int) -> int:
    """How many wait for this person's word about a certificate of theirs."""
    query = (
        select(func.count())
        .select_from(Watch)
        .join(Watch.certificate)
        .where(Watch.certificate_id == certificate_id, Watch.state == WatchState.ASKED)
        .where(Certificate.holder_id == actor.id)
    )
    return session.scalar(query) or 0


def latest(session: Session, certificate_id: int, watcher_id: int | None) -> Watch | None:
    """What came of the last wish of this person to watch this certificate."""
    query = select(Watch).where(
        Watch.certificate_id == certificate_id, Watch.watcher_id == watcher_id
    )
    return session.scalars(query.order_by(Watch.id.desc()).limit(1)).one_or_none()


def asked_since(session: Session, watcher_id: int | None, since: datetime) -> int:
    """How often this person has asked lately."""
    query = select(func.count()).where(Watch.watcher_id == watcher_id, Watch.asked_at > since)
    return session.scalar(query) or 0


def agreed(session: Session, after_id: int) -> Sequence[Watch]:
    """The next watches that holders agreed to, locked, in the order of their ids."""
    query = (
        select(Watch)
        .where(Watch.state == WatchState.AGREED, Watch.id > after_id)
        .order_by(Watch.id)
        .limit(AT_ONCE)
        .options(selectinload(Watch.certificate).selectinload(Certificate.changes))
        .with_for_update()
    )
    return session.scalars(query).all()


def events_after(
    session: Session, person_id: int, after: str, most: int
) -> Sequence[WatchEvent] | None:
    """News for one person behind an event of theirs; None if that is no event of theirs."""
    mine = select(WatchEvent).join(WatchEvent.watch).where(Watch.watcher_id == person_id)
    if after:
        last = session.scalars(mine.where(WatchEvent.public_id == after)).one_or_none()
        if last is None:
            return None
        mine = mine.where(WatchEvent.id > last.id)
    return session.scalars(mine.order_by(WatchEvent.id).limit(most)).all()


def news_of(actor: Actor) -> Select[WatchEvent]:
    """News for one person, newest first."""
    query = select(WatchEvent).join(WatchEvent.watch).where(Watch.watcher_id == actor.id)
    return query.order_by(WatchEvent.id.desc())


def webhooks_of(session: Session, person_id: int | None, *, live: bool) -> Sequence[Webhook]:
    """The webhooks of one person, newest first."""
    query = select(Webhook).where(Webhook.person_id == person_id)
    if live:
        query = query.where(Webhook.ended_at.is_(None))
    return session.scalars(query.order_by(Webhook.id.desc()).limit(SHOWN)).all()


def webhook(
    session: Session, actor: Actor, public_id: str, *, lock: bool = False
) -> Webhook | None:
    query = select(Webhook).where(Webhook.public_id == public_id, Webhook.person_id == actor.id)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def deliveries(found: Webhook) -> Select[Delivery]:
    """What was sent to a webhook, newest first."""
    query = select(Delivery).where(Delivery.webhook_id == found.id)
    return query.options(joinedload(Delivery.event)).order_by(Delivery.id.desc())


def delivery(session: Session, found: Webhook, delivery_id: int) -> Delivery | None:
    query = select(Delivery).where(Delivery.id == delivery_id, Delivery.webhook_id == found.id)
    return session.scalars(query.with_for_update()).one_or_none()
