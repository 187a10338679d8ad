"""The live console: what it shows, what it costs, what its buttons do, and for whom."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from probity.accounts.roles import Role
from probity.exams import actions as exams
from probity.exams import supervision
from probity.exams.models import Notice, Presence
from probity.exams.presence import heard
from probity.kernel.permissions import SYSTEM
from probity.sittings import console, console_actions
from probity.sittings.console_rules import State
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam, answer, items_of
from tests.factories.sittings import add_sitting, place_of, start

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sitting(session, ada, bob):
    return add_sitting(session, add_exam(session), ada, bob)


@pytest.fixture
def url(sitting):
    return f"/studio/sittings/{sitting.public_id}/console"


@pytest.fixture
def attempt(session, sitting, ada):
    return start(session, sitting.exam, ada)


@pytest.fixture
def officer(browse, otto):
    return browse(otto)


def seat_of(session, sitting, person):
    return next(
        one for one in console.board(session, sitting).seats if one.name == person.name_latin
    )


def told(session, attempt):
    return session.scalars(select(Notice).where(Notice.attempt_id == attempt.id)).all()


def test_a_candidate_from_not_come_to_ended(session, sitting, ada, otto, attempt):
    place = place_of(session, sitting, ada)
    place.attempt_id = None
    session.flush()
    assert seat_of(session, sitting, ada).state is State.ABSENT
    place.authorised_at = attempt.started_at
    session.flush()
    assert seat_of(session, sitting, ada).state is State.AUTHORISED
    place.attempt_id = attempt.id
    heard(session, attempt, "q3", 0)
    answer(session, attempt, items_of(attempt)[0], None)
    seat = seat_of(session, sitting, ada)
    assert (seat.state, seat.question, seat.answered) == (State.WORKING, 3, 0)
    assert seat.questions == len(items_of(attempt))
    heard(session, attempt, "q3", 2)
    assert seat_of(session, sitting, ada).state is State.UNSENT
    supervision.pause(session, [attempt.id], "Fire alarm", by=otto)
    seat = seat_of(session, sitting, ada)
    assert (seat.state, seat.deadline) == (State.PAUSED, None)
    assert seat.left > 0
    supervision.end(session, attempt.id, "Used a telephone", by=otto)
    session.flush()
    assert seat_of(session, sitting, ada).state is State.ENDED


def test_who_is_not_heard_of_has_lost_the_connection(session, sitting, ada, attempt):
    heard(session, attempt, "q3", 0)
    seen = session.get(Presence, attempt.id)
    seen.seen_at -= MINUTE
    session.flush()
    seat = seat_of(session, sitting, ada)
    assert (seat.state, seat.silent_since) == (State.LOST, seen.seen_at)


def test_answers_that_were_cleared_are_not_counted(session, sitting, ada, attempt):
    first, second = items_of(attempt)[:2]
    answer(session, attempt, first, "x")
    answer(session, attempt, second, "x")
    answer(session, attempt, second, None, base=1, seq=1)
    assert seat_of(session, sitting, ada).answered == 1


def test_who_handed_in_has_no_time_left(session, sitting, ada, attempt):
    exams.close(session, attempt, by=ada)
    session.flush()
    seat = seat_of(session, sitting, ada)
    assert (seat.state, seat.deadline, seat.left) == (State.HANDED_IN, None, None)


def test_the_page_shows_everybody_and_filters(session, officer, url, ada, bob, attempt):
    page = officer.get(url).text
    assert ada.name_latin in page
    assert bob.name_latin in page
    assert "Not come" in page
    found = officer.get(f"{url}?q=lim&state=").text
    rows = re.findall(r"data-seat=", found)
    assert len(rows) == 1
    assert "Nobody here fits" in officer.get(f"{url}?state=paused").text
    assert "Nobody here fits" in officer.get(f"{url}?room=nowhere").text


def test_unchanged_rows_are_not_sent_again(session, officer, url, sitting, attempt, otto):
    heard(session, attempt, "q1", 0)
    session.commit()
    first = officer.get(f"{url}.json")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert officer.get(f"{url}.json", 304, headers=tag).data == b""
    supervision.extend(session, [attempt.id], 60, "Noise", by=otto)
    session.commit()
    second = officer.get(f"{url}.json", headers=tag)
    changed = [
        after
        for before, after in zip(first.json["seats"], second.json["seats"], strict=True)
        if before != after
    ]
    assert [one["deadline"] for one in changed] == [attempt.deadline.isoformat()]
    assert first.json["roster"] == second.json["roster"]


def test_a_look_costs_one_query_however_many_there_are(session, sitting, ada, bob):
    for number in range(5):
        person = add_person(session, f"p{number}@example.org", Role.CANDIDATE)
        add_sitting(session, sitting.exam, person)
    start(session, sitting.exam, ada)
    start(session, sitting.exam, bob)
    console.board(session, sitting)
    seen = []
    listen = (session.get_bind(), "before_cursor_execute", lambda *a: seen.append(a[2]))
    event.listen(*listen)
    try:
        console.board(session, sitting)
    finally:
        event.remove(*listen)
    reads = [one for one in seen if "clock_timestamp()" not in one]
    assert len(reads) == 1


def test_a_message_reaches_the_ticked_and_is_told_word_for_word(
    session, officer, url, sitting, ada, bob, attempt
):
    pick = [place_of(session, sitting, one).id for one in (ada, bob)]
    form = {"scope": "ticked", "pick": pick, "message-text": "<b>Lunch</b>"}
    page = officer.get(officer.post(f"{url}/messages", form).location).text
    assert "Done for 1 candidate." in page
    assert f"Has not started: {bob.name_latin}." in page
    assert [one.text for one in told(session, attempt)] == ["<b>Lunch</b>"]


def test_of_many_who_are_left_alone_some_are_named(officer, url, ada, monkeypatch):
    monkeypatch.setattr(console_actions, "MOST_NAMED", 1)
    reply = officer.post(f"{url}/pauses", {"scope": "everybody", "pause-text": "Fire alarm"})
    page = officer.get(reply.location).text
    assert f"Has not started: {ada.name_latin} and 1 more." in page


def test_everybody_in_a_room_is_paused_and_resumed(session, officer, url, attempt):
    end = attempt.deadline
    officer.post(f"{url}/pauses", {"scope": "room:A", "pause-text": "Fire alarm"})
    session.refresh(attempt)
    assert attempt.paused_at is not None
    again = officer.post(f"{url}/pauses", {"scope": "room:A", "pause-text": "Fire alarm"})
    assert "Already paused: Ada Lim." in officer.get(again.location).text
    officer.post(f"{url}/resumptions", {"scope": "everybody"})
    session.refresh(attempt)
    assert attempt.paused_at is None
    assert attempt.deadline > end


def test_a_room_is_ended_at_once(session, officer, url, sitting, attempt, ada, bob):
    other = start(session, sitting.exam, bob)
    officer.post(f"{url}/endings", {"scope": "room:A", "end-text": " "}, 422)
    page = officer.post(f"{url}/endings", {"scope": "room:A", "end-text": "Fire in the house"})
    assert "Done for 2 candidates." in officer.get(page.location).text
    for one in (attempt, other):
        session.refresh(one)
        assert one.ending == "ended-by-staff"
        assert [notice.text for notice in told(session, one)] == ["Fire in the house"]
    again = officer.post(f"{url}/endings", {"scope": "everybody", "end-text": "Again"})
    assert "Done for 0 candidates." in officer.get(again.location).text


def test_more_time_by_the_minute(session, officer, url, attempt):
    end = attempt.deadline
    form = {"scope": "everybody", "extend-minutes": "10", "extend-text": "Slow start"}
    officer.post(f"{url}/extensions", form)
    session.refresh(attempt)
    assert attempt.deadline - end == 10 * MINUTE


def test_who_is_authorised_may_start(session, officer, url, sitting, ada):
    place = place_of(session, sitting, ada)
    said = officer.post(f"{url}/authorisations", {"scope": "ticked", "pick": place.id})
    assert "1 candidate may start." in officer.get(said.location).text
    session.refresh(place)
    assert place.authorised_at is not None
    again = officer.post(f"{url}/authorisations", {"scope": "everybody"})
    assert "1 could already." in officer.get(again.location).text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("messages", {"message-text": " "}),
        ("pauses", {"pause-text": ""}),
        ("extensions", {"extend-text": "Noise", "extend-minutes": "0"}),
        ("extensions", {"extend-text": "Noise", "extend-minutes": "many"}),
        ("extensions", {"extend-text": "", "extend-minutes": "5"}),
        ("extensions", {"extend-text": "x" * 2001, "extend-minutes": "5"}),
        ("resumptions", {"resume-text": "x" * 2001}),
    ],
)
def test_what_cannot_be_read_changes_nothing(session, officer, url, attempt, path, form):
    page = officer.post(f"{url}/{path}", {"scope": "everybody", **form}, 422)
    assert "field__error" in page.text
    said = officer.client.post(
        f"{url}/{path}",
        data={"scope": "everybody", **form, "csrf_token": officer.token()},
        headers={"Accept": "application/json"},
    )
    assert said.status_code == 422
    assert said.json["message"]
    assert told(session, attempt) == []


@pytest.mark.parametrize("form", [{}, {"pick": "999999"}, {"scope": "room:nowhere"}])
def test_nobody_chosen_is_told(officer, url, form):
    page = officer.post(f"{url}/authorisations", {"scope": "ticked", **form}, 409).text
    assert "Tick at least one candidate" in page


def test_candidates_of_another_sitting_are_out_of_reach(session, officer, url, sitting, ada):
    eve = add_person(session, "eve@example.org", Role.CANDIDATE, name_latin="Eve Other")
    other = add_sitting(session, sitting.exam, eve)
    foreign = place_of(session, other, eve).id
    officer.post(f"{url}/authorisations", {"scope": "ticked", "pick": foreign}, 409)
    officer.get(f"{url}/endings/{foreign}", 404)
    officer.post(f"{url}/endings/{foreign}", {"text": "Why"}, 404)


def test_an_ending_names_the_candidate_and_asks_for_the_reason(
    session, officer, url, sitting, ada, attempt
):
    one = f"{url}/endings/{place_of(session, sitting, ada).id}"
    assert "End the exam of Ada Lim?" in officer.get(one).text
    assert "Say why" in officer.post(one, {"text": ""}, 422).text
    done = officer.post(one, {"text": "Used a telephone"})
    assert "Done for 1 candidate." in officer.get(done.location).text
    session.refresh(attempt)
    assert attempt.ending == "ended-by-staff"
    again = officer.get(officer.post(one, {"text": "Again"}).location).text
    assert "Already ended: Ada Lim." in again


def test_ending_who_has_not_started_says_so(session, officer, url, sitting, bob):
    one = f"{url}/endings/{place_of(session, sitting, bob).id}"
    page = officer.get(officer.post(one, {"text": "Why"}).location).text
    assert "Has not started: Bob Okoro." in page


def test_a_script_gets_the_sentence(officer, url, attempt):
    form = {"scope": "everybody", "message-text": "Hello", "csrf_token": officer.token()}
    reply = officer.client.post(
        f"{url}/messages", data=form, headers={"Accept": "application/json"}
    )
    assert reply.status_code == 200
    assert reply.json["message"].startswith("Done for 1 candidate.")


PATHS = ["messages", "pauses", "resumptions", "extensions", "endings", "authorisations"]


def test_only_those_who_watch_exams_come_in(session, browse, url, sitting, ada, ivy, vera):
    place = place_of(session, sitting, ada).id
    for person in (ada, ivy, vera):
        visitor = browse(person)
        visitor.get(url, 403)
        visitor.get(f"{url}.json", 403)
        visitor.get(f"{url}/endings/{place}", 403)
        visitor.post(f"{url}/endings/{place}", {"text": "Why"}, 403)
        for path in PATHS:
            visitor.post(f"{url}/{path}", {"scope": "everybody"}, 403)


def test_an_invigilator_comes_in_and_a_wrong_address_leads_nowhere(session, browse, url):
    rita = browse(add_person(session, "rita@example.org", Role.INVIGILATOR))
    rita.get(url)
    rita.get("/studio/sittings/aaaaaaaaaaaaaaaaaaaaaaaaaa/console", 404)
    rita.post("/studio/sittings/aaaaaaaaaaaaaaaaaaaaaaaaaa/console/pauses", {}, 404)


def test_an_empty_sitting_says_what_to_do(session, officer):
    empty = add_sitting(session, add_exam(session, slug="empty"))
    page = officer.get(f"/studio/sittings/{empty.public_id}/console").text
    assert "Nobody is registered" in page


def test_duties_act_as_the_installation(session, attempt):
    assert supervision.message(session, [attempt.id], "Hello", by=SYSTEM).changed == [attempt]
    session.flush()
    assert told(session, attempt)[0].by_id is None
