"""Reads of imports and exports: mostly people's own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.bank.models import Item, ItemState
from probity.exchange.models import (
    BatchState,
    Export,
    ExportState,
    Finding,
    ImportBatch,
    ImportedItem,
    Outcome,
)
from probity.kernel import clock
from probity.kernel.permissions import Actor, Permission

FILES_KEPT = timedelta(days=30)
EXPORTS_KEPT = timedelta(days=7)
CLEARED = 100
OVER = (ItemState.RETIRED, ItemState.COMPROMISED)
FILTERS = ("all", "new", "changed", "lost", "refused", "duplicates", "left-out")


def batches_visible_to(actor: Actor) -> Select[ImportBatch]:
    """People's own imports; all of them to who may read secure items, for there may be such."""
    query = select(ImportBatch).order_by(ImportBatch.id.desc())
    if not actor.may(Permission.ITEM_WRITE):
        return query.where(false())
    if actor.may(Permission.ITEM_SECURE):
        return query
    return query.where(ImportBatch.created_by_id == actor.id)


def find_batch(session: Session, actor: Actor, public_id: str) -> ImportBatch | None:
    query = batches_visible_to(actor).where(ImportBatch.public_id == public_id)
    return session.scalars(query).one_or_none()


def lock_batch(session: Session, actor: Actor, public_id: str) -> ImportBatch | None:
    """The batch, held until the end of the transaction."""
    query = batches_visible_to(actor).where(ImportBatch.public_id == public_id)
    return session.scalars(query.with_for_update()).one_or_none()


def same_file(session: Session, batch: ImportBatch) -> ImportBatch | None:
    """The last import of the very same file before this one."""
    query = select(ImportBatch).where(ImportBatch.sha256 == batch.sha256, ImportBatch.id < batch.id)
    return session.scalars(query.order_by(ImportBatch.id.desc()).limit(1)).one_or_none()


def items_of(batch: ImportBatch, wanted: str = "all") -> Select[ImportedItem]:
    """The questions of a batch that a filter asks for, in their order."""
    query = select(ImportedItem).where(ImportedItem.batch_id == batch.id)
    conditions = {
        "new": ImportedItem.finding == Finding.NEW,
        "changed": ImportedItem.has_changed,
        "lost": ImportedItem.has_lost,
        "refused": or_(
            ImportedItem.finding == Finding.REFUSED, ImportedItem.outcome == Outcome.REFUSED
        ),
        "duplicates": ImportedItem.finding.in_((Finding.SAME, Finding.CHANGED, Finding.DUPLICATE)),
        "left-out": and_(~ImportedItem.chosen, ImportedItem.finding != Finding.REFUSED),
    }
    if wanted in conditions:
        query = query.where(conditions[wanted])
    return query.order_by(ImportedItem.number)


def media_type(session: Session, batch: ImportBatch, sha256: str) -> str | None:
    """What a staged medium of a batch is; None if no question of it shows it."""
    query = select(ImportedItem.media).where(ImportedItem.batch_id == batch.id)
    for media in session.scalars(query):
        for file in media:
            if file["sha256"] == sha256:
                return str(file["type"])
    return None


def counted(session: Session, batch: ImportBatch) -> dict[str, int]:
    """How many questions each filter shows, and how many are chosen."""
    count = func.count()
    found = {
        wanted: session.scalar(select(count).select_from(items_of(batch, wanted).subquery())) or 0
        for wanted in FILTERS
    }
    chosen = select(count).where(ImportedItem.batch_id == batch.id, ImportedItem.chosen)
    return {**found, "chosen": session.scalar(chosen) or 0}


def by_finding(session: Session, batch: ImportBatch) -> dict[str, int]:
    return _grouped(session, batch, ImportedItem.finding)


def by_kind(session: Session, batch: ImportBatch) -> dict[str, int]:
    return _grouped(session, batch, ImportedItem.kind)


def by_outcome(session: Session, batch: ImportBatch) -> dict[str, int]:
    found = _grouped(session, batch, ImportedItem.outcome)
    return {name: number for name, number in found.items() if name != "None"}


