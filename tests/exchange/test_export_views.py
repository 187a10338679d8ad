"""Exports: which items, what is lost, who may, how long the file stays."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from probity.accounts.roles import Role
from probity.audit.models import AuditEntry
from probity.bank.models import Item
from probity.exchange import exporting, queries
from probity.exchange.formats import WRITERS, format_named
from probity.exchange.found import Source
from probity.exchange.models import Export, ExportState
from probity.kernel import clock
from probity.kernel.jobs import hasten
from tests.factories.accounts import add_person
from tests.factories.bank import CONTENT, add_item
from tests.factories.exchange import read_all

EXPORTS = "/studio/exports/"


@pytest.fixture
def bank(session):
    kinds = [*CONTENT, "case"]
    for number, kind in enumerate(kinds):
        add_item(session, kind, f"GPP-{100 + number:04}")
    return kinds


@pytest.fixture
def written(browse, work, ivy, bank):
    """Ivy's browser and the address of an export that is ready."""

    def begin(form="probity", **chosen):
        visitor = browse(ivy)
        address = visitor.post(EXPORTS, {"format": form, **chosen}).location
        work()
        return visitor, address

    return begin


def back(form, reply):
    read = read_all(format_named(form), Source("x", data=reply.data))
    return {found.content["id"]: found.content for found in read.found}


@pytest.mark.parametrize("form", ["probity", "xlsx", "csv"])
def test_what_is_exported_comes_back_equal(written, session, bank, form):
    visitor, address = written(form)
    items = back(form, visitor.get(f"{address}file"))
    assert len(items) == len(bank)
    for ref, content in items.items():
        assert content == session.scalars(select(Item).where(Item.ref == ref)).one().version.content


def test_a_filter_narrows_and_single_items_can_be_named(written):
    visitor, address = written(kind="single")
    assert list(back("probity", visitor.get(f"{address}file"))) == ["GPP-0100"]
    visitor, address = written(ref=["GPP-0101", "GPP-0102"])
    assert list(back("probity", visitor.get(f"{address}file"))) == ["GPP-0101", "GPP-0102"]


def test_the_page_says_that_nothing_is_lost(written):
    visitor, address = written(kind="single")
    assert "Nothing of these items is lost" in visitor.get(address).text


@pytest.mark.parametrize("form", WRITERS)
def test_every_format_is_written_and_names_what_it_cannot_hold(written, session, form):
    visitor, address = written(form)
    export = session.scalars(select(Export)).one()
    assert (export.state, export.size > 0) == (ExportState.READY, True)
    page = visitor.get(address)
    assert ("What the format cannot hold" in page.text) is bool(export.notes)
    assert len(visitor.get(f"{address}file").data) == export.size


def test_while_it_is_written_the_page_waits(browse, ivy, bank):
    visitor = browse(ivy)
    address = visitor.post(EXPORTS, {"format": "probity"}).location
    assert "data-progress" in visitor.get(address).text
    assert visitor.get(f"{address}state").json["is_running"] is True
    visitor.get(f"{address}file", expect=404)


def test_the_list_counts_what_the_filter_finds(browse, ivy, bank):
    page = browse(ivy).get(f"{EXPORTS}?kind=single")
    assert "1 item is chosen" in page.text
    assert 'name="kind" value="single"' in page.text
    assert all(f'value="{name}"' in page.text for name in WRITERS)


def test_a_selection_of_the_bank_list_is_asked_for_its_format(browse, ivy, bank):
    page = browse(ivy).post(EXPORTS, {"item": ["GPP-0101", "GPP-0102"], "tag": ""}, expect=200)
    assert "2 items are chosen" in page.text
    assert 'name="ref" value="GPP-0101"' in page.text
    assert "0 items are chosen" in browse(ivy).post(EXPORTS, {"tag": ""}, expect=200).text


def test_the_bank_list_leads_to_import_and_export(browse, ivy, bank):
    page = browse(ivy).get("/studio/items/?kind=single")
    assert "/studio/exports/?kind=single" in page.text
    assert "/studio/imports/" in page.text


def test_no_item_and_no_such_format_are_refused(browse, ivy, bank):
    page = browse(ivy).post(EXPORTS, {"format": "probity", "q": "nowhere"}, expect=409)
    assert "No item matches" in page.text
    browse(ivy).post(EXPORTS, {"format": "paper"}, expect=409)


def test_secure_items_need_the_right_and_are_each_in_the_log(browse, session, work, ivy):
    row = add_item(session, ref="GPP-0001", use="secure")
    browse(ivy).post(EXPORTS, {"format": "probity", "ref": "GPP-0001"}, expect=409)
    writer = add_person(session, "writer@example.org", Role.ITEM_WRITER)
    visitor = browse(writer)
    address = visitor.post(EXPORTS, {"format": "probity", "ref": "GPP-0001"}).location
    work()
    visitor.get(f"{address}file")
    query = select(AuditEntry).where(AuditEntry.event == "item:exported")
    entries = {entry.subject: entry for entry in session.scalars(query)}
    assert entries[f"item/{row.id}"].actor_id == writer.id
    export = session.scalars(select(Export)).one()
    assert entries[f"export/{export.id}"].details["secure"] == 1


def test_formulas_are_made_harmless(written, session):
    add_item(session, ref="GPP-0300", stem={"en": '=HYPERLINK("http://x.example")'})
    visitor, address = written("csv", ref="GPP-0300")
    reply = visitor.get(f"{address}file")
    assert "'=HYPERLINK" in reply.data.decode("utf-8-sig")
    assert back("csv", reply)["GPP-0300"]["stem"]["en"].startswith("=HYPERLINK")
    visitor, address = written("xlsx", ref="GPP-0300")
    book = load_workbook(io.BytesIO(visitor.get(f"{address}file").data))
    assert {cell.data_type for row in book.worksheets[0] for cell in row} <= {"s", "n"}


def test_anothers_export_is_invisible(written, browse, session):
    _visitor, address = written()
    eve = add_person(session, "eve@example.org", Role.INSTRUCTOR)
    for path in ("", "state", "file"):
        browse(eve).get(f"{address}{path}", expect=404)


def test_candidates_are_turned_away(browse, ada):
    browse(ada).get(EXPORTS, expect=403)
    browse(ada).post(EXPORTS, {"format": "probity"}, expect=403)


def test_files_stay_for_seven_days(written, session, work):
    visitor, address = written()
    export = session.scalars(select(Export)).one()
    export.ready_at = clock.now() - queries.EXPORTS_KEPT - timedelta(hours=1)
    hasten(session, "exchange.clear")
    work()
    session.expire_all()
    assert export.state is ExportState.DELETED
    visitor.get(f"{address}file", expect=404)
    assert "Deleted after seven days" in visitor.get(address).text


def test_who_reads_no_items_has_no_exports_either(session, bank, ada):
    rows = session.scalars(select(Item).limit(1)).all()
    export = exporting.ask(session, rows, "probity", by=ada)
    assert queries.find_export(session, ada, export.public_id) is None
    assert session.scalars(queries.exports_of(ada)).all() == []
