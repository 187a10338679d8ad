"""The editor of designs: who may, what it refuses, what it shows, what it sets going."""

import io
import json

import pytest
from sqlalchemy import delete, select

from probity.credentials.designs import actions, forms, queries, samples
from probity.credentials.designs.models import CertificateDesign, DesignVersion
from probity.credentials.paper import design as spec
from probity.credentials.paper.design import Design
from probity.kernel.jobs import Job
from probity.kernel.permissions import SYSTEM
from tests.factories.designs import DRAWING, add_active, png

HERE = "/studio/certificates/designs/"


@pytest.fixture
def row(session):
    return actions.create(session, "Fine", Design(), by=SYSTEM)


def filled(design=None, **changes):
    """What the editor sends of a design; empty fields as browsers send them."""
    values = forms.values_of("Fine", design or Design())
    return {**{name: value for name, value in values.items() if value is not None}, **changes}


def saved(session, key="fine"):
    session.expire_all()
    return spec.from_json(queries.find(session, key).draft)


def test_only_registrars_design(browse, row, otto, vera):
    for visitor in (browse(otto), browse(vera)):
        visitor.get(HERE, expect=403)
        visitor.post(f"{HERE}fine/", filled(), expect=403)
        visitor.post(f"{HERE}fine/activations", expect=403)


def test_a_design_is_begun_and_worded(session, browse, rosa):
    visitor = browse(rosa)
    assert "No design of your own yet" in visitor.get(HERE).text
    answer = visitor.post(HERE, {"title": "Für alle 证书", "layout": "modern-portrait"})
    assert answer.headers["Location"] == f"{HERE}fur-alle/"
    assert "are being made" in visitor.get(f"{HERE}fur-alle/").text
    visitor.post(HERE, {"title": "证书", "layout": "letterhead-portrait"})
    visitor.post(HERE, {"title": "证书", "layout": "classic-portrait"})
    keys = set(session.scalars(select(CertificateDesign.key)))
    assert keys == {"fur-alle", "design", "design-2"}
    visitor.post(HERE, {"title": "", "layout": "classic-portrait"}, expect=422)
    visitor.post(HERE, {"title": "x", "layout": "baroque"}, expect=422)
    sent = filled(sentence_zh="已达到{level}标准", fields=["level"], languages="zh-en")
    visitor.post(f"{HERE}design/", sent)
    made = saved(session, "design")
    assert made.words["sentence"]["zh-Hans"] == "已达到{level}标准"
    assert made.cells == ("issued_on", "level")


BAD = (
    ({"accent": "#c0d0e0"}, "too pale"),
    ({"accent": "petrol"}, "is no colour"),
    ({"heading_en": "{grade}"}, "{grade} is no placeholder"),
    ({"before_zh": "a } b"}, "A brace stands alone"),
    ({"heading_en": ""}, "Write the heading in English"),
    ({"layout": "letterhead-landscape"}, "Not a valid choice"),
    ({"languages": "fr"}, "Not a valid choice"),
    ({"footer_en": "x" * 161}, "160"),
    ({"title": ""}, "Give the design a name"),
)


def test_what_cannot_be_printed_well_is_refused(session, browse, rosa, row):
    visitor = browse(rosa)
    for changes, words in BAD:
        assert words in visitor.post(f"{HERE}fine/", filled(**changes), expect=422).text
    assert saved(session) == Design()


def test_pictures_are_kept_clean_and_can_go(session, browse, rosa, row, app):
    visitor = browse(rosa)
    hostile = DRAWING.replace(b"<rect", b'<script>alert(1)</script><rect onclick="x()"')
    sent = filled(name_1="LI Na", office_1_en="Director")
    sent |= {"logo": (io.BytesIO(hostile), "logo.svg"), "logo_alt": "Our logo"}
    sent |= {"hand_1": (io.BytesIO(png()), "hand.png")}
    visitor.post(f"{HERE}fine/", sent)
    made = saved(session)
    assert (made.logo.kind, made.logo.alt) == ("image/svg+xml", "Our logo")
    assert made.signatories[0].picture.alt == "Signature of LI Na"
    visitor.post(f"{HERE}fine/", filled(made))
    assert saved(session) == made, "a form without files leaves pictures alone"
    visitor.post(f"{HERE}fine/", filled(made, logo_alt="Another word"))
    assert saved(session).logo.alt == "Another word"
    visitor.post(f"{HERE}fine/", filled(made, logo_gone="y", name_1="Somebody else"))
    made = saved(session)
    assert made.logo is None
    assert made.signatories[0].picture is None, "a signature is one person's"


