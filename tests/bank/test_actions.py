import pytest
from sqlalchemy import delete, func, select

from probity.audit.models import AuditEntry
from probity.bank import actions, living, queries
from probity.bank.life import Act
from probity.bank.models import Item, ItemState, ItemVersion, Partition, VersionChanged
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.factories import bank
from tests.factories.bank import add_item


def revise(session, row, base=None, **changes):
    item = bank.item(row.kind, row.ref, **changes)
    return actions.revise_item(session, row, item, base=base or row.current, by=SYSTEM)


def recorded(session):
    return list(session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)))[-3:]


def test_a_new_item_is_stored_whole_and_recorded(session):
    row = add_item(session, "numeric", points=2)
    assert (row.current, row.partition, row.state) == (1, Partition.PRACTICE, ItemState.IN_REVIEW)
    assert (row.version.points, row.version.is_scorable, row.version.is_bilingual) == (
        2,
        True,
        True,
    )
    assert row.version.expected_p == "0.65"
    assert queries.parsed(session, row.version) == bank.item("numeric", points=2)
    assert recorded(session)[-1] == "item:created"


def test_a_case_counts_the_points_of_its_parts_and_takes_their_ids(session):
    row = add_item(session, "case")
    assert row.version.points == 3
    with pytest.raises(Refused, match="GPP-8011"):
        add_item(session, "single", "GPP-8011")


def test_an_id_is_given_once(session):
    add_item(session)
    with pytest.raises(Refused, match="GPP-0001"):
        add_item(session)


def test_revising_adds_a_version_and_leaves_the_old_one(session):
    row = add_item(session)
    old = row.version
    new = revise(session, row, stem=bank.text("Reworded?"))
    assert (old.number, new.number, row.current) == (1, 2, 2)
    assert row.version is new
    assert queries.parsed(session, old) == bank.item()
    assert recorded(session)[-1] == "item:revised"


def test_the_same_words_make_no_version(session):
    row = add_item(session)
    revise(session, row)
    assert row.current == 1


def test_a_stale_edit_is_refused(session):
    row = add_item(session)
    revise(session, row, points=2)
    with pytest.raises(Refused, match="version 2") as refusal:
        revise(session, row, base=1, points=3)
    assert refusal.value.reason == "stale"


def test_what_was_public_is_never_secret_again(session):
    row = add_item(session)
    revise(session, row, use="practice_only")
    assert row.partition is Partition.PRACTICE_ONLY
    with pytest.raises(Refused, match="public"):
        revise(session, row, use="secure")
    secret = add_item(session, ref="GPP-0002", use="secure")
    revise(session, secret, use="practice")
    assert secret.partition is Partition.PRACTICE


def test_another_kind_needs_another_item(session):
    row = add_item(session)
    with pytest.raises(Refused, match="kind"):
        actions.revise_item(session, row, bank.item("multiple"), base=1, by=SYSTEM)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("single", {}, {"options": bank.options("part", "whole", "none", correct={"part"})}),
        ("single", {}, {"options": bank.options("a", "b", "c", correct={"a"})}),
        ("numeric", {}, {"answer": "19"}),
    ],
)
def test_the_key_of_an_approved_item_does_not_change(session, kind, before, after):
    row = add_item(session, kind, status="approved", **before)
    assert row.state is ItemState.ACTIVE
    with pytest.raises(Refused, match="approved"):
        revise(session, row, **after)
    other = add_item(session, kind, "GPP-0002", **before)
    assert revise(session, other, **after).number == 2


def test_new_words_of_an_approved_item_are_reviewed_again(session):
    row = add_item(session, status="approved")
    revise(session, row, status="approved", stem=bank.text("Reworded?"))
    assert (row.state, row.current, row.live) == (ItemState.IN_REVIEW, 2, 1)
    essay = add_item(session, "essay", "GPP-0002", status="approved")
    assert revise(session, essay, points=4).number == 2