def pending(session: Session, batch_id: int, limit: int) -> Sequence[ImportedItem]:
    """The next questions that an import has to do something about."""
    query = select(ImportedItem).where(
        ImportedItem.batch_id == batch_id, ImportedItem.outcome.is_(None)
    )
    return session.scalars(query.order_by(ImportedItem.number).limit(limit)).all()


def to_undo(session: Session, batch_id: int, limit: int) -> Sequence[ImportedItem]:
    """The next questions whose import has to be taken back."""
    query = select(ImportedItem).where(
        ImportedItem.batch_id == batch_id,
        ImportedItem.outcome.in_((Outcome.CREATED, Outcome.REVISED)),
    )
    return session.scalars(query.order_by(ImportedItem.number).limit(limit)).all()


def last_number(session: Session, batch_id: int) -> int:
    """The number of the last question that was kept; -1 before the first."""
    query = select(func.max(ImportedItem.number)).where(ImportedItem.batch_id == batch_id)
    last = session.scalar(query)
    return -1 if last is None else last


def known_before(
    session: Session, actor: Actor, column: str, values: Collection[str]
) -> dict[str, ImportedItem]:
    """The last imported question with each identity or digest that is in the bank.

    Whoever may not read secure items learns of none: likeness would give their words away.
    """
    wanted = {value for value in values if value}
    visible = bank.items_visible_to(actor).with_only_columns(Item.id)
    query = (
        select(ImportedItem)
        .join(Item, Item.id == ImportedItem.item_id)
        .where(
            getattr(ImportedItem, column).in_(wanted),
            Item.id.in_(visible),
            ImportedItem.outcome.in_((Outcome.CREATED, Outcome.REVISED)),
            Item.state.not_in(OVER),
        )
        .order_by(ImportedItem.id)
    )
    return {getattr(row, column): row for row in session.scalars(query)} if wanted else {}


def first_alike(
    session: Session, batch_id: int, likenesses: Collection[str]
) -> Mapping[str, ImportedItem]:
    """The first question of a batch with each of these likenesses."""
    wanted = {value for value in likenesses if value}
    query = select(ImportedItem).where(
        ImportedItem.batch_id == batch_id,
        ImportedItem.likeness.in_(wanted),
        ImportedItem.finding != Finding.REFUSED,
    )
    rows = session.scalars(query.order_by(ImportedItem.number.desc())) if wanted else ()
    return {row.likeness: row for row in rows}


def batches_to_clear(session: Session) -> Sequence[ImportBatch]:
    """Imports whose uploaded files are older than people need them."""
    query = select(ImportBatch).where(
        ImportBatch.files_deleted_at.is_(None),
        ImportBatch.created_at < clock.now() - FILES_KEPT,
        ImportBatch.state.not_in((BatchState.IMPORTING, BatchState.READING)),
    )
    return session.scalars(query.limit(CLEARED)).all()


def staged_keys(session: Session, batch: ImportBatch) -> set[str]:
    """Where the media of a batch lie until they are imported."""
    query = select(ImportedItem.media).where(ImportedItem.batch_id == batch.id)
    return {file["key"] for media in session.scalars(query) for file in media}


def exports_to_clear(session: Session) -> Sequence[Export]:
    query = select(Export).where(
        Export.state == ExportState.READY, Export.ready_at < clock.now() - EXPORTS_KEPT
    )
    return session.scalars(query.limit(CLEARED)).all()


def exports_of(actor: Actor) -> Select[Export]:
    """A person's own exports, the newest first."""
    query = select(Export).order_by(Export.id.desc())
    if not actor.may(Permission.ITEM_READ):
        return query.where(false())
    return query.where(Export.created_by_id == actor.id)


def find_export(session: Session, actor: Actor, public_id: str) -> Export | None:
    query = exports_of(actor).where(Export.public_id == public_id)
    return session.scalars(query).one_or_none()


def _grouped(session: Session, batch: ImportBatch, column: object) -> dict[str, int]:
    query = select(column, func.count()).where(ImportedItem.batch_id == batch.id)  # type: ignore[call-overload]
    rows = session.execute(query.group_by(column))
    return {str(getattr(value, "value", value)): number for value, number in rows}
