import pytest

from probity.bank import actions, filing
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.factories import bank
from tests.factories.bank import add_item


@pytest.fixture
def law(session):
    return filing.add_folder(session, "Law", None)


@pytest.fixture
def tenders(session, law):
    return filing.add_folder(session, " Tenders  ", law.id)


def shown(session, actor=SYSTEM):
    return [(one.folder.name, one.depth, one.items) for one in filing.tree(session, actor)]


def test_folders_make_a_tree_and_count_what_is_below(session, law, tenders):
    row = add_item(session)
    filing.file(session, [row.id], tenders.id)
    assert shown(session) == [("Law", 0, 1), ("Tenders", 1, 1)]
    assert filing.add_folder(session, "Tenders", law.id) is tenders
    assert filing.folder_at(session, ["Law", "Tenders"]) is tenders
    assert filing.folder_at(session, []) is None


def test_a_folder_moves_with_all_that_is_in_it_but_not_into_itself(session, law, tenders):
    deep = filing.add_folder(session, "Open", tenders.id)
    filing.move_folder(session, tenders.id, None)
    assert [name for name, depth, _items in shown(session) if depth == 0] == ["Law", "Tenders"]
    assert deep.path == f"/{tenders.id}/{deep.id}/"
    with pytest.raises(Refused, match="into itself"):
        filing.move_folder(session, tenders.id, deep.id)
    filing.move_folder(session, tenders.id, law.id)
    assert deep.path == f"/{law.id}/{tenders.id}/{deep.id}/"


def test_only_an_empty_folder_goes_away(session, law, tenders):
    with pytest.raises(Refused, match="empty folder"):
        filing.remove_folder(session, law.id)
    filing.remove_folder(session, tenders.id)
    session.flush()
    filing.remove_folder(session, law.id)
    session.flush()
    assert shown(session) == []
    with pytest.raises(Refused, match="gone"):
        filing.rename_folder(session, law.id, "Rules")


def test_folders_need_names_and_have_a_floor(session, law):
    with pytest.raises(Refused, match="name"):
        filing.add_folder(session, " ", None)
    session.flush()
    law.path = "/" + "1/" * 95
    with pytest.raises(Refused, match="deeper"):
        filing.add_folder(session, "Below", law.id)


def test_secure_items_are_not_counted_for_who_does_not_see_them(session, ivy, law):
    row = add_item(session, use="secure")
    filing.file(session, [row.id], law.id)
    assert shown(session, ivy) == [("Law", 0, 0)]


def test_tags_follow_the_words_and_hands(session):
    row = actions.create_item(session, bank.item(tags=["2026", "lamps "]), by=SYSTEM)
    filing.tag_items(session, [row.id], ["mine", "mine", ""])
    assert filing.tags_of(session, [row.id]) == {row.id: ["2026", "lamps", "mine"]}
    actions.revise_item(session, row, bank.item(tags=["lamps", "new"]), base=1, by=SYSTEM)
    assert filing.tags_of(session, [row.id]) == {row.id: ["lamps", "mine", "new"]}
    filing.retag(session, row, ["one"])
    assert filing.tags_of(session, [row.id]) == {row.id: ["one"]}


def test_enemies_know_each_other(session, ivy):
    one, two = add_item(session, ref="GPP-0001"), add_item(session, ref="GPP-0002")
    filing.set_enemies(session, two, one, "One names the other's key.", by=ivy)
    filing.set_enemies(session, one, two, "The same question.", by=ivy)
    assert filing.enemies_of(session, one, ivy) == [(two, "The same question.")]
    assert filing.enemies_of(session, two, ivy) == [(one, "The same question.")]
    for other, reason, words in ((one, "x", "from itself"), (two, " ", "Say why")):
        with pytest.raises(Refused, match=words):
            filing.set_enemies(session, one, other, reason, by=ivy)
    filing.unset_enemies(session, one, two)
    assert filing.enemies_of(session, one, ivy) == []


def test_searches_are_kept_for_one_person(session, ivy, otto):
    kept = filing.save_filter(session, "Drafts", "state=draft", by=ivy)
    filing.save_filter(session, " Drafts ", "state=draft&kind=case", by=ivy)
    session.flush()
    assert [one.query for one in filing.filters_of(session, ivy)] == ["state=draft&kind=case"]
    assert filing.filters_of(session, otto) == []
    filing.forget_filter(session, kept.id, by=otto)
    assert len(filing.filters_of(session, ivy)) == 1
    filing.forget_filter(session, kept.id, by=ivy)
    assert filing.filters_of(session, ivy) == []
    with pytest.raises(Refused, match="name"):
        filing.save_filter(session, " ", "x", by=ivy)
