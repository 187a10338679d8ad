import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from probity.bank.models import Item, Partition, Place, Shelved
from tests.factories.bank import add_item

ALLOWED = {
    ("practice", "practice"),
    ("practice", "practice_only"),
    ("demonstration", "practice"),
    ("exam", "secure"),
    ("pilot", "secure"),
}


def shelve(session, row, place, partition):
    values = {
        "item_id": row.id,
        "place": Place(place),
        "partition": Partition(partition),
        "version_id": row.version.id,
    }
    with session.begin_nested():
        session.execute(insert(Shelved).values(**values))


@pytest.mark.parametrize("place", [place.value for place in Place])
@pytest.mark.parametrize("partition", [partition.value for partition in Partition])
def test_the_database_refuses_an_item_in_the_wrong_place(session, place, partition):
    row = add_item(session, use=partition, status="draft")
    if (place, partition) in ALLOWED:
        shelve(session, row, place, partition)
        return
    with pytest.raises(IntegrityError):
        shelve(session, row, place, partition)


def test_the_database_refuses_a_partition_that_the_item_does_not_have(session):
    row = add_item(session, use="secure", status="draft")
    with pytest.raises(IntegrityError):
        shelve(session, row, "practice", "practice")


def test_an_item_on_the_shelf_cannot_change_its_partition(session):
    row = add_item(session)
    assert session.scalars(select(Shelved.place).where(Shelved.item_id == row.id)).all()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Item).values(partition=Partition.SECURE))


def test_the_database_refuses_an_active_item_without_its_newest_wording_in_use(session):
    add_item(session, status="approved")
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Item).values(live=None))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Item).values(live=2))
