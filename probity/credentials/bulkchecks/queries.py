"""Reads of checked tables: everybody sees their own alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from probity.credentials.bulkchecks.models import TableCheck, TableRow
from probity.kernel import clock
from probity.kernel.permissions import Actor

DAY = timedelta(days=1)


def tables_of(actor: Actor) -> Select[TableCheck]:
    """The tables of one person, newest first."""
    query = select(TableCheck).where(TableCheck.person_id == actor.id)
    return query.order_by(TableCheck.id.desc())


def own(session: Session, actor: Actor, public_id: str, *, lock: bool = False) -> TableCheck | None:
    query = select(TableCheck).where(
        TableCheck.public_id == public_id, TableCheck.person_id == actor.id
    )
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def handed_in(session: Session, actor: Actor) -> int:
    """How many tables this person handed in within a day."""
    query = select(func.count()).where(
        TableCheck.person_id == actor.id, TableCheck.created_at > clock.now() - DAY
    )
    return session.scalar(query) or 0


def rows_started(session: Session, actor: Actor) -> int:
    """How many rows of this person were checked within a day."""
    query = select(func.sum(TableCheck.rows)).where(
        TableCheck.person_id == actor.id, TableCheck.started_at > clock.now() - DAY
    )
    return session.scalar(query) or 0


def rows_of(found: TableCheck, status: str = "") -> Select[TableRow]:
    """The answers in the order of the table."""
    query = select(TableRow).where(TableRow.check_id == found.id)
    if status:
        query = query.where(TableRow.status == status)
    return query.order_by(TableRow.place)


def counts(session: Session, found: TableCheck) -> dict[str, int]:
    """How many rows got which answer."""
    query = select(TableRow.status, func.count().label("rows")).where(TableRow.check_id == found.id)
    return {row.status: row.rows for row in session.execute(query.group_by(TableRow.status))}


def old(session: Session, before: datetime, most: int) -> Sequence[TableCheck]:
    """Tables whose content is kept no longer, locked."""
    query = (
        select(TableCheck)
        .where(TableCheck.created_at < before, TableCheck.forgotten_at.is_(None))
        .order_by(TableCheck.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).all()
