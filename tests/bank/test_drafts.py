"""Many drafts at once are what they would be one by one."""

import pytest
from sqlalchemy import func, select

from probity.audit.models import AuditEntry
from probity.bank import actions, duplicates, filing, listing
from probity.bank.models import Item, ItemState, Shelved
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.factories.bank import add_item, item


def drafts(session, *items, by=SYSTEM):
    return actions.create_drafts(session, items, by=by, notes=["from a file"] * len(items))


def test_they_can_be_found_and_are_in_the_log(session):
    rows = drafts(
        session, item(ref="GPP-0001", status="draft", tags=["new"]), item("case", "GPP-0002")
    )
    assert [row.state for row in rows] == [ItemState.DRAFT] * 2
    assert [row.version.note for row in rows] == ["from a file"] * 2
    found = session.scalars(
        listing.search(session, SYSTEM, listing.Filter(text="three messages"))
    ).all()
    assert [row.ref for row in found] == ["GPP-0002"]
    assert filing.tags_of(session, [rows[0].id]) == {rows[0].id: ["new"]}
    assert duplicates.near(session, rows[0].version.content)[0][0] == "GPP-0001"
    assert session.scalar(select(func.count()).select_from(Shelved)) == 0
    created = select(func.count()).where(AuditEntry.event == "item:created")
    assert session.scalar(created) == 2


def test_a_taken_id_refuses_all_of_them(session):
    add_item(session, ref="GPP-0001")
    with pytest.raises(Refused, match="GPP-0001 is already used"):
        drafts(session, item(ref="GPP-0003"), item(ref="GPP-0001"))
    assert session.scalar(select(func.count()).select_from(Item)) == 1


def test_secure_ones_need_the_right(session, ivy):
    with pytest.raises(Refused):
        drafts(session, item(use="secure"), by=ivy)