def test_an_older_version_can_be_restored_as_a_new_one(session):
    row = add_item(session)
    revise(session, row, points=2)
    version = actions.restore_version(session, row, 1, base=2, by=SYSTEM)
    assert (version.number, version.points, version.note) == (3, 1, "Version 1 restored")
    with pytest.raises(Refused, match="no version 9"):
        actions.restore_version(session, row, 9, base=3, by=SYSTEM)


def test_retiring_and_bringing_back(session):
    row = add_item(session)
    with pytest.raises(Refused, match="not retired"):
        living.take(session, row, Act.REINSTATE, by=SYSTEM)
    living.retire_item(session, row, by=SYSTEM)
    with pytest.raises(Refused, match="already"):
        living.retire_item(session, row, by=SYSTEM)
    with pytest.raises(Refused, match="Bring it back"):
        revise(session, row, points=2)
    living.take(session, row, Act.REINSTATE, by=SYSTEM)
    assert row.state is ItemState.IN_REVIEW
    assert recorded(session)[-2:] == ["item:retired", "item:reinstated"]


def test_an_item_that_candidates_know_is_never_reworded(session):
    row = add_item(session, use="secure", status="approved")
    living.take(session, row, Act.COMPROMISE, reason="seen in a chat", by=SYSTEM)
    with pytest.raises(Refused, match="never used again") as refusal:
        revise(session, row, use="secure", stem=bank.text("Reworded?"))
    assert refusal.value.reason == "compromised"
    assert row.current == 1


def test_a_draft_sent_to_review_with_the_same_words_makes_no_version(session):
    row = add_item(session, status="draft")
    assert row.state is ItemState.DRAFT
    revise(session, row, status="in_review")
    assert (row.state, row.current) == (ItemState.IN_REVIEW, 1)


def test_a_wording_that_is_not_whole_goes_no_further_than_a_draft(session, ivy):
    row = add_item(session, status="draft")
    whole = bank.item(status="in_review")
    torn = whole.model_copy(update={"options": whole.options[:1]})
    with pytest.raises(Refused, match="not whole yet") as refusal:
        actions.revise_item(session, row, torn, base=1, by=ivy)
    assert refusal.value.reason == "shortcomings"
    kept = actions.revise_item(
        session, row, torn.model_copy(update={"status": "draft"}), base=1, by=ivy
    )
    assert (kept.number, row.state) == (2, ItemState.DRAFT)


def test_a_part_of_a_case_may_not_take_the_id_of_another_item(session):
    row = add_item(session, "case")
    add_item(session, "single", "GPP-7000")
    parts = bank.content("case")["items"]
    with pytest.raises(Refused, match="GPP-7000"):
        revise(session, row, items=[*parts, bank.content("single", "GPP-7000")])
    revise(session, row, items=[*parts, bank.content("single", "GPP-7001")])
    assert queries.owners_of(session, ["GPP-7001"]) == {"GPP-7001": row.id}


def test_a_stored_version_cannot_be_changed(session):
    version = add_item(session).version
    version.note = "changed"
    with pytest.raises(VersionChanged):
        session.flush()


def test_a_stored_version_cannot_be_removed(session):
    session.delete(add_item(session).version)
    with pytest.raises(VersionChanged):
        session.flush()


def test_the_database_refuses_an_unknown_partition_and_a_version_twice(session):
    row = add_item(session)
    version = row.version
    values = {c.key: getattr(version, c.key) for c in ItemVersion.__mapper__.columns}
    with pytest.raises(Exception, match=r"(?i)unique"), session.begin_nested():
        session.execute(ItemVersion.__table__.insert().values({**values, "id": version.id + 1}))
    with pytest.raises(Exception, match=r"(?i)check|violates"), session.begin_nested():
        session.connection().exec_driver_sql("UPDATE item SET partition = 'anywhere'")


