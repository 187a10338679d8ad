"""Keys for programs: made once, counted, refused; every answer is as the description says."""

from datetime import timedelta

import pytest
import time_machine

from probity.api import actions, gate, openapi, queries, reading_guide
from probity.credentials import enquiries
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.api import schemas

DOCUMENT = openapi.describe("http://localhost:8000")
BATCH, USAGE = "/api/v1/verifications/batch", "/api/v1/usage"


@pytest.fixture
def client(app, session):
    """A program: no cookie."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def key(session, bob):
    made, token = actions.make(session, bob, "Tracking", 30)
    session.commit()
    return made, {"Authorization": f"Bearer {token}"}


def described(reply, path, method, status):
    """The JSON of an answer, after it was held against the description."""
    assert reply.status_code == status, reply.text
    told = DOCUMENT["paths"][path][method]["responses"][str(status)]
    content = told["content"]
    assert reply.mimetype in content
    schemas.check(reply.json, content[reply.mimetype]["schema"], DOCUMENT)
    if status >= 400:
        assert reply.json["status"] == status
        assert reply.json["reason"] in openapi.PROBLEMS
        assert reply.json["type"].endswith(f"/api/docs#problem-{reply.json['reason']}")
    return reply.json


def test_a_key_is_seen_once_and_only_its_hash_is_kept(browse, session, bob):
    page = browse(bob).post("/employer/keys/", {"label": "Tracking", "days": "30"}, expect=200)
    key = queries.keys_of(session, bob)[0]
    token = page.text.partition('id="token">')[2].partition("<")[0]
    assert token.startswith(f"{key.prefix}_")
    assert len(token) == len(key.prefix) + 27
    assert key.sha256 == queries.digest(token)
    assert token not in browse(bob).get("/employer/keys/").text
    browse(bob).post("/employer/keys/", {"label": "", "days": "30"}, expect=422)
    browse(bob).post("/employer/keys/", {"label": "x", "days": "7"}, expect=422)


def test_another_persons_key_is_not_there(browse, session, ada, key):
    browse(ada).post(f"/employer/keys/{key[0].public_id}/revoked", expect=404)
    assert queries.is_live(key[0])


def test_a_revoked_key_is_told_on_the_page(browse, bob, key):
    browse(bob).post(f"/employer/keys/{key[0].public_id}/revoked")
    assert "Revoked" in browse(bob).get("/employer/keys/").text
    assert not queries.is_live(key[0])


def test_nobody_gets_a_key_without_a_confirmed_address_nor_a_sixth(session, bob, ada):
    for _ in range(actions.MOST_KEYS):
        actions.make(session, bob, "x", 30)
    with pytest.raises(Refused, match="Revoke one"):
        actions.make(session, bob, "x", 30)
    ada.confirmed_at = None
    with pytest.raises(Refused, match="mail address"):
        actions.make(session, ada, "x", 30)


def test_what_is_wrong_with_a_key_is_not_told_apart(client, session, bob, key):
    made, headers = key
    assert described(client.get(USAGE, headers=headers), USAGE, "get", 200)["left"] == 2000
    wrong = [{"Authorization": "Bearer prb_x"}, {"Authorization": "Basic eDp4"}]
    refused = [client.get(USAGE, headers=one) for one in wrong]
    actions.revoke(session, made, by=bob)
    actions.revoke(session, made, by=bob)
    session.commit()
    refused.append(client.get(USAGE, headers=headers))
    made.revoked_at = None
    session.commit()
    with time_machine.travel(clock.now() + timedelta(days=31)):
        refused.append(client.get(USAGE, headers=headers))
    bob.active = False
    session.commit()
    refused.append(client.get(USAGE, headers=headers))
    told = [described(reply, USAGE, "get", 401) for reply in refused]
    assert all(one == told[0] for one in told)
    assert refused[0].headers["WWW-Authenticate"].startswith("Bearer")
    assert "needs a key" in described(client.get(USAGE), USAGE, "get", 401)["detail"]


def test_guessing_keys_is_slowed_down(client, session, key):
    for _ in range(gate.MOST_WRONG):
        client.get(USAGE, headers={"Authorization": "Bearer prb_guess"})
    reply = client.get(USAGE, headers=key[1])
    assert described(reply, USAGE, "get", 429)["retry_after"] > 0


def test_checks_of_a_key_count_against_its_quota_alone(client, session, key):
    made, headers = key
    actions.set_quota(session, made, 3, by=SYSTEM)
    session.commit()
    asked = {"number": "PRB-2026-000777", "name": "Nobody"}
    path = "/api/v1/verifications"
    reply = client.post(path, json=asked, headers=headers)
    assert described(reply, path, "post", 200)["status"] == "unknown"
    assert reply.headers["RateLimit-Policy"] == '"day";q=3;w=86400'
    assert reply.headers["RateLimit"].startswith('"day";r=2;t=')
    both = client.post(BATCH, json={"checks": [asked, asked]}, headers=headers)
    assert described(both, BATCH, "post", 200)["counts"] == {"unknown": 2}
    over = client.post(path, json=asked, headers=headers)
    assert described(over, path, "post", 429)["reason"] == "quota"
    assert 0 < int(over.headers["Retry-After"]) <= 86400
    usage = described(client.get(USAGE, headers=headers), USAGE, "get", 200)
    assert (usage["used"], usage["left"]) == (3, 0)
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert client.post(path, json=asked, headers=headers).status_code == 200
    assert made.last_used_at is not None


def test_a_batch_is_counted_whole_or_not_at_all(client, session, key):
    made, headers = key
    actions.set_quota(session, made, 5, by=SYSTEM)
    session.commit()
    six = {"checks": [{"number": "PRB-2026-000777", "name": "x"}] * 6}
    described(client.post(BATCH, json=six, headers=headers), BATCH, "post", 429)
    assert client.get(USAGE, headers=headers).json["used"] == 0
    for body in ({"checks": []}, {"checks": six["checks"] * 17}, {}, {"checks": [{"number": "x"}]}):
        described(client.post(BATCH, json=body, headers=headers), BATCH, "post", 400)
    plain = client.post(BATCH, data=b"x", content_type="text/plain", headers=headers)
    described(plain, BATCH, "post", 415)
    described(client.post(BATCH, json=six), BATCH, "post", 401)
    with pytest.raises(Refused, match="1 to"):
        actions.set_quota(session, made, 0, by=SYSTEM)


def test_a_key_does_not_bring_the_limit_of_its_place_near(client, session, key):
    asked = {"number": "PRB-2026-000777", "name": "Nobody"}
    for _ in range(enquiries.MOST_FAILURES + 1):
        reply = client.post("/api/v1/verifications", json=asked, headers=key[1])
    assert reply.status_code == 200


def test_status_by_public_id(client, session, certificate, key):
    path, shown = (
        "/api/v1/certificates/{public_id}",
        f"/api/v1/certificates/{certificate.public_id}",
    )
    assert described(client.get(shown), path, "get", 200)["status"] == "valid"
    described(client.get(shown, headers=key[1]), path, "get", 200)
    described(client.get(f"/api/v1/certificates/{'z' * 26}"), path, "get", 404)
    assert client.get(USAGE, headers=key[1]).json["used"] == 1


def test_every_route_for_programs_is_described(app, client):
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/v1/", "/.well-known/did", "/.well-known/jwks"))
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    told = {(path, method) for path, one in DOCUMENT["paths"].items() for method in one}
    assert routes <= told
    known = {rule.rule.replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules()}
    assert {path for path, _ in told} <= known
    assert client.get("/api/v1/openapi.json").json == DOCUMENT
    ids = [one["operationId"] for path in DOCUMENT["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids))


def test_addresses_that_lead_nowhere_answer_with_a_problem(client):
    reply = client.get("/api/v1/nothing")
    assert (reply.status_code, reply.mimetype) == (404, "application/problem+json")
    schemas.check(reply.json, {"$ref": "#/components/schemas/Problem"}, DOCUMENT)
    assert client.post(USAGE).json["reason"] == "method-not-allowed"


def test_the_page_about_the_api_shows_every_operation(browse):
    page = browse().get("/api/docs").text
    for operation in reading_guide.operations(DOCUMENT):
        assert f'id="{operation.id}"' in page
    assert 'id="problem-quota"' in page
    assert "&#34;PRB-2026-000123&#34;" in page
