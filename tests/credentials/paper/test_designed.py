"""Every layout of a design before the judges, with the names that are hardest on it."""

import io
import json

import pikepdf
import pypdfium2
import pytest

from probity.credentials.checks import inspection, reading
from probity.credentials.offline import verifier
from probity.credentials.paper import layout, pictures
from probity.credentials.paper.design import BASES, Design
from probity.credentials.paper.designed import Ready
from probity.credentials.paper.typeset import Unprintable
from tests.credentials.judges import judging
from tests.credentials.judges.names import HARD
from tests.factories.credentials import MADE_AT, make_facts
from tests.factories.designs import DRAWING, HAND, LOGO, SEAL, full, png, ref_of

LAYOUTS = [(base, way) for base, ways in BASES.items() for way in ways]
NAMES = ("eighty-both", "rare", "longest", "thai", "arabic-marks")
ORDERS = ("en-zh", "zh-en", "zh-en", "en", "en-zh")


@pytest.fixture(scope="module")
def drawn():
    picture = png((90, 60), "RGB", (10, 80, 104))
    return {LOGO: pictures.from_svg(DRAWING), SEAL: picture, HAND: picture}


def read(data):
    return reading.read(data, layout.every_box())["fields"]


@pytest.mark.parametrize("number", range(len(LAYOUTS)))
def test_every_judge_accepts_every_layout(press, drawn, tmp_path, number):
    base, way = LAYOUTS[number]
    latin, native, language = HARD[NAMES[number]]
    design = full(base=base, orientation=way, languages=ORDERS[number])
    names = {"name_latin": latin, "name_native": native, "native_lang": language}
    facts = make_facts(press, **names, specimen=number == 0, design=ref_of(design))
    key = press.ring.private(facts.key_id)
    ready = Ready(f"{base}-{way}", design, drawn)
    data = press.typesetter.typeset(facts, key.credential, [], MADE_AT, ready)
    path = tmp_path / "designed.pdf"
    path.write_bytes(data)
    complaints = [*judging.standards(data), *judging.accessibility(path)]
    complaints += judging.code(data, facts, key.public.credential)
    assert complaints == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 1
    fields = layout.find(facts.design.layout).found(read(data), facts.design.cells)
    printed = {name: judging._UNSEEN.sub("", words) for name, words in facts.printed().items()}
    assert inspection.differing(fields, printed) == []


def test_an_auditor_without_a_register_reads_any_layout(press):
    """And notices a page that says something else than the credential."""
    for design in (
        Design(fields=("valid_until",), languages="en"),
        Design(base="modern", orientation="portrait", fields=("standard",), languages="zh-en"),
        Design(base="letterhead", orientation="portrait", fields=()),
    ):
        facts = make_facts(press, design=ref_of(design))
        page = press.typesetter.unsigned(facts, MADE_AT, Ready(str(design.fields), design))
        document = json.loads(press.sign(facts, MADE_AT))
        assert rows(page, document) == []
        other = make_facts(press, number="PRB-2026-000124", name_native="林薇")
        wrong = json.loads(press.sign(other, MADE_AT))
        assert {name for name, *_ in rows(page, wrong)} >= {"number", "holder"}


def rows(page, document):
    found = (verifier._printed(fields, document) for fields in layout.every_reading(read(page)))
    return min(found, key=len)


def test_a_day_cannot_hide_as_another_field(press):
    """A last day that was altered is no level."""
    design = Design(base="modern", orientation="portrait", fields=("valid_until",))
    facts = make_facts(press, design=ref_of(design))
    texts = {"4/holder": "Lin Wei 林蔚", "4/number": facts.number, "4/issuer": facts.issuer}
    texts |= {"4/title": "Government Procurement Practitioner", "4/2.0": "22 November 2026"}
    texts |= {"4/1.0": "22 November 2026", "4/4.0": "22 November 2026", "4/2.1": "21 November 2099"}
    texts |= {"4/4.1": "21 November 2099", "4/3.1": "21 November 2099", "4/3.0": "22 November 2026"}
    document = json.loads(press.sign(facts, MADE_AT))
    found = min((verifier._printed(one, document) for one in layout.every_reading(texts)), key=len)
    assert found


def test_a_text_of_the_design_without_glyphs_is_named(press):
    design = Design(words={"heading": {"en": "Well done 😀"}})
    facts = make_facts(press, design=ref_of(design))
    with pytest.raises(Unprintable) as refused:
        press.typesetter.check(facts, Ready("smile", design))
    assert (refused.value.field, refused.value.signs) == ("heading", ("😀",))


def test_a_copy_bears_neither_pictures_nor_ornaments(press, drawn):
    design = full(base="modern", orientation="landscape")
    facts = make_facts(press, specimen=False, design=ref_of(design))
    ready = Ready("copied", design, {**drawn, "f" * 64: png()})
    for chosen in (ready, None):
        plain = make_facts(press, specimen=False) if chosen is None else facts
        data = press.typesetter.unsigned(plain, MADE_AT, chosen, copy=True)
        with pikepdf.open(io.BytesIO(data)) as pdf, pypdfium2.PdfDocument(data) as document:
            page = pdf.pages[0]
            assert len(page.get_images()) == 1, "the code alone"
            assert page.Contents[0].read_bytes() == b"q Q"
            text = document[0].get_textpage().get_text_bounded()
        assert "not the signed file" in text
        assert "Signed electronically" not in text
