"""Archives from strangers: what leads out, blows up, lies or breaks is refused or left out."""

import contextlib
import io
import resource
import stat
import struct
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probity.exchange import archive
from probity.exchange.found import Unreadable


def packed(*entries, method=zipfile.ZIP_DEFLATED):
    """An archive of names (or ready entries) and bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, data in entries:
            file.writestr(name, data)
    return stream.getvalue()


def read_through(data, bounds=None):
    opened = archive.open_archive(data, bounds)
    for name in opened:
        opened.head(name)
        opened.read(name)


def refusal(data, bounds=None):
    with pytest.raises(Unreadable) as caught:
        read_through(data, bounds)
    return caught.value.note.code


def test_files_come_out_as_they_went_in():
    opened = archive.open_archive(packed(("items/a.xml", b"<a/>"), ("b.png", b"\x89PNG")))
    assert list(opened) == ["items/a.xml", "b.png"]
    assert opened.read("items/a.xml") == b"<a/>"
    assert opened.find("ITEMS/A.XML") == "items/a.xml"


def test_a_file_on_the_disk_is_let_go_of(tmp_path):
    file = tmp_path / "a.zip"
    file.write_bytes(packed(("a.xml", b"<a/>")))
    opened = archive.open_archive(file)
    assert opened.read("a.xml") == b"<a/>"
    opened.close()
    assert opened.stream.closed


@pytest.mark.parametrize(
    "name",
    ["../evil.xml", "a/../../evil.xml", "/etc/passwd", "C:\\evil.xml", "..\\evil.xml", "a\nb.xml"],
)
def test_names_that_lead_out_are_left_out_and_named(name):
    opened = archive.open_archive(packed((name, b"x"), ("good.xml", b"y")))
    assert list(opened) == ["good.xml"]
    assert [note.code for note in opened.notes] == ["archive_path"]


def test_links_and_locked_entries_are_left_out():
    link = zipfile.ZipInfo("link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    opened = archive.open_archive(packed((link, b"/etc/passwd"), ("good.xml", b"y")))
    assert list(opened) == ["good.xml"]
    assert [note.code for note in opened.notes] == ["archive_link"]
    data = bytearray(packed(("locked.xml", b"secret")))
    place = data.rfind(archive.SIGNATURE)
    data[place + 8] |= archive.ENCRYPTED
    assert [n.code for n in archive.open_archive(bytes(data)).notes] == ["archive_locked"]


def test_a_name_that_stands_twice_counts_once():
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed(("a.xml", b"first"), ("a.xml", b"second"))
    opened = archive.open_archive(data)
    assert opened.read("a.xml") == b"first"
    assert [note.code for note in opened.notes] == ["archive_twin"]


def test_a_bomb_is_refused_before_it_unpacks():
    data = packed(("bomb.xml", bytes(60 * archive.MIB)))
    tracemalloc.start()
    started = time.process_time()
    assert refusal(data) == "archive_bomb"
    assert time.process_time() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 16 * archive.MIB
    tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_is_refused_while_it_unpacks():
    data = bytearray(packed(("bomb.xml", bytes(60 * archive.MIB))))
    place = data.rfind(archive.SIGNATURE)
    data[place + 24 : place + 28] = struct.pack("<I", 1000)
    code = refusal(bytes(data))
    assert code in {"archive_bomb", "archive_entry_broken"}


def test_too_many_entries_are_refused_before_they_are_listed():
    data = packed(*((f"{n}.xml", b"") for n in range(65_000)), method=zipfile.ZIP_STORED)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    assert refusal(data) == "archive_crowded"
    assert time.process_time() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_total_size_is_bounded_across_entries():
    bounds = archive.Bounds(total_bytes=1000)
    parts = [(f"{n}.xml", bytes(600)) for n in range(2)]
    assert refusal(packed(*parts, method=zipfile.ZIP_STORED), bounds) == "archive_too_large"


def test_chinese_names_are_read_whether_marked_or_not():
    marked = packed(("题库/第一题.xml", b"<a/>"))
    assert list(archive.open_archive(marked)) == ["题库/第一题.xml"]
    raw = "题库.xml".encode("gb18030")
    unmarked = packed(("xxxx.xml", b"<a/>")).replace(b"xxxx.xml", raw)
    assert len(raw) == len("xxxx.xml")
    assert list(archive.open_archive(unmarked)) == ["题库.xml"]


def test_litter_of_other_systems_is_passed_over():
    opened = archive.open_archive(packed(("__MACOSX/._a.xml", b"x"), (".DS_Store", b"x")))
    assert not list(opened)
    assert not opened.notes


@pytest.mark.parametrize("cut", [1, 10, 30, 60])
def test_what_is_cut_off_is_refused(cut):
    data = packed(("a.xml", b"<a/>" * 50))
    assert refusal(data[:-cut]) in {"archive_broken", "archive_entry_broken"}


def test_a_wrong_checksum_is_refused():
    data = packed(("a.xml", b"<a/>"), method=zipfile.ZIP_STORED).replace(b"<a/>", b"<b/>")
    assert refusal(data) == "archive_entry_broken"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_bytes_raise_anything_else(data):
    whole = bytearray(packed(("a.xml", b"<a/>" * 9), ("b/c.png", b"\x89PNG" * 9)))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(whole)))
    with contextlib.suppress(Unreadable):
        read_through(bytes(whole[:end] if end > 8 else whole))
