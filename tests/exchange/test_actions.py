"""Imports from upload to undo: what is kept, what is chosen, what is refused."""

import pytest
from sqlalchemy import func, select

from probity.accounts.roles import Role
from probity.audit.models import AuditEntry
from probity.bank.models import Item, ItemState
from probity.exchange import actions, queries
from probity.exchange.completing import Choices
from probity.exchange.models import BatchState, Finding, ImportedItem, Outcome
from probity.kernel.errors import Refused
from tests.factories.accounts import add_person
from tests.factories.exchange import COLOURS, HEADINGS, PRIMES, add_batch, csv_of


@pytest.fixture
def read(app, session, work):
    """An import whose file was read."""

    def begin(*args, **kwargs):
        batch = add_batch(app, session, *args, **kwargs)
        work()
        return batch

    return begin


@pytest.fixture
def brought(read, session, work):
    """An import that went through."""

    def begin(*args, by, **kwargs):
        batch = read(*args, by=by, **kwargs)
        actions.confirm(session, batch, by=by)
        work()
        return batch

    return begin


def rows(session, batch):
    return list(session.scalars(queries.items_of(batch)))


def items(session):
    return session.scalar(select(func.count()).select_from(Item))


def test_reading_changes_nothing_in_the_bank(read, session, ivy):
    batch = read(by=ivy)
    assert batch.state is BatchState.READY
    assert batch.files[0]["format"] == "csv"
    found = rows(session, batch)
    assert [row.finding for row in found] == [Finding.NEW, Finding.NEW, Finding.REFUSED]
    assert [row.chosen for row in found] == [True, True, False]
    assert items(session) == 0


def test_a_refused_row_says_where_and_why(read, session, ivy):
    note = rows(session, read(by=ivy))[2].notes[-1]
    assert (note["kind"], note["code"], note["where"]) == ("refused", "row_answer_unknown", "G4")
    assert note["facts"]["answer"] == "Z"


def test_confirmed_questions_become_drafts(brought, session, ivy):
    batch = brought(by=ivy, tags=("imported",), use="practice_only")
    assert batch.state is BatchState.DONE
    assert (batch.counts["created"], batch.counts["refused"]) == (2, 1)
    item = rows(session, batch)[0].item
    assert item.state is ItemState.DRAFT
    content = item.version.content
    assert (content["author"], content["tags"], content["use"]) == (
        "Ivy Chen", ["imported"], "practice_only",
    )  # fmt: skip
    assert content["foreign"]["id"] == "Q1"
    assert [option["correct"] for option in content["options"]] == [False, True, False]


def test_what_is_left_out_is_not_imported(read, session, work, ivy):
    batch = read(by=ivy)
    choices = Choices.of(batch.choices)
    actions.choose(session, batch, choices, by=ivy, shown=[0, 1], chosen=[1])
    actions.confirm(session, batch, by=ivy)
    work()
    outcomes = [row.outcome for row in rows(session, batch)]
    assert outcomes == [Outcome.SKIPPED, Outcome.CREATED, Outcome.REFUSED]
    assert items(session) == 1


def test_a_refused_question_cannot_be_chosen(read, session, ivy):
    batch = read(by=ivy)
    actions.choose(session, batch, Choices(), by=ivy, shown=[2], chosen=[2])
    assert rows(session, batch)[2].chosen is False


def test_nothing_chosen_is_nothing_to_confirm(read, session, ivy):
    batch = read(by=ivy)
    actions.choose_all(session, batch, "all", chosen=False)
    with pytest.raises(Refused, match="No question is chosen"):
        actions.confirm(session, batch, by=ivy)


def test_the_same_file_again_is_known(brought, read, session, ivy):
    brought(by=ivy)
    again = read(by=ivy)
    found = rows(session, again)
    assert [row.finding for row in found] == [Finding.SAME, Finding.SAME, Finding.REFUSED]
    assert not any(row.chosen for row in found)
    assert queries.same_file(session, again) is not None


def test_a_changed_question_becomes_a_new_version(brought, read, session, work, ivy):
    first = brought(by=ivy)
    changed = (*COLOURS[:2], "Which colour has a clear sky?", *COLOURS[3:])
    again = read(csv_of(HEADINGS, changed, PRIMES), by=ivy)
    row = rows(session, again)[0]
    assert (row.finding, row.twin_id) == (Finding.CHANGED, rows(session, first)[0].item_id)
    actions.confirm(session, again, by=ivy)
    work()
    assert rows(session, again)[0].outcome is Outcome.REVISED
    item = session.get_one(Item, row.twin_id)
    assert item.current == 2
    assert item.version.content["stem"]["en"] == "Which colour has a clear sky?"


def test_the_same_words_twice_in_a_file_are_marked(read, session, ivy):
    twin = ("Q9", *COLOURS[1:])
    batch = read(csv_of(HEADINGS, COLOURS, twin), by=ivy)
    first, second = rows(session, batch)
    assert (first.finding, second.finding) == (Finding.NEW, Finding.DUPLICATE)
    assert second.notes[-1]["code"] == "duplicate_in_file"
    assert not second.chosen


