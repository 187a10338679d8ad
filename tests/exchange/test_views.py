"""The pages of imports: upload, look, choose, confirm, follow, report, undo; and who may not."""

import base64
import hashlib
import io
import zipfile

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from probity.accounts.roles import Role
from probity.bank.media import key_of
from probity.bank.models import Item
from probity.exchange.models import BatchState, ImportBatch
from probity.exchange.views import blueprint
from tests.factories.accounts import add_person
from tests.factories.exchange import ROWS, add_batch, csv_of, many, storage_of, workbook_of

IMPORTS = "/studio/imports/"


def send(visitor, *files, expect=303):
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    return visitor.post(IMPORTS, data, expect=expect, content_type="multipart/form-data")


@pytest.fixture
def uploaded(browse, session, work, ivy):
    """Ivy's browser and the address of an import that was read."""

    def begin(*files):
        visitor = browse(ivy)
        address = send(visitor, *files or [("questions.csv", csv_of(*ROWS))]).location
        work()
        return visitor, address

    return begin


def batch_at(session, address):
    identity = address.rstrip("/").rsplit("/", 1)[-1]
    return session.scalars(select(ImportBatch).where(ImportBatch.public_id == identity)).one()


def choices(**more):
    base = {"domain": "GPP-1", "cognitive": "", "use": "practice", "changed": "version"}
    return {**base, "shown": ["0", "1"], "chosen": ["0", "1"], **more}


def test_the_first_page_offers_templates(browse, ivy):
    page = browse(ivy).get(IMPORTS)
    assert "Nothing imported yet" in page.text
    for name in ("questions.xlsx", "questions-zh.xlsx", "questions.csv"):
        assert f"/studio/imports/templates/{name}" in page.text


def test_what_is_wrong_with_a_file_is_shown_with_its_place(uploaded):
    visitor, address = uploaded(("own.yaml", b"format: probity/1\nitems:\n\t- {}\n"))
    page = visitor.get(address)
    assert "a tab stands here; indent with spaces only" in page.text
    assert "line 3" in page.text


def test_what_is_no_question_is_listed_with_its_place(uploaded):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        space = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
        archive.writestr("imsmanifest.xml", "<manifest/>")
        archive.writestr("items/a.xml", f'<assessmentItem {space} identifier="a"/>')
        archive.writestr("tests/exam.xml", f'<assessmentTest {space} identifier="exam-7"/>')
    visitor, address = uploaded(("package.zip", out.getvalue()))
    page = visitor.get(address)
    assert "exam-7" in page.text
    assert "tests/exam.xml" in page.text


def test_an_upload_is_followed_while_it_is_read(browse, ivy):
    visitor = browse(ivy)
    address = send(visitor, ("questions.csv", csv_of(*ROWS))).location
    page = visitor.get(address)
    assert "data-progress" in page.text
    assert "<noscript>" in page.text
    assert "See how far it is now" in page.text
    state = visitor.get(f"{address}state").json
    assert (state["state"], state["is_running"]) == ("reading", True)


def test_a_look_shows_question_source_and_reason(uploaded):
    visitor, address = uploaded()
    page = visitor.get(address)
    assert "Which colour has the sky?" in page.text
    assert "Option B: Blue" in page.text
    assert "names none of the options" in page.text
    assert "Import 2 questions" in page.text
    assert "CSV table" in page.text


def test_filters_show_a_part(uploaded):
    visitor, address = uploaded()
    page = visitor.get(f"{address}?show=refused")
    assert "Which option is meant?" in page.text
    assert "Which colour has the sky?" not in page.text


def test_choices_are_kept_and_confirmed(uploaded, session, work):
    visitor, address = uploaded()
    visitor.post(f"{address}choices", choices(chosen=["1"], folder="In / 2026"))
    batch = batch_at(session, address)
    assert (batch.state, batch.counts["chosen"]) == (BatchState.READY, 1)
    assert batch.choices["folder"] == "In / 2026"
    visitor.post(f"{address}choices", choices(chosen=["1"], folder="In / 2026", do="confirm"))
    work()
    assert "1 item was imported as a draft" in visitor.get(address).text
    item = session.scalars(select(Item)).one()
    assert item.folder_id is not None


def test_wrong_choices_come_back_with_a_sentence(uploaded):
    visitor, address = uploaded()
    page = visitor.post(f"{address}choices", choices(domain="", competency="x"), expect=422)
    assert "Name the domain" in page.text
    assert "Write a competency such as PR01.F" in page.text


def test_all_shown_can_be_left_out_at_once(uploaded, session):
    visitor, address = uploaded()
    visitor.post(f"{address}choices", choices(do="none", show="new"))
    assert batch_at(session, address).counts["chosen"] == 0
    visitor.post(f"{address}choices", choices(do="confirm", chosen=[]), expect=409)


def test_trainers_cannot_choose_secure(uploaded, session):
    visitor, address = uploaded()
    assert '<option value="secure">' not in visitor.get(address).text
    visitor.post(f"{address}choices", choices(use="secure"), expect=422)


def test_writers_of_secure_items_can(browse, session, work):
    writer = add_person(session, "writer@example.org", Role.ITEM_WRITER)
    visitor = browse(writer)
    address = send(visitor, ("questions.csv", csv_of(*ROWS))).location
    work()
    visitor.post(f"{address}choices", choices(use="secure", do="confirm"))
    work()
    assert {item.partition.value for item in session.scalars(select(Item))} == {"secure"}


