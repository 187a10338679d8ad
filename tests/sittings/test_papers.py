"""Papers drawn before a sitting opens: progress, gaps, unseen items first, what is lacking."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from probity.bank import living
from probity.bank.life import Act
from probity.bank.models import Item
from probity.exams import actions as exams
from probity.exams import queries as exams_read
from probity.exams.models import Attempt
from probity.kernel import clock, jobs
from probity.kernel.errors import Refused
from probity.kernel.jobs import Job, JobState
from probity.kernel.permissions import SYSTEM
from probity.sittings import actions, papers, queries
from probity.sittings.models import Registration
from probity.sittings.rules import Row
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam, exam_content
from tests.factories.sittings import add_sitting, opening_in, place_of, start

FEW = [
    {
        "id": "all",
        "title": {"en": "All", "zh-Hans": "全部"},
        "cells": [{"domain": "GPP-1", "competency": "PR01", "cognitive": ["apply"], "draw": 9}],
    }
]


@pytest.fixture
def exam(app, session):
    with app.test_request_context():
        yield add_exam(session)


def crowd(session, number):
    from probity.accounts.roles import Role

    return [add_person(session, f"p{n}@crowd.example", Role.CANDIDATE) for n in range(number)]


def seeds(session, sitting):
    query = select(Registration.seed).where(Registration.sitting_id == sitting.id)
    return session.scalars(query.order_by(Registration.id)).all()


def draw(session, sitting, work, **how):
    papers.ask(session, sitting, by=SYSTEM, **how)
    work()


def test_everybody_gets_a_paper_and_the_sitting_is_pinned(session, exam, work):
    sitting = add_sitting(session, exam, *crowd(session, 45), **opening_in(days=1))
    assert not queries.papers(session, sitting).is_done
    draw(session, sitting, work)
    state = queries.papers(session, sitting)
    assert (state.ready, state.of, state.is_done, state.is_under_way) == (45, 45, True, False)
    assert len(set(seeds(session, sitting))) == 45
    assert sitting.revision_id == exams_read.current_revision(session, exam).id
    job = session.scalars(select(Job).where(Job.key == queries.papers_key(sitting))).one()
    assert job.state is JobState.DONE
    assert job.progress == {"done": 45, "of": 45}


def test_a_start_takes_the_paper_that_waits(session, exam, ada, work):
    sitting = add_sitting(session, exam, ada)
    draw(session, sitting, work)
    place = place_of(session, sitting, ada)
    attempt = start(session, exam, ada)
    assert (attempt.paper, attempt.seed) == (place.paper, place.seed)
    assert attempt.revision_id == place.revision_id


def test_a_pinned_sitting_does_not_follow_a_newer_revision(session, exam, ada, bob, work):
    sitting = add_sitting(session, exam, ada)
    draw(session, sitting, work)
    first = sitting.revision_id
    changed = exam_content(time={"minutes": 45, "grace_seconds": 10})
    exams.define(session, changed, course_code="GP", by=SYSTEM)
    session.flush()
    actions.register(session, sitting, [Row(1, bob.email, "", "")], by=SYSTEM)
    for person in (ada, bob):
        attempt = start(session, exam, person)
        assert attempt.revision_id == first
        assert attempt.deadline - attempt.started_at == timedelta(minutes=30)


def test_preparing_again_fills_the_gaps_only(session, exam, ada, bob, work):
    sitting = add_sitting(session, exam, ada, **opening_in(days=1))
    draw(session, sitting, work)
    (before,) = seeds(session, sitting)
    actions.register(session, sitting, [Row(1, bob.email, "", "")], by=SYSTEM)
    assert seeds(session, sitting)[1] is not None  # late, but prepared at once
    place_of(session, sitting, bob).seed = None
    draw(session, sitting, work)
    assert seeds(session, sitting)[0] == before
    assert seeds(session, sitting)[1] is not None


def test_many_late_registrations_are_left_to_the_duty(session, exam, ada, work):
    jobs.ensure_periodic(session)
    sitting = add_sitting(session, exam, ada, **opening_in(minutes=50))
    work()
    assert queries.papers(session, sitting).is_done
    rows = [Row(n, one.email, "", "") for n, one in enumerate(crowd(session, papers.AT_ONCE + 1))]
    actions.register(session, sitting, rows, by=SYSTEM)
    assert queries.papers(session, sitting).ready == 1
    jobs.hasten(session, "sittings.look_ahead")
    work()
    assert queries.papers(session, sitting).is_done


def test_preparing_anew_draws_other_papers_from_the_newest_revision(session, exam, ada, work):
    sitting = add_sitting(session, exam, ada, **opening_in(days=1))
    draw(session, sitting, work)
    before, pinned = seeds(session, sitting), sitting.revision_id
    changed = exam_content(time={"minutes": 45, "grace_seconds": 10})
    exams.define(session, changed, course_code="GP", by=SYSTEM)
    draw(session, sitting, work, anew=True)
    assert seeds(session, sitting) != before
    assert sitting.revision_id > pinned


def test_nothing_is_drawn_anew_once_the_sitting_is_open(session, exam, ada):
    sitting = add_sitting(session, exam, ada)
    with pytest.raises(Refused, match="stay"):
        papers.ask(session, sitting, by=SYSTEM, anew=True)


def test_what_is_over_or_cancelled_needs_no_papers(session, exam, ada):
    sitting = add_sitting(session, exam, ada, **opening_in(days=1))
    actions.cancel(session, sitting, "Flood", by=SYSTEM)
    with pytest.raises(Refused, match="over"):
        papers.ask(session, sitting, by=SYSTEM)
    past = add_sitting(session, exam, ada)
    past.closes_at = clock.now() - timedelta(minutes=1)
    with pytest.raises(Refused, match="over"):
        papers.ask(session, past, by=SYSTEM)


def test_retakers_meet_unseen_items_first(app, session, ada, work):
    with app.test_request_context():
        exam = add_exam(session, sections=FEW)
        first = start(session, exam, ada)
        exams.close(session, first, by=ada)
        sitting = add_sitting(session, exam, ada, **opening_in(days=1))
        draw(session, sitting, work)
        place = place_of(session, sitting, ada)
        seen = {slot["item_id"] for slot in first.paper["slots"]}
        assert not seen & {slot["item_id"] for slot in place.paper["slots"]}


@pytest.mark.bare
def test_missing_cells_are_named_and_nobody_gets_a_paper(session, exam, ada, work):
    sitting = add_sitting(session, exam, ada, **opening_in(days=1))
    case = session.scalars(select(Item).where(Item.kind == "case")).one()
    case.kind = "essay"
    draw(session, sitting, work)
    state = queries.papers(session, sitting)
    assert (state.ready, state.is_under_way) == (0, False)
    assert [(cell["have"], cell["lack"], cell["cell"]["kinds"]) for cell in state.lacking] == [
        (0, 1, ["case"])
    ]
    job = session.scalars(select(Job).where(Job.key == queries.papers_key(sitting))).one()
    assert job.state is JobState.ATTENTION
    case.kind = "case"
    draw(session, sitting, work)
    assert queries.papers(session, sitting).is_done
    assert sitting.papers_lacking == []


@pytest.mark.bare
def test_a_late_registration_that_lacks_items_is_told_to_the_officer(session, exam, ada, bob, work):
    sitting = add_sitting(session, exam, ada, **opening_in(days=1))
    draw(session, sitting, work)
    session.scalars(select(Item).where(Item.kind == "case")).one().kind = "essay"
    actions.register(session, sitting, [Row(1, bob.email, "", "")], by=SYSTEM)
    assert queries.papers(session, sitting).lacking


def test_papers_come_by_themselves_an_hour_before(session, exam, ada, bob, work):
    jobs.ensure_periodic(session)
    soon = add_sitting(session, exam, ada, **opening_in(minutes=59))
    later = add_sitting(session, exam, bob, **opening_in(minutes=61))
    work()
    assert queries.papers(session, soon).is_done
    assert queries.papers(session, later).ready == 0


@pytest.mark.bare
def test_what_failed_is_tried_again_only_after_a_pause(session, exam, ada, work):
    jobs.ensure_periodic(session)
    sitting = add_sitting(session, exam, ada, **opening_in(minutes=30))
    session.scalars(select(Item).where(Item.kind == "case")).one().kind = "essay"
    work()
    assert sitting.papers_round == 1
    jobs.hasten(session, "sittings.look_ahead")
    work()
    assert sitting.papers_round == 1
    sitting.papers_asked_at -= timedelta(minutes=11)
    jobs.hasten(session, "sittings.look_ahead")
    work()
    assert sitting.papers_round == 2


def test_a_round_that_was_replaced_writes_nothing(session, exam, ada, work):
    sitting = add_sitting(session, exam, ada, **opening_in(days=1))
    papers.ask(session, sitting, by=SYSTEM)
    sitting.papers_round += 1
    work()
    assert queries.papers(session, sitting).ready == 0


def test_a_paper_never_replaces_one_that_is_there(session, exam, ada, work):
    sitting = add_sitting(session, exam, ada)
    revision = papers.pin(session, sitting)
    drawn = papers.draw(session, sitting, revision)
    papers.keep(session, drawn)
    before = seeds(session, sitting)
    papers.keep(session, papers.draw(session, sitting, revision) or drawn)
    assert seeds(session, sitting) == before
    start(session, exam, ada)
    assert papers.draw(session, sitting, revision) == []


def test_every_paper_meets_the_blueprint(session, exam, work):
    sitting = add_sitting(session, exam, *crowd(session, 5), **opening_in(days=1))
    draw(session, sitting, work)
    for place in session.scalars(select(Registration)):
        items = Counter(slot["item_id"] for slot in place.paper["slots"])
        assert sorted(items.values()) == [1] * 9 + [3]
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_papers_with_a_compromised_item_are_drawn_anew_unless_begun(
    session, exam, ada, bob, otto, work
):
    sitting = add_sitting(session, exam, ada, bob)
    draw(session, sitting, work)
    attempt = start(session, exam, ada)
    place = place_of(session, sitting, bob)
    kept, seed = attempt.paper, place.seed
    known = next(slot for slot in place.paper["slots"] if slot["child"] is None)
    item = session.get_one(Item, known["item_id"])
    living.take(session, item, Act.COMPROMISE, by=otto, reason="Seen in a chat")
    session.expire_all()
    assert place.seed is None
    assert sitting.papers_asked_at is None
    assert attempt.paper == kept
    papers.fill_gaps(session, sitting)
    session.expire_all()
    assert place.seed not in {None, seed}
    assert item.id not in {slot["item_id"] for slot in place.paper["slots"]}
