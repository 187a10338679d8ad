"""Asking for a corrected name, and deciding about it, as people do it in the browser."""

import io

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.credentials import queries
from probity.credentials.models import Correction
from probity.credentials.rules import Status

EVIDENCE = b"%PDF-1.7 a passport"


def wish(**changes):
    given = {"name_latin": "Ada Limm", "name_native": "", "words": "A slip in the registration"}
    return {**given, "evidence": (io.BytesIO(EVIDENCE), "passport.pdf"), **changes}


@pytest.fixture
def asked(browse, session, certificate, ada):
    browse(ada).post(f"/certificates/{certificate.public_id}/correction", wish())
    return session.scalars(select(Correction)).one()


def test_a_holder_asks_and_the_registrar_issues_anew(
    browse, session, certificate, ada, rosa, asked, work
):
    page = browse(ada).get(f"/certificates/{certificate.public_id}/correction")
    assert "Sent already" in page.text
    registrar = browse(rosa)
    assert "Corrections (1)" in registrar.get("/studio/certificates/").text
    assert "Ada Limm" in registrar.get("/studio/certificates/corrections/").text
    address = f"/studio/certificates/corrections/{asked.public_id}"
    shown = registrar.get(f"{address}/").text
    assert "Ada Lim" in shown
    assert "passport.pdf" in shown
    document = registrar.post(f"{address}/evidence", {}, expect=200)
    assert document.data == EVIDENCE
    assert document.headers["Content-Disposition"].startswith("attachment")
    registrar.post(f"{address}/accepted", {})
    work()
    newer = queries.replacement(session, certificate)
    assert newer.number in registrar.get(f"{address}/").text
    entry = registrar.get(f"/studio/certificates/{certificate.public_id}/").text
    assert f"Go to the newer one, {newer.number}" in entry
    assert queries.status_of(certificate) is Status.SUPERSEDED
    older = registrar.get(f"/studio/certificates/{newer.public_id}/").text
    assert certificate.number in older
    assert newer.number in registrar.get("/studio/certificates/?replaced=newer").text
    registrar.post(f"{address}/accepted", {}, expect=409)
    seen = select(AuditEntry).where(AuditEntry.event == "correction:evidence-read")
    assert len(session.scalars(seen).all()) == 1


def test_refusing_needs_a_reason(browse, asked, rosa, certificate):
    address = f"/studio/certificates/corrections/{asked.public_id}"
    assert (
        "Tell the holder why"
        in browse(rosa).post(f"{address}/refused", {"reason": ""}, expect=422).text
    )
    browse(rosa).post(f"{address}/refused", {"reason": "The document is unreadable"})
    assert "The document is unreadable" in browse(rosa).get(f"{address}/").text
    listed = browse(rosa).get("/studio/certificates/corrections/?state=refused").text
    assert certificate.number in listed


@pytest.mark.parametrize("missing", ["name_latin", "words", "evidence"])
def test_what_is_missing_is_asked_for(browse, certificate, ada, missing):
    browse(ada).post(
        f"/certificates/{certificate.public_id}/correction", wish(**{missing: ""}), expect=422
    )


def test_a_certificate_of_somebody_else_is_invisible(browse, certificate, bob, asked):
    browse(bob).get(f"/certificates/{certificate.public_id}/correction", expect=404)
    browse(bob).post(f"/certificates/{certificate.public_id}/correction", wish(), expect=404)


@pytest.mark.parametrize("who", ["ada", "ivy", "otto", "vera", "root"])
def test_only_registrars_see_the_queue_and_the_document(request, browse, asked, who):
    visitor = browse(request.getfixturevalue(who))
    address = f"/studio/certificates/corrections/{asked.public_id}"
    visitor.get("/studio/certificates/corrections/", expect=403)
    visitor.get(f"{address}/", expect=403)
    for act in ("evidence", "accepted", "refused"):
        visitor.post(f"{address}/{act}", {"reason": "x"}, expect=403)


def test_an_empty_queue_says_so(browse, rosa):
    assert "Nothing waits" in browse(rosa).get("/studio/certificates/corrections/").text
