"""Putting items where candidates meet them, and taking them away."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from probity.bank import life
from probity.bank.models import Item, ItemVersion, Place, Shelved


def take_down(session: Session, row: Item) -> None:
    """Keep an item from everybody; done before its partition may change."""
    session.execute(delete(Shelved).where(Shelved.item_id == row.id))


def put_up(session: Session, row: Item) -> None:
    """Show the item where its state and partition allow, and nowhere else."""
    session.flush()  # flush: the shelf refers to the partition that the item has now
    take_down(session, row)
    wanted = life.wordings(row.state, row.live, row.current, row.partition.value)
    if not wanted:
        return
    ids = select(ItemVersion.number, ItemVersion.id).where(
        ItemVersion.item_id == row.id, ItemVersion.number.in_(set(wanted.values()))
    )
    versions = dict(session.execute(ids).all())
    session.add_all(
        Shelved(
            item_id=row.id,
            place=Place(place),
            partition=row.partition,
            version_id=versions[number],
        )
        for place, number in wanted.items()
    )
    session.flush()  # flush: whoever draws next reads the shelf
