"""The public page of a certificate and its documents."""

import hashlib
import json

from probity.credentials import actions, enquiries
from probity.credentials.proofs import qr
from probity.kernel import storage


def test_the_link_shows_the_certificate_without_an_account(browse, certificate):
    page = browse().get(f"/c/{certificate.public_id}")
    for words in (
        "Ada Lim",
        "林薇",
        certificate.number,
        "Lamp Practitioner",
        "Keeps the lamps on.",
    ):
        assert words in page.text
    assert "Specimen" in page.text
    assert 'content="noindex"' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_guessed_links_lead_nowhere(browse, certificate):
    visitor = browse()
    for guess in ("a" * 26, certificate.number, "1", "x.pdf"):
        visitor.get(f"/c/{guess}", expect=404)
    for kind in ("pdf", "json", "png"):
        visitor.get(f"/c/{'a' * 26}.{kind}", expect=404)


def test_guessing_links_is_slowed_down(browse, app, certificate, monkeypatch):
    monkeypatch.setattr(enquiries, "MOST_MISSES", 3)
    monkeypatch.setitem(app.extensions, enquiries._EXTENSION, {})
    visitor = browse()
    for letter in "abc":
        visitor.get(f"/c/{letter * 26}", expect=404)
    visitor.get(f"/c/{'d' * 26}", expect=429)
    refused = visitor.get(f"/c/{certificate.public_id}", expect=429)
    assert int(refused.headers["Retry-After"]) > 0


def test_the_file_is_given_out_byte_for_byte(browse, certificate, issued_bytes):
    reply = browse().get(f"/c/{certificate.public_id}.pdf")
    assert reply.data == issued_bytes
    assert hashlib.sha256(reply.data).hexdigest() == certificate.sha256
    assert reply.mimetype == "application/pdf"
    assert f'filename="{certificate.number}.pdf"' in reply.headers["Content-Disposition"]


def test_the_credential_is_given_out_as_it_was_signed(browse, certificate):
    reply = browse().get(f"/c/{certificate.public_id}.json")
    assert reply.text == certificate.credential
    assert json.loads(reply.text)["id"].endswith(f"/c/{certificate.public_id}")


def test_the_code_on_the_page_opens_the_page(browse, certificate):
    reply = browse().get(f"/c/{certificate.public_id}.png")
    assert reply.data == qr.png(f"http://localhost:8000/c/{certificate.public_id}")


def test_a_damaged_or_missing_file_is_never_given_out(browse, app, certificate):
    with app.app_context():
        storage.put(certificate.storage_key, b"%PDF-1.7 something else")
        visitor = browse()
        assert "is not given out" in visitor.get(f"/c/{certificate.public_id}.pdf", expect=409).text
        storage.delete(certificate.storage_key)
        assert "is not given out" in visitor.get(f"/c/{certificate.public_id}.pdf", expect=409).text


def test_a_revoked_certificate_says_why_on_its_page(browse, session, certificate, rosa):
    actions.revoke(session, certificate, reason="Identity was false", by=rosa)
    page = browse().get(f"/c/{certificate.public_id}")
    assert "verdict--bad" in page.text
    assert "Revoked: Identity was false" in page.text
    assert "Rosa" not in page.text  # who decided is the register's business
