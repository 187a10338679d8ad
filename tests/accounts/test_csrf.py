"""No form of accounts is accepted without the token of its own session."""

import re

import pytest

from probity.accounts import passwords
from probity.accounts.roles import Role
from probity.kernel.db import db
from probity.kernel.work import writing
from probity.wiring import create_app
from tests.databases import environment
from tests.factories.accounts import add_person

PATHS = {"token": "x", "public_id": "x", "role": "auditor"}


def posting_rules(app):
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and rule.endpoint.split(".")[0] in ("accounts", "security")
    ]


def test_every_form_refuses_a_missing_and_a_foreign_token(app, browse, root, ada):
    rules = posting_rules(app)
    assert len(rules) > 20
    visitor, foreign = browse(root), browse(ada).token()
    for rule in rules:
        path = rule.build({name: PATHS[name] for name in rule.arguments})[1]
        for form in ({}, {"csrf_token": "x"}, {"csrf_token": foreign}):
            answer = visitor.client.post(path, data=form)
            assert answer.status_code == 400, path


@pytest.mark.parametrize("path", ["/sign-out", "/account/sessions/endings"])
def test_a_refused_form_changes_nothing(browse, ada, path):
    visitor = browse(ada)
    visitor.client.post(path)
    visitor.get("/account/")


def test_cookies_of_a_real_site_are_bound_to_it_and_to_tls(tmp_path):
    address = "https://exams.example.org"
    url = f"sqlite:///{tmp_path / 'real.db'}"
    app = create_app(environment(url, tmp_path, BASE_URL=address), TESTING=True)
    with app.app_context():
        db.create_all()
        stored = passwords.stored_form("tulip harbour seven")
        with writing() as session:
            add_person(session, "eva@example.org", Role.CANDIDATE, password_hash=stored)
    client = app.test_client()
    page = client.get("/sign-in", base_url=address)
    form = {
        "email": "eva@example.org",
        "password": "tulip harbour seven",
        "csrf_token": re.findall(r'name="csrf-token" content="([^"]+)"', page.text)[0],
    }
    headers = {"Referer": f"{address}/sign-in"}
    signed_in = client.post("/sign-in", base_url=address, data=form, headers=headers)
    assert signed_in.status_code == 303
    cookies = page.headers.getlist("Set-Cookie") + signed_in.headers.getlist("Set-Cookie")
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names == {"__Host-session", "__Host-browser"}
    for cookie in cookies:
        flags = {flag.strip() for flag in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= flags
    with app.app_context():
        db.engine.dispose()


def test_cookies_are_closed_to_scripts_and_other_sites(browse, ada):
    page = browse(ada).get("/sign-in", expect=303)
    for cookie in page.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
