"""Export and import again: the same items, with and without what is carried beside them."""

import hashlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probity.bank.marking import check_response, is_scorable, mark
from probity.bank.shapes import dump_item
from probity.exchange.formats import format_named
from probity.exchange.formats.qti.bundling import to_version_3
from probity.exchange.formats.qti.check import parsed
from probity.exchange.formats.qti.extras import HOUSE
from probity.exchange.formats.qti.reading import read_document
from probity.exchange.formats.qti.writing import item_of
from probity.exchange.found import Source
from tests.bank import strategies
from tests.exchange.formats.qti.packages import assert_valid
from tests.factories import bank
from tests.factories.exchange import read_all

WRITERS = ("qti-2.1", "qti-3.0")
STEP = {"qti-2.1": 1, "qti-3.0": 3}
"""Version 3 is version 2 by other names: every third item has all of them many times."""

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
CHOOSING = st.one_of(
    strategies.singles(),
    strategies.multiples(),
    strategies.mapped(),
    strategies.matchings(),
    strategies.gap_matches(),
    strategies.matrices(),
    strategies.hotspots(),
    strategies.farther_orderings(),
    strategies.fixed("true_false"),
)


def core(content):
    """What an item says, without what the bank gives it."""
    mine = {name: value for name, value in content.items() if name not in HOUSE - {"media"}}
    if mine["kind"] == "case":
        mine["items"] = [
            {k: v for k, v in child.items() if k not in HOUSE | {"media"}}
            for child in mine["items"]
        ]
    return mine


def there_and_back(writer, items, files=None):
    """The items after an export and an import."""
    written = format_named(writer).write(items, (files or {}).__getitem__)
    assert_valid(writer, written.data)
    reading = read_all(format_named("cartridge"), Source(written.name, written.data))
    assert not reading.problems
    assert [found.refusal for found in reading.found] == [None] * len(items)
    return [dump_item(parsed(found.content, found.media)) for found in reading.found]


def assert_same(writer, items, files=None):
    for before, after in zip(items, there_and_back(writer, items, files), strict=True):
        assert core(after) == core(before)


@pytest.fixture(scope="module")
def imported(qti_readings):
    """Every item that the public files give, and the files they show."""
    items, files = [], {}
    for _, reading, _ in qti_readings.values():
        for found in reading.found if reading else []:
            if found.content:
                item = dump_item(parsed(found.content, found.media))
                item["id"] = f"AAA-{len(items) + 1:04}"
                items.append(item)
                files |= {hashlib.sha256(m.data).hexdigest(): m.data for m in found.media}
    return items, files


@pytest.mark.slow
@pytest.mark.parametrize("writer", WRITERS)
def test_the_public_files_come_back_as_they_went(imported, writer):
    items, files = imported
    assert len(items) > 600
    assert_same(writer, items[:: STEP[writer]], files)


@pytest.mark.slow
@pytest.mark.parametrize("writer", WRITERS)
def test_our_own_courses_come_back_as_they_went(writer, course_items):
    assert_same(writer, [found.content for found in course_items[:: STEP[writer]]])


@pytest.mark.parametrize("writer", WRITERS)
@settings(max_examples=40, deadline=None)
@given(item=strategies.ITEMS | strategies.mapped() | strategies.farther_orderings())
def test_items_of_every_kind_come_back_as_they_went(writer, item):
    files = {medium.sha256: PNG for medium in item.media}
    content = dump_item(item)
    digest = hashlib.sha256(PNG).hexdigest()
    for medium in content.get("media", []):
        medium.update(sha256=digest, size=len(PNG), type="image/png")
        medium.pop("alt", None)
        files[digest] = PNG
    (after,) = there_and_back(writer, [content], files)
    names = {medium["name"] for medium in after.pop("media", [])}
    assert names == {medium["name"] for medium in content.pop("media", [])}
    assert core(after) == core(content)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_written_marks_as_the_item_does(data):
    """Read from the item alone, without anything carried beside it."""
    item = data.draw(CHOOSING)
    root, notes = item_of(dump_item(item), "i1", lambda name: name)
    if data.draw(st.booleans()):
        root = to_version_3(root)
    if notes:
        return
    (found,) = read_document(root, "")
    if found.content is None:
        assert found.refusal.code in {"qti_unproved", "qti_order_scores", "qti_not_additive"}
        return
    again = parsed(found.content, found.media)
    assert is_scorable(again)
    for _ in range(5):
        response = check_response(item, data.draw(strategies.responses(item)))
        assert mark(again, response).earned == mark(item, response).earned, (
            response,
            found.content,
        )


