"""What the worker makes: proofs, previews, copies; and what issuing makes of a design."""

import io

import pikepdf
import pypdfium2
import pytest

from probity.credentials.designs import actions, images, queries
from probity.credentials.designs.models import CertificateDesign, Rendering
from probity.credentials.models import Certificate, Reservation
from probity.credentials.paper import design as spec
from probity.credentials.paper.design import WORDS, Design, Picture
from probity.kernel import jobs, storage
from probity.kernel.jobs import Job, JobState
from probity.kernel.permissions import SYSTEM
from tests.factories.credentials import only_certificate, pass_exam
from tests.factories.designs import DRAWING, add_active, full, png, renew


@pytest.fixture
def pictured(app):
    """A design whose pictures lie in the storage: one drawn, two of pixels."""
    with app.app_context():
        return full(
            logo=images.keep(DRAWING, "Logo"),
            seal=images.keep(png(), "Seal"),
            signatories=(),
            base="modern",
            orientation="portrait",
        )


def rendering(session, work, asked):
    work()
    return session.get_one(Rendering, asked.id)


def stored(app, key):
    with app.app_context():
        return storage.get(key)


def text_of(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return pdf[0].get_textpage().get_text_bounded()


def test_a_certificate_names_its_version_and_keeps_it(
    app, session, certifying, work, ada, bob, pictured
):
    """Also when the design changed meanwhile, and when it is set once more."""
    row = add_active(session, pictured)
    actions.choose(session, None, row, by=SYSTEM)
    pass_exam(session, certifying, ada, native="林薇")
    work()
    first = only_certificate(session)
    assert (first.design["key"], first.design["version"]) == ("fine", 1)
    assert session.query(Reservation).one().facts["design"] == first.design
    assert first.layout == first.design["layout"] == 4
    issued = stored(app, first.storage_key)
    assert "This is to certify that" in text_of(issued)

    changed = spec.to_json(pictured) | {"words": {**WORDS, "before": {"en": "We say that"}}}
    renew(session, row, spec.from_json(changed))
    pass_exam(session, certifying, bob)
    work()
    second = session.query(Certificate).order_by(Certificate.id.desc()).first()
    assert second.design["version"] == 2
    assert "We say that" in text_of(stored(app, second.storage_key))
    assert stored(app, first.storage_key) == issued

    copied = rendering(session, work, actions.copy(session, first, by=ada))
    copy = stored(app, copied.found["pages"][0]["key"])
    assert "This is to certify that" in text_of(copy)
    assert "not the signed file" in text_of(copy)
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        assert len(pdf.attachments) == 0
        assert not [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Sig"]  # fmt: skip


def test_a_text_that_no_font_draws_keeps_a_design_from_use(session, work, certifying):
    words = {**WORDS, "before": {"en": "We say 😀 that"}}
    row = actions.create(session, "Smiling", Design(words=words), by=SYSTEM)
    found = rendering(session, work, queries.latest_proof(session, row)).found
    assert found["flaws"] == [{"field": "before", "signs": "😀"}]
    assert session.get_one(CertificateDesign, row.id).checked is None


def test_a_lost_picture_is_told_and_stops_no_other_duty(session, work, certifying):
    design = Design(logo=Picture("0" * 64, "image/png", "Logo"))
    asked = actions.preview(session, design, "usual", by=SYSTEM)
    found = rendering(session, work, asked).found
    assert "missing from the storage" in found["message"]
    assert session.query(Job).filter_by(key=f"rendering/{asked.token}").one().state is JobState.DONE


def test_pages_are_forgotten_after_a_day(app, session, work, certifying):
    asked = actions.preview(session, Design(), "letter", by=SYSTEM)
    key = rendering(session, work, asked).found["pages"][0]["key"]
    assert stored(app, key).startswith(b"\x89PNG")
    asked.asked_at -= actions.KEPT
    session.commit()
    jobs.hasten(session, "credentials.forget_renderings")
    work()
    assert session.query(Rendering).count() == 0
    with app.app_context():
        assert not storage.exists(key)