class TestLoading:
    def load(self, session, *items, **more):
        return actions.load_items(session, items, source="courses/gp", by=SYSTEM, **more)

    def test_loading_twice_changes_nothing(self, session):
        items = [bank.item("single"), bank.item("case", "GPP-C001")]
        first, second = self.load(session, *items), self.load(session, *items)
        assert (first.created, first.unchanged) == (2, 0)
        assert (second.created, second.revised, second.unchanged) == (0, 0, 2)
        assert second.versions == first.versions
        assert set(first.versions) == {"GPP-0001", "GPP-C001"}
        assert session.scalar(select(func.count()).select_from(ItemVersion)) == 2

    def test_changed_words_make_a_version(self, session):
        before = self.load(session, bank.item())
        after = self.load(session, bank.item(stem=bank.text("Reworded?"), status="approved"))
        assert (after.revised, after.unchanged) == (1, 0)
        assert after.versions != before.versions
        row = queries.items_by_ref(session, ["GPP-0001"])["GPP-0001"]
        assert (row.current, row.state, row.version.source) == (2, ItemState.ACTIVE, "courses/gp")

    def test_an_edit_in_the_browser_stays_until_the_file_changes(self, session):
        self.load(session, bank.item())
        row = queries.items_by_ref(session, ["GPP-0001"])["GPP-0001"]
        revise(session, row, points=3)
        assert self.load(session, bank.item()).unchanged == 1
        assert row.version.points == 3
        assert self.load(session, bank.item(points=5)).revised == 1
        assert row.version.points == 5

    def test_what_a_person_retired_stays_retired(self, session):
        self.load(session, bank.item())
        row = queries.items_by_ref(session, ["GPP-0001"])["GPP-0001"]
        living.retire_item(session, row, by=SYSTEM)
        self.load(session, bank.item(points=2))
        assert (row.state, row.current) == (ItemState.RETIRED, 2)

    def test_listed_items_are_retired_once(self, session):
        self.load(session, bank.item())
        assert self.load(session, retired=["GPP-0001", "GPP-0999"]).retired == 1
        assert self.load(session, retired=["GPP-0001"]).retired == 0

    def test_an_item_written_in_the_browser_is_not_overwritten(self, session):
        add_item(session)
        with pytest.raises(Refused, match="browser"):
            self.load(session, bank.item(points=2))

    def test_a_new_default_of_the_format_makes_no_version(self, session):
        self.load(session, bank.item())
        row = queries.items_by_ref(session, ["GPP-0001"])["GPP-0001"]
        older = {name: value for name, value in row.version.content.items() if name != "shuffle"}
        table = ItemVersion.__table__
        session.execute(table.update().values(content=older, sha256="0" * 64))
        session.expire_all()
        assert self.load(session, bank.item()).unchanged == 1


class TestNumbers:
    def test_missing_ids_are_filled_with_the_next_free_numbers(self, session):
        content = {"domain": "GPP-1", "items": [{}, {"id": "GPP-5003"}, {}]}
        add_item(session, ref="GPP-5002")
        actions.fill_refs(session, content)
        assert content["id"] == "GPP-5003"
        assert [part["id"] for part in content["items"]] == ["GPP-5004", "GPP-5003", "GPP-5005"]

    def test_a_number_is_not_given_again_after_deletion(self, session):
        row = add_item(session, ref="GPP-5001", status="draft")
        session.execute(delete(ItemVersion.__table__).where(ItemVersion.item_id == row.id))
        content = {"domain": "GPP-1"}
        actions.fill_refs(session, content)
        assert content["id"] == "GPP-5002"

    def test_numbers_run_out_with_a_sentence(self, session):
        add_item(session, ref="GPP-9999999")
        with pytest.raises(Refused, match="used up"):
            actions.fill_refs(session, {"domain": "GPP-1"})

    def test_items_are_counted(self, session):
        add_item(session)
        assert session.scalar(select(func.count()).select_from(Item)) == 1
