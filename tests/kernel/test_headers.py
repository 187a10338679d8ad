"""What every answer carries, whatever it is."""

import pytest

from probity.kernel.headers import FIXED, HSTS

ANSWERS = {
    "page": ("GET", "/", 200),
    "json": ("GET", "/healthz", 200),
    "redirect": ("GET", "/probe/me", 303),
    "missing": ("GET", "/no/such/page", 404),
    "forbidden": ("GET", "/probe/status/403", 403),
    "failure": ("GET", "/probe/status/500", 500),
    "method": ("GET", "/probe/rows", 405),
    "token": ("POST", "/probe/rows", 400),
    "file": ("GET", "/assets/x/favicon.svg", 200),
    "sheet": ("GET", "/assets/x/css/app.css", 200),
    "head": ("HEAD", "/", 200),
    "options": ("OPTIONS", "/probe/", 200),
    "metrics": ("GET", "/metrics", 200),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_is_protected(browse, kind):
    method, path, status = ANSWERS[kind]
    answer = browse().client.open(path, method=method, buffered=True)
    assert answer.status_code == status
    for name, value in FIXED.items():
        assert answer.headers[name] == value
    assert len(answer.headers["X-Request-Id"]) == 16
    assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]


def test_an_unknown_host_is_refused_with_the_same_protection(browse):
    answer = browse().client.get("/", headers={"Host": "evil.example"})
    assert {name: answer.headers[name] for name in FIXED} == FIXED


def test_nothing_foreign_may_run_or_load(browse):
    policy = browse().get("/").headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert not [part for part in policy if "unsafe" in part or "*" in part or "http" in part]


def test_what_belongs_to_a_person_is_not_kept(browse, ada):
    assert browse(ada).get("/").headers["Cache-Control"] == "no-store"
    assert browse().get("/").headers["Cache-Control"] == "no-cache"
    assert browse().client.post("/probe/rows").headers["Cache-Control"] == "no-store"


def test_only_an_https_site_demands_https_for_ever(browse, build, database_url):
    assert "Strict-Transport-Security" not in browse().get("/").headers
    site = build(database_url, BASE_URL="https://exams.example.org")
    answer = site.test_client().get("/healthz", base_url="https://exams.example.org")
    assert answer.headers["Strict-Transport-Security"] == HSTS


def test_cookies_of_an_https_site_are_bound_to_it(database_url, build):
    site = build(database_url, BASE_URL="https://exams.example.org")
    answer = site.test_client().get("/sign-in", base_url="https://exams.example.org")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
