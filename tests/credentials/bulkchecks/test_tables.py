"""A table from hand-in to signed receipt: progress, a crash, files, deletion, everybody's own."""

import csv
import hashlib
import io
import json

import openpyxl
import pikepdf
import pytest
import time_machine
from sqlalchemy import select

from probity.credentials import actions as register
from probity.credentials import enquiries
from probity.credentials.bulkchecks import actions, jobs, queries
from probity.credentials.bulkchecks.models import TableCheck, TableRow, TableState
from probity.credentials.receipts import queries as receipts
from probity.credentials.views import employer
from probity.kernel import clock, storage
from probity.kernel import jobs as duties
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM

URL = "/employer/tables/"


def hand_in(browse, person, data, name="staff.csv"):
    reply = browse(person).post(URL, {"file": (io.BytesIO(data), name)})
    return reply.location


def table_of(session):
    session.expire_all()
    return session.scalars(select(TableCheck).order_by(TableCheck.id.desc())).first()


def read(app, key):
    with app.app_context():
        return storage.get(key)


def test_a_table_is_read_checked_and_signed(app, browse, session, certificate, work, bob):
    rows = f"姓名,Number\n林薇,{certificate.number}\n=1+1,PRB-2026-000999\nAda Lim,\n"
    here = hand_in(browse, bob, rows.encode())
    assert "being read" in browse(bob).get(here).text
    work()
    shown = browse(bob).get(here).text
    assert "3 rows will be checked" in shown
    browse(bob).post(f"{here}start", {"number": "1", "name": "0"})
    assert browse(bob).get(f"{here}state").json == {
        "state": "running", "is_running": True, "done": 0, "of": 3,
    }  # fmt: skip
    work()
    page = browse(bob).get(here).text
    assert "Not confirmed" in page
    assert "Incomplete" in page
    only = browse(bob).get(f"{here}?status=valid").text
    assert "林薇" in only
    assert "PRB-2026-000999" not in only
    table = table_of(session)
    assert table.counts == {"valid": 1, "unknown": 1, "incomplete": 1}
    made = browse(bob).get(f"{here}result.csv").data
    assert hashlib.sha256(made).hexdigest() == table.results["csv"]["sha256"]
    told = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert [row[3] for row in told[1:]] == ["valid", "unknown", "incomplete"]
    assert told[2][2] == "'=1+1"
    book = openpyxl.load_workbook(io.BytesIO(browse(bob).get(f"{here}result.xlsx").data))
    assert book.active["C3"].value == "'=1+1"
    _check_receipt(app, session, table, browse)


def _check_receipt(app, session, table, browse):
    """The receipt holds hashes, counts and checkpoint, and is recognised as ours."""
    receipt = receipts.find(session, table.receipt)
    data = browse().get(f"/verify/receipts/{receipt.token}.pdf").data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        inside = json.loads(pdf.attachments["verification.json"].get_file().read_bytes())
    assert inside["answer"]["counts"] == table.counts
    assert inside["answer"]["results"]["csv"] == table.results["csv"]["sha256"]
    assert inside["answer"]["table_sha256"] == table.sha256
    assert "\n" in inside["checkpoint"]
    browse().get(f"/verify/receipts/{receipt.token}")
    with app.test_request_context():
        assert enquiries.check_upload(data, place=None).reasons == ("verification-receipt",)


def test_a_crash_loses_no_row_and_repeats_none(
    app, browse, session, certificate, work, bob, monkeypatch
):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    lines = [f"{certificate.number},Ada Lim", "x,y", "x,y", f"{certificate.number},Bob", "z,"]
    here = hand_in(browse, bob, "\n".join(["Number,Name", *lines]).encode())
    work()
    browse(bob).post(f"{here}start", {"number": "0", "name": "1"})
    answer, asked = jobs.answer, []

    def dying(*args):
        asked.append(args)
        if len(asked) == 4:
            raise ConnectionError("the worker died")
        return answer(*args)

    monkeypatch.setattr(jobs, "answer", dying)
    work()
    assert table_of(session).done == 2
    register.suspend(session, certificate, reason="x", by=SYSTEM)
    with time_machine.travel(clock.now().replace(microsecond=0), tick=True) as later:
        later.shift(60)
        work()
    table = table_of(session)
    assert table.state is TableState.DONE
    assert table.counts == {"valid": 1, "unknown": 3, "incomplete": 1}
    assert table.rows == len(session.scalars(queries.rows_of(table)).all())


def test_a_withdrawn_certificate_is_told_with_its_date(session, certificate, work, bob, browse):
    register.revoke(session, certificate, reason="Identity was false", by=SYSTEM)
    here = hand_in(browse, bob, f"Number,Name\n{certificate.number},Ada Lim".encode())
    work()
    browse(bob).post(f"{here}start", {"number": "0", "name": "1"})
    work()
    row = session.scalars(select(TableRow)).one()
    assert (row.status, row.valid_until) == ("revoked", certificate.valid_until)
    assert row.since is not None
    assert "Revoked" in browse(bob).get(here).text


