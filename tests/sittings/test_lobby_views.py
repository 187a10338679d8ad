"""The lobby of an exam by registration: place, rule, code, waiting, and what browsers are told."""

import re
from datetime import timedelta

import pytest

from probity.exams import actions as exams
from probity.exams.models import Attempt
from probity.kernel import clock
from probity.sittings import admission
from probity.sittings.models import WindowRule
from tests.factories.exams import add_exam
from tests.factories.sittings import add_sitting, entitle, opening_in, place_of, start

LOBBY = "/exams/short-exam/"
TICKED = {"honour": exams.HONOUR_VERSION, "lines": "3", "agree": ["1", "2", "3"]}


@pytest.fixture
def exam(app, session):
    with app.test_request_context():
        return add_exam(session)


def plan(app, session, exam, *people, **changes):
    with app.test_request_context():
        sitting = add_sitting(session, exam, *people, **changes)
    session.commit()
    return sitting


def attempts(session):
    return session.query(Attempt).count()


def test_who_has_no_place_is_told_whom_to_ask(app, session, browse, exam, ada, bob):
    plan(app, session, exam, bob)
    page = browse(ada).get(LOBBY).text
    assert "Ask the exam office for a place" in page
    assert "Honour code" not in page
    reply = browse(ada).post_json(f"{LOBBY}attempts", {"honour": exams.HONOUR_VERSION}, expect=409)
    assert reply.json["reason"] == "not-registered"


def test_a_place_is_shown_in_both_zones(app, session, browse, exam, ada):
    ada.timezone = "Europe/Berlin"
    sitting = plan(app, session, exam, ada)
    page = browse(ada).get(LOBBY).text
    assert "Spring sitting" in page
    assert "(Asia/Shanghai)" in page
    assert page.count(f'datetime="{sitting.opens_at.isoformat(timespec="seconds")}"') == 2
    assert re.search(r"<dt>Room</dt><dd>A</dd>", page)
    assert re.search(r"<dt>Seat</dt><dd>1</dd>", page)


def test_the_rule_is_one_sentence(app, session, browse, exam, ada):
    sitting = plan(app, session, exam, ada)
    page = browse(ada).get(LOBBY).text
    assert "You get 30 minutes from your start; the latest end is <time" in page
    sitting.window_rule = WindowRule.START
    session.commit()
    page = browse(ada).get(LOBBY).text
    assert "You may start until <time" in page
    assert "and then have the full 30 minutes." in page


def test_the_rule_names_ones_own_time(app, session, browse, exam, ada):
    with app.test_request_context():
        entitle(session, ada, "5/4", break_minutes=10)
    page = browse(ada).get(LOBBY).text
    assert "You get 37 minutes and 30 seconds from your start." in page
    assert "10 minutes of breaks" in page
    assert "time × 5/4 (+25%)" in page


def test_the_access_code_is_asked_for_and_a_wrong_one_is_said_at_the_field(
    app, session, browse, exam, ada
):
    plan(app, session, exam, ada, access_code="KITE")
    visitor = browse(ada)
    assert 'name="code"' in visitor.get(LOBBY).text
    page = visitor.post(f"{LOBBY}attempts", {**TICKED, "code": "boat"}, expect=409).text
    assert "This is not the access code." in page
    assert 'aria-invalid="true"' in page
    visitor.post(f"{LOBBY}attempts", {**TICKED, "code": "kite"}, expect=303)


def test_wrong_codes_are_counted_and_missing_ones_are_not(app, session, browse, exam, ada):
    plan(app, session, exam, ada, access_code="KITE")
    visitor = browse(ada)
    sent = {"honour": exams.HONOUR_VERSION}
    for _ in range(admission.WRONG_CODES[1] + 2):
        reply = visitor.post_json(f"{LOBBY}attempts", sent, expect=409)
        assert reply.json["reason"] == "access-code"
    for _ in range(admission.WRONG_CODES[1]):
        visitor.post_json(f"{LOBBY}attempts", {**sent, "code": "boat"}, expect=409)
    reply = visitor.post_json(f"{LOBBY}attempts", {**sent, "code": "KITE"}, expect=429)
    assert int(reply.headers["Retry-After"]) > 0
    assert attempts(session) == 0


def test_from_outside_the_room_there_is_nothing_to_press(app, session, browse, exam, ada):
    plan(app, session, exam, ada, networks=["10.0.0.0/8"])
    page = browse(ada).get(LOBBY).text
    assert "You cannot start from here" in page
    assert "Honour code" not in page
    page = browse(ada).post(f"{LOBBY}attempts", TICKED, expect=409).text
    assert "You cannot start from here" in page
    reply = browse(ada).post_json(f"{LOBBY}attempts", TICKED, expect=409)
    assert reply.json["reason"] == "address"


