"""Every route is in a unit of work and demands what it declares."""

import io
import re
from datetime import timedelta

import pytest
import time_machine

from probity.kernel import clock
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import Blueprint, local_path
from tests.kernel.rows import keys

JSON = {"Accept": "application/json"}


@pytest.mark.parametrize("kind", ["page", "action", "raw"])
def test_a_route_that_needs_nothing_cannot_be_registered(kind):
    more = {"methods": ["GET"]} if kind == "raw" else {}
    with pytest.raises(TypeError, match="needs"):
        getattr(Blueprint("x", __name__), kind)("/x", **more)


def test_a_route_tells_what_it_needs(app):
    assert app.view_functions["probe.show_staff"].needs is Permission.JOB_READ
    assert app.view_functions["probe.show_public"].needs is Public.INFORMATION


def test_anybody_sees_what_is_public(browse):
    assert browse().client.get("/probe/").text == "open"


@pytest.mark.parametrize("path", ["/probe/me", "/probe/staff", "/probe/raw"])
def test_a_stranger_is_led_to_sign_in_and_back(browse, path):
    answer = browse().get(f"{path}?page=2&q=a%20b", expect=303)
    assert answer.location == f"/sign-in?next={path}?page%3D2%26q%3Da%2520b"
    assert browse().get(path, expect=303).location == f"/sign-in?next={path}"


@pytest.mark.parametrize(("path", "headers"), [("/probe/me", JSON), ("/api/probe", {})])
def test_a_script_without_a_session_gets_401(browse, path, headers):
    answer = browse().get(path, expect=401, headers=headers)
    assert (answer.json["reason"], answer.json["message"]) == ("unauthorized", "")


FOR_SCRIPTS = ["/api/probe", "/probe/data.json", "/probe/state"]


@pytest.mark.parametrize("path", FOR_SCRIPTS)
def test_an_address_for_scripts_answers_json_whatever_is_asked_for(browse, ada, root, path):
    html = {"Accept": "text/html"}
    assert browse().get(path, expect=401, headers=html).json["reason"] == "unauthorized"
    assert browse(ada).get(path, expect=403, headers=html).json["reason"] == "forbidden"
    assert browse(root).get(path, headers=html).json == {"ok": True}


def test_an_address_that_leads_nowhere_is_told_in_its_own_form(browse):
    assert browse().get("/probe/none.json", expect=404).json["reason"] == "not-found"
    assert "<h1" in browse().get("/probe/none", expect=404).text


def test_a_strangers_form_is_not_led_anywhere_and_writes_nothing(browse, session):
    browse().post("/probe/staff/rows", {}, expect=401)
    assert keys(session) == []


def test_who_lacks_the_permission_is_told_so(browse, ada, root):
    assert "not open to you" in browse(ada).get("/probe/staff", expect=403).text
    assert browse(ada).get("/api/probe", expect=403).json["reason"] == "forbidden"
    browse(ada).post("/probe/staff/rows", {}, expect=403)
    assert browse(root).client.get("/probe/staff").text == "staff"


def test_two_people_in_one_test_stay_two_people(browse, ada, bob):
    """pytest-flask shares one application context, and with it one identity, per test."""
    first, second, nobody = browse(ada), browse(bob), browse()
    nobody.get("/probe/me", expect=303)
    for _ in range(2):
        assert first.client.get("/probe/me").json == ada.id
        assert second.client.get("/probe/me").json == bob.id
        nobody.get("/probe/me", expect=303)


def test_an_action_that_returns_has_written(browse, session):
    browse().post("/probe/rows", {"key": "a"})
    assert keys(session) == ["a"]


@pytest.mark.parametrize("path", ["/probe/statement", "/probe/object"])
def test_a_page_cannot_write(browse, session, path):
    with pytest.raises(RuntimeError, match="page must not write"):
        browse().client.get(path)
    assert keys(session) == []


def test_an_action_that_raises_has_not_written(browse, session):
    visitor = browse()
    visitor.post("/probe/refused", {}, expect=409)
    with pytest.raises(RuntimeError, match="wheel"):
        visitor.client.post("/probe/crashed", data={"csrf_token": visitor.token()})
    assert keys(session) == []


@pytest.mark.parametrize("form", [{}, {"csrf_token": ""}, {"csrf_token": "forged"}])
def test_a_form_without_the_token_of_its_session_is_refused(browse, session, form):
    answer = browse().client.post("/probe/rows", data={**form, "key": "a"})
    assert answer.status_code == 400
    assert "opened in another session" in answer.text
    assert keys(session) == []


def test_a_token_of_another_session_is_refused(browse, session):
    foreign = browse().token()
    visitor = browse()
    visitor.token()
    assert visitor.client.post("/probe/rows", data={"csrf_token": foreign}).status_code == 400
    assert keys(session) == []


def test_a_script_hears_of_a_bad_token_in_json(browse):
    answer = browse().client.post("/probe/rows", json={}, headers={"X-CSRFToken": "forged"})
    assert (answer.status_code, answer.json) == (400, {"reason": "csrf"})


def test_a_script_sends_the_token_in_a_header(browse, session):
    visitor = browse()
    sent = visitor.client.post(
        "/probe/rows", data={"key": "by header"}, headers={"X-CSRFToken": visitor.token()}
    )
    assert sent.status_code == 303
    assert keys(session) == ["by header"]


def test_a_token_lives_as_long_as_its_session(browse, session):
    visitor = browse()
    token = visitor.token()
    with time_machine.travel(clock.now() + timedelta(hours=11)):
        sent = visitor.client.post("/probe/rows", data={"key": "late", "csrf_token": token})
    assert sent.status_code == 303
    assert keys(session) == ["late"]


def test_a_route_may_be_open_to_other_sites(browse):
    assert browse().client.put("/probe/raw/open").json == {"ok": True}
    assert browse().client.put("/probe/raw").status_code == 400


@pytest.mark.parametrize("target", ["/", "/a?b=//c", "/a:b#c", "/投标"])
def test_a_path_of_ours_is_kept(target):
    assert local_path(target) == target


@pytest.mark.parametrize("target", ["", "//evil", "https://evil", "/\\evil", "/\tevil", "evil"])
def test_what_could_lead_elsewhere_is_not(target):
    assert local_path(target) == ""
    assert local_path(target, otherwise="/home") == "/home"


@pytest.mark.parametrize(("number", "status"), [(2**31 - 1, 200), (2**31, 404), (10**30, 404)])
def test_a_number_that_no_column_can_hold_leads_nowhere(browse, number, status):
    assert browse().client.get(f"/probe/number/{number}").status_code == status


def test_every_page_carries_the_token_for_scripts(browse):
    page = browse().get("/design").text
    assert re.search(r'<meta name="csrf-token" content="[\w.-]{40,}">', page)


def test_a_body_is_read_before_the_unit_of_work_begins(browse, app):
    """A body that trickles in must not hold the database's lock."""
    from probity.kernel.db import db

    seen = []

    class Body(io.BytesIO):
        def readinto(self, buffer):
            seen.append(dict(db.session().info))
            return super().readinto(buffer)

    visitor = browse()
    headers = {"X-CSRFToken": visitor.token(), "Content-Type": "application/json"}
    sent = b'{"key": "late"}'
    visitor.client.post(
        "/probe/rows", headers=headers, input_stream=Body(sent), content_length=len(sent)
    )
    assert seen
    assert not any("unit of work" in info for info in seen)
