from dataclasses import dataclass

import pytest

from probity.bank import actions, listing, queries
from probity.bank.listing import Filter
from probity.kernel.permissions import SYSTEM
from tests.factories import bank
from tests.factories.bank import add_item


@dataclass
class Cell:
    domain: str = "GPP-1"
    competency: str | None = None
    cognitive: tuple[str, ...] = ("apply",)
    kinds: tuple[str, ...] | None = None


@pytest.fixture
def three(session):
    add_item(
        session, "single", "GPP-0001", stem={"en": "Who pays for lamps?", "zh-Hans": "谁付灯款？"}
    )
    add_item(session, "numeric", "GPP-0002", domain="GPP-2", cognitive="analyse", status="draft")
    add_item(session, "case", "GPP-C001", use="practice_only", competency="PR06.P")


def refs(session, actor, **wanted):
    return [row.ref for row in session.scalars(listing.search(session, actor, Filter(**wanted)))]


@pytest.mark.usefixtures("three")
class TestSearch:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({}, ["GPP-0001", "GPP-0002", "GPP-C001"]),
            ({"kind": "numeric"}, ["GPP-0002"]),
            ({"domain": "GPP-2"}, ["GPP-0002"]),
            ({"competency": "PR06.P"}, ["GPP-C001"]),
            ({"cognitive": "analyse"}, ["GPP-0002"]),
            ({"partition": "practice_only"}, ["GPP-C001"]),
            ({"state": "draft"}, ["GPP-0002"]),
            ({"text": "LAMP"}, ["GPP-0001", "GPP-C001"]),
            ({"text": "pays lamps"}, ["GPP-0001"]),
            ({"text": "灯款"}, ["GPP-0001"]),
            ({"text": "灯"}, ["GPP-0001"]),
            ({"text": "款灯"}, []),
            ({"text": "gpp-c001"}, ["GPP-C001"]),
            ({"text": "%"}, []),
            ({"text": "_"}, []),
            ({"missing_chinese": True}, []),
            ({"kind": "single", "domain": "GPP-2"}, []),
        ],
    )
    def test_each_part_of_the_filter_narrows(self, session, wanted, found):
        assert refs(session, SYSTEM, **wanted) == found

    def test_old_words_are_not_found(self, session):
        row = queries.find_item(session, SYSTEM, "GPP-0001")
        new = bank.item(stem=bank.text("Who pays for desks?"))
        actions.revise_item(session, row, new, base=1, by=SYSTEM)
        assert refs(session, SYSTEM, text="lamps") == ["GPP-C001"]
        assert refs(session, SYSTEM, text="desks") == ["GPP-0001"]

    def test_who_may_not_read_items_finds_none(self, session, ada, ivy):
        assert refs(session, ada) == []
        assert len(refs(session, ivy)) == 3
        add_item(session, ref="GPP-0009", use="secure", stem=bank.text("Hidden lamps?"))
        assert len(refs(session, ivy)) == 3
        assert refs(session, ivy, text="hidden") == []
        assert refs(session, SYSTEM, text="hidden") == ["GPP-0009"]
        assert queries.find_item(session, ada, "GPP-0001") is None
        assert queries.lock_item(session, ada, "GPP-0001") is None
        assert queries.lock_item(session, ivy, "GPP-0001").ref == "GPP-0001"

    def test_counts_and_places(self, session):
        assert queries.count_by_state(session, SYSTEM) == {"in_review": 2, "draft": 1}
        assert queries.places(session) == (["GPP-1", "GPP-2"], ["PR01.F", "PR06.P"])


def drawn(session, *, demonstration=True, **cell):
    return list(queries.drawable(session, Cell(**cell), demonstration=demonstration))


class TestDrawing:
    def test_a_demonstration_draws_public_items_in_use(self, session):
        fits = add_item(session, ref="GPP-0001")
        for number, changes in enumerate(
            [
                {"use": "practice_only"},
                {"use": "secure", "status": "approved"},
                {"status": "draft"},
                {"status": "retired"},
                {"domain": "GPP-2"},
                {"cognitive": "analyse"},
            ],
            start=2,
        ):
            add_item(session, ref=f"GPP-{number:04}", **changes)
        add_item(session, "essay", "GPP-0009")
        assert queries.drawable(session, Cell(), demonstration=True) == {fits.id: fits.version.id}

    def test_a_real_exam_draws_approved_secret_items_only(self, session):
        fits = add_item(session, ref="GPP-0001", use="secure", status="approved")
        add_item(session, ref="GPP-0002", use="secure")
        add_item(session, ref="GPP-0003", status="approved")
        assert drawn(session, demonstration=False) == [fits.id]

    def test_competency_and_kind_narrow(self, session):
        one = add_item(session, "single", "GPP-0001", competency="PR01.F")
        two = add_item(session, "numeric", "GPP-0002", competency="PR01.P")
        add_item(session, "single", "GPP-0003", competency="PR02.F")
        assert drawn(session, competency="PR01") == [one.id, two.id]
        assert drawn(session, competency="PR01.P") == [two.id]
        assert drawn(session, competency="PR01", kinds=("single",)) == [one.id]

    def test_the_newest_version_is_drawn(self, session):
        row = add_item(session)
        actions.revise_item(session, row, bank.item(points=2), base=1, by=SYSTEM)
        assert queries.drawable(session, Cell(), demonstration=True) == {row.id: row.version.id}
        assert queries.versions_by_id(session, [row.version.id])[row.version.id].points == 2


def test_practice_uses_public_items_in_use(session):
    add_item(session, ref="GPP-0001")
    add_item(session, ref="GPP-0002", use="practice_only", domain="GPP-2", competency="PR02.F")
    add_item(session, ref="GPP-0003", use="secure")
    add_item(session, ref="GPP-0004", status="draft")
    found = lambda **narrow: [ref for ref, _version in queries.practice_items(session, **narrow)]  # noqa: E731
    assert found() == ["GPP-0001", "GPP-0002"]
    assert found(domain="GPP-2") == ["GPP-0002"]
    assert found(competency="PR01") == ["GPP-0001"]


def test_parsed_versions_are_what_was_stored(session):
    rows = [add_item(session, kind, f"GPP-00{n:02}") for n, kind in enumerate(("single", "cloze"))]
    ids = [row.version.id for row in rows]
    for _again in range(2):
        parsed = queries.parsed_versions(session, ids)
        assert [parsed[number].kind for number in ids] == ["single", "cloze"]
    assert queries.current_versions(session, ["GPP-0000", "GPP-9"])["GPP-0000"].id == ids[0]


def test_the_store_of_parsed_versions_stays_small(session, monkeypatch):
    monkeypatch.setattr(queries, "MOST_KEPT", 1)
    for number in range(4):
        row = add_item(session, ref=f"GPP-000{number}", points=number + 7)
        assert queries.parsed(session, row.version).points == number + 7
    assert len(queries._parsed) <= 3


def test_authors_are_named(session, ivy):
    row = actions.create_item(session, bank.item(), by=ivy)
    assert queries.authors_of(session, queries.versions_of(session, row)) == {ivy.id: ivy.name}