def test_who_waits_for_the_invigilator_is_told_so_by_page_and_script(
    app, session, browse, exam, ada
):
    sitting = plan(app, session, exam, ada, authorise=True)
    visitor = browse(ada)
    assert "Wait for the invigilator" in visitor.get(LOBBY).text
    assert visitor.get(f"{LOBBY}standing").json["reason"] == "not-authorised"
    page = visitor.post(f"{LOBBY}attempts", TICKED, expect=409).text
    assert "Wait for the invigilator" in page
    place_of(session, sitting, ada).authorised_at = clock.now()
    session.commit()
    assert visitor.get(f"{LOBBY}standing").json["reason"] is None
    visitor.post(f"{LOBBY}attempts", TICKED, expect=303)


def test_before_the_opening_the_lobby_counts_down(app, session, browse, exam, ada):
    plan(app, session, exam, ada, **opening_in(minutes=5))
    visitor = browse(ada)
    page = visitor.get(LOBBY).text
    assert "data-opens=" in page
    assert "Opens at" in page
    assert "You cannot start now" not in page
    held = int(re.findall(r'data-held="(\d+)"', page)[0])
    assert 0 <= held < 3000
    state = visitor.get(f"{LOBBY}standing").json
    assert state["reason"] == "window"
    assert state["opens_at"] > state["server_time"]
    assert visitor.post_json(f"{LOBBY}attempts", TICKED, expect=409).json["until"]


def test_a_day_before_the_lobby_names_the_time(app, session, browse, exam, ada):
    plan(app, session, exam, ada, **opening_in(days=1))
    page = browse(ada).get(LOBBY).text
    assert "The exam opens at" in page
    assert "data-waiting" not in page


def test_a_sitting_that_is_over_says_so(app, session, browse, exam, ada):
    sitting = plan(app, session, exam, ada)
    sitting.closes_at = clock.now() - timedelta(minutes=1)
    session.commit()
    assert "This sitting is over." in browse(ada).get(LOBBY).text


def test_a_sitting_is_sat_once_and_says_so(app, session, browse, exam, ada):
    plan(app, session, exam, ada)
    with app.test_request_context():
        attempt = start(session, exam, ada)
        session.commit()
        assert "Your attempt is running" in browse(ada).get(LOBBY).text
        exams.close(session, session.get_one(Attempt, attempt.id), by=ada)
    session.commit()
    page = browse(ada).get(LOBBY).text
    assert "You have sat the exam in this sitting already." in page
    reply = browse(ada).post_json(f"{LOBBY}attempts", TICKED, expect=409)
    assert reply.json["reason"] == "attempts"


@pytest.mark.parametrize("ticked", [[], ["1"], ["1", "2"], ["1", "1", "2"], ["4", "5", "6"]])
def test_the_server_asks_for_every_tick(session, browse, exam, ada, ticked):
    sent = {**TICKED, "agree": ticked}
    page = browse(ada).post(f"{LOBBY}attempts", sent, expect=409).text
    assert "accept them before you start" in page
    assert attempts(session) == 0
    browse(ada).post(f"{LOBBY}attempts", TICKED, expect=303)


def test_the_version_of_own_words_is_the_exams(app, session, browse, ada):
    with app.test_request_context():
        add_exam(session, honour={"en": "Be fair.", "zh-Hans": "请诚信。"})
    page = browse(ada).get(LOBBY).text
    version = re.findall(r'name="honour" value="([^"]+)"', page)[0]
    assert version == f"{exams.HONOUR_VERSION}/r1"
    browse(ada).post_json(f"{LOBBY}attempts", {"honour": version}, expect=303)
    assert session.query(Attempt).one().honour_version == version


def test_the_list_of_exams_names_ones_place(app, session, browse, exam, ada, bob):
    plan(app, session, exam, ada)
    assert "Your place: Spring sitting" in browse(ada).get("/exams/").text
    assert "by registration" in browse(bob).get("/exams/").text
    assert "Your place" not in browse(bob).get("/exams/").text
    assert "by registration" in browse().get("/exams/").text


def test_scripts_ask_for_a_standing_only_where_there_is_one(browse, exam, ada, otto):
    browse(ada).get("/exams/nothing/standing", expect=404)
    browse(otto).get(f"{LOBBY}standing", expect=403)
    assert browse(ada).get(f"{LOBBY}standing").json["reason"] is None
