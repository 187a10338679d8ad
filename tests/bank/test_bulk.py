import pytest

from probity.bank import actions, bulk, filing, living, reviews
from probity.bank.life import Act
from probity.bank.models import ItemState
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.factories import bank
from tests.factories.bank import add_item
from tests.factories.reviews import reviewer


@pytest.fixture
def rows(session):
    return [add_item(session, ref=f"GPP-000{n}", status="draft") for n in range(1, 4)]


def undo(session, done, rows, by):
    session.flush()
    return bulk.undo(session, done.bulk, rows, by=by)


def test_items_move_and_come_back(session, ivy, rows):
    here, there = (filing.add_folder(session, name, None) for name in ("Here", "There"))
    filing.file(session, [rows[0].id], here.id)
    session.expire_all()
    done = bulk.act(session, rows, "move", str(there.id), by=ivy)
    assert (done.changed, {row.folder_id for row in rows}) == (3, {there.id})
    filing.file(session, [rows[2].id], here.id)
    session.expire_all()
    assert undo(session, done, rows, ivy) == 2
    assert [row.folder_id for row in rows] == [here.id, None, here.id]
    with pytest.raises(Refused, match="already"):
        bulk.undo(session, done.bulk, rows, by=ivy)


def test_tags_hang_and_only_new_ones_are_taken_off_again(session, ivy, rows):
    filing.tag_items(session, [rows[0].id], ["old"])
    done = bulk.act(session, rows, "tag", "old, new", by=ivy)
    assert done.changed == 3
    undo(session, done, rows, ivy)
    assert filing.tags_of(session, [row.id for row in rows]) == {rows[0].id: ["old"]}
    gone = bulk.act(session, rows, "untag", "old", by=ivy)
    assert gone.changed == 1
    undo(session, gone, rows, ivy)
    assert filing.tags_of(session, [rows[0].id]) == {rows[0].id: ["old"]}


def test_steps_are_taken_where_they_are_open_and_undone_where_nothing_followed(session, ivy, rows):
    living.take(session, rows[2], Act.RETIRE, by=SYSTEM)
    done = bulk.act(session, rows, "state", "submit", by=ivy)
    assert (done.changed, [ref for ref, _why in done.refused]) == (2, ["GPP-0003"])
    assert rows[0].state is ItemState.IN_REVIEW
    actions.revise_item(session, rows[1], bank.item(ref="GPP-0002", points=2), base=1, by=SYSTEM)
    assert undo(session, done, rows, ivy) == 1
    assert [row.state.value for row in rows] == ["draft", "in_review", "retired"]


def test_putting_many_into_use_is_undone_with_the_wording_that_was_in_use(session, otto):
    row = add_item(session, status="approved")
    done = bulk.act(session, [row], "state", "suspend", by=otto, reason="A change of law.")
    assert (done.changed, row.state) == (1, ItemState.SUSPENDED)
    undo(session, done, [row], otto)
    assert (row.state, row.live) == (ItemState.ACTIVE, 1)


def test_reviewers_are_asked_about_many_and_let_go(session, ivy, rows):
    rita = reviewer(session)
    done = bulk.act(session, rows, "assign", rita.public_id, by=ivy)
    assert done.changed == 3
    assert list(reviews.assigned(session, rows[1])) == [rita]
    undo(session, done, rows, ivy)
    assert list(reviews.assigned(session, rows[1])) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("", "", "Choose what to do"),
        ("state", "compromise", "Choose what to do"),
        ("state", "explode", "Choose what to do"),
        ("tag", " , ", "Write a tag"),
        ("assign", "nobody", "Choose a reviewer"),
    ],
)
def test_what_cannot_be_done_is_said(session, ivy, rows, name, value, words):
    with pytest.raises(Refused, match=words):
        bulk.act(session, rows, name, value, by=ivy)


def test_rights_are_asked_for_each_item(session, ivy, otto, rows):
    with pytest.raises(Refused, match="may not change"):
        bulk.act(session, rows, "tag", "x", by=otto)
    active = add_item(session, ref="GPP-0009", status="approved")
    done = bulk.act(session, [*rows, active], "state", "retire", by=ivy)
    assert (done.changed, [ref for ref, _why in done.refused]) == (3, ["GPP-0009"])
    with pytest.raises(Refused, match="Choose items"):
        bulk.act(session, [], "state", "retire", by=ivy)


