"""Officers plan sittings and fill rosters; invigilators look; nobody else does."""

import io
from datetime import timedelta

import pytest

from probity.accounts.roles import Role
from probity.exams.models import Admission
from probity.kernel import clock
from probity.sittings import actions, forms, queries
from probity.sittings.models import Registration, Sitting, WindowRule
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam, exam_content
from tests.factories.sittings import add_sitting, entitle, opening_in, place_of, start

LIST = "/studio/sittings/"
FORM = {
    "exam": "GP-X7",
    "title": "Spring exam, Shanghai",
    "opens": "2036-03-01T09:00",
    "closes": "2036-03-01T11:00",
    "timezone": "Asia/Shanghai",
    "window_rule": "limits-start",
    "access_code": "KITE",
    "networks": "10.1.2.0/24",
    "authorise": "y",
}


@pytest.fixture
def exam(app, session):
    with app.test_request_context():
        return add_exam(session)


@pytest.fixture
def iris(session):
    return add_person(session, "iris@example.org", Role.INVIGILATOR, name_latin="Iris Watch")


@pytest.fixture
def planned(app, session, exam, ada):
    with app.test_request_context():
        sitting = add_sitting(session, exam, ada, **opening_in(days=2))
    session.commit()
    return sitting


def url(sitting, rest=""):
    return f"{LIST}{sitting.public_id}/{rest}"


def test_without_a_sitting_the_list_says_what_will_be_here(browse, otto, iris):
    assert "Plan a sitting" in browse(otto).get(LIST).text
    page = browse(iris).get(LIST).text
    assert "No sitting yet" in page
    assert "Plan a sitting" not in page


def test_planning_a_sitting_closes_the_exam_to_others(session, browse, exam, otto):
    assert "GP-X7 · Short exam" in browse(otto).get(f"{LIST}new").text
    location = browse(otto).post(f"{LIST}new", FORM).location
    sitting = session.query(Sitting).one()
    assert location.endswith(url(sitting))
    assert sitting.opens_at.isoformat() == "2036-03-01T01:00:00+00:00"
    assert (sitting.networks, sitting.authorise) == (["10.1.2.0/24"], True)
    assert sitting.exam.admission is Admission.REGISTERED
    page = browse(otto).get(LIST).text
    assert "Spring exam, Shanghai" in page
    assert "Exams by registration" in page


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"title": ""}, 422, "Give the sitting a title."),
        ({"opens": ""}, 422, "Say when it opens."),
        ({"opens": "soon"}, 422, "There is no such time in Asia/Shanghai."),
        ({"timezone": "Nowhere/Else"}, 422, "Not a valid choice"),
        ({"window_rule": ""}, 422, "Choose what the end of the window limits."),
        ({"networks": "10.1.2.7/24"}, 422, "10.1.2.7/24 → 10.1.2.0/24"),
        ({"networks": "the hall"}, 422, "“the” is no address range"),
        ({"exam": "GP-X0"}, 422, "Not a valid choice"),
        ({"closes": "2036-03-01T08:00"}, 409, "must close after it opens"),
        ({"opens": "2020-01-01T08:00", "closes": "2020-01-01T09:00"}, 409, "has passed"),
    ],
)
def test_what_cannot_be_planned_says_why(session, browse, exam, otto, changes, status, sentence):
    page = browse(otto).post(f"{LIST}new", {**FORM, **changes}, expect=status).text
    assert sentence in page
    assert session.query(Sitting).count() == 0


def test_a_sitting_is_edited_in_its_own_zone(session, browse, planned, otto):
    page = browse(otto).get(url(planned, "edit")).text
    assert 'name="exam"' not in page
    changed = {**FORM, "title": "Moved", "access_code": ""}
    browse(otto).post(url(planned, "edit"), changed)
    sitting = session.query(Sitting).one()
    assert (sitting.title, sitting.access_code) == ("Moved", None)
    browse(otto).post(url(planned, "edit"), {**FORM, "title": ""}, expect=422)


def test_an_open_sitting_says_what_stays(session, browse, planned, otto):
    planned.opens_at = clock.now() - timedelta(minutes=1)
    session.commit()
    assert "its times and its rule stay" in browse(otto).get(url(planned, "edit")).text
    page = browse(otto).post(url(planned, "edit"), FORM, expect=409).text
    assert "its times and its rule stay" in page
    planned.opens_at = clock.now() + timedelta(minutes=30)
    session.commit()
    assert "opens within the hour" in browse(otto).get(url(planned, "edit")).text
    assert "Exam day" in browse(otto).get(url(planned)).text


