"""From signing up to signing out, and what strangers learn on the way: nothing."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError

from probity.accounts import passwords, queries
from probity.accounts.models import UserSession
from probity.accounts.roles import Role
from probity.kernel import clock
from tests.accounts.letters import letters_to, link_in
from tests.factories.accounts import add_person, sign_in_client

GOOD = "tulip harbour seven"


@pytest.fixture
def eva(app, session):
    """Someone with a password."""
    with app.app_context():
        stored = passwords.stored_form(GOOD)
    return add_person(
        session, "eva@example.org", Role.CANDIDATE, name_latin="Eva Moser", password_hash=stored
    )


def sign_in(visitor, email="eva@example.org", password=GOOD, expect=303, **options):
    form = {"email": email, "password": password}
    return visitor.post("/sign-in", form, expect=expect, **options)


def problem(page) -> str:
    return re.sub(r"<[^>]+>", "", re.findall(r'role="alert">(.*?)</div>', page.text, re.DOTALL)[0])


def test_sign_up_confirm_sign_in_sign_out(browse, session):
    visitor = browse()
    form = {"email": "Wang@Example.org", "password": GOOD, "name": "Wang Xiaoming"}
    visitor.post("/sign-up", {**form, "name_native": "王小明"})
    assert "We have sent a link to wang@example.org" in visitor.get("/sign-in").text
    assert "not confirmed yet" in problem(sign_in(visitor, "wang@example.org", expect=422))

    letter = letters_to(session, "wang@example.org")[0]
    assert "Hello 王小明" in letter.text
    assert visitor.get(link_in(letter), expect=303).location == "/sign-in"
    assert sign_in(visitor, "WANG@example.org").location == "/account/start"
    assert visitor.get("/account/start", expect=303).location == "/learning/"

    person = queries.find_person(session, "wang@example.org")
    assert (person.name_latin, person.name_native) == ("Wang Xiaoming", "王小明")
    assert person.roles == {Role.CANDIDATE}
    assert person.name_confirmed_at is None
    assert visitor.post("/sign-out").location == "/"
    assert visitor.get("/account/", expect=303).location == "/sign-in?next=/account/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("eva@example.org", "wrong horse"),
        ("nobody@example.org", GOOD),
        ("eva", GOOD),
        ("", ""),
        ("closed@example.org", GOOD),
        ("waiting@example.org", GOOD),
        ("' OR 1=1 --@example.org", GOOD),
    ],
)
def test_every_failed_sign_in_says_the_same(browse, session, eva, email, password):
    closed = add_person(session, "closed@example.org", password_hash=eva.password)
    closed.active = False
    waiting = add_person(session, "waiting@example.org", password_hash=eva.password)
    waiting.confirmed_at = None
    page = sign_in(browse(), email, password, expect=422)
    sentence = "The address or the password is not right, or the address is not confirmed yet."
    assert problem(page).strip() == sentence
    assert session.scalars(select(UserSession)).all() == []


def test_a_copied_cookie_is_worthless_after_signing_out(app, browse, eva):
    visitor, thief = browse(), app.test_client()
    sign_in(visitor)
    thief.set_cookie("session", visitor.client.get_cookie("session").value)
    assert thief.get("/account/").status_code == 200
    visitor.post("/sign-out")
    assert thief.get("/account/").status_code == 303


def test_the_cookie_holds_no_token_that_the_database_holds(browse, session, eva):
    visitor = browse()
    sign_in(visitor)
    with visitor.client.session_transaction() as cookie:
        token = cookie["sid"]
    opened = session.scalars(select(UserSession)).one()
    assert opened.token_hash == queries.digest(token)
    assert token not in opened.token_hash


def test_a_session_ends_by_idleness_and_by_age(browse, eva):
    visitor = browse()
    sign_in(visitor)
    start = clock.now()
    for hours in range(11, 7 * 24, 11):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            visitor.get("/account/")
    with time_machine.travel(start + timedelta(days=7, minutes=1), tick=False):
        visitor.get("/account/", expect=303)


def test_an_unused_session_ends(browse, eva):
    visitor = browse()
    sign_in(visitor)
    with time_machine.travel(clock.now() + timedelta(hours=12, minutes=6), tick=False):
        visitor.get("/account/", expect=303)


def test_presence_is_noted_coarsely(browse, session, eva):
    visitor = browse()
    sign_in(visitor)
    start = session.scalars(select(UserSession.last_seen_at)).one()
    with time_machine.travel(start + timedelta(minutes=4), tick=False):
        visitor.get("/account/")
    assert session.scalars(select(UserSession.last_seen_at)).one() == start
    with time_machine.travel(start + timedelta(minutes=6), tick=False):
        visitor.get("/account/")
    assert session.scalars(select(UserSession.last_seen_at)).one() == start + timedelta(minutes=6)


def test_a_page_is_shown_although_presence_cannot_be_noted(browse, session, eva):
    visitor = browse()
    sign_in(visitor)
    start = session.scalars(select(UserSession.last_seen_at)).one()

    def fail(_connection, _cursor, statement, parameters, *_more):
        if statement.startswith("UPDATE user_session"):
            raise OperationalError(statement, parameters, Exception("database is locked"))

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        with time_machine.travel(start + timedelta(minutes=6), tick=False):
            assert "Eva Moser" in visitor.get("/account/").text
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    assert session.scalars(select(UserSession.last_seen_at)).one() == start
    with time_machine.travel(start + timedelta(minutes=7), tick=False):
        visitor.get("/account/")
    assert session.scalars(select(UserSession.last_seen_at)).one() > start


def test_a_closed_account_is_out_at_once(browse, session, eva):
    visitor = browse()
    sign_in(visitor)
    eva.active = False
    session.commit()
    visitor.get("/account/", expect=303)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test",
        "//evil.test",
        "///evil.test",
        "////evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "http:evil.test",
        "https:///evil.test",
        "javascript:alert(1)",
        "data:text/html,x",
        " //evil.test",
        "\t//evil.test",
        "/%09/evil.test",
        "https://localhost.evil.test/",
        "https://localhost@evil.test/",
        "http://evil.test\\@localhost/",
    ],
)
def test_signing_in_never_leads_away(browse, eva, target):
    form = {"email": "eva@example.org", "password": GOOD}
    for place in ("query", "form"):
        visitor = browse()
        query = {"next": target} if place == "query" else None
        sent = {**form, "next": target} if place == "form" else form
        page = visitor.client.post(
            "/sign-in", query_string=query, data={**sent, "csrf_token": visitor.token()}
        )
        assert page.status_code in (303, 422)
        where = page.location or ""
        assert not re.match(r"(?i)\s*([a-z]+:|[/\\]{2})", where), where


def test_signing_in_leads_back_to_the_page_that_asked(browse, eva):
    visitor = browse()
    form = {"email": "eva@example.org", "password": GOOD}
    assert visitor.post("/sign-in?next=/exams/demo/", form).location == "/exams/demo/"


def test_a_foreign_host_header_is_refused(app):
    for url in ("/sign-in", "/reset"):
        assert app.test_client().get(url, base_url="http://evil.test").status_code == 400


def test_json_is_not_another_way_in(browse, eva):
    page = browse().client.post("/sign-in", json={"email": "eva@example.org", "password": GOOD})
    assert page.status_code == 400
    assert page.get_json()["reason"] == "csrf"
    asked = browse().get("/sign-in", headers={"Accept": "application/json"})
    assert asked.mimetype == "text/html"


def test_a_cookie_without_its_session_is_nobody(app, eva):
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = eva.fs_uniquifier
    assert client.get("/account/").status_code == 303
    with client.session_transaction() as cookie:
        cookie["sid"] = "guessed"
    assert client.get("/account/").status_code == 303


def test_a_token_of_someone_else_is_nobody(app, session, eva, ada):
    client = sign_in_client(app, session, ada)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = eva.fs_uniquifier
    assert client.get("/account/").status_code == 303


def test_one_statement_tells_who_is_there_and_what_they_may(app, browse, eva):
    statements = []
    visitor = browse(eva)

    def note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        visitor.get("/account/start", expect=303)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len([words for words in statements if words.startswith("SELECT")]) == 1


def test_staff_sessions_are_shorter_and_staff_start_at_their_account(browse, session, eva):
    from probity.accounts import actions

    actions.grant_role(session, eva, Role.REGISTRAR, by=None)
    actions.withdraw_role(session, eva, Role.CANDIDATE, by=eva)
    visitor = browse()
    sign_in(visitor)
    assert visitor.get("/account/start", expect=303).location == "/account/"
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=6), tick=False):
        visitor.get("/account/", expect=303)
