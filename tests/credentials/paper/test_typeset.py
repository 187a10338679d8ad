"""The finished file before independent judges."""

import io
import re
import subprocess

import page as page_validation
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from probity.credentials.checks import inspection
from probity.credentials.paper import typeset
from probity.credentials.paper.layout import AREAS
from probity.credentials.paper.typeset import Unprintable
from probity.credentials.proofs import keys, qr
from tests.factories.credentials import MADE_AT, make_facts

NAMES = {
    "short": ("Lin Wei", "林蔚", "zh"),
    "long": ("Wolfeschlegelsteinhausenbergerdorff Hubert Blaine von Hohenlohe-Langenburg", None, None),
    "longest": ("Maria " * 33 + "Ng", "李" * 200, "zh"),
    "rare": ("Li Mingxuan", "䶮㛃𬀪", "zh"),
    "arabic": ("Muhammad Al Saud", "محمد آل سعود", "ar"),
    "thai": ("Somchai Srisuk", "สมชาย ศรีสุข", "th"),
    "vietnamese": ("Nguyễn Thị Hồng", None, None),
    "combining": ("X\u030cavier O’Brien", "Иванов", "ru"),
    "markup": ("<b>Bob</b> & Co", None, None),
}  # fmt: skip


def text_of(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return pdf[0].get_textpage().get_text_bounded()


@pytest.fixture(scope="module", params=NAMES)
def sheet(request, press):
    """A signed certificate for one kind of name, and what it states."""
    latin, native, lang = NAMES[request.param]
    facts = make_facts(press, name_latin=latin.strip(), name_native=native, native_lang=lang)
    return facts, press.make(facts, MADE_AT)[0]


@pytest.mark.parametrize("profile", ["PDF_A_3A", "PDF_UA_1"])
def test_every_file_conforms_to_both_standards(sheet, profile):
    wanted = getattr(page_validation.ValidationProfile, profile)
    report = page_validation.validate_pdf_bytes(sheet[1], profile=wanted)
    assert report.is_compliant, [failure.message for failure in report.failures]


def test_every_field_can_be_read_where_it_belongs(sheet):
    facts, data = sheet
    with pypdfium2.PdfDocument(data) as pdf:
        text = pdf[0].get_textpage()
        found = {name: text.get_text_bounded(*area.points()) for name, area in AREAS.items()}
    assert inspection.differing(found, facts.printed()) == []


def test_only_our_own_faces_are_embedded(sheet):
    with pikepdf.open(io.BytesIO(sheet[1])) as pdf:
        fonts = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary)]
        names = {str(f["/FontName"]) for f in fonts if f.get("/Type") == "/FontDescriptor"}
        embedded = [f for f in fonts if f.get("/Type") == "/FontDescriptor" and "/FontFile2" in f]
    assert names
    assert all(re.fullmatch(r"/[A-Z]{6}\+Probity-.*", name) for name in names)
    assert len(embedded) == len(names)


def test_the_code_is_read_from_a_coarse_print(sheet, press):
    facts, data = sheet
    with pypdfium2.PdfDocument(data) as pdf:
        picture = pdf[0].render(scale=150 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text.startswith(f"{facts.address}#")
    summary = qr.read(code.text, {facts.key_id: press.current.credential})
    assert summary.number == facts.number
    assert facts.name_latin.startswith(summary.name_latin.rstrip("…"))


@pytest.mark.parametrize("program", ["pdfsig", "mutool", "qpdf"])
def test_other_programs_accept_the_file(made, tmp_path, program):
    file = tmp_path / "certificate.pdf"
    file.write_bytes(made.data)
    command = {
        "pdfsig": ["pdfsig", "-nocert", file],
        "mutool": ["mutool", "sign", "-v", file],
        "qpdf": ["qpdf", "--check", file],
    }[program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    expected = {
        "pdfsig": ["Signature is Valid", "Total document signed"],
        "mutool": ["The document is unchanged since signing"],
        "qpdf": ["No syntax or stream encoding errors"],
    }[program]
    assert [words for words in expected if words not in said] == []


def test_pyhanko_finds_the_signature_whole_and_final(made):
    (signature,) = PdfFileReader(io.BytesIO(made.data)).embedded_signatures
    authority = Certificate.load(made.trusted[0].authority)
    context = ValidationContext(trust_roots=[authority], allow_fetching=False)
    status = validate_pdf_signature(signature, context)
    assert status.bottom_line
    assert status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.docmdp_level.name == "NO_CHANGES"


def test_a_specimen_says_so_in_text_and_credential(press, made):
    text = text_of(made.data)
    assert "SPECIMEN" in text
    assert "样本" in text
    assert '"name": "SPECIMEN: Government' in made.file.credential
    real, file = press.make(make_facts(press, specimen=False), MADE_AT)
    assert "SPECIMEN" not in text_of(real)
    assert "SPECIMEN" not in file.credential


def test_nothing_outside_the_page_itself_can_be_fetched():
    fetcher = typeset._Fetcher([b"face"])
    assert fetcher.fetch("font:0").read() == b"face"
    for address in ("file:///etc/hostname", "http://localhost/", "https://example.org/x.css"):
        with pytest.raises(ValueError, match="disallowed"):
            fetcher.fetch(address)


def test_a_page_without_attachments_is_sound(press):
    private = keys.load_private(press.folder, press.current)
    data = press.typesetter.typeset(make_facts(press), private.credential, [], MADE_AT)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.attachments) == 0
        assert len(pdf.pages) == 1


def test_a_sign_without_glyph_is_refused_and_named(press):
    facts = make_facts(press, name_native="林😀")
    with pytest.raises(Unprintable) as refused:
        press.make(facts, MADE_AT)
    assert (refused.value.field, refused.value.signs) == ("name_native", ("😀",))


def test_markup_in_a_name_is_printed_and_fetches_nothing(press):
    hostile = '<img src="file:///etc/hostname">'
    data, _file = press.make(make_facts(press, name_latin=hostile, name_native=None), MADE_AT)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert list(pdf.attachments) == ["credential.json"]
    text = text_of(data)
    assert "file:///etc/hostname" in "".join(text.split())
