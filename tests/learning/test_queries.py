"""Reads of learning are about one person and cost the same however much there is."""

import pytest
from sqlalchemy import event

from probity.learning import queries
from tests.factories.catalogue import load_lamps
from tests.factories.learning import complete, enrolled

L1, L2, L3 = "LA-M01-L1", "LA-M01-L2", "LA-M02-L1"


@pytest.fixture
def revision(session, tmp_path):
    return load_lamps(session, tmp_path)


def test_people_see_their_own_courses_only(session, revision, ada, bob):
    enrolled(session, revision, ada)
    assert len(queries.courses_of(session, ada)) == 1
    assert queries.courses_of(session, bob) == []
    assert queries.find_enrolment(session, bob, revision.course) is None
    assert queries.completed_lessons(session, None) == set()
    assert queries.check_responses(session, None, L1) == {}


def test_the_state_of_a_course(session, revision, ada):
    enrolment = enrolled(session, revision, ada)
    complete(session, enrolment, ada, L1)
    (state,) = queries.courses_of(session, ada)
    assert (state.progress.done, state.progress.total) == (1, 3)
    assert state.next_lesson["id"] == L2
    assert state.minutes_left == 32
    assert not state.is_behind


def test_missing_lessons_are_named_in_the_order_asked(session, revision, ada):
    enrolment = enrolled(session, revision, ada)
    assert queries.missing_lessons(session, ada.id, [L2, L1]) == [L2, L1]
    complete(session, enrolment, ada, L2)
    assert queries.missing_lessons(session, ada.id, [L2, L1]) == [L1]


def test_finished_courses(session, revision, ada):
    enrolment = enrolled(session, revision, ada)
    assert queries.finished_courses(session, ada, ["LA"]) == set()
    complete(session, enrolment, ada, L1, L2, L3)
    assert queries.finished_courses(session, ada, ["LA", "XX"]) == {"LA"}
    assert queries.finished_courses(session, ada, []) == set()


def test_only_public_items_are_practised(session, revision):
    pool = queries.practice_pool(session)
    assert set(pool) == {"LMP-0001", "LMP-0002", "LMP-0003", "LMP-0004", "LMP-C001"}
    assert {domain for _version, domain in pool.values()} == {"LMP-1"}


def test_courses_of_a_person_cost_two_queries(session, revision, ada):
    enrolled(session, revision, ada)
    session.expire_all()
    ada.id  # noqa: B018 - loaded again before the counting begins
    statements = []
    listen = lambda *context: statements.append(context[2])  # noqa: E731
    event.listen(session.connection(), "before_cursor_execute", listen)
    queries.courses_of(session, ada)
    event.remove(session.connection(), "before_cursor_execute", listen)
    assert len(statements) == 2
