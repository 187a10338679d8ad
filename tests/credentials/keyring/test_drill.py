"""The compromise drill from end to end: certificates, keys, log, status lists, verification."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from probity.credentials import enquiries, issuing
from probity.credentials.keyring import lifecycle
from probity.credentials.keyring.proposals import TEND
from probity.credentials.keyring.ring import ring_of
from probity.credentials.lists import queries
from probity.credentials.lists.rules import Purpose
from probity.credentials.models import Certificate
from probity.credentials.press import Press
from probity.credentials.proofs import credential
from probity.credentials.proofs.integrity import prove
from probity.credentials.queries import ISSUE, PUBLISH_LISTS
from probity.kernel import clock, jobs
from probity.kernel.jobs import Job
from probity.kernel.permissions import SYSTEM
from probity.ledger import queries as log
from tests.factories.accounts import add_person
from tests.factories.credentials import pass_exam, share_fonts


@pytest.fixture
def ring(app, monkeypatch, tmp_path, font_cache):
    """The site with keys of this test's own."""
    share_fonts(tmp_path, font_cache)
    own = replace(app.config["PROBITY"], instance_dir=tmp_path)
    monkeypatch.setitem(app.config, "PROBITY", own)
    for name in ("probity-keyring", "probity-press"):
        monkeypatch.delitem(app.extensions, name, raising=False)
    yield ring_of(app)
    for name in ("probity-keyring", "probity-press"):
        app.extensions.pop(name, None)


def verify(app, document):
    with app.app_context():
        return enquiries.check_credential(document, place=None)


def issue(session, exam, work, email):
    person = add_person(session, email, name_latin="Ada Lim")
    attempt = pass_exam(session, exam, person)
    work()
    return session.scalars(select(Certificate).where(Certificate.attempt_id == attempt.id)).one()


def test_the_compromise_drill(app, session, ring, certifying, work):
    before = issue(session, certifying, work, "one@example.org")
    stolen = ring.private(ring.current.id)
    since = clock.now() - timedelta(hours=3)
    lifecycle.compromise(session, ring, stolen.public.id, since, by=SYSTEM)
    jobs.hasten(session, PUBLISH_LISTS)
    session.commit()
    lifecycle.settle(session, ring)
    after = issue(session, certifying, work, "two@example.org")

    assert (before.key_id, after.key_id) == ("demo-2026-1", "demo-2026-2")
    for certificate in (before, after):
        assert verify(app, json.loads(certificate.credential)).status == "valid"

    method = f"{json.loads(before.credential)['issuer']['id']}#{stolen.public.id}"
    forged = json.loads(after.credential)
    forged["credentialSubject"]["identifier"][0]["identityHash"] = "Mallory"
    forged = prove(forged, stolen.credential, method, clock.now())
    known = {stolen.public.id: stolen.public.credential}
    assert credential.verify(forged, known), "the thief's proof itself is right"
    assert verify(app, forged).status != "valid"

    for purpose in Purpose:
        listed = json.loads(queries.published(session, 1, purpose).document)
        methods = {proof["verificationMethod"] for proof in listed["proof"]}
        assert methods == {method.replace("2026-1", "2026-2")}


def test_a_key_stolen_between_signing_and_logging_is_not_logged_with(
    app, session, ring, certifying, work, monkeypatch
):
    sign = Press.sign

    def sign_and_lose(press, facts, made_at):
        document = sign(press, facts, made_at)
        if facts.key_id == "demo-2026-1":  # the folder does not say so yet, only the log
            lifecycle.compromise(session, ring, facts.key_id, clock.now(), by=SYSTEM)
            session.commit()
        return document

    monkeypatch.setattr(Press, "sign", sign_and_lose)
    certificate = issue(session, certifying, work, "one@example.org")
    assert certificate.key_id == "demo-2026-2"
    assert certificate.number.endswith("-000001")
    lifecycle.settle(session, ring)
    assert verify(app, json.loads(certificate.credential)).status == "valid"


def test_a_key_that_stays_stolen_stops_the_issue(app, session, ring, certifying, work, monkeypatch):
    monkeypatch.setattr(issuing, "_given_up", lambda _session, _rows: {"demo-2026-1"})
    pass_exam(session, certifying, add_person(session, "one@example.org"))
    work()
    assert session.scalars(select(Certificate)).all() == []
    assert "KeyGivenUp" in session.scalars(select(Job).where(Job.name == ISSUE)).one().message


def test_the_worker_makes_the_first_set_and_heals_a_compromise_half_told(session, ring, work):
    jobs.hasten(session, TEND)
    work()
    assert log.entry(session, "key/demo-2026-1/added").index == 0
    leaf = lifecycle.compromise(session, ring, "demo-2026-1", clock.now(), by=SYSTEM)
    assert lifecycle.find(ring, "demo-2026-1").compromised is None
    jobs.hasten(session, TEND)
    work()
    assert lifecycle.find(ring, "demo-2026-1").compromised.leaf == leaf
