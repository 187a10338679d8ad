"""Hostile files end in a sentence, in time, within bounds."""

import io
import threading
import zlib

import pikepdf
import pytest

from probity.credentials.checks import reading, sandbox
from probity.credentials.checks.contents import Contents, Problem
from probity.credentials.paper.layout import every_box
from probity.kernel.errors import TooMany
from tests.credentials import tampering

AREAS_IN_POINTS = every_box()


def numbered(*bodies):
    """A PDF of objects 1, 2, …; the first is the catalogue."""
    out, places = io.BytesIO(b"%PDF-1.5\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(bodies, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table))
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return out.getvalue()


def bomb(megabytes):
    """A page whose content expands a thousandfold."""
    packer, block = zlib.compressobj(9), b" " * (1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    stream = b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed)
    return numbered(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>",
        stream,
    )


def test_the_sandbox_finds_what_the_reader_finds(made):
    found = sandbox.read(made.data)
    direct = reading.read(made.data, AREAS_IN_POINTS)
    assert found.credential == direct["credential"]
    assert found.fields == direct["fields"]
    assert list(found.claims) == direct["claims"]


@pytest.mark.slow
def test_a_file_that_expands_a_thousandfold_harms_nobody(made):
    assert sandbox.read(bomb(400)).problem in {Problem.DAMAGED, Problem.TOO_COMPLEX}
    assert sandbox._kept[0].process.poll() is None
    assert sandbox.read(made.data).problem is None


def test_each_file_has_a_process_of_its_own_and_all_share_one_helper(made):
    sandbox.read(made.data)
    (helper,) = sandbox._kept
    sandbox.read(made.data)
    assert sandbox._kept == [helper]


def test_a_helper_that_ended_is_followed_by_another(made):
    sandbox.read(made.data)
    (helper,) = sandbox._kept
    helper.process.kill()
    helper.process.wait()
    assert sandbox.read(made.data).problem is None
    assert sandbox._kept != [helper]


def test_the_helper_of_the_process_we_were_forked_from_is_left_alone(made, monkeypatch):
    sandbox.read(made.data)
    (helper,) = sandbox._kept
    monkeypatch.setattr(helper, "owner", -1)
    assert sandbox.read(made.data).problem is None
    assert sandbox._kept != [helper]
    helper.close()
    assert helper.process.wait(timeout=10) == 0


def test_a_file_of_very_many_parts_is_too_complex():
    pages = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    file = numbered(*pages, page, *([b"[]"] * (reading.OBJECTS + 1)))
    assert sandbox.read(file).problem == Problem.TOO_COMPLEX


def many_pages():
    with pikepdf.new() as pdf:
        for _ in range(reading.PAGES + 1):
            pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_deep_nesting_is_damage_not_a_crash():
    deep = b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 50_000 + b"]" * 50_000 + b">>"
    assert sandbox.read(numbered(deep, b"<</Type/Pages/Kids[]/Count 0>>")).problem


def test_what_is_nested_deeper_than_a_reader_acts_on_is_left_alone():
    deep = b"<</Type/Catalog/Pages 2 0 R/X " + b"<</Y " * 12 + b"1" + b">>" * 12 + b">>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    file = numbered(deep, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page)
    assert reading.read(file, AREAS_IN_POINTS).get("problem") is None


def test_pictures_keep_the_text_from_being_compared():
    stream = b"<</Filter/DCTDecode/Length 4>>\nstream\nabcd\nendstream"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    file = numbered(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream
    )
    assert sandbox.read(file) == Contents()


def test_without_a_reader_every_file_is_damaged(monkeypatch, made, tmp_path):
    sandbox.close()
    monkeypatch.setattr(sandbox, "PROGRAM", tmp_path / "missing.py")
    assert sandbox.read(made.data).problem == Problem.DAMAGED
    sandbox.close()


def test_a_reader_that_says_nothing_sensible_is_a_damaged_file(monkeypatch, made):
    monkeypatch.setattr(sandbox.Helper, "read", lambda _helper, _data: b"{")
    assert sandbox.read(made.data).problem == Problem.DAMAGED


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (tampering.encrypted, "encrypted"),
        (tampering.with_script, "active-content"),
        (lambda _data: b"%PDF-1.7 %%EOF", "damaged"),
        (lambda _data: many_pages(), "too-complex"),
        (lambda data: tampering.rewritten(data, encryption=pikepdf.Encryption()), "encrypted"),
    ],
)
def test_the_reader_alone_names_each_problem(made, change, problem):
    assert reading.read(change(made.data), AREAS_IN_POINTS) == {"problem": problem}


def test_when_all_places_are_taken_one_is_asked_to_come_back(monkeypatch, made):
    monkeypatch.setattr(sandbox, "SECONDS", 0.01)
    monkeypatch.setattr(sandbox, "_places", threading.BoundedSemaphore(1))
    with sandbox._places, pytest.raises(TooMany):
        sandbox.read(made.data)
