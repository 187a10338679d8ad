"""The register as registrars and auditors use it."""

from datetime import timedelta

import pytest

from probity.credentials import queries
from probity.kernel import clock
from probity.kernel.jobs import JobState
from tests.factories.credentials import pass_exam


def test_registrar_and_auditor_read_the_register(browse, certificate, rosa, vera):
    for person in (rosa, vera):
        page = browse(person).get("/studio/certificates/?q=lim&status=valid")
        assert certificate.number in page.text
        entry = browse(person).get(f"/studio/certificates/{certificate.public_id}/")
        assert certificate.sha256 in entry.text
        assert ("Revoke this certificate?" in entry.text) == (person is rosa)


def test_an_empty_search_says_so(browse, certificate, rosa):
    assert "No certificate matches" in browse(rosa).get("/studio/certificates/?q=zzz").text
    browse(rosa).get("/studio/certificates/aaaaaaaaaaaaaaaaaaaaaaaaaa/", expect=404)


def decide(visitor, certificate, decision, reason="Identity was false", **options):
    url = f"/studio/certificates/{certificate.public_id}/decisions/{decision}"
    return visitor.post(url, {"reason": reason}, **options)


def test_a_registrar_revokes_with_a_reason(browse, certificate, rosa):
    visitor = browse(rosa)
    decide(visitor, certificate, "revoked")
    entry = visitor.get(f"/studio/certificates/{certificate.public_id}/")
    assert "Identity was false" in entry.text
    assert "by Rosa Diaz" in entry.text
    assert "Revoke this certificate?" not in entry.text
    decide(visitor, certificate, "revoked", expect=409)


def test_suspending_can_be_undone(browse, certificate, rosa):
    visitor = browse(rosa)
    decide(visitor, certificate, "suspended")
    assert (
        "Reinstate this certificate?"
        in visitor.get(f"/studio/certificates/{certificate.public_id}/").text
    )
    decide(visitor, certificate, "reinstated", "Nothing found")
    assert "valid" in visitor.get("/studio/certificates/").text.lower()


def test_a_decision_without_a_reason_is_asked_again(browse, certificate, rosa):
    page = decide(browse(rosa), certificate, "revoked", "  ", expect=422)
    assert "State the reason" in page.text


@pytest.mark.parametrize("who", ["ada", "ivy", "otto", "vera", "root"])
def test_nobody_else_decides(request, browse, certificate, who):
    decide(browse(request.getfixturevalue(who)), certificate, "revoked", expect=403)


def test_unknown_decisions_and_certificates_lead_nowhere(browse, certificate, rosa):
    decide(browse(rosa), certificate, "superseded", expect=404)
    browse(rosa).post(
        "/studio/certificates/aaaaaaaaaaaaaaaaaaaaaaaaaa/decisions/revoked",
        {"reason": "x"},
        expect=404,
    )


def test_a_stopped_issue_is_shown_and_can_be_tried_again(
    browse, session, certifying, work, ada, rosa
):
    attempt = pass_exam(session, certifying, ada, native="林😀")
    work()
    (job,) = queries.stopped(session)
    visitor = browse(rosa)
    assert "1 certificate waits for you" in visitor.get("/studio/certificates/").text
    assert "U+1F600" in visitor.get("/studio/certificates/issue").text
    attempt.name_native = "林薇"  # what a correction with evidence will do
    visitor.post(f"/studio/certificates/duties/{job.id}/tries")
    assert job.state == JobState.QUEUED
    work()
    assert queries.certificate_of_attempt(session, attempt.id) is not None
    visitor.post(f"/studio/certificates/duties/{job.id}/tries", expect=404)


def test_a_planned_decision_is_shown_to_keepers_only_and_can_be_cancelled(
    browse, session, certificate, rosa
):
    visitor, entry = browse(rosa), f"/studio/certificates/{certificate.public_id}/"
    later = (clock.now() + timedelta(days=9)).date().isoformat()
    given = {"reason": "Under appeal", "effective_on": later}
    visitor.post(f"{entry}decisions/revoked", given)
    assert "holds from" in visitor.get(entry).text
    public = browse().get(f"/c/{certificate.public_id}").text
    assert "Under appeal" not in public
    visitor.post(f"{entry}decisions/revoked", given, expect=409)  # the same twice
    (change,) = certificate.changes
    visitor.post(f"{entry}changes/{change.id}/cancelled", {"reason": ""}, expect=422)
    visitor.post(f"{entry}changes/{change.id}/cancelled", {"reason": "Appeal upheld"})
    assert "Decision cancelled" in visitor.get(entry).text
    assert "Appeal upheld" not in browse().get(f"/c/{certificate.public_id}").text
    visitor.post(f"{entry}changes/{change.id}/cancelled", {"reason": "x"}, expect=409)
    visitor.post(f"{entry}changes/999/cancelled", {"reason": "x"}, expect=404)
    past = {"reason": "x", "effective_on": "2020-01-01"}
    visitor.post(f"{entry}decisions/revoked", past, expect=409)


def test_what_ended_early_reads_expired(browse, certificate, rosa):
    visitor, entry = browse(rosa), f"/studio/certificates/{certificate.public_id}/"
    visitor.post(f"{entry}decisions/expired", {"reason": "Given back"})
    assert "Ended early" in browse().get(f"/c/{certificate.public_id}").text
    page = visitor.get("/studio/certificates/?status=expired&scheme=LMP&replaced=older")
    assert "No certificate matches" in page.text
    assert certificate.number in visitor.get("/studio/certificates/?status=expired").text


def test_everything_stopped_is_tried_again_at_once(browse, session, certifying, work, ada, rosa):
    for _ in range(2):
        pass_exam(session, certifying, ada, native="林😀")
    work()
    visitor = browse(rosa)
    assert "0 of 2 issued" in visitor.get("/studio/certificates/issue").text
    visitor.post("/studio/certificates/issue/tries", {})
    assert queries.stopped(session) == []
