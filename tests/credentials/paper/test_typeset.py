"""The finished file; independent judges look at it in tests/credentials/judges."""

import gc
import io
import tempfile
import zlib

import pikepdf
import pydyf
import pypdfium2
import pytest

from probity.credentials.paper import tagging, typeset
from probity.credentials.paper.typeset import Typesetter, Unprintable
from probity.kernel import scratch
from tests.factories.credentials import MADE_AT, make_facts, make_file


def text_of(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return pdf[0].get_textpage().get_text_bounded()


def test_a_specimen_says_so_in_text_and_credential(press, made):
    text = text_of(made.data)
    assert "SPECIMEN" in text
    assert "样本" in text
    assert '"name": "SPECIMEN: Government' in made.file.credential
    real, file = make_file(press, make_facts(press, specimen=False))
    assert "SPECIMEN" not in text_of(real)
    assert "SPECIMEN" not in file.credential


def test_nothing_outside_the_page_itself_can_be_fetched():
    fetcher = typeset._Fetcher([b"face"])
    assert fetcher.fetch("font:0").read() == b"face"
    for address in ("file:///etc/hostname", "http://localhost/", "https://example.org/x.css"):
        with pytest.raises(ValueError, match="disallowed"):
            fetcher.fetch(address)


def test_a_page_without_attachments_is_sound(press):
    private = press.ring.private(press.current.id)
    data = press.typesetter.typeset(make_facts(press), private.credential, [], MADE_AT)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.attachments) == 0
        assert len(pdf.pages) == 1


def test_a_sign_without_glyph_is_refused_and_named(press):
    facts = make_facts(press, name_native="林😀")
    with pytest.raises(Unprintable) as refused:
        make_file(press, facts)
    assert (refused.value.field, refused.value.signs) == ("name_native", ("😀",))


def test_markup_in_a_name_is_printed_and_fetches_nothing(press):
    hostile = '<img src="file:///etc/hostname">'
    data, _file = make_file(press, make_facts(press, name_latin=hostile, name_native=None))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert sorted(pdf.attachments) == ["credential.json", "receipt.json"]
    text = text_of(data)
    assert "file:///etc/hostname" in "".join(text.split())


def test_a_name_with_signs_over_signs_is_copied_as_written(press):
    """Glyphs alone do not tell in what order such letters were written."""
    data, _file = make_file(press, make_facts(press, name_native="क्षत्रिय", native_lang="hi"))
    assert "क्षत्रिय" in text_of(data)


def test_no_stream_ends_so_that_its_length_is_in_doubt():
    """One stream in 256 would end with a carriage return."""
    unclear = (bytes([a, b]) for a in range(256) for b in range(256))
    words = next(two for two in unclear if zlib.compress(two).endswith(b"\r"))
    for stream in (pydyf.Stream([words], compress=True), pydyf.Stream([b"x\r"])):
        assert tagging.UNCLEAR in stream.data
        tagging._pack(stream)
        assert tagging.UNCLEAR not in stream.data


def test_faces_lie_where_the_next_process_finds_what_a_killed_one_left(press, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")  # WeasyPrint's own choice
    fresh = Typesetter(press.typesetter.library)
    private = press.ring.private(press.current.id)
    fresh.typeset(make_facts(press), private.credential, [], MADE_AT)
    own = scratch.folder(press.typesetter.library.folder / "setting")
    assert sum(path.stat().st_size for path in own.glob("*/*")) > 100_000
    held = set(own.iterdir())
    del fresh
    gc.unfreeze()
    gc.collect()
    assert set(own.iterdir()) < held
