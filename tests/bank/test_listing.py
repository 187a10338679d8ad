import pytest

from probity.bank import filing, listing, usage
from probity.bank.listing import Filter
from probity.kernel import clock
from probity.kernel.permissions import SYSTEM
from tests.factories.bank import add_item
from tests.factories.reviews import reviewer


def refs(session, **wanted):
    return [row.ref for row in session.scalars(listing.search(session, SYSTEM, Filter(**wanted)))]


@pytest.fixture
def rows(session):
    return [add_item(session, ref=f"GPP-000{n}") for n in range(1, 5)]


def figures(row, facility, discrimination):
    return usage.Found(row.id, row.version.id, 40, facility, discrimination)


def test_a_folder_holds_what_lies_below_it(session, rows):
    law = filing.add_folder(session, "Law", None)
    deep = filing.add_folder(session, "Tenders", law.id)
    other = filing.add_folder(session, "Other", None)
    filing.file(session, [rows[0].id], law.id)
    filing.file(session, [rows[1].id], deep.id)
    filing.file(session, [rows[2].id], other.id)
    assert refs(session, folder=law.id) == ["GPP-0001", "GPP-0002"]
    assert refs(session, folder=deep.id) == ["GPP-0002"]
    assert refs(session, folder=99999) == []


def test_tags_and_reviewers_narrow(session, rows):
    filing.tag_items(session, [rows[2].id], ["new"])
    assert refs(session, tag="new") == ["GPP-0003"]
    assert refs(session, tag="ne") == []
    assert listing.tags_in_use(session) == ["new"]
    assert refs(session, reviewer=reviewer(session).id) == []


def test_figures_narrow(session, rows):
    now = clock.now()
    usage.note_figures(
        session,
        [figures(rows[0], 0.2, 0.4), figures(rows[1], 0.95, None), figures(rows[2], 0.6, 0.05)],
        now,
    )
    usage.note_shown(session, "exam/GP-X1", {rows[0].id: 1}, now)
    assert refs(session, figures="hard") == ["GPP-0001"]
    assert refs(session, figures="easy") == ["GPP-0002"]
    assert refs(session, figures="flat") == ["GPP-0003"]
    assert refs(session, figures="never") == ["GPP-0002", "GPP-0003", "GPP-0004"]
    assert len(refs(session, figures="odd")) == 4


def test_uses_add_up_and_figures_are_replaced(session, rows):
    first, then = clock.now(), clock.now()
    usage.note_shown(session, "exam/GP-X1", {rows[0].id: 2, rows[1].id: 1}, first)
    usage.note_shown(session, "exam/GP-X1", {rows[0].id: 3}, then)
    usage.note_shown(session, "exam/GP-X2", {rows[0].id: 1}, first)
    usage.note_shown(session, "exam/GP-X2", {}, first)
    assert listing.beside(session, rows).shown == {rows[0].id: 6, rows[1].id: 1}
    places = {one.place: (one.shown, one.last_at) for one in usage.uses_of(session, rows[0])}
    assert places["exam/GP-X1"] == (5, then)
    for facility in (0.5, 0.7):
        usage.note_figures(session, [figures(rows[0], facility, 0.3)], first)
    assert usage.figures_of(session, [rows[0].id])[rows[0].id].facility == pytest.approx(0.7)


def test_a_page_tells_tags_uses_and_figures_of_its_items(session, rows):
    filing.tag_items(session, [rows[0].id], ["b", "a"])
    usage.note_shown(session, "exam/GP-X1", {rows[1].id: 7}, clock.now())
    usage.note_figures(session, [figures(rows[2], 0.5, 0.3)], clock.now())
    beside = listing.beside(session, rows)
    assert beside.tags == {rows[0].id: ["a", "b"]}
    assert beside.shown == {rows[1].id: 7}
    assert list(beside.figures) == [rows[2].id]


def test_a_search_counts_no_further_than_anybody_reads(session, browse, ivy, rows, monkeypatch):
    monkeypatch.setattr(listing, "MOST_FOUND", 3)
    wanted = Filter(text="which one")
    found = listing.page(session, SYSTEM, wanted, 99)
    assert [row.ref for row in found.items] == ["GPP-0001", "GPP-0002", "GPP-0003"]
    assert (found.page, found.total, found.more) == (1, 3, True)
    assert "1 to 3 of 3+" in browse(ivy).get("/studio/items/?q=which+one").text
    monkeypatch.setattr(listing, "MOST_FOUND", 4)
    assert not listing.page(session, SYSTEM, wanted, 1).more
    assert listing.page(session, SYSTEM, Filter(), 1).total == 4


def test_all_of_it_stands_on_the_page(session, browse, ivy, rows):
    filing.tag_items(session, [rows[0].id], ["needle"])
    usage.note_shown(session, "exam/GP-X1", {rows[0].id: 1234}, clock.now())
    usage.note_figures(session, [figures(rows[0], 0.42, 0.31)], clock.now())
    visitor = browse(ivy)
    page = visitor.get("/studio/items/?tag=needle").text
    for words in ("1,234", "0.42", "0.31", "needle"):
        assert words in page
    assert "exam/GP-X1" in visitor.get("/studio/items/GPP-0001/").text
    visitor.get("/studio/items/?folder=99999999999999999999&figures=odd&page=0")
