"""Our own files: what goes out comes back, the same words, the same keys, the same media."""

import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probity.bank.shapes import dump_item
from probity.exchange.formats import format_named
from probity.exchange.formats.own.emitting import yaml_of
from probity.exchange.found import Source
from probity.kernel import yamlfile
from tests.factories.bank import CONTENT, item
from tests.factories.exchange import read_all

FORM = format_named("probity")
PICTURE = b"\x89PNG\r\n\x1a\n and more"


def back(written):
    return read_all(FORM, Source(written.name, data=written.data))


def bank():
    kinds = [kind for kind in (*CONTENT, "case") if not CONTENT.get(kind, {}).get("media")]
    return [dump_item(item(kind, f"GPP-{100 + n:04}")) for n, kind in enumerate(kinds)]


def test_every_kind_comes_back_equal():
    items = bank()
    written = FORM.write(items, lambda _sha: b"")
    assert written.name == "questions.yaml"
    assert [found.content for found in back(written).found] == items


def test_the_bundled_courses_come_back_equal(course_items):
    items = [found.content for found in course_items]
    assert [found.content for found in back(FORM.write(items, lambda _sha: b"")).found] == items


def test_media_and_folders_go_into_an_archive():
    medium = {"name": "map.png", "sha256": "a" * 64, "type": "image/png", "size": len(PICTURE)}
    items = bank()
    items[0] = dump_item(item(ref="GPP-0100", media=[medium])) | {"folder": ["Maps", "2026"]}
    written = FORM.write(items, {"a" * 64: PICTURE}.__getitem__)
    assert written.name == "questions.zip"
    assert FORM.sniff(written.name, written.data[:65_536])
    reading = back(written)
    found = {one.content["id"]: one for one in reading.found}
    assert len(found) == len(items)
    assert found["GPP-0100"].folder == ("Maps", "2026")
    assert [file.data for file in found["GPP-0100"].media] == [PICTURE]


def test_lost_media_are_named():
    medium = {"name": "map.png", "sha256": "a" * 64, "type": "image/png", "size": 3}
    written = FORM.write([dump_item(item(media=[medium]))], {}.__getitem__)
    assert [note.code for note in written.notes[0]] == ["own_no_medium"]
    assert [note.code for note in back(written).found[0].notes] == ["own_no_medium"]


def test_a_bare_file_needs_no_more_than_the_question():
    text = """format: probity/1
defaults: {domain: GPP-1}
items:
  - kind: true_false
    stem: {en: It is so., zh-Hans: 是这样。}
    answer: true
  - kind: riddle
  - {stem: {en: No kind}}
"""
    good, unknown, bare = read_all(FORM, Source("q.yaml", data=text.encode())).found
    assert (good.content["domain"], good.content["answer"]) == ("GPP-1", True)
    assert (good.where, "id" in good.content) == ("line 4", False)
    assert unknown.refusal.code == "content_unfit"
    assert bare.refusal.code == "own_no_kind"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("format: probity/2\nitems: []\n", "own_version"),
        ("format: probity/1\nitems: 3\n", "own_no_items"),
        ("format: probity/1\nitems: [&a 1, *a]\n", "own_broken"),
        ("format: probity/1\n\titems: []\n", "own_broken"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(text, code):
    reading = read_all(FORM, Source("q.yaml", data=text.encode()))
    assert [note.code for note in reading.problems] == [code]


def test_archives_of_others_are_not_ours():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
    assert not FORM.sniff("x.zip", out.getvalue())


TEXTS = st.text(max_size=40) | st.sampled_from(
    ["yes", "null", "- a", "a: b", "#", "[[gap]]", "{", "]]", "'", '"', "a\nb", " a", "a ", "1.0",
     "\u2028", "\x85", "a\n\n b", "~", "&x", "|", "a\tb\nc", "2026-01-01"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(TEXTS.filter(bool), st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS.filter(bool), inner, max_size=3),
    max_leaves=8,
), max_size=4))  # fmt: skip
def test_yaml_gives_back_what_was_written(thing):
    clean = json.loads(json.dumps(thing))
    assert yamlfile.parse(yaml_of({"x": clean})).data == {"x": clean}
