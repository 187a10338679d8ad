"""The API for programs: the answers of the pages, with HTTP 200 for every verdict."""

import io
import json

import pytest

from probity.api.shapes import Verification
from probity.credentials import actions, enquiries
from probity.credentials.checks import inspection
from tests.credentials import tampering

URL = "/api/v1/verifications"


@pytest.fixture
def client(app, session, certificate):
    """A program: no cookie, no token."""
    session.commit()
    return app.test_client(use_cookies=False)


def send(client, data):
    reply = client.post(URL, data={"file": (io.BytesIO(data), "certificate.pdf")})
    assert reply.status_code == 200, reply.text
    Verification.model_validate_json(reply.data)
    return reply.json


def test_number_and_name(client, certificate):
    reply = client.post(URL, json={"number": certificate.number, "name": "林薇"})
    assert reply.status_code == 200
    told = reply.json
    assert told["status"] == "valid"
    assert told["certificate"]["holder"] == "Ada Lim 林薇"
    assert told["certificate"]["url"].endswith(f"/c/{certificate.public_id}")
    assert {check["result"] for check in told["checks"]} <= {"pass", "fail", "not-checked"}
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_wrong_name_is_answered_as_an_unknown_number(client, certificate):
    wrong = client.post(URL, json={"number": certificate.number, "name": "Bob"}).json
    unknown = client.post(URL, json={"number": "PRB-1999-000001", "name": "Ada Lim"}).json
    assert wrong | {"checked_at": ""} == unknown | {"checked_at": ""}
    assert wrong["status"] == "unknown"


def test_files_are_checked_as_on_the_page(client, certificate, issued_bytes):
    assert send(client, issued_bytes)["status"] == "valid"
    told = send(client, tampering.attachment_swapped(issued_bytes))
    assert told["status"] == "altered"
    assert told["differences"][0]["in_file"] == "Li Si (李四)"
    assert send(client, tampering.foreign_pdf())["status"] == "unknown"
    assert send(client, b"")["status"] == "unreadable"


def test_a_credential_is_checked(client, session, certificate, rosa):
    document = json.loads(certificate.credential)
    assert client.post(URL, json={"credential": document}).json["status"] == "valid"
    actions.revoke(session, certificate, reason="Identity was false", by=rosa)
    session.commit()
    told = client.post(URL, json={"credential": document | {"name": "Minister"}}).json
    assert told["status"] == "altered"
    assert "revoked" in told["reasons"]
    assert told["certificate"]["reason"] == "Identity was false"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"{}",
        b'{"number": 7, "name": "x"}',
        b'{"number": "PRB-2026-000001"}',
        b'{"number": "PRB-2026-000001", "name": ""}',
        b'{"number": "PRB-2026-000001", "name": "x", "extra": 1}',
        b'{"number": "a", "number": "b", "name": "x"}',
        b'{"credential": "x"}',
        b'{"credential": ' + b"[" * 100_000,
        '{"number": "证书", "name": "张'.encode("gbk"),
    ],
)
def test_unusable_requests_are_told_what_is_usable(client, body):
    reply = client.post(URL, data=body, content_type="application/json")
    assert reply.status_code == 400
    assert reply.json["reason"] == "malformed"
    assert "number" in reply.json["message"]


def test_other_media_types_are_refused(client):
    assert client.post(URL, data=b"x", content_type="application/pdf").status_code == 415
    assert client.post(URL).json["reason"] == "media-type"


def test_a_form_without_the_file_is_malformed(client):
    reply = client.post(URL, data={"other": (io.BytesIO(b"x"), "x.pdf")})
    assert (reply.status_code, reply.json["reason"]) == (400, "malformed")


def test_too_large_is_said(client):
    body = b'{"credential": {"x": "' + b"x" * inspection.LARGEST + b'"}}'
    reply = client.post(URL, data=body, content_type="application/json")
    assert (reply.status_code, reply.json["reason"]) == (413, "too-large")


def test_a_file_too_large_is_said(client):
    head = '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = head.encode() + b"x" * (inspection.LARGEST + 1) + b"\r\n--edge--\r\n"
    reply = client.post(URL, data=body, content_type="multipart/form-data; boundary=edge")
    assert (reply.status_code, reply.json["reason"]) == (413, "too-large")
    assert "5 MB" in reply.json["message"]


def test_guessing_is_slowed_down(client, certificate):
    for serial in range(enquiries.MOST_FAILURES):
        client.post(URL, json={"number": f"PRB-2026-{serial + 2:06d}", "name": "Ada Lim"})
    reply = client.post(URL, json={"number": certificate.number, "name": "Ada Lim"})
    assert reply.status_code == 429
    assert int(reply.headers["Retry-After"]) > 0
    assert reply.json["reason"] == "too-many"
