"""Each refusal and each failure, as a person and as a script sees it."""

import html5lib
import pytest
from sqlalchemy import exc, text

from probity.kernel.db import db
from probity.kernel.error_pages import PAGES
from tests.kernel import sites
from tests.visitor import audit_page

JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def broken(database_url, build):
    """The application as in production: a bug becomes a page instead of an exception."""
    return build(database_url, config={"PROPAGATE_EXCEPTIONS": False})


@pytest.fixture(params=["sqlite", "postgresql"])
def stranded(request, build, tmp_path):
    """The application while its database is away."""
    away = tmp_path / "away"
    url = f"sqlite:///{away}/gone.db"
    if request.param == "postgresql":
        url = f"postgresql://postgres@/gone?host={away}"
    return build(url)


def signed_in(app):
    """A browser with the cookie of somebody whom only the database could confirm."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id="somebody", _fresh=True, sid="token")
    return client


@pytest.mark.parametrize("status", [code for code in PAGES if code < 500])
def test_every_refusal_has_a_page_and_a_json_form(browse, status):
    page = browse().get(f"/probe/status/{status}", expect=status)
    assert f">{status}<" in page.text
    answer = browse().get(f"/probe/status/{status}", expect=status, headers=JSON)
    assert answer.json["reason"]


@pytest.mark.parametrize("status", [406, 410, 418])
def test_a_refusal_without_a_page_of_its_own_keeps_its_number(browse, status):
    page = browse().get(f"/probe/status/{status}", expect=status)
    assert "could not read this request" in page.text
    assert f">{status}<" in page.text


@pytest.mark.parametrize(
    ("status", "words"), [(500, "went wrong"), (502, "went wrong"), (503, "not ready")]
)
def test_our_own_failures_have_a_plain_page(browse, status, words):
    page = browse().client.get(f"/probe/status/{status}", headers={"Accept-Language": "zh"})
    assert page.status_code == status
    assert f">{status}<" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert '<html lang="zh-Hans">' in page.text
    english = browse().client.get(f"/probe/status/{status}").text
    assert words in english
    html5lib.HTMLParser(strict=False).parse(english)


def test_a_refusal_by_a_rule_says_why(browse):
    visitor = browse()
    assert "The shop is closed." in visitor.post("/probe/refused", {}, expect=409).text
    answer = visitor.post("/probe/refused", {}, expect=409, headers=JSON)
    assert answer.json == {"reason": "closed", "message": "The shop is closed.", "opens": "09:00"}


def test_a_refused_form_leads_back_to_its_own_page_and_never_elsewhere(browse):
    visitor = browse()
    ours = visitor.client.get("/probe/nowhere").request.host_url + "where/it/stood"
    for referrer, there in ((ours, True), ("https://elsewhere.example/", False)):
        page = visitor.post("/probe/refused", {}, expect=409, headers={"Referer": referrer})
        assert (f'href="{referrer}"' in page.text) is there


def test_too_many_tries_say_when_to_come_back(browse):
    visitor = browse()
    page = visitor.post("/probe/limited", {}, expect=429)
    assert page.headers["Retry-After"] == "90"
    assert "Too many tries" in page.text
    answer = visitor.post("/probe/limited", {}, expect=429, headers=JSON)
    assert answer.json == {"reason": "too-many", "message": "", "retry_after": 90}
    assert answer.headers["Retry-After"] == "90"


def test_an_unknown_address_is_404_and_a_wrong_method_405(browse):
    assert "found nothing" in browse().get("/no/such/page", expect=404).text
    assert browse().get("/no/such/page", expect=404, headers=JSON).json["reason"] == "not-found"
    answer = browse().get("/probe/rows", expect=405)
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_an_address_without_its_slash_is_led_to_it(browse):
    assert browse().get("/probe", expect=308).location.endswith("/probe/")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "[::1", "a b"])
@pytest.mark.parametrize("path", ["/", "/no/such/page", "/healthz"])
def test_another_name_for_this_site_is_refused(browse, host, path):
    answer = browse().client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_a_body_that_is_too_large_is_refused(browse, app):
    visitor = browse()
    token = visitor.token()
    large = b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1)
    answer = visitor.client.post("/probe/rows", data=large, headers={"X-CSRFToken": token})
    assert (answer.status_code, answer.json["reason"]) == (413, "request-entity-too-large")
    read = {"Accept": "text/html"}
    audit_page(visitor.client.post("/probe/rows", data={"a": large}, headers=read).text)


def test_a_field_that_is_too_large_is_refused(browse, app):
    large = b"x" * (app.config["MAX_FORM_MEMORY_SIZE"] + 1)
    field = b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n' + large + b"\r\n--b--"
    visitor = browse()
    answer = visitor.client.post(
        "/probe/rows",
        data=field,
        content_type="multipart/form-data; boundary=b",
        headers={"X-CSRFToken": visitor.token()},
    )
    assert answer.status_code == 413


def test_a_redirect_from_deep_inside_is_one(browse):
    assert browse().get("/probe/elsewhere", expect=303).location == "/probe/"


def test_a_nul_is_refused_before_any_database_sees_it(browse):
    assert browse().client.get("/probe/%00").status_code == 404
    assert browse().client.get("/probe/?q=a%00b").status_code == 400


def test_a_value_that_no_column_can_hold_is_malformed(browse, session):
    """PostgreSQL refuses it; SQLite would hold it."""
    here = session.get_bind().dialect.name
    browse().post("/probe/rows", {"key": "x" * 201}, expect=400 if here == "postgresql" else 303)


def test_a_bug_is_a_plain_page_without_its_reason(broken):
    page = broken.test_client().get("/probe/bug")
    assert page.status_code == 500
    assert "wheel" not in page.text
    assert "shown as saved are safe" in page.text
    answer = broken.test_client().get("/probe/bug", headers=JSON)
    assert (answer.status_code, answer.json) == (500, {"reason": "internal", "message": ""})


def test_in_a_test_a_bug_is_raised(app, session):
    with pytest.raises(RuntimeError, match="the wheel came off"):
        app.test_client().get("/probe/bug")


ASKS = ["/", "/probe/database"]
ASKS_WHO = ["/probe/me", "/no/such/page", "/design"]


@pytest.mark.parametrize(
    ("path", "known"), [(p, True) for p in ASKS + ASKS_WHO] + [(p, False) for p in ASKS]
)
def test_without_its_database_the_site_says_when_to_come_back(stranded, path, known):
    client = signed_in(stranded) if known else stranded.test_client()
    page = client.get(path, headers=HTML)
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert "not ready" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("path", "status"), list(zip(ASKS_WHO, (303, 404, 200), strict=True)))
def test_what_needs_no_database_works_without_it(stranded, path, status):
    assert stranded.test_client().get(path, headers=HTML).status_code == status


def test_without_its_database_a_script_hears_so_in_json(stranded):
    answer = signed_in(stranded).get("/probe/database", headers=JSON)
    assert answer.status_code == 503
    assert answer.json == {"reason": "unavailable", "message": ""}
    assert answer.headers["Retry-After"] == "5"


def test_a_refusal_whose_page_needs_the_database_becomes_503_without_it(stranded):
    assert signed_in(stranded).get("/no/such/page", headers=HTML).status_code == 503
    answer = signed_in(stranded).get("/no/such/page", headers=JSON)
    assert (answer.status_code, answer.json["reason"]) == (404, "not-found")


@pytest.mark.parametrize(
    "failure",
    [
        exc.OperationalError("SELECT", {}, Exception("gone")),
        exc.InterfaceError("SELECT", {}, Exception("the connection is closed")),
        exc.TimeoutError("QueuePool limit reached"),
    ],
)
def test_a_database_that_is_busy_or_gone_is_503(app, session, failure, monkeypatch):
    def fail():
        raise failure

    monkeypatch.setitem(app.view_functions, "probe.show_public", fail)
    assert app.test_client().get("/probe/").status_code == 503


def test_a_database_that_comes_back_is_found_again(own_url, build):
    """The pool holds connections that the server has ended."""
    with sites.opened(build(own_url)) as app:
        assert app.test_client().get("/probe/database").text == "1"
        if own_url.startswith("postgresql"):
            with app.app_context():
                others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                with db.engine.connect() as other, pytest.raises(exc.OperationalError):
                    other.execute(text(others))
        assert app.test_client().get("/probe/database").text == "1"


def test_a_database_that_may_only_be_read_is_away(browse, session):
    """As after a change-over to a standby: not now, and no fault of ours."""
    visitor = browse()
    token = visitor.token()
    on_postgres = session.get_bind().dialect.name == "postgresql"
    word = "SET TRANSACTION READ ONLY" if on_postgres else "PRAGMA query_only = ON"
    session.execute(text(word))
    try:
        headers = {"X-CSRFToken": token}
        answer = visitor.client.post("/probe/rows", data={"key": "a"}, headers=headers)
    finally:
        if not on_postgres:
            session.execute(text("PRAGMA query_only = OFF"))
    assert (answer.status_code, answer.json["reason"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
