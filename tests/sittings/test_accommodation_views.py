"""Officers grant people what they are entitled to, and see what was granted before."""

import pytest

from probity.sittings.models import Accommodation
from tests.factories.exams import add_exam
from tests.factories.sittings import entitle, start

LIST = "/studio/accommodations/"
FORM = {
    "factor": "+25%",
    "break_minutes": "10",
    "extra_attempts": "1",
    "separate_room": "y",
    "basis": "Decision 12/2026",
    "valid_from": "2026-01-01",
    "valid_until": "2036-01-01",
}


def url(person):
    return f"{LIST}{person.public_id}/"


def test_a_person_is_searched(browse, otto, ada):
    assert "Nothing is granted" in browse(otto).get(LIST).text
    assert url(ada) in browse(otto).get(f"{LIST}?q=ada").text
    assert "Nobody found" in browse(otto).get(f"{LIST}?q=zzz").text


def test_a_grant_is_listed_with_its_history(session, browse, otto, ada):
    assert "Nothing was ever granted" in browse(otto).get(url(ada)).text
    browse(otto).post(url(ada), FORM)
    granted = session.query(Accommodation).one()
    assert (granted.time_factor, granted.break_minutes, granted.extra_attempts) == ("5/4", 10, 1)
    page = browse(otto).get(url(ada)).text
    for words in ("time × 5/4 (+25%)", "1 extra attempt", "Decision 12/2026", "Otto Berg"):
        assert words in page
    assert "Ada Lim" in browse(otto).get(LIST).text


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"factor": "twice"}, 422, "Write a factor from 1 to 4"),
        ({"factor": "9"}, 422, "Write a factor from 1 to 4"),
        ({"break_minutes": "-1"}, 422, "Write a whole number from 0 to 600."),
        ({"extra_attempts": "many"}, 422, "Not a valid integer value."),
        ({"basis": ""}, 422, "Say on which document or decision this rests."),
        ({"valid_until": "2020-01-01"}, 422, "The last day lies before the first."),
        (
            {"factor": "", "break_minutes": "", "extra_attempts": "", "separate_room": ""},
            409,
            "Say what is granted",
        ),
    ],
)
def test_what_cannot_be_granted_says_why(session, browse, otto, ada, changes, status, sentence):
    sent = {name: value for name, value in {**FORM, **changes}.items() if value or name == "basis"}
    assert sentence in browse(otto).post(url(ada), sent, expect=status).text
    assert session.query(Accommodation).count() == 0


def test_days_are_granted_once(session, browse, otto, ada):
    browse(otto).post(url(ada), FORM)
    page = browse(otto).post(url(ada), {**FORM, "valid_from": "2030-01-01"}, expect=409).text
    assert "granted for these days already" in page
    assert session.query(Accommodation).count() == 1


def test_a_withdrawal_needs_a_reason(app, session, browse, otto, ada, bob):
    with app.test_request_context():
        granted = entitle(session, ada, "2")
    session.commit()
    here = f"{url(ada)}{granted.id}/withdrawal"
    browse(otto).post(here, {"reason": ""}, expect=422)
    browse(otto).post(here, {"reason": "The paper expired"})
    assert "The paper expired" in browse(otto).get(url(ada)).text
    browse(otto).post(here, {"reason": "Again"}, expect=409)
    browse(otto).post(f"{url(bob)}{granted.id}/withdrawal", {"reason": "x"}, expect=404)


def test_the_officer_is_told_that_a_running_attempt_keeps_its_terms(
    app, session, browse, otto, ada
):
    with app.test_request_context():
        attempt = start(session, add_exam(session), ada)
        deadline = attempt.deadline
    session.commit()
    visitor = browse(otto)
    assert "An attempt is running" in visitor.get(url(ada)).text
    visitor.post(url(ada), FORM)
    assert "extend it in the live console" in visitor.get(url(ada)).text
    session.refresh(attempt)
    assert attempt.deadline == deadline


def test_only_officers_look_after_accommodations(browse, ada, ivy, vera, root):
    for person in (ada, ivy, vera, root):
        browse(person).get(LIST, expect=403)
        browse(person).get(url(ada), expect=403)
        browse(person).post(url(ada), FORM, expect=403)


def test_an_unknown_person_is_nowhere(browse, otto):
    browse(otto).get(f"{LIST}{'z' * 26}/", expect=404)
    browse(otto).post(f"{LIST}{'z' * 26}/", FORM, expect=404)
