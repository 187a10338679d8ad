import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.bank import actions, events, living, queries
from probity.bank.life import Act
from probity.bank.models import ItemState, Shelved, Stage
from probity.kernel.errors import Refused
from probity.kernel.events import subscribe
from probity.kernel.permissions import SYSTEM
from tests.factories import bank
from tests.factories.bank import add_item
from tests.factories.reviews import judge, reviewer


def drawn(session, row):
    """The numbers of the wordings that exams draw and practice shows."""
    query = select(Shelved.place, Shelved.version_id).where(Shelved.item_id == row.id)
    shelved = dict(session.execute(query).all())
    versions = queries.versions_by_id(session, list(shelved.values()))
    return {place.value: versions[version].number for place, version in shelved.items()}


def test_an_item_lives_from_draft_to_use(session, otto):
    row = add_item(session, use="secure", status="draft")
    rita, rolf = reviewer(session, "rita"), reviewer(session, "rolf")
    living.take(session, row, Act.SUBMIT, by=SYSTEM)
    judge(session, row, rita)
    assert row.state is ItemState.IN_REVIEW
    with pytest.raises(Refused, match="not open"):
        living.take(session, row, Act.ACTIVATE, by=otto)
    judge(session, row, rolf)
    assert (row.state, drawn(session, row)) == (ItemState.APPROVED, {})
    living.take(session, row, Act.PILOT, by=otto)
    assert drawn(session, row) == {"pilot": 1}
    living.take(session, row, Act.ACTIVATE, by=otto)
    assert (row.state, row.live, drawn(session, row)) == (ItemState.ACTIVE, 1, {"exam": 1})
    acts = session.scalars(select(Stage.act).where(Stage.item_id == row.id).order_by(Stage.id))
    assert list(acts) == ["submit", "approve", "pilot", "activate"]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.event, entry.details["after"]) == ("item:moved", "active")


def test_the_wording_in_use_stays_until_the_new_one_is_put_into_use(session, ivy, otto):
    row = add_item(session, use="secure", status="approved")
    new = bank.item(use="secure", stem=bank.text("Reworded?"))
    actions.revise_item(session, row, new, base=1, by=SYSTEM)
    assert (row.state, drawn(session, row)) == (ItemState.IN_REVIEW, {"exam": 1})
    judge(session, row, reviewer(session, "rita"))
    judge(session, row, reviewer(session, "rolf"))
    assert (row.state, drawn(session, row)) == (ItemState.APPROVED, {"exam": 1})
    living.take(session, row, Act.ACTIVATE, by=otto)
    assert drawn(session, row) == {"exam": 2}


def test_a_suspended_item_meets_nobody_until_it_is_resumed(session, otto):
    row = add_item(session, status="approved")
    assert drawn(session, row) == {"practice": 1, "demonstration": 1}
    with pytest.raises(Refused, match="Say why"):
        living.take(session, row, Act.SUSPEND, by=otto)
    living.take(session, row, Act.SUSPEND, by=otto, reason="The rate changed.")
    assert drawn(session, row) == {}
    living.take(session, row, Act.RESUME, by=otto)
    assert (row.state, drawn(session, row)["practice"]) == (ItemState.ACTIVE, 1)


def test_a_compromised_item_is_never_used_again_and_is_announced(session, otto):
    told = []
    subscribe(events.ItemCompromised, lambda _session, event: told.append(event.item_id))
    row = add_item(session, use="secure", status="approved")
    living.take(session, row, Act.COMPROMISE, by=otto, reason="Seen in a chat.")
    assert (row.state, drawn(session, row)) == (ItemState.COMPROMISED, {})
    assert told == [row.id]
    with pytest.raises(Refused, match="never used again"):
        actions.revise_item(session, row, bank.item(use="secure", points=2), base=1, by=SYSTEM)
    actions.load_items(session, [bank.item(ref="GPP-0002")], source="gp", by=SYSTEM)
    for act in (Act.REINSTATE, Act.RESUME, Act.SUBMIT):
        with pytest.raises(Refused):
            living.take(session, row, act, by=otto, reason="x")


def test_use_asks_for_rationale_basis_and_place(session, otto):
    row = add_item(session, legal_basis=[], sources=[])
    judge(session, row, reviewer(session))
    assert row.state is ItemState.APPROVED
    with pytest.raises(Refused, match="an article of law or another source"):
        living.take(session, row, Act.ACTIVATE, by=otto)


def test_files_load_as_active_only_what_a_use_asks_for(session):
    whole = bank.item(status="approved")
    bare = bank.item(ref="GPP-0002", status="approved", legal_basis=[], sources=[])
    actions.load_items(session, [whole, bare], source="gp", by=SYSTEM)
    rows = queries.items_by_ref(session, ["GPP-0001", "GPP-0002"])
    assert rows["GPP-0001"].state is ItemState.ACTIVE
    assert rows["GPP-0002"].state is ItemState.APPROVED


def test_files_do_not_bring_back_what_people_suspended(session, otto):
    actions.load_items(session, [bank.item(status="approved")], source="gp", by=SYSTEM)
    row = queries.items_by_ref(session, ["GPP-0001"])["GPP-0001"]
    living.take(session, row, Act.SUSPEND, by=otto, reason="Wrong.")
    changed = bank.item(status="approved", stem=bank.text("New?"))
    actions.load_items(session, [changed], source="gp", by=SYSTEM)
    assert (row.state, row.current, drawn(session, row)) == (ItemState.SUSPENDED, 2, {})


def test_a_person_cannot_write_an_approval(session, ivy):
    row = actions.create_item(session, bank.item(status="approved"), by=ivy)
    assert (row.state, row.live) == (ItemState.IN_REVIEW, None)
    actions.revise_item(session, row, bank.item(status="approved", points=2), base=1, by=ivy)
    assert (row.state, row.live) == (ItemState.IN_REVIEW, None)


def test_a_wording_that_is_not_whole_stays_a_draft(session, ivy):
    short = bank.item(status="draft", options=bank.options("a", "b", correct={"a"}))
    row = actions.create_item(session, short, by=ivy)
    with pytest.raises(Refused, match="not whole"):
        living.take(session, row, Act.SUBMIT, by=ivy)
    wanted = short.model_copy(update={"status": "in_review", "points": 2})
    with pytest.raises(Refused, match="not whole"):
        actions.revise_item(session, row, wanted, base=1, by=ivy)
    assert row.state is ItemState.DRAFT
