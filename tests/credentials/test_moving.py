"""A site that gets another address: what was issued under the former one stays as good as it was."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from probity.credentials import checking, enquiries, evidence
from probity.credentials.alerts import log_keys
from probity.credentials.checks import listing
from probity.credentials.lists import queries as lists
from probity.credentials.models import Certificate
from probity.credentials.offline import trust, verifier
from probity.credentials.queries import PUBLISH_LISTS
from probity.kernel import clock, jobs
from tests.factories.credentials import pass_exam

FORMER, NOW_AT = "http://localhost:8000", "http://127.0.0.1:9000"
MADE_BY_PRESS = ("probity-press", "probity-keyring")


@pytest.fixture
def moved(app, session, certificate, work, monkeypatch):
    """An installation that issued a certificate, published its lists, and then moved."""
    assert app.config["PROBITY"].base_url == FORMER
    jobs.hasten(session, PUBLISH_LISTS)
    work()
    monkeypatch.setitem(app.config, "PROBITY", replace(app.config["PROBITY"], base_url=NOW_AT))
    monkeypatch.setattr(evidence, "_kept", {})  # what is good here is not so in other tests
    kept = {name: app.extensions.pop(name, None) for name in MADE_BY_PRESS}
    yield certificate
    app.extensions.update({name: made for name, made in kept.items() if made})


def asked(app, session, check, *given):
    session.commit()
    with app.test_request_context():
        return check(*given, place=None)


def publish(session, work):
    for kept in lists.all_published(session).values():
        session.delete(kept)
    jobs.hasten(session, PUBLISH_LISTS)
    work()


def test_each_way_of_asking_still_says_valid(app, session, moved, work, issued_bytes):
    publish(session, work)
    document = json.loads(moved.credential)
    for answer in (
        asked(app, session, enquiries.check_number, moved.number, "Ada Lim"),
        asked(app, session, enquiries.check_upload, issued_bytes),
        asked(app, session, enquiries.check_credential, document),
        asked(app, session, enquiries.check_address, document["id"]),
    ):
        assert (answer.status, answer.reasons) == ("valid", ("specimen",))
        codes = {check.name: check.code for check in answer.checks}
        assert codes["status-list"] == "list-clear"
        assert codes["log-inclusion"] == "in-log"


def test_the_nightly_check_finds_nothing_wrong(app, session, moved, work):
    publish(session, work)
    session.commit()
    with app.app_context():
        report = checking.run(log_keys(app.config["PROBITY"]), every_file=True)
    assert [one for one in report.findings if one.kind.startswith(("receipt", "leaf", "sta"))] == []


def test_what_is_issued_afterwards_stands_in_a_list_of_its_own(
    app, session, moved, work, certifying, bob
):
    pass_exam(session, certifying, bob)
    work()
    publish(session, work)
    newer = session.scalars(select(Certificate).order_by(Certificate.id.desc())).first()
    stated = json.loads(newer.credential)
    assert stated["credentialStatus"][0]["statusListCredential"].startswith(f"{NOW_AT}/status/2-")
    assert lists.homes(session, "-") == {1: FORMER, 2: NOW_AT}
    for certificate in (moved, newer):
        answer = asked(app, session, enquiries.check_credential, json.loads(certificate.credential))
        assert (answer.status, answer.reasons) == ("valid", ("specimen",))


def test_the_documents_of_the_new_site_answer_for_the_former_one(
    session, moved, work, browse, tmp_path
):
    publish(session, work)
    folder = tmp_path / "offline"
    for path in (".well-known/probity-keys.json", "status/1-revocation", "status/1-suspension"):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(browse().get(f"/{path}", expect=200).text)
    document = json.loads(moved.credential)
    bundle = trust.load(folder)
    found = listing.check(document, bundle.fetch_list, bundle.trust.list_keys, clock.now())
    assert (found.check.code, found.purposes) == ("list-clear", frozenset())
    told = verifier.examine(moved.credential.encode(), bundle, clock.now(), lambda _data: None)
    assert (told.status, "list-foreign" in told.reasons) == ("valid", False)
