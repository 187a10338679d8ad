"""Copies for printing: for the holder and the registrar, of nobody else, and no certificates."""

from sqlalchemy import select

from probity.credentials.designs.models import Rendering
from probity.credentials.models import Certificate


def test_holder_and_registrar_each_get_a_copy(session, browse, certificate, ada, rosa, work):
    for person, place in ((ada, "/certificates/"), (rosa, "/studio/certificates/")):
        visitor, here = browse(person), f"{place}{certificate.public_id}/print-copy"
        assert "Make the copy" in visitor.get(here).text
        visitor.get(f"{here}.pdf", expect=404)
        visitor.post(here)
        assert "is being made" in visitor.get(here).text
        work()
        assert "Download the copy" in visitor.get(here).text
        file = visitor.get(f"{here}.pdf")
        assert file.data.startswith(b"%PDF")
        assert b"/ByteRange" not in file.data
        assert "copy-for-printing" in file.headers["Content-Disposition"]
    assert session.query(Certificate).count() == 1


def test_nobody_else_gets_one(session, browse, certificate, bob, otto, vera):
    here = f"{certificate.public_id}/print-copy"
    browse(bob).get(f"/certificates/{here}", expect=404)
    browse(bob).post(f"/certificates/{here}", expect=404)
    for person in (otto, vera):
        browse(person).get(f"/studio/certificates/{here}", expect=403)
        browse(person).get(f"/studio/certificates/{here}.pdf", expect=403)
    browse(bob).get(f"/certificates/{here}.pdf", expect=404)
    assert session.scalar(select(Rendering)) is None


def test_a_copy_that_cannot_be_made_says_so(session, browse, certificate, ada, work):
    visitor, here = browse(ada), f"/certificates/{certificate.public_id}/print-copy"
    visitor.post(here)
    asked = session.scalars(select(Rendering)).one()
    asked.wanted, asked.found, asked.ended_at = {"copy": True}, {"flaws": []}, asked.asked_at
    session.commit()
    assert "could not be made" in visitor.get(here).text