def test_cancelling_needs_a_reason(session, browse, planned, otto):
    browse(otto).post(url(planned, "cancellation"), {"reason": " "})
    assert session.query(Sitting).one().cancel_reason is None
    browse(otto).post(url(planned, "cancellation"), {"reason": "The hall is flooded."})
    page = browse(otto).get(url(planned)).text
    assert "The hall is flooded." in page
    assert "Add people" not in page
    page = browse(otto).post(f"{LIST}admission/GP-X7").location
    assert page.endswith(LIST)
    assert "Exams by registration" not in browse(otto).get(LIST).text


def test_with_a_sitting_ahead_an_exam_stays_by_registration(browse, planned, otto):
    browse(otto).post(f"{LIST}admission/GP-X7", expect=409)
    browse(otto).post(f"{LIST}admission/GP-X0", expect=404)


def test_the_page_shows_roster_rule_and_entitlements(app, session, browse, planned, otto, ada):
    with app.test_request_context():
        entitle(session, ada, "5/4", separate_room=True)
    page = browse(otto).get(url(planned)).text
    for words in ("Ada Lim", "ada@example.org", "time × 5/4 (+25%)", "a separate room"):
        assert words in page
    assert "No paper yet" in page
    assert "at closing time everybody’s time is over" in page


def test_a_window_shorter_than_the_exam_is_warned_of(session, browse, planned, otto):
    planned.closes_at = planned.opens_at + timedelta(minutes=20)
    session.commit()
    assert "10 minutes shorter than the exam" in browse(otto).get(url(planned)).text
    planned.window_rule = WindowRule.START
    session.commit()
    assert "shorter than the exam" not in browse(otto).get(url(planned)).text


def test_invigilators_look_and_do_not_touch(browse, planned, iris):
    page = browse(iris).get(url(planned)).text
    assert "Ada Lim" in page
    for words in ("Add people", "Cancel the sitting", "Prepare papers"):
        assert words not in page
    browse(iris).get(url(planned, "door"))
    browse(iris).get(url(planned, "papers"))
    browse(iris).get(url(planned, "edit"), expect=403)
    browse(iris).post(url(planned, "registrations"), {"people": "x@y.cn"}, expect=403)


def test_nobody_else_sees_a_sitting(browse, planned, ada, ivy, vera, root):
    for person in (ada, ivy, vera, root):
        browse(person).get(LIST, expect=403)
        browse(person).get(url(planned), expect=403)
    browse().get(LIST, expect=303)


def test_a_pasted_list_adds_people(session, browse, planned, otto, bob):
    browse(otto).post(
        url(planned, "registrations"), {"people": f"email,room,seat\n{bob.email},B,2"}
    )
    place = place_of(session, planned, bob)
    assert (place.room, place.seat) == ("B", "2")


def test_a_bad_list_names_its_lines_and_comes_back(session, browse, planned, otto, bob):
    typed = f"{bob.email},B,2\nnobody@example.org\nno address"
    page = browse(otto).post(url(planned, "registrations"), {"people": typed}, expect=422).text
    assert "Line 3: “no address” is no e-mail address." in page
    assert bob.email in page
    good = f"{bob.email},B,2\nnobody@example.org"
    page = browse(otto).post(url(planned, "registrations"), {"people": good}, expect=422).text
    assert "Line 2: nobody here has the address nobody@example.org" in page
    assert session.query(Registration).count() == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_is_uploaded(session, browse, planned, otto, bob, encoding):
    body = f"电子邮箱,考场,座位\n{bob.email},第一考场,7".encode(encoding)
    sent = {"table": (io.BytesIO(body), "roster.csv")}
    browse(otto).post(url(planned, "registrations"), sent)
    assert place_of(session, planned, bob).room == "第一考场"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"\xff\xff\xff\x00", "The file is no text."),
        (b"a" * 101, "larger than 1 MB"),
        (b"\n\n", "Write at least one address"),
    ],
)
def test_a_file_that_is_no_list_is_refused(monkeypatch, browse, planned, otto, body, sentence):
    monkeypatch.setattr(forms, "LARGEST_FILE", 100)
    sent = {"table": (io.BytesIO(body), "roster.csv")}
    assert sentence in browse(otto).post(url(planned, "registrations"), sent, expect=422).text


def test_an_empty_list_is_refused(browse, planned, otto):
    page = browse(otto).post(url(planned, "registrations"), {}, expect=422).text
    assert "Write at least one address" in page
    browse(otto).post(url(planned, "registrations"), {"people": "x" * 200_001}, expect=422)


