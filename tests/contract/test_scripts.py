"""What scripts rely on that a browser would not notice."""

import json

import pytest

from tests.browser.people import add_account
from tests.contract.test_parallel import enter

FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def test_a_bad_token_is_told_to_a_script_in_json_and_to_a_reader_in_words(candidate):
    told = candidate.send("POST", "/sign-in", "email=x", **FORM)
    assert (told.status, told.json) == (400, {"reason": "csrf"})
    shown = candidate.send("POST", "/sign-in", "email=x", Accept="text/html", **FORM)
    assert shown.status == 400
    assert b"<h1" in shown.body


def test_a_refused_start_says_why_and_until_when(candidate, exam):
    reply = candidate.send(
        "POST", f"/exams/{exam}/attempts", "honour=old", X_CSRFToken=candidate.token, **FORM
    )
    assert (reply.status, reply.json["reason"]) == (409, "honour")
    unconfirmed = type(candidate)(candidate.site)
    unconfirmed.sign_in(add_account(candidate.site, confirmed=False))
    reply = unconfirmed.post(f"/exams/{exam}/attempts", {"honour": "x"})
    assert reply.status == 409
    assert {"reason", "until"} <= set(reply.json)
    assert reply.json["reason"] == "name-not-confirmed"


def test_every_item_of_a_paper_has_the_members_scripts_read(candidate, exam):
    sheet = candidate.paper(enter(candidate, exam))
    assert {"items", "deadline", "server_time", "token"} <= set(sheet)
    for item in sheet["items"]:
        assert {"item", "kind", "section", "stem_html", "options", "version"} <= set(item)
        assert bool(item["options"]) == (item["kind"] in {"single", "multiple", "ordering"})
        assert all({"id", "html"} <= set(option) for option in item["options"])


def test_a_time_with_a_nul_is_malformed_on_every_database(candidate, exam):
    attempt = enter(candidate, exam)
    sheet = candidate.paper(attempt)
    save = {
        "client": "11111111-1111-4111-8111-111111111111",
        "seq": 0,
        "item": sheet["items"][0]["item"],
        "base": 0,
        "response": None,
        "at": "\0",
    }
    path = f"/attempts/{attempt}/responses"
    assert candidate.post(path, save, X_Attempt_Token=sheet["token"]).status == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/exams/%00/", 404),
        ("/c/%00", 404),
        ("/c/%00.pdf", 404),
        ("/courses/%00/", 404),
        ("/attempts/%00/", 404),
        ("/verify?number=%00", 400),
        ("/dev/mail.json?to=%00", 400),
    ],
)
def test_a_nul_in_an_address_names_nothing(candidate, path, status):
    assert candidate.send("GET", path).status == status


@pytest.mark.parametrize("question", [{"id": "\0"}, {"proof": {"proofValue": "\0"}}])
def test_a_nul_in_a_credential_is_no_failure_of_ours(stranger, question):
    reply = stranger().post("/api/v1/verifications", {"credential": question})
    assert reply.status in {200, 400}
    assert "Set-Cookie" not in reply.headers


def test_a_script_hears_that_its_file_is_too_large(stranger):
    large = b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n"
    reply = stranger().send(
        "POST",
        "/api/v1/verifications",
        large + b"0" * 20_000_000 + b"\r\n--x--\r\n",
        Content_Type="multipart/form-data; boundary=x",
    )
    assert (reply.status, json.loads(reply.body)["reason"]) == (413, "too-large")


def test_both_names_of_this_machine_are_trusted_and_no_other(stranger, site):
    for host, status in (("localhost", 200), ("127.0.0.1", 200), ("evil.example", 400)):
        named = f"{host}:{site.port}"
        assert stranger().send("GET", "/", Host=named).status == status, host