def test_tags_feedback_and_files_stand_in_the_format_itself():
    content = dump_item(bank.item("single"))
    digest = hashlib.sha256(PNG).hexdigest()
    content |= {
        "name": "Which one",
        "tags": ["fuel", "采购"],
        "feedback": {"right": {"en": "Yes."}, "general": {"en": "See the law."}},
        "stem": {"en": "Look:\n\n![A seal](media:seal.png)"},
        "media": [{"name": "seal.png", "sha256": digest, "type": "image/png", "size": len(PNG)}],
    }
    written = format_named("qti-2.1").write([content], {digest: PNG}.__getitem__)
    stripped = without_extras(written.data)
    (found,) = read_all(format_named("cartridge"), Source("a.zip", stripped)).found
    assert found.content["tags"] == ["fuel", "采购"]
    assert found.content["feedback"]["right"] == {"en": "Yes."}
    assert found.content["feedback"]["general"] == {"en": "See the law."}
    assert "![A seal](media:seal.png)" in found.content["stem"]["en"]
    assert [file.data for file in found.media] == [PNG]
    assert [option["why"]["en"] for option in found.content["options"]] == ["canary reason"] * 3


def without_extras(data):
    """The package as another program would write it again: without our notes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if not name.startswith("probity/"):
                new.writestr(name, text)
    return out.getvalue()


def rewritten(data, old_words, new_words):
    """The package with some words changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(old_words, new_words))
    return out.getvalue()


def test_an_item_edited_elsewhere_loses_our_notes_but_not_its_classification():
    content = dump_item(bank.item("single"))
    written = format_named("qti-2.1").write([content], {}.__getitem__)
    edited = rewritten(written.data, b"Option whole", b"Option edited")
    (found,) = read_all(format_named("cartridge"), Source("a.zip", edited)).found
    assert found.content["competency"] == content["competency"]
    assert found.content["options"][1]["text"] == {"en": "Option edited"}
    assert "qti_edited" in {note.code for note in found.notes}


@pytest.mark.parametrize("note", [b"{", b"[" * 100_000, b"[]", b'{"digest": "x"}'])
def test_a_broken_note_beside_an_item_counts_for_nothing(note):
    content = {**dump_item(bank.item("true_false")), "folder": ["Unit 1"]}
    written = format_named("qti-2.1").write([content], {}.__getitem__)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written.data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, note if name.startswith("probity/") else old.read(name))
    (found,) = read_all(format_named("cartridge"), Source("a.zip", out.getvalue())).found
    assert (found.folder, found.content["kind"]) == ((), "true_false")


def test_folders_come_back_and_what_the_bank_gives_cannot_be_smuggled_in():
    content = {**dump_item(bank.item("true_false")), "folder": ["Unit 1", "Fuel"]}
    written = format_named("qti-2.1").write([content], {}.__getitem__)
    evil = rewritten(written.data, b'"fields": {', b'"fields": {"status": "active", "use": "x", ')
    (found,) = read_all(format_named("cartridge"), Source("a.zip", evil)).found
    assert found.folder == ("Unit 1", "Fuel")
    assert not {"status", "use", "folder"} & set(found.content)


def test_foreign_metadata_goes_out_again():
    lom = '<metadata xmlns="m"><lom xmlns="l"><general><keyword>old</keyword></general></lom></metadata>'
    content = dump_item(bank.item("true_false"))
    content["foreign"] = {
        "format": "qti-2.1",
        "id": "theirs",
        "max": None,
        "data": {"metadata": lom},
        "processing": None,
    }
    written = format_named("qti-2.1").write([content], {}.__getitem__)
    assert b"<keyword>old</keyword>" in manifest_of(written.data)
    assert b'identifier="RES-theirs"' in manifest_of(written.data)
    assert core(there_and_back("qti-3.0", [content])[0]) == core(content)


def manifest_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read("imsmanifest.xml")
