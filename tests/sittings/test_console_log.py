"""The irregularity log, and incidents from the report to the extra time."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from probity.accounts.roles import Role
from probity.audit.models import AuditEntry
from probity.exams import queries as exams
from probity.exams import supervision
from probity.exams.models import Presence, ResponseEvent, Silence
from probity.kernel.errors import Refused
from probity.sittings import console_log, incidents
from probity.sittings.models import Fault, Incident, Irregularity, Kind
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam, answer, items_of
from tests.factories.sittings import ZONE, add_sitting, place_of, start

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sitting(session, ada, bob):
    return add_sitting(session, add_exam(session), ada, bob)


@pytest.fixture
def base(sitting):
    return f"/studio/sittings/{sitting.public_id}"


@pytest.fixture
def officer(browse, otto):
    return browse(otto)


# the log


def test_a_line_about_a_candidate_and_one_about_all(session, officer, base, sitting, ada):
    place = place_of(session, sitting, ada)
    about = {"about": place.id, "kind": "health", "note": "Felt <faint>,\nwent out at ten"}
    officer.post(f"{base}/log", about)
    officer.post(f"{base}/log", {"about": "0", "kind": "other", "note": "=1+1 fire drill"})
    page = officer.get(f"{base}/log").text
    assert "Felt &lt;faint&gt;" in page
    assert "The whole sitting" in page
    assert "Otto Berg" in page
    reply = officer.get(f"{base}/log.csv")
    assert "attachment" in reply.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert [row["candidate"] for row in rows] == ["Ada Lim", ""]
    assert [row["note"] for row in rows] == [about["note"], "'=1+1 fire drill"]
    events = session.scalars(select(AuditEntry).where(AuditEntry.event == "irregularity:logged"))
    assert not any("faint" in str(one.details) for one in events)


@pytest.mark.parametrize(
    "form",
    [
        {"about": "0", "kind": "health", "note": "  "},
        {"about": "0", "kind": "rumour", "note": "He said"},
        {"about": "999999", "kind": "health", "note": "Somebody else"},
        {"about": "", "kind": "health", "note": "Nobody"},
        {"about": "0", "kind": "health", "note": "x" * 2001},
    ],
)
def test_a_line_that_cannot_be_read_is_not_written(session, officer, base, form):
    assert "field__error" in officer.post(f"{base}/log", form, 422).text
    assert session.scalars(select(Irregularity)).all() == []


def test_a_line_never_names_a_candidate_of_another_sitting(session, sitting, otto, ada):
    eve = add_person(session, "eve@example.org", Role.CANDIDATE)
    other = add_sitting(session, sitting.exam, eve)
    foreign = place_of(session, other, eve).id
    for number in (foreign, 999_999):
        with pytest.raises(Refused):
            console_log.write(session, sitting, number, Kind.OTHER, "Eve", by=otto)


# incidents


@pytest.fixture
def working(session, sitting, ada, bob):
    """Ada and Bob an hour into their exams, watched and heard of just now."""
    found = [start(session, sitting.exam, person) for person in (ada, bob)]
    now = exams.now(session)
    for attempt in found:
        attempt.started_at -= 20 * MINUTE
        session.add(Presence(attempt_id=attempt.id, seen_at=now, item="q1", waiting=0))
    session.flush()
    return found


@pytest.fixture
def incident(session, sitting, otto, working):
    """A power cut in room A from ten to five minutes ago."""
    now = exams.now(session)
    found = incidents.report(
        session,
        sitting,
        room="A",
        fault=Fault.POWER,
        note="The lights went out",
        began_at=now - 10 * MINUTE,
        by=otto,
    )
    incidents.finish(session, found, now - 5 * MINUTE, by=otto)
    return found


def silence(session, attempt, incident, start, end):
    """Nothing is heard of a browser between two times after the beginning of an incident."""
    began = incident.began_at
    session.add(Silence(attempt_id=attempt.id, began_at=began + start, ended_at=began + end))
    session.flush()


def downtimes(session, incident):
    return {
        one.registration.person.name_latin: one.downtime / MINUTE
        for one in incidents.affected(session, incident)
    }


def test_downtime_is_the_silence_within_the_incident(session, incident, working):
    silence(session, working[0], incident, -2 * MINUTE, 3 * MINUTE)
    assert downtimes(session, incident) == {"Ada Lim": 3, "Bob Okoro": 0}
    silence(session, working[1], incident, 4 * MINUTE, 9 * MINUTE)
    assert downtimes(session, incident) == {"Ada Lim": 3, "Bob Okoro": 1}


def test_who_is_still_away_counts_until_the_end_of_the_incident(session, incident, working):
    seen = session.get(Presence, working[0].id)
    seen.seen_at = incident.began_at + MINUTE
    session.flush()
    assert downtimes(session, incident)["Ada Lim"] == 4


def test_a_pause_is_not_given_back_twice(session, incident, working, otto):
    silence(session, working[0], incident, timedelta(0), 4 * MINUTE)
    supervision.pause(session, [working[0].id], "Power cut", by=otto)
    working[0].paused_at = incident.began_at + MINUTE
    session.flush()
    assert downtimes(session, incident)["Ada Lim"] == 1
    supervision.resume(session, [working[0].id], by=otto)
    session.flush()
    assert downtimes(session, incident)["Ada Lim"] == pytest.approx(1, abs=0.02)


def test_who_is_not_watched_is_measured_by_answers(session, incident, working):
    for attempt in working:
        attempt.watched = False
        answer(session, attempt, items_of(attempt)[0], "x")
    events = session.scalars(select(ResponseEvent).order_by(ResponseEvent.attempt_id)).all()
    for event, minutes in zip(events, (3, 1.5), strict=True):
        event.saved_at = incident.began_at + minutes * MINUTE
    session.flush()
    assert downtimes(session, incident) == {"Ada Lim": 5, "Bob Okoro": 3.5}


def test_only_the_room_and_the_hours_count(session, sitting, incident, working, bob):
    place_of(session, sitting, bob).room = "B"
    working[0].started_at = incident.ended_at + MINUTE
    session.flush()
    assert downtimes(session, incident) == {}


def test_the_decision_gives_time_once(session, incident, working, otto):
    silence(session, working[0], incident, timedelta(0), 3 * MINUTE)
    ends = [one.deadline for one in working]
    done = incidents.decide(session, incident, 3 * MINUTE, "Power cut", everybody=False, by=otto)
    assert [one.id for one in done.changed] == [working[0].id]
    assert [one.deadline - end for one, end in zip(working, ends, strict=True)] == [
        3 * MINUTE,
        timedelta(0),
    ]
    assert (incident.granted_seconds, incident.decided_by_id) == (180, otto.id)
    with pytest.raises(Refused) as refusal:
        incidents.decide(session, incident, MINUTE, "More", everybody=True, by=otto)
    assert refusal.value.reason == "decided"
    with pytest.raises(Refused):
        incidents.finish(session, incident, incident.ended_at, by=otto)


def test_no_extra_time_is_a_decision_too(session, incident, working, otto):
    ends = [one.deadline for one in working]
    incidents.decide(session, incident, timedelta(0), "Short", everybody=True, by=otto)
    assert [one.deadline for one in working] == ends
    assert incident.granted_seconds == 0


def test_an_incident_that_goes_on_is_not_decided(session, sitting, otto, incident):
    incident.ended_at = None
    with pytest.raises(Refused) as refusal:
        incidents.decide(session, incident, MINUTE, "Why", everybody=True, by=otto)
    assert refusal.value.reason == "not-ended"


@pytest.mark.parametrize("minutes", [-1, 24 * 60 + 1])
def test_the_extra_time_is_possible(session, incident, otto, minutes):
    with pytest.raises(Refused) as refusal:
        incidents.decide(session, incident, minutes * MINUTE, "Why", everybody=True, by=otto)
    assert refusal.value.reason == "seconds"


def local(moment):
    return f"{moment.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"


def test_an_incident_through_the_pages(session, officer, base, working):
    now = exams.now(session)
    form = {"fault": "power", "room": "room:A", "note": "Dark", "at": local(now - 9 * MINUTE)}
    one = officer.post(f"{base}/incidents", form).location
    page = officer.get(one).text
    assert "Going on" in page
    assert "Bob Okoro" in page
    officer.post(f"{one}/ending", {"at": local(now - 2 * MINUTE)})
    incident = session.scalars(select(Incident)).one()
    silence(session, working[1], incident, MINUTE, 4 * MINUTE + timedelta(seconds=1))
    session.commit()
    page = officer.get(one).text
    assert "3 minutes and 1 second" in page
    assert "Proposed: 4 minutes" in page
    assert 'value="4"' in page
    end = working[1].deadline
    decided = {"minutes": "4", "whom": "cut-off", "text": "Power cut"}
    assert (
        "1 candidate has more time."
        in officer.get(officer.post(f"{one}/decision", decided).location).text
    )
    session.refresh(working[1])
    assert working[1].deadline - end == 4 * MINUTE
    officer.post(f"{one}/decision", decided, 409)
    assert "Decided" in officer.get(f"{base}/incidents").text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"note": ""}, 422),
        ({"fault": "aliens"}, 422),
        ({"room": "room:Z"}, 422),
        ({"at": "yesterday"}, 422),
        ({"at": ""}, 422),
        ({"at": "2099-01-01T10:00"}, 409),
    ],
)
def test_a_report_that_makes_no_sense_is_refused(session, officer, base, changes, status):
    form = {"fault": "power", "room": "everybody", "note": "Dark", "at": "2026-01-01T10:00"}
    assert "field__error" in officer.post(f"{base}/incidents", {**form, **changes}, status).text
    assert session.scalars(select(Incident)).all() == []


@pytest.mark.parametrize(("at", "status"), [("never", 422), ("2099-01-01T10:00", 409)])
def test_an_end_that_makes_no_sense_is_refused(officer, base, incident, at, status):
    one = f"{base}/incidents/{incident.id}"
    assert "field__error" in officer.post(f"{one}/ending", {"at": at}, status).text
    bad = officer.post(f"{one}/decision", {"minutes": "x", "whom": "all", "text": ""}, 422)
    assert "field__error" in bad.text


def test_invigilators_report_and_officers_decide(session, browse, base, incident):
    rita = browse(add_person(session, "rita@example.org", Role.INVIGILATOR))
    one = f"{base}/incidents/{incident.id}"
    assert "An exam officer decides" in rita.get(one).text
    rita.post(f"{one}/decision", {"minutes": "4", "whom": "all", "text": "Why"}, 403)
    rita.get(f"{base}/incidents/999999", 404)
    rita.post(f"{base}/incidents/999999/ending", {"at": ""}, 404)


def test_everybody_else_stays_out(browse, base, incident, ada, ivy, vera):
    for person in (ada, ivy, vera):
        visitor = browse(person)
        for path in ("log", "log.csv", "incidents", f"incidents/{incident.id}"):
            visitor.get(f"{base}/{path}", 403)
        for path in ("log", "incidents", f"incidents/{incident.id}/ending"):
            visitor.post(f"{base}/{path}", {}, 403)
