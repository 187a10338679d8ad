"""Out and in again: what comes back is what went out."""

import hashlib
from functools import cache

import pytest

from probity.bank.shapes import dump_item
from probity.exchange.detect import format_of
from probity.exchange.formats import format_named
from probity.exchange.found import Source
from probity.exchange.items import as_item
from probity.kernel.markup import block_html
from tests.factories.exchange import read_all

HOMES = {"moodle-xml": ("moodle_xml", "moodle_xml_crlf"), "gift": ("gift", "gift_crlf"),
         "aiken": ("aiken",)}  # fmt: skip
NAMES = sorted(HOMES)


def read(form, name, **where):
    reading = read_all(form, Source(name, **where))
    assert reading.problems == []
    return [found for found in reading.found if found.content]


def media_of(founds):
    files = [file for found in founds for file in found.media]
    return {hashlib.sha256(file.data).hexdigest(): file.data for file in files}.__getitem__


def out_and_in(form, founds, media):
    """What comes back, and how many the format could not hold."""
    items = [{**found.content, "folder": list(found.folder)} for found in founds]
    written = form.write(items, media)
    unheld = {
        place
        for place, notes in written.notes.items()
        if any(note.code == "kind_unheld" for note in notes)
    }
    return read(form, written.name, data=written.data), unheld


def contents(founds):
    return [dump_item(as_item(found.content)) for found in founds]


@pytest.mark.parametrize("name", NAMES)
def test_files_of_others_come_back_equal_at_once(corpus, name):
    form = format_named(name)
    count = 0
    for home in HOMES[name]:
        for path in sorted(path for path in (corpus / home).rglob("*") if path.is_file()):
            first = read(form, path.name, path=path)
            if not first:
                continue
            again, unheld = out_and_in(form, first, media_of(first))
            assert not unheld
            assert contents(again) == contents(first), path.name
            assert [one.folder for one in again] == [one.folder for one in first], path.name
            count += len(first)
    assert count == {"moodle-xml": 154, "gift": 644, "aiken": 10}[name]


@pytest.fixture(scope="module")
def passed(course_items):
    """What comes back of our own courses from each format."""
    return cache(lambda name: out_and_in(format_named(name), course_items, {}.__getitem__))


@pytest.mark.parametrize("name", NAMES)
def test_our_own_courses_are_stable_after_the_first_pass(course_items, passed, name):
    form = format_named(name)
    first, unheld = passed(name)
    assert len(first) >= len(course_items) - len(unheld)
    again, unheld = out_and_in(form, first, {}.__getitem__)
    assert not unheld
    assert contents(again) == contents(first)


def test_moodle_keeps_both_languages_word_for_word(course_items, passed):
    first, _unheld = passed("moodle-xml")
    back = {found.content["foreign"]["id"]: found.content for found in first}
    compared = 0
    for found in course_items:
        if found.kind in {"case", "cloze"}:
            continue
        content, returned = found.content, back[found.content["id"]]
        for locale in ("en", "zh-Hans"):
            for one, other in zip(texts(content), texts(returned), strict=True):
                ours, theirs = one.get(locale, one["en"]), other.get(locale, other["en"])
                assert shown(ours) == shown(theirs)
                compared += 1
    assert compared > 1000


def texts(content):
    pieces = [*content.get("options", ()), *content.get("left", ()), *content.get("steps", ())]
    return [content["stem"], *(piece["text"] for piece in pieces)]


def shown(words):
    return " ".join(block_html(words).split())


@pytest.mark.parametrize("name", ["moodle-every-type.xml", "every-type.gift", "plain.aiken.txt"])
def test_our_own_files_come_back_equal_at_once(own_files, name):
    source = Source(name, path=own_files / name)
    form = format_of(source)
    first = read(form, name, path=own_files / name)
    again, unheld = out_and_in(form, first, media_of(first))
    kept = [found for place, found in enumerate(first) if place not in unheld]
    assert len(kept) >= len(first) - 2
    assert contents(again) == contents(kept)
    assert [found.media for found in again] == [found.media for found in kept]
