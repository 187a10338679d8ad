"""Signed receipts: asked for on the result page, made by the worker, recognised for ever."""

import hashlib
import html
import io
import json
import re
from datetime import timedelta

import pikepdf

from probity.credentials import rules
from probity.credentials.checks import container, inspection
from probity.credentials.press import press_of
from probity.credentials.receipts import actions
from probity.credentials.receipts.models import VerificationReceipt
from probity.kernel import clock, jobs, storage


def sealed(page):
    return html.unescape(re.search(r'name="answer" value="([^"]+)"', page.text)[1])


def verified(visitor, certificate):
    form = {"number": certificate.number, "name": "林薇"}
    return visitor.post("/verify", form, expect=200)


def asked(visitor, certificate):
    form = {"answer": sealed(verified(visitor, certificate))}
    return visitor.post("/verify/receipts", form, expect=303).headers["Location"]


def test_a_receipt_is_made_by_the_worker_and_recognised(browse, app, session, certificate, work):
    visitor = browse()
    address = asked(visitor, certificate)
    waiting = visitor.get(address)
    assert "data-waiting" in waiting.text
    assert "A** L** 林*" in waiting.text
    assert "Ada Lim" not in waiting.text
    visitor.get(f"{address}.pdf", expect=404)
    work()
    assert "data-waiting" not in visitor.get(address).text
    data = visitor.get(f"{address}.pdf").data
    with app.app_context():
        keys = [press_of(app).current]
    checks = inspection.check_container(container.find(data), keys)
    assert {check.code for check in checks} == {"intact", "whole-file", "our-key"}
    page = visitor.post("/verify", {"file": (io.BytesIO(data), "receipt.pdf")}, expect=200)
    assert "This is a verification receipt of ours" in page.text
    changed = visitor.post("/verify", {"file": (io.BytesIO(data + b"\n"), "r.pdf")}, expect=200)
    assert "verification receipt of ours" not in changed.text


def test_the_same_answer_asked_twice_is_one_receipt(browse, session, certificate):
    visitor = browse()
    form = {"answer": sealed(verified(visitor, certificate))}
    first, second = (visitor.post("/verify/receipts", form, expect=303) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert session.query(VerificationReceipt).count() == 1


def test_an_answer_that_we_did_not_give_is_refused(browse, session, certificate):
    visitor = browse()
    form = {"answer": sealed(verified(visitor, certificate))[:-2] + "xx"}
    assert "verify once more" in visitor.post("/verify/receipts", form, expect=409).text
    assert session.query(VerificationReceipt).count() == 0


def test_what_it_said_is_forgotten_after_a_month(browse, app, session, certificate, work):
    address = asked(browse(), certificate)
    work()
    receipt = session.query(VerificationReceipt).one()
    key, sha256 = receipt.storage_key, receipt.sha256
    with app.app_context():
        assert hashlib.sha256(storage.get(key)).hexdigest() == sha256
    receipt.asked_at = clock.now() - actions.KEPT - timedelta(minutes=1)
    jobs.hasten(session, "credentials.forget_receipts")
    work()
    with app.app_context():
        assert not storage.exists(key)
    jobs.requeue(session.query(jobs.Job).filter_by(name=actions.MAKE).one())
    work()
    assert "expired" in browse().get(address).text
    assert (receipt.sha256, receipt.storage_key) == (sha256, None)


def test_what_was_typed_stops_no_receipt(browse, session, work, certifying):
    """Nobody vouches for it: neither that there is such a number, nor that a font draws it."""
    visitor = browse()
    page = visitor.post("/verify", {"number": "PRB-2026-999999", "name": "Ada 😀"}, expect=200)
    address = visitor.post("/verify/receipts", {"answer": sealed(page)}).headers["Location"]
    work()
    with pikepdf.open(io.BytesIO(visitor.get(f"{address}.pdf").data)) as pdf:
        inside = json.loads(pdf.attachments["verification.json"].get_file().read_bytes())
    assert inside["answer"]["status"] == "unknown"
    assert inside["answer"]["certificate"] is None


def test_masked_names_can_be_recognised_but_not_read():
    assert rules.masked("Zhang Wei") == "Z**** W**"
    assert rules.masked("") == ""