def test_the_report_is_a_table(uploaded):
    visitor, address = uploaded()
    report = visitor.get(f"{address}report")
    assert report.mimetype == "text/csv"
    assert "attachment" in report.headers["Content-Disposition"]
    assert report.data.decode("utf-8-sig").count("\r\n") == 4


def test_an_import_is_undone(uploaded, session, work):
    visitor, address = uploaded()
    visitor.post(f"{address}choices", choices(do="confirm"))
    work()
    visitor.post(f"{address}reversal")
    work()
    assert "2 items were taken out again" in visitor.get(address).text
    visitor.post(f"{address}reversal", expect=409)


def test_an_import_is_given_up(uploaded, session):
    visitor, address = uploaded()
    visitor.post(f"{address}cancellation")
    assert batch_at(session, address).state is BatchState.CANCELLED


def test_a_wrong_guess_is_corrected(uploaded, session, work):
    chinese = csv_of(("题干", "选项A", "选项B", "答案"), ("天空是什么颜色？", "红", "蓝", "B"))
    visitor, address = uploaded(("题库.csv", chinese.decode().encode("gb18030")))
    visitor.post(f"{address}readings", {"format-0": "csv", "encoding-0": "gb18030"})
    work()
    batch = batch_at(session, address)
    assert batch.files[0]["wanted_encoding"] == "gb18030"
    assert "天空是什么颜色" in visitor.get(address).text


def test_several_files_and_archives_are_one_import(uploaded, session):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one/a.csv", csv_of(*ROWS[:2]))
        archive.writestr("b.xlsx", workbook_of(ROWS[0], ROWS[2]))
    visitor, address = uploaded(("both.zip", packed.getvalue()), ("more.csv", many(2)))
    batch = batch_at(session, address)
    assert batch.counts["all"] == 4
    assert "one/a.csv" in visitor.get(address).text


def test_no_file_is_said_at_the_field(browse, ivy):
    page = browse(ivy).post(IMPORTS, {}, expect=422, content_type="multipart/form-data")
    assert "Choose a file first." in page.text


def test_what_is_too_large_is_refused_with_a_sentence(browse, ivy, monkeypatch):
    monkeypatch.setattr(blueprint, "LARGEST_UPLOAD", 1000)
    page = send(browse(ivy), ("large.csv", b"x" * 5000), expect=413)
    assert "larger than we accept" in page.text


def test_large_files_pass_where_forms_would_not(browse, ivy, session):
    visitor = browse(ivy)
    rows = many(3) + b'\r\n"P","single","' + b"x" * 7_000_000
    file = FileStorage(io.BytesIO(rows), "large.csv")
    boundary, body = encode_multipart({"csrf_token": visitor.token(), "files": file})
    content_type = f"multipart/form-data; boundary={boundary}"
    reply = visitor.client.post(IMPORTS, data=body, content_type=content_type)
    assert batch_at(session, reply.location).files[0]["size"] == len(rows)


@pytest.mark.parametrize("name", ["questions.xlsx", "questions-zh.xlsx", "questions.csv"])
def test_templates_can_be_fetched(browse, ivy, name):
    assert len(browse(ivy).get(f"/studio/imports/templates/{name}").data) > 100
    browse(ivy).get("/studio/imports/templates/other.xlsx", expect=404)


@pytest.mark.parametrize("path", ["", "state", "report", "media/" + "0" * 64])
def test_another_trainers_import_is_invisible(app, session, browse, ivy, path):
    eve = add_person(session, "eve@example.org", Role.INSTRUCTOR)
    batch = add_batch(app, session, by=ivy)
    browse(eve).get(f"{IMPORTS}{batch.public_id}/{path}", expect=404)
    for act in ("choices", "readings", "cancellation", "reversal"):
        browse(eve).post(f"{IMPORTS}{batch.public_id}/{act}", expect=404)


def test_candidates_and_auditors_are_turned_away(browse, ada, vera, session):
    for person in (ada, vera):
        browse(person).get(IMPORTS, expect=403)
        send(browse(person), ("a.csv", b"x"), expect=403)
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0


DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
PICTURED = f"""<?xml version="1.0" encoding="UTF-8"?>
<quiz><question type="truefalse"><name><text>Dot</text></name>
<questiontext format="html"><text><![CDATA[<p>Is <img src="@@PLUGINFILE@@/dot.png" alt="this"> red?</p>]]></text>
<file name="dot.png" path="/" encoding="base64">{DOT}</file></questiontext>
<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>
</question></quiz>""".encode()


def test_a_picture_is_seen_before_it_is_imported_and_kept_with_the_item(
    app, uploaded, session, work
):
    visitor, address = uploaded(("pictured.xml", PICTURED))
    sha256 = hashlib.sha256(base64.b64decode(DOT)).hexdigest()
    assert f"{address}media/{sha256}" in visitor.get(address).text
    picture = visitor.get(f"{address}media/{sha256}")
    assert (picture.data, picture.mimetype) == (base64.b64decode(DOT), "image/png")
    assert "Content-Disposition" not in picture.headers
    assert picture.headers["Content-Security-Policy"].startswith("default-src 'none'")
    visitor.get(f"{address}media/{'0' * 64}", expect=404)
    visitor.post(f"{address}choices", choices(shown=["0"], chosen=["0"], do="confirm"))
    work()
    item = session.scalars(select(Item)).one()
    assert [medium["sha256"] for medium in item.version.content["media"]] == [sha256]
    assert storage_of(app).get(key_of(sha256)) == picture.data
