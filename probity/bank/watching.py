"""Every look at a secure item is recorded before its words leave the server."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Response, after_this_request, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank.models import Item, ItemVersion, Partition
from probity.kernel.db import db
from probity.kernel.web import actor
from probity.kernel.work import writing


@dataclass(frozen=True, slots=True)
class Look:
    """One wording of one secure item that somebody sees."""

    item: int
    ref: str
    version: int


def note_look(row: Item, number: int | None = None) -> None:
    """Record that this person sees a wording of the item, if it is secure; the newest by default.

    Pages cannot write, so the entry is made when the page is done; if it fails, nothing is shown.
    """
    if row.partition is Partition.SECURE:
        _note([Look(row.id, row.ref, number or row.current)])


def note_versions(session: Session, versions: Collection[int]) -> None:
    """Record that this person sees these versions, as far as their items are secure."""
    query = (
        select(Item.id, Item.ref, ItemVersion.number)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(ItemVersion.id.in_(versions), Item.partition == Partition.SECURE)
    )
    _note([Look(*row) for row in session.execute(query)])


def _note(looks: Sequence[Look]) -> None:
    if request.method == "POST":
        _record(looks)
    elif looks:
        after_this_request(partial(_afterwards, looks))


def _afterwards(looks: Sequence[Look], response: Response) -> Response:
    with writing():
        _record(looks)
    return response


def _record(looks: Sequence[Look]) -> None:
    for look in looks:
        subject = f"item/{look.item}"
        audit.record(
            db.session(),
            AuditEvent.ITEM_VIEWED,
            subject,
            by=actor(),
            ref=look.ref,
            version=look.version,
        )