BAD_PICTURES = (
    ("logo", b"GIF89a", "Logo", "neither a PNG nor an SVG"),
    ("logo", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "Logo", "cannot be read"),
    ("seal", DRAWING, "", "Say what the picture shows"),
    ("hand_1", DRAWING.replace(b"<rect", b"<text>LI</text><rect"), "", "holds text"),
)


def test_a_bad_picture_is_told(browse, rosa, row):
    visitor = browse(rosa)
    for name, data, alt, words in BAD_PICTURES:
        sent = filled(name_1="LI Na") | {name: (io.BytesIO(data), "picture")}
        sent |= {f"{name}_alt": alt} if alt else {}
        assert words in visitor.post(f"{HERE}fine/", sent, expect=422).text


def test_a_design_is_activated_only_after_its_pages_were_made(
    session, browse, rosa, work, certifying, monkeypatch
):
    few = {name: samples.NAMES[name] for name in ("usual", "rare")}
    monkeypatch.setattr(samples, "NAMES", few)
    actions.create(session, "Fine", Design(), by=SYSTEM)
    visitor = browse(rosa)
    answer = visitor.post(f"{HERE}fine/activations", expect=409)
    assert "have not been made yet" in answer.text
    work()
    page = visitor.get(f"{HERE}fine/").text
    assert "Rare Chinese characters" in page
    assert "/studio/certificates/designs/renderings/" in page
    visitor.post(f"{HERE}fine/activations")
    assert "Nothing has changed" in visitor.post(f"{HERE}fine/activations", expect=409).text
    version = session.scalars(select(DesignVersion)).one()
    assert (version.version, version.activated_by_id) == (1, rosa.id)

    visitor.post(f"{HERE}choices/{certifying.code}", {"design": "fine"})
    assert queries.choices(session)[f"exam/{certifying.id}"].design.key == "fine"
    assert "still chosen" in visitor.post(f"{HERE}fine/retirement", expect=409).text
    visitor.post(f"{HERE}choices/{certifying.code}", {"design": ""})
    visitor.post(f"{HERE}fine/retirement")
    for act in ("activations", "retirement", ""):
        visitor.post(f"{HERE}fine/{act}", filled(), expect=409)
    visitor.post(f"{HERE}choices", {"design": "fine"}, expect=409)
    assert "Versions" in visitor.get(f"{HERE}fine/").text


def test_what_is_not_there_is_not_found(browse, rosa, row, certifying):
    visitor = browse(rosa)
    for address in (
        "none/",
        "none/activations",
        "none/retirement",
        "none/previews",
        "choices/NONE",
    ):
        visitor.post(f"{HERE}{address}", filled(), expect=404)
    visitor.post(f"{HERE}choices", {"design": "none"}, expect=404)
    for address in ("none/", "renderings/none.json", "renderings/none/0.png"):
        visitor.get(f"{HERE}{address}", expect=404)


def test_a_preview_shows_what_is_not_saved(session, browse, rosa, row, work, certifying):
    visitor = browse(rosa)
    session.execute(delete(Job))  # the proof of the draft is another test's
    sent = filled(accent="#7a1f2b", sample="thai")
    asked = json.loads(visitor.post(f"{HERE}fine/previews", sent, expect=200).text)
    assert json.loads(visitor.get(asked["address"]).text)["done"] is False
    work()
    state = json.loads(visitor.get(asked["address"]).text)
    assert state["done"] is True
    assert state["flaws"] == []
    picture = visitor.get(state["pages"][0]["address"])
    assert picture.data.startswith(b"\x89PNG")
    visitor.get(state["pages"][0]["address"].replace("/0.png", "/1.png"), expect=404)
    assert saved(session).accent == "#0b5068"
    refused = visitor.post(f"{HERE}fine/previews", filled(accent="#eeeeee"), expect=422)
    assert "too pale" in refused.text


def test_an_exam_has_the_design_that_was_chosen_for_it(session, browse, rosa, certifying, ada):
    from tests.factories.exams import start_attempt

    attempt = start_attempt(session, certifying, ada)
    assert queries.for_attempt(session, attempt.id) is None
    add_active(session, Design(), "One")
    add_active(session, Design(base="modern", orientation="portrait"), "Other")
    visitor = browse(rosa)
    visitor.post(f"{HERE}choices", {"design": "one"})
    assert queries.for_attempt(session, attempt.id).name == "one/1"
    visitor.post(f"{HERE}choices/{certifying.code}", {"design": "other"})
    assert queries.for_attempt(session, attempt.id).name == "other/1"
    assert "selected>Other" in visitor.get(HERE).text
