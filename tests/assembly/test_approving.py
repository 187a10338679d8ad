"""Four eyes, a digest over every word, and an approval that nobody can change."""

import pytest
from sqlalchemy import delete, exc, select, update

from probity.assembly import actions, approving, pool, queries
from probity.assembly.models import FormApproval, FormState
from probity.audit.models import AuditEntry
from probity.bank.models import Item, ItemVersion, Shelved
from probity.kernel.errors import Refused
from tests.factories.assembly import add_forms, approved, fill_bank


@pytest.fixture
def form(session, ivy):
    fill_bank(session)
    return add_forms(session, ivy).forms[0]


def reason_of(call):
    with pytest.raises(Refused) as refusal:
        call()
    return refusal.value.reason


def test_whoever_assembled_or_submitted_a_form_does_not_approve_it(session, form, ivy, otto, bob):
    approving.submit(session, form, by=otto)
    assert reason_of(lambda: approving.approve(session, form, by=ivy)) == "four-eyes"
    assert reason_of(lambda: approving.approve(session, form, by=otto)) == "four-eyes"
    approving.approve(session, form, by=bob)
    assert form.state is FormState.APPROVED


def test_whoever_changed_a_form_does_not_approve_it(session, form, ivy, otto):
    items = [item for _section, item, _version in form.items]
    order = [(1 if place < 5 else 2, item) for place, item in enumerate(items)]
    order[0], order[1] = order[1], order[0]
    actions.arrange(session, form, order, by=otto)
    session.flush()
    approving.submit(session, form, by=ivy)
    assert reason_of(lambda: approving.approve(session, form, by=otto)) == "four-eyes"


def test_only_a_submitted_form_is_approved(session, form, otto):
    assert reason_of(lambda: approving.approve(session, form, by=otto)) == "state"


def test_a_form_that_misses_a_limit_is_not_submitted(session, form, ivy):
    used = {item for one in form.set.forms for _section, item, _version in one.items}
    stray = next(
        offer
        for offer in pool.offers(session, demonstration=True)
        if offer.id not in used and offer.parts[0].cognitive == "analyse"
    )
    actions.exchange(session, form, form.items[0][1], stray, by=ivy)
    session.flush()
    assert reason_of(lambda: approving.submit(session, form, by=ivy)) == "limits"


def test_a_form_with_an_item_out_of_use_is_not_approved(session, form, ivy, otto):
    approving.submit(session, form, by=ivy)
    session.execute(delete(Shelved).where(Shelved.item_id == form.items[0][1]))
    assert reason_of(lambda: approving.approve(session, form, by=otto)) == "out-of-use"


def test_a_form_sent_back_is_a_draft_with_a_reason(session, form, ivy, otto):
    approving.submit(session, form, by=ivy)
    assert reason_of(lambda: approving.send_back(session, form, "", by=otto)) == "reason"
    approving.send_back(session, form, "Item 3 is dated.", by=otto)
    assert (form.state, form.returned_for) == (FormState.DRAFT, "Item 3 is dated.")
    approving.submit(session, form, by=ivy)
    assert form.returned_for is None


def test_an_approval_covers_every_version_and_its_words(session, form, ivy, otto):
    approved(session, form, ivy, otto)
    kept = form.approval
    assert [row["version"] for row in kept.content["items"]] == [row[2] for row in form.items]
    words = {version.id: version.sha256 for version in queries.versions_of(session, form).values()}
    assert all(words[row["version"]] == row["sha256"] for row in kept.content["items"])
    assert queries.is_intact(kept)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "form:approved")).one()
    assert entry.details["sha256"] == kept.sha256


@pytest.mark.parametrize(
    "statement",
    [update(FormApproval).values(sha256="0" * 64), delete(FormApproval)],
    ids=["update", "delete"],
)
def test_the_database_itself_refuses_to_change_an_approval(session, form, ivy, otto, statement):
    approved(session, form, ivy, otto)
    with pytest.raises(exc.DatabaseError), session.begin_nested():
        session.execute(statement)


def test_a_withdrawn_form_is_no_longer_offered_to_exams(session, form, ivy, otto):
    approved(session, form, ivy, otto)
    assert [one.id for one in queries.approved_forms(session)] == [form.id]
    assert reason_of(lambda: approving.withdraw(session, form, "", by=otto)) == "reason"
    approving.withdraw(session, form, "An item leaked.", by=otto)
    session.flush()
    assert queries.approved_forms(session) == []
    assert queries.approvals(session, [form.id]) == []


def test_approved_forms_count_as_exposure(session, form, ivy, otto):
    approved(session, form, ivy, otto)
    offers = {offer.id: offer for offer in pool.offers(session, demonstration=True)}
    assert offers[form.items[0][1]].exposure == 1
    assert sum(offer.exposure for offer in offers.values()) == len(form.items)


def test_versions_of_a_form_are_versions_of_its_items(session, form):
    for _section, item, version in form.items:
        assert session.get(ItemVersion, version).item_id == session.get(Item, item).id
