"""The save path on both databases: what counts, what is refused, and what is kept all the same."""

from sqlalchemy import select

from probity.accounts.models import UserSession
from probity.exams import actions, queries
from probity.exams.models import Response
from probity.exams.saving import NotSaved, Saved
from tests.factories.exams import add_exam, answer, events_of, start_attempt

CLIENT = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


def begun(app, session, person):
    exam = add_exam(session)
    with app.test_request_context():
        return start_attempt(session, exam, person)


def current(session, attempt, item="q1"):
    session.expire_all()
    row = session.get(Response, (attempt.id, item))
    return (row.version, row.value) if row else None


def test_each_save_replaces_the_version_it_names(app, session, ada):
    attempt = begun(app, session, ada)
    first = answer(session, attempt, "q1", "a", client=CLIENT, seq=0, base=0)
    second = answer(session, attempt, "q1", "b", client=CLIENT, seq=1, base=1)
    assert isinstance(first, Saved)
    assert isinstance(second, Saved)
    assert (first.version, second.version) == (1, 2)
    assert first.deadline == attempt.deadline
    assert current(session, attempt) == (2, "b")


def test_the_same_change_again_has_the_same_answer_and_no_second_effect(app, session, ada):
    attempt = begun(app, session, ada)
    first = answer(session, attempt, "q1", "a", client=CLIENT, seq=5)
    answer(session, attempt, "q1", "b", client=CLIENT, seq=6, base=1)
    assert answer(session, attempt, "q1", "a", client=CLIENT, seq=5) == first
    assert current(session, attempt) == (2, "b")
    assert len(events_of(session, attempt.id)) == 2


def test_a_stale_tab_cannot_blank_a_newer_answer(app, session, ada):
    attempt = begun(app, session, ada)
    answer(session, attempt, "q1", "new", client=CLIENT, seq=0)
    stale = answer(session, attempt, "q1", None, client=OTHER, seq=0, base=0)
    assert stale == NotSaved(409, "superseded", 1, "new")
    assert current(session, attempt) == (1, "new")
    again = answer(session, attempt, "q1", None, client=OTHER, seq=0, base=0)
    assert again == stale
    outcomes = [(event.client, event.outcome) for event in events_of(session, attempt.id)]
    assert outcomes == [(CLIENT, "saved"), (OTHER, "superseded")]


def test_a_version_that_never_was_is_superseded(app, session, ada):
    attempt = begun(app, session, ada)
    answer(session, attempt, "q1", "a")
    assert answer(session, attempt, "q1", "b", base=7) == NotSaved(409, "superseded", 1, "a")


def test_a_first_answer_rests_on_nothing(app, session, ada):
    attempt = begun(app, session, ada)
    assert answer(session, attempt, "q1", "b", base=1) == NotSaved(409, "superseded", 0, None)
    assert current(session, attempt) is None
    assert isinstance(answer(session, attempt, "q1", "b"), Saved)


def test_null_clears_an_answer_as_a_version_of_its_own(app, session, ada):
    attempt = begun(app, session, ada)
    answer(session, attempt, "q1", "a")
    answer(session, attempt, "q1", None, base=1)
    assert current(session, attempt) == (2, None)


def test_an_ended_session_saves_nothing(app, session, ada):
    attempt = begun(app, session, ada)
    row = session.scalars(
        select(UserSession).where(UserSession.token_hash == attempt.lease_session)
    ).one()
    row.ended_at = queries.now(session)
    session.flush()
    assert answer(session, attempt, "q1", "a") == NotSaved(401, "sign-in")
    assert current(session, attempt) is None


def test_another_person_cannot_answer_even_with_a_session_of_their_own(app, session, ada, bob):
    attempt, foreign = begun(app, session, ada), None
    with app.test_request_context():
        foreign = start_attempt(session, attempt.exam, bob)
    kept = attempt.lease_session
    attempt.lease_session = foreign.lease_session
    assert answer(session, attempt, "q1", "a") == NotSaved(401, "sign-in")
    attempt.lease_session = kept
    assert current(session, attempt) is None


def test_nothing_is_saved_after_the_hand_in(app, session, ada):
    attempt = begun(app, session, ada)
    answer(session, attempt, "q1", None)
    with app.test_request_context():
        actions.close(session, attempt, by=ada)
    session.flush()
    assert answer(session, attempt, "q1", "b", base=1) == NotSaved(409, "closed")
    assert current(session, attempt) == (1, None)


def test_the_current_answers_can_be_rebuilt_from_the_events(app, session, ada):
    attempt = begun(app, session, ada)
    for seq, (item, base, value) in enumerate(
        [("q1", 0, "a"), ("q2", 0, ["x", "y"]), ("q1", 1, "b"), ("q1", 1, "lost"), ("q2", 1, None)]
    ):
        answer(session, attempt, item, value, client=CLIENT, seq=seq, base=base)
    rebuilt = {}
    for event in events_of(session, attempt.id):
        if event.outcome == "saved":
            rebuilt[event.item] = (event.version, event.value)
    assert rebuilt == {"q1": (2, "b"), "q2": (2, None)}
    assert rebuilt == {item: current(session, attempt, item) for item in ("q1", "q2")}


def test_text_in_any_script_survives_byte_for_byte(app, session, ada):
    attempt = begun(app, session, ada)
    words = '采购限额标准 \u0301 𠮷 \\u0000 "quoted" \u200b'
    answer(session, attempt, "q1", words)
    assert current(session, attempt) == (1, words)
