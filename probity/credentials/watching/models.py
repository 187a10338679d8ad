"""Who may watch which certificate, what happened to it, and where to the news was sent."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts.models import Person
from probity.credentials.models import Certificate
from probity.kernel.db import Model

_OPEN = text("state IN ('asked', 'agreed')")


class WatchState(StrEnum):
    """Where a wish to watch stands; the last three are final."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class EventKind(StrEnum):
    """What a watcher is told."""

    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    STATUS = "status"
    EXPIRING = "expiring"


class DeliveryState(StrEnum):
    """Whether a webhook took the news."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Watch(Model):
    """One person's wish to watch one certificate; `status` is what the watcher was told last."""

    __tablename__ = "certificate_watch"
    __table_args__ = (
        Index(
            "uq_certificate_watch_open",
            "certificate_id",
            "watcher_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    watcher_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(300))
    state: Mapped[WatchState]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(20))
    expiry_told_at: Mapped[datetime | None]

    certificate: Mapped[Certificate] = relationship()
    watcher: Mapped[Person] = relationship()


class WatchEvent(Model):
    """One thing that a watcher is told; `told` is exactly what programs read."""

    __tablename__ = "watch_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    watch_id: Mapped[int] = mapped_column(ForeignKey("certificate_watch.id"), index=True)
    kind: Mapped[EventKind]
    at: Mapped[datetime]
    told: Mapped[dict[str, Any]]

    watch: Mapped[Watch] = relationship()


class Webhook(Model):
    """An address of a program; its secret is derived from the site's key and lies nowhere."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    failures: Mapped[int]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    gave_up: Mapped[bool]

    person: Mapped[Person] = relationship()


class Delivery(Model):
    """One piece of news for one webhook, with what came of the last try."""

    __tablename__ = "webhook_delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("watch_event.id"), index=True)
    body: Mapped[str]
    state: Mapped[DeliveryState]
    tries: Mapped[int]
    round: Mapped[int]
    asked_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(200))

    webhook: Mapped[Webhook] = relationship()
    event: Mapped[WatchEvent | None] = relationship()
