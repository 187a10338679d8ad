"""No form of accounts is accepted without the token of its own session."""

import pytest

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


def test_cookies_are_closed_to_scripts_and_other_sites(browse, ada):
    page = browse(ada).get("/sign-in", expect=303)
    for cookie in page.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