def test_undo_takes_out_what_nobody_touched(brought, session, work, ivy):
    batch = brought(by=ivy)
    actions.undo(session, batch, by=ivy)
    work()
    assert batch.state is BatchState.UNDONE
    assert {row.item.state for row in rows(session, batch) if row.item} == {ItemState.RETIRED}
    assert batch.counts["retired"] == 2


def test_undo_leaves_and_names_what_was_touched(brought, session, work, ivy):
    batch = brought(by=ivy)
    touched = rows(session, batch)[0].item
    touched.state = ItemState.IN_REVIEW
    actions.undo(session, batch, by=ivy)
    work()
    first, second, _refused = rows(session, batch)
    assert (first.outcome, first.reason) == (Outcome.STAYED, "in review or in use since")
    assert second.outcome is Outcome.RETIRED
    assert touched.state is ItemState.IN_REVIEW


def test_undo_brings_the_former_words_back(brought, session, work, ivy):
    brought(by=ivy)
    changed = (*COLOURS[:2], "Which colour has a clear sky?", *COLOURS[3:])
    again = brought(csv_of(HEADINGS, changed), by=ivy)
    actions.undo(session, again, by=ivy)
    work()
    row = rows(session, again)[0]
    assert row.outcome is Outcome.RESTORED
    assert row.item.version.content["stem"]["en"] == "Which colour has the sky?"


def test_after_an_undo_the_same_file_is_new_again(brought, read, session, work, ivy):
    batch = brought(by=ivy)
    actions.undo(session, batch, by=ivy)
    work()
    assert [row.finding for row in rows(session, read(by=ivy))][:2] == [Finding.NEW] * 2


def test_much_the_same_words_in_the_bank_are_marked(brought, read, session, ivy):
    stem = "Which authority hears complaints about the award of a public contract in this province?"
    options = ("The bureau of finance", "The court of first instance", "The buyer itself")
    brought(csv_of(HEADINGS, ("C1", "single", stem, *options, "A", "")), by=ivy)
    near = ("C7", "single", stem.replace("this", "a"), *options, "A", "")
    row = rows(session, read(csv_of(HEADINGS, near), by=ivy))[0]
    assert (row.finding, row.notes[-1]["code"]) == (Finding.DUPLICATE, "duplicate_in_bank")
    assert row.notes[-1]["facts"]["ref"] == row.twin.ref == "GPP-5001"


def test_secure_items_are_not_given_away_by_likeness(brought, read, session, ivy):
    writer = add_person(session, "writer@example.org", Role.ITEM_WRITER)
    brought(by=writer, use="secure")
    assert {row.finding for row in rows(session, read(by=ivy))[:2]} == {Finding.NEW}


def test_who_may_not_read_secure_items_cannot_bring_any(app, session, ivy):
    with pytest.raises(Refused, match="right to read them"):
        add_batch(app, session, by=ivy, use="secure")


def test_another_format_reads_the_files_anew(read, session, work, ivy):
    batch = read(by=ivy)
    actions.read_again(session, batch, {0: {"format": "aiken"}})
    assert (batch.state, rows(session, batch)) == (BatchState.READING, [])
    actions.read_again(session, batch, {})
    work()
    assert (batch.state, len(rows(session, batch))) == (BatchState.READY, 3)


def test_a_file_of_no_known_format_fails_with_its_reason(read, session, ivy):
    batch = read(b"\x00\x01\x02 nothing", name="thing.bin", by=ivy)
    assert batch.state is BatchState.FAILED
    assert batch.problems[0]["code"] == "format_unknown"


def test_given_up_means_over(read, session, ivy):
    batch = read(by=ivy)
    actions.cancel(session, batch, by=ivy)
    assert batch.state is BatchState.CANCELLED
    with pytest.raises(Refused, match="moved on"):
        actions.confirm(session, batch, by=ivy)
    with pytest.raises(Refused, match="over already"):
        actions.cancel(session, batch, by=ivy)
    with pytest.raises(Refused, match="no longer be read again"):
        actions.read_again(session, batch, {})


def test_every_import_is_in_the_log(brought, session, ivy):
    batch = brought(by=ivy)
    query = select(AuditEntry.event).where(AuditEntry.subject == f"import/{batch.id}")
    assert session.scalars(query).all() == ["import:confirmed"]


def test_people_see_their_own_imports(read, session, ivy, ada):
    batch = read(by=ivy)
    assert queries.find_batch(session, ivy, batch.public_id) is not None
    assert queries.find_batch(session, ada, batch.public_id) is None


def test_numbers_count_on(brought, session, ivy):
    batch = brought(by=ivy)
    refs = sorted(row.item.ref for row in rows(session, batch) if row.item)
    assert refs == ["GPP-5001", "GPP-5002"]
    assert session.scalar(select(func.count()).select_from(ImportedItem)) == 3
