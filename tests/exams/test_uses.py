from datetime import timedelta

import pytest
from sqlalchemy import select, update

from probity.bank import usage
from probity.bank.models import Figures, Item, Use
from probity.exams import uses
from probity.exams.models import Attempt
from probity.kernel import clock, jobs
from tests.factories.exams import add_exam, start_attempt


@pytest.fixture
def exam(session):
    return add_exam(session)


def settle(session):
    session.execute(update(Attempt).values(started_at=clock.now() - timedelta(hours=1)))


def shown(session):
    return {(one.item_id, one.place): one.shown for one in session.scalars(select(Use))}


def test_each_paper_counts_its_items_once(session, exam, ada, bob, work):
    attempts = [start_attempt(session, exam, person) for person in (ada, bob)]
    jobs.hasten(session, "exams.count_uses")
    work()
    assert shown(session) == {}
    settle(session)
    for _again in range(2):
        jobs.hasten(session, "exams.count_uses")
        work()
    papers = [{slot["item_id"] for slot in one.paper["slots"]} for one in attempts]
    expected = {item: sum(item in paper for paper in papers) for paper in papers for item in paper}
    assert shown(session) == {(item, "exam/GP-X7"): times for item, times in expected.items()}


@pytest.mark.bare
def test_a_case_set_is_shown_once_for_all_its_questions(session, exam, ada):
    attempt = start_attempt(session, exam, ada)
    settle(session)
    last = uses.next_last(session, 0, 20)
    assert last == attempt.id
    uses.count_shown(session, 0, last)
    case = session.scalars(select(Item).where(Item.kind == "case")).one()
    assert shown(session)[(case.id, "exam/GP-X7")] == 1
    assert uses.next_last(session, last, 20) == last


def test_figures_come_from_enough_answers_only(session, exam, ada):
    start_attempt(session, exam, ada)
    assert uses.exams_sat(session) == [exam.id]
    assert uses.note_figures(session, exam.id) == 0
    item = session.scalars(select(Item).where(Item.kind == "single")).first()
    kept = usage.Found(item.id, item.version.id, 200, 0.6, 0.3)
    usage.note_figures(session, [kept], clock.now())
    assert uses.note_figures(session, exam.id) == 0
    assert session.get_one(Figures, item.id).answers == 200