def test_what_cannot_be_read_says_so_and_is_not_started(browse, session, work, bob):
    here = hand_in(browse, bob, b"%PDF-1.7", "lists/staff.pdf")
    work()
    assert "This is no table" in browse(bob).get(here).text
    assert table_of(session).name == "staff.pdf"
    browse(bob).post(f"{here}start", {"number": "0", "name": "1"}, expect=409)
    browse(bob).get(f"{here}result.csv", expect=404)


def test_a_file_must_be_chosen_and_small(browse, bob, monkeypatch):
    browse(bob).post(URL, {}, expect=422)
    monkeypatch.setattr(employer, "LARGEST", 10)
    page = browse(bob).post(URL, {"file": (io.BytesIO(b"x" * 11), "a.csv")}, expect=413)
    assert "larger than 5 MB" in page.text


def test_columns_are_asked_for_when_they_cannot_be_told(browse, work, bob):
    here = hand_in(browse, bob, b"a,b,c\nd,e,f")
    work()
    assert "headings do not say" in browse(bob).get(here).text
    for number, name in (("", "1"), ("1", "1"), ("0", "9"), ("-1", "0")):
        browse(bob).post(f"{here}start", {"number": number, "name": name}, expect=409)


def test_a_table_is_for_its_owner_alone(browse, session, work, bob, ada):
    here = hand_in(browse, bob, b"Number,Name\nx,y")
    work()
    for page in ("", "state", "result.csv"):
        browse(ada).get(f"{here}{page}", expect=404)
    for act in ("start", "deletion"):
        browse(ada).post(f"{here}{act}", expect=404)
    browse().get(here, expect=303)


def test_a_day_has_its_limits(app, browse, session, work, bob, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ROWS_A_DAY", 3)
    first = hand_in(browse, bob, b"Number,Name\nx,y\nx,y")
    second = hand_in(browse, bob, b"Number,Name\nx,y\nx,y")
    work()
    browse(bob).post(f"{first}start", {"number": "0", "name": "1"})
    browse(bob).post(f"{second}start", {"number": "0", "name": "1"}, expect=409)
    monkeypatch.setattr(actions, "MOST_TABLES", 2)
    with app.app_context():
        before = set(storage.keys("tables"))
    browse(bob).post(URL, {"file": (io.BytesIO(b"x"), "a.csv")}, expect=409)
    with app.app_context():
        assert set(storage.keys("tables")) == before


def test_a_table_is_forgotten_when_asked_and_after_a_month(app, browse, session, work, bob):
    places = [hand_in(browse, bob, b"Number,Name\nx,y") for _ in range(5)]
    browse(bob).post(f"{places.pop()}deletion")
    browse(bob).post(f"{places[2]}deletion")
    unread = table_of(session)
    assert (unread.state, unread.forgotten_at is not None) == (TableState.FAILED, True)
    work()
    for here in places[:2]:
        browse(bob).post(f"{here}start", {"number": "0", "name": "1"})
    browse(bob).post(f"{places[0]}deletion", expect=409)
    work()
    first = session.scalars(select(TableCheck).order_by(TableCheck.id)).first()
    keys = [first.storage_key, *(one["key"] for one in first.results.values())]
    browse(bob).post(f"{places[0]}deletion")
    browse(bob).post(f"{places[0]}deletion")
    assert "What it held is deleted" in browse(bob).get(places[0]).text
    browse(bob).get(f"{places[0]}result.csv", expect=404)
    with app.app_context():
        assert not any(storage.exists(key) for key in keys)
    stuck = session.scalars(select(TableCheck).order_by(TableCheck.id)).all()[1]
    stuck.state = TableState.RUNNING
    with time_machine.travel(clock.now() + actions.KEPT + actions.KEPT, tick=True):
        duties.hasten(session, "credentials.forget_tables")
        work()
        assert session.scalars(select(TableRow)).all() == []
        assert all(one.forgotten_at for one in session.scalars(select(TableCheck)))
    assert stuck.problem == {"code": "stopped", "facts": {}}


def test_duties_that_come_too_late_do_nothing(session, work, browse, bob):
    here = hand_in(browse, bob, b"Number,Name\nx,y")
    table_of(session).state = TableState.FAILED
    work()
    assert table_of(session).rows == 0
    here = hand_in(browse, bob, b"Number,Name\nx,y")
    work()
    browse(bob).post(f"{here}start", {"number": "0", "name": "1"})
    table_of(session).state = TableState.FAILED
    work()
    assert table_of(session).done == 0


def test_only_a_table_that_waits_is_started(session, bob):
    table = actions.begin(session, "", "0" * 64, "none", "en", by=bob)
    with pytest.raises(Refused, match="started already"):
        actions.start(session, table, 0, 1, by=bob)
