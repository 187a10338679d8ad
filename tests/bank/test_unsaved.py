"""What is typed and not saved is kept, comes back, and is forgotten when it should be."""

import struct
from io import BytesIO

import pytest
from sqlalchemy import select

from probity.bank import showing, unsaved
from probity.bank.editor import files
from probity.bank.models import ItemVersion, UnsavedItem
from tests.bank.pages import form_values
from tests.factories.bank import add_item

URL = "/studio/items/GPP-0001"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"rest"


def send(visitor, url, values, expect, **changes):
    data = {name: values.getlist(name) for name in values} | changes
    return visitor.post(url, data, expect)


def opened(visitor, url=f"{URL}/edit"):
    return form_values(visitor.get(url).text)


def test_what_was_typed_comes_back_until_it_is_saved(session, browse, ivy):
    add_item(session)
    visitor = browse(ivy)
    values = opened(visitor)
    page = send(
        visitor, f"{URL}/edit", values, 200, **{"stem.en": "Half a thought", "do": "refresh"}
    )
    assert "Kept for you" in page.text
    again = visitor.get(f"{URL}/edit").text
    assert "What you had not saved is back" in again
    values = form_values(again)
    assert values["stem.en"] == "Half a thought"
    send(visitor, f"{URL}/edit", values, 303, do="save")
    assert "not saved is back" not in visitor.get(f"{URL}/edit").text
    assert session.scalars(select(UnsavedItem)).all() == []


def test_it_can_be_thrown_away(session, browse, ivy):
    add_item(session)
    visitor = browse(ivy)
    send(visitor, f"{URL}/edit", opened(visitor), 200, **{"stem.en": "No", "do": "refresh"})
    visitor.post("/studio/items/unsaved/removals", {"ref": "GPP-0001", "kind": "single"}, 303)
    assert opened(visitor)["stem.en"] == "Which one?"
    visitor.post("/studio/items/unsaved/removals", {"kind": "riddle"}, 422)


def test_a_new_item_is_kept_too_and_for_its_author_only(session, browse, ivy, otto):
    visitor = browse(ivy)
    values = opened(visitor, "/studio/items/new?kind=numeric")
    send(visitor, "/studio/items/new", values, 200, **{"stem.en": "Mine", "do": "refresh"})
    assert opened(visitor, "/studio/items/new?kind=numeric")["stem.en"] == "Mine"
    assert opened(visitor, "/studio/items/new?kind=single")["stem.en"] == ""
    assert unsaved.find(session, otto.id, "new/numeric") is None


def test_a_save_from_an_older_version_is_told_and_loses_nothing(session, browse, ivy):
    row = add_item(session)
    visitor = browse(ivy)
    values = opened(visitor)
    send(visitor, f"{URL}/edit", values, 200, **{"stem.en": "First", "do": "refresh"})
    send(visitor, f"{URL}/edit", values, 303, **{"stem.en": "Second", "do": "save"})
    send(visitor, f"{URL}/edit", values, 200, **{"stem.en": "Third", "do": "refresh"})
    page = visitor.get(f"{URL}/edit").text
    assert f"Meanwhile version {row.current} was saved" in page
    refused = send(visitor, f"{URL}/edit", form_values(page), 409, do="save")
    assert "Third" in refused.text


def upload(visitor, url, values, name, data, **alt):
    sent = {key: values.getlist(key) for key in values} | {"do": "upload"}
    words = {f"upload.alt.{locale}": text for locale, text in alt.items()}
    return visitor.post(url, {**sent, **words, "upload.file": (BytesIO(data), name)}, 200)


def test_a_picture_is_added_shown_and_saved_with_the_item(session, browse, ivy):
    row = add_item(session)
    visitor = browse(ivy)
    page = upload(visitor, f"{URL}/edit", opened(visitor), "Plan of the site.png", PNG, en="A plan")
    values = form_values(page.text)
    name, digest = values["media.0.name"], values["media.0.sha256"]
    assert name == "Plan-of-the-site.png"
    values["stem.en"] = f"Look: ![the plan](media:{name})"
    preview = send(visitor, f"{URL}/edit", values, 200, do="refresh").text
    assert f'src="/studio/items/files/{digest}"' in preview
    got = visitor.get(f"/studio/items/files/{digest}")
    assert (got.data, got.mimetype) == (PNG, "image/png")
    send(visitor, f"{URL}/edit", values, 303, do="save")
    session.refresh(row)
    version = session.scalars(select(ItemVersion).order_by(ItemVersion.number.desc())).first()
    assert version.content["media"][0]["alt"]["en"] == "A plan"
    assert f'src="/media/{version.id}/{digest}"' in visitor.get(f"{URL}/").text
    visitor.get(f"/studio/items/files/{digest}", expect=404)


@pytest.mark.parametrize(
    ("name", "data", "alt", "sentence"),
    [
        ("x.png", b"", "A", "file is empty"),
        ("x.png", b"<svg onload=alert(1)>", "A", "Only pictures"),
        ("x.html", b"<html>", "A", "Only pictures"),
        ("x.png", PNG, "", "Say what the picture shows"),
        ("x.png", PNG + b"x" * 1000, "A", "The file is larger than"),
    ],
)
def test_what_cannot_be_added_is_told(monkeypatch, session, browse, ivy, name, data, alt, sentence):
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    add_item(session)
    visitor = browse(ivy)
    page = upload(visitor, f"{URL}/edit", opened(visitor), name, data, en=alt)
    assert sentence in page.text
    assert form_values(page.text)["media.rows"] == "0"


def test_a_hotspot_takes_its_size_from_the_first_picture(browse, ivy):
    visitor = browse(ivy)
    values = opened(visitor, "/studio/items/new?kind=hotspot")
    page = upload(visitor, "/studio/items/new", values, "map.png", PNG, en="A map")
    values = form_values(page.text)
    assert (values["image"], values["width"], values["height"]) == ("map.png", "640", "480")


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [
        (PNG, "image/png", (640, 480)),
        (b"GIF89a" + struct.pack("<HH", 7, 5), "image/gif", (7, 5)),
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x01\x00\x02\x00abcdef",
            "image/jpeg",
            (512, 256),
        ),
        (b"\xff\xd8\xff\xe0\x00", "image/jpeg", (0, 0)),
        (b"\x89PNG\r\n\x1a\n", "image/png", (0, 0)),
        (b"RIFF0000WEBPVP8 ", "image/webp", (0, 0)),
        (b"RIFF0000WAVEfmt ", "audio/wav", (0, 0)),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4", (0, 0)),
        (b"ID3\x04", "audio/mpeg", (0, 0)),
        (b"OggS", "audio/ogg", (0, 0)),
    ],
)
def test_files_are_known_by_their_own_bytes(data, kind, size):
    found = files.recognised(data)
    assert (found.type, (found.width, found.height)) == (kind, size)


@pytest.mark.parametrize(
    "data", [b"", b"<svg>", b"%PDF-1.7", b"RIFF0000AVI ", b"\x00\x00\x00\x20ftypisom"]
)
def test_other_files_are_not_known(data):
    assert files.recognised(data) is None


def test_names_are_safe_and_different():
    taken = {"a.png"}
    assert files.safe_name("a.png", "image/png", taken) == "a-2.png"
    assert files.safe_name("../../etc/passwd", "image/png", set()) == "passwd.png"
    assert files.safe_name("地图 (1).PNG", "image/png", set()) == "地图-1.png"


def test_the_same_bytes_are_kept_once(app):
    with app.app_context():
        assert showing.keep(b"same") == showing.keep(b"same")