def test_a_place_is_changed_and_given_back(app, session, browse, planned, otto, ada, bob):
    with app.test_request_context():
        actions.register(session, planned, [actions.Row(1, bob.email, "A", "2")], by=otto)
    session.commit()
    here = url(planned, f"registrations/{place_of(session, planned, ada).id}/")
    assert 'value="A"' in browse(otto).get(here).text
    browse(otto).post(here, {"room": "C", "seat": "5"})
    assert place_of(session, planned, ada).room == "C"
    page = browse(otto).post(here, {"room": "A", "seat": "2"}, expect=422).text
    assert "given to somebody else" in page
    browse(otto).post(here, {"room": "x" * 90}, expect=422)
    browse(otto).post(f"{here}removal")
    browse(otto).get(here, expect=404)
    browse(otto).post(f"{here}removal", expect=404)


def test_who_has_started_is_not_taken_off(app, session, browse, exam, otto, ada):
    with app.test_request_context():
        sitting = add_sitting(session, exam, ada)
        start(session, exam, ada)
    session.commit()
    here = url(sitting, f"registrations/{place_of(session, sitting, ada).id}/")
    assert "This person has started." in browse(otto).get(here).text
    browse(otto).post(f"{here}removal", expect=409)
    assert "Working" in browse(otto).get(url(sitting)).text


def test_papers_are_prepared_from_the_page(session, browse, planned, otto, work):
    visitor = browse(otto)
    visitor.post(url(planned, "papers"))
    assert visitor.get(url(planned, "papers")).json == {"ready": 0, "of": 1, "state": "drawing"}
    assert "Papers are being drawn" in visitor.get(url(planned)).text
    work()
    assert visitor.get(url(planned, "papers")).json == {"ready": 1, "of": 1, "state": "idle"}
    assert "Everybody sits revision 1" in visitor.get(url(planned)).text
    visitor.post(url(planned, "papers"), {"anew": "1"})
    work()
    assert session.query(Sitting).one().papers_round == 2


@pytest.mark.bare
def test_missing_cells_are_shown_in_words(app, session, browse, planned, otto, work):
    from probity.bank.models import Item

    session.query(Item).filter_by(kind="case").one().kind = "essay"
    browse(otto).post(url(planned, "papers"))
    work()
    page = browse(otto).get(url(planned)).text
    assert "The bank cannot fill the blueprint" in page
    assert "draws 1, the bank has 0" in page
    assert browse(otto).get(url(planned, "papers")).json["state"] == "lacking"


def test_a_newer_revision_is_pointed_out(app, session, browse, planned, otto, work):
    from probity.exams import actions as exams

    browse(otto).post(url(planned, "papers"))
    work()
    with app.test_request_context():
        changed = exam_content(time={"minutes": 45, "grace_seconds": 10})
        exams.define(session, changed, course_code="GP", by=otto)
    session.commit()
    assert "newer revision, 2" in browse(otto).get(url(planned)).text


def test_a_long_roster_is_searched(app, session, browse, planned, otto, bob):
    with app.test_request_context():
        rows = [actions.Row(1, bob.email, "B", "2")]
        actions.register(session, planned, rows, by=otto)
    session.commit()
    page = browse(otto).get(url(planned, "?q=okoro")).text
    assert "Bob Okoro" in page
    assert "Ada Lim" not in page
    assert "Nobody found" in browse(otto).get(url(planned, "?q=zzz")).text
    assert "Ada Lim" not in browse(otto).get(url(planned, "?room=B")).text


def test_the_list_for_the_door_names_nobodys_entitlements(app, session, browse, planned, otto, ada):
    with app.test_request_context():
        entitle(session, ada, "5/4", separate_room=True)
    page = browse(otto).get(url(planned, "door")).text
    assert "Ada Lim" in page
    for words in ("5/4", "separate", "ada@example.org"):
        assert words not in page


def test_an_unknown_sitting_is_nowhere(browse, otto):
    for rest in ("", "edit", "door", "papers"):
        browse(otto).get(f"{LIST}{'z' * 26}/{rest}", expect=404)
    for rest in ("edit", "papers", "cancellation", "registrations"):
        browse(otto).post(f"{LIST}{'z' * 26}/{rest}", expect=404)


def test_past_sittings_are_listed_too(session, browse, planned, otto):
    planned.opens_at, planned.closes_at = (clock.now() - timedelta(days=d) for d in (2, 1))
    session.commit()
    page = browse(otto).get(LIST).text
    assert "Past sittings" in page
    assert "Add people" not in browse(otto).get(url(planned)).text
    assert queries.papers(session, planned).of == 1
