"""What people do for themselves on the account page."""

import pytest
from sqlalchemy import func, select

from probity.accounts import actions, queries
from probity.accounts.models import Nobody
from probity.accounts.words import browser_name
from probity.audit.models import AuditEntry
from probity.kernel.errors import Refused
from probity.kernel.permissions import Permission
from tests.accounts.letters import letters_to, link_in
from tests.factories.accounts import add_person


def test_nobody_may_do_nothing():
    nobody = Nobody()
    assert nobody.id is None
    assert not any(nobody.may(permission) for permission in Permission)


def test_a_name_is_saved_confirmed_and_loses_its_confirmation_when_changed(browse, session, ada):
    ada.name_confirmed_at = None
    visitor = browse(ada)
    names = {"name": "Ada Lim", "name_native": "林爱达"}
    visitor.post("/account/names", names)
    assert ada.name_confirmed_at is None
    visitor.post("/account/names", {**names, "confirmed": "y"})
    assert ada.name_confirmed_at is not None
    assert "Confirmed" in visitor.get("/account/").text
    visitor.post("/account/names", {"name": "Ada Lim-Moser", "name_native": ""})
    assert (ada.name_latin, ada.name_native, ada.name_confirmed_at) == ("Ada Lim-Moser", None, None)


def test_saving_the_same_name_keeps_the_confirmation(browse, ada):
    before = ada.name_confirmed_at
    browse(ada).post("/account/names", {"name": "Ada Lim", "name_native": ""})
    assert ada.name_confirmed_at == before


def test_a_name_in_another_script_is_refused_where_latin_is_asked(browse, ada):
    page = browse(ada).post("/account/names", {"name": "林爱达", "confirmed": "y"}, expect=422)
    assert "Write this name in Latin letters" in page.text
    assert ada.name_latin == "Ada Lim"


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/exams/demo/", "/exams/demo/"),
        ("//evil.test", "/account/#names"),
        ("https://evil.test", "/account/#names"),
        ("/\\evil.test", "/account/#names"),
    ],
)
def test_confirming_leads_back_to_the_exam_but_never_away(browse, ada, target, location):
    form = {"name": "Ada Lim", "confirmed": "y", "next": target}
    assert browse(ada).post("/account/names", form).location == location


def test_only_the_person_confirms_a_name(session, ada, root):
    with pytest.raises(Refused):
        actions.confirm_name(session, ada, by=root)


def test_a_name_not_in_latin_letters_cannot_be_confirmed(session, ada):
    ada.name_latin = "林爱达"
    with pytest.raises(Refused) as refused:
        actions.confirm_name(session, ada, by=ada)
    assert refused.value.reason == "name-not-latin"


def test_sessions_are_listed_and_ended_one_by_one(browse, session, ada):
    here, there = browse(ada), browse(ada)
    page = here.get("/account/")
    assert page.text.count("Chrome on Linux") == 0
    assert "This browser" in page.text
    opened = queries.sessions_of(session, ada)
    assert len(opened) == 2
    with there.client.session_transaction() as cookie:
        other = queries.session_of_token(session, cookie["sid"])
    here.post(f"/account/sessions/{other.public_id}/ending")
    there.get("/account/", expect=303)
    here.get("/account/")
    here.post(f"/account/sessions/{other.public_id}/ending", expect=404)


def test_ending_a_session_twice_is_recorded_once(session, ada):
    opened, _token = actions.start_session(session, ada)
    actions.end_session(session, opened, by=ada)
    ended = opened.ended_at
    actions.end_session(session, opened, by=ada)
    entries = select(func.count()).where(AuditEntry.subject == f"session/{opened.id}")
    assert (opened.ended_at, session.scalar(entries)) == (ended, 2)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh) Version/18 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 MicroMessenger/8", "WeChat on Android"),
        ("Mozilla/5.0 (X11; Linux) Firefox/145", "Firefox on Linux"),
        ("curl/8.5 (Linux)", "Linux"),
        ("<script>alert(1)</script>", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_browsers_are_named_as_their_owners_would(app, user_agent, name):
    with app.test_request_context():
        assert browser_name(user_agent) == name


def test_all_other_sessions_end_together(browse, ada):
    here, there = browse(ada), browse(ada)
    here.post("/account/sessions/endings")
    there.get("/account/", expect=303)
    here.get("/account/")


def test_nobody_ends_the_session_of_another_candidate(browse, session, ada, bob):
    hers, his = browse(ada), browse(bob)
    opened = queries.sessions_of(session, ada)[0]
    his.post(f"/account/sessions/{opened.public_id}/ending", expect=404)
    hers.get("/account/")


def test_language_and_zone_are_kept(browse, session, ada):
    visitor = browse(ada)
    visitor.post("/account/preferences", {"locale": "zh-Hans", "timezone": "Europe/Berlin"})
    assert (ada.locale, ada.timezone) == ("zh-Hans", "Europe/Berlin")
    visitor.post("/account/preferences", {"locale": "en", "timezone": ""})
    assert (ada.locale, ada.timezone) == ("en", None)
    visitor.post("/account/preferences", {"locale": "xx", "timezone": "Moon/Crater"}, expect=422)


def test_a_new_address_counts_once_its_link_is_opened(browse, session, ada):
    visitor = browse(ada)
    assert visitor.post("/account/email", {"email": "Ada@New.example"}).location == "/account/email"
    visitor.get("/account/email")
    assert ada.email == "ada@example.org"
    path = link_in(letters_to(session, "ada@new.example")[0])
    assert visitor.get(path, expect=303).location == "/account/"
    assert ada.email == "ada@new.example"
    assert "another address than this one" in letters_to(session, "ada@example.org")[-1].text
    assert visitor.get(path, expect=303).location == "/account/email"


def test_an_address_of_someone_else_is_not_given_away(browse, session, ada, bob):
    visitor = browse(ada)
    visitor.post("/account/email", {"email": "bob@example.org"})
    assert "We have sent a link" in visitor.get("/account/email").text
    assert letters_to(session, "bob@example.org") == []


def test_letters_speak_the_language_of_the_person(app, session, browse, tmp_path):
    person = add_person(session, "li@example.org", name_latin="Li Na", name_native="李娜")
    person.locale = "zh-Hans"
    browse().post("/reset", {"email": "li@example.org"})
    assert "李娜" in letters_to(session, "li@example.org")[0].text