class TestInTheBrowser:
    def test_many_items_are_moved_and_put_back(self, session, browse, ivy, rows):
        folder = filing.add_folder(session, "Law", None)
        visitor = browse(ivy)
        page = visitor.get("/studio/items/").text
        assert f'value="move:{folder.id}"' in page
        sent = {"item": ["GPP-0001", "GPP-0002"], "do": f"move:{folder.id}", "back": "/"}
        assert visitor.post("/studio/items/bulk", sent).location == "/studio/items/"
        assert [row.folder_id for row in rows] == [folder.id, folder.id, None]
        last = bulk.last_of(session, ivy)
        assert "Take it back" in visitor.get("/studio/items/").text
        visitor.post(f"/studio/items/bulk/{last.id}/undoing")
        assert rows[0].folder_id is None
        assert "Take it back" not in visitor.get("/studio/items/").text

    def test_nobody_undoes_what_another_did(self, session, browse, ivy, otto, rows):
        done = bulk.act(session, rows, "tag", "x", by=ivy)
        browse(otto).post(f"/studio/items/bulk/{done.bulk.id}/undoing", expect=404)
        browse(otto).post("/studio/items/bulk", {"item": ["GPP-0001"], "do": "tag"}, expect=409)

    def test_refusals_are_named_item_by_item(self, browse, ivy, rows):
        visitor = browse(ivy)
        sent = {"item": ["GPP-0001"], "do": "state:reinstate", "back": "/studio/items/?q=lamp"}
        assert visitor.post("/studio/items/bulk", sent).location == "/studio/items/?q=lamp"
        assert "GPP-0001: This item is not retired." in visitor.get("/studio/items/").text


class TestFoldersInTheBrowser:
    def test_a_tree_is_built_changed_and_taken_down(self, session, browse, ivy, otto):
        visitor = browse(ivy)
        visitor.post("/studio/items/folders/", {"name": "Law"})
        law = filing.tree(session, ivy)[0].folder
        visitor.post("/studio/items/folders/", {"name": "Tenders", "inside": str(law.id)})
        assert "Tenders" in visitor.get("/studio/items/folders/").text
        address = f"/studio/items/folders/{law.id}/changes"
        visitor.post(address, {"do": "save", "name": "Rules", "inside": ""})
        assert "Rules" in browse(otto).get("/studio/items/folders/").text
        visitor.post(address, {"do": "remove"}, expect=409)
        visitor.post(address, {"do": "burn"}, expect=422)
        browse(otto).post(address, {"do": "remove"}, expect=403)
        visitor.post("/studio/items/folders/99999/changes", {"do": "remove"}, expect=409)

    def test_an_item_is_filed_and_kept_apart_on_its_page(self, session, browse, ivy, rows):
        folder = filing.add_folder(session, "Law", None)
        visitor, url = browse(ivy), "/studio/items/GPP-0001"
        visitor.post(f"{url}/filing", {"folder": str(folder.id), "tags": "a, b"})
        assert rows[0].folder_id == folder.id
        visitor.post(f"{url}/enemies", {"other": "gpp-0002", "reason": "Same words."})
        assert "Same words." in visitor.get("/studio/items/GPP-0002/").text
        visitor.post(f"{url}/enemies", {"other": "GPP-0404", "reason": "x"}, expect=404)
        visitor.post(f"{url}/enemies/GPP-0002/removal")
        assert filing.enemies_of(session, rows[0], ivy) == []

    def test_a_search_is_kept_and_forgotten(self, session, browse, ivy):
        visitor = browse(ivy)
        sent = {"name": "Drafts", "query": "state=draft"}
        assert visitor.post("/studio/items/filters", sent).location.endswith("?state=draft")
        page = visitor.get("/studio/items/?state=draft").text
        assert "Drafts" in page
        number = filing.filters_of(session, ivy)[0].id
        visitor.post(f"/studio/items/filters/{number}/removal")
        assert filing.filters_of(session, ivy) == []
