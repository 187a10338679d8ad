"""How often candidates met an item, where, and what their answers said of it.

Written by the folders that show items; read by authors and by assembly.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from probity.bank.models import Figures, Item, Use
from probity.kernel.db import insert


@dataclass(frozen=True, slots=True)
class Found:
    """What the answers to one item say, over everything counted."""

    item_id: int
    version_id: int
    answers: int
    facility: float
    discrimination: float | None


def note_shown(session: Session, place: str, shown: Mapping[int, int], at: datetime) -> None:
    """Add to how often items were shown in a place such as `exam/GP-X1`: item id to times."""
    if not shown:
        return
    rows = [
        {"item_id": item, "place": place, "shown": times, "last_at": at}
        for item, times in sorted(shown.items())
    ]
    added = insert(session, Use)
    session.execute(
        added.on_conflict_do_update(
            index_elements=[Use.item_id, Use.place],
            set_={"shown": Use.shown + added.excluded.shown, "last_at": added.excluded.last_at},
        ),
        rows,
    )


def note_figures(session: Session, found: Iterable[Found], at: datetime) -> None:
    """Replace what is known of these items."""
    rows = [
        {
            "item_id": one.item_id,
            "version_id": one.version_id,
            "answers": one.answers,
            "facility": one.facility,
            "discrimination": one.discrimination,
            "counted_at": at,
        }
        for one in found
    ]
    if rows:
        session.execute(delete(Figures).where(Figures.item_id.in_([r["item_id"] for r in rows])))
        session.execute(insert(session, Figures), rows)


def uses_of(session: Session, row: Item) -> Sequence[Use]:
    """Where an item was shown, the last place first."""
    query = select(Use).where(Use.item_id == row.id).order_by(Use.last_at.desc(), Use.place)
    return session.scalars(query).all()


def figures_of(session: Session, items: Collection[int]) -> dict[int, Figures]:
    """What answers say of these items, by item id."""
    found = session.scalars(select(Figures).where(Figures.item_id.in_(items)))
    return {one.item_id: one for one in found}
