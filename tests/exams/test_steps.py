"""Papers in stretches: sealed sections, sections with a time of their own, forward only."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.exams import actions, paper, presenting, queries, steps
from probity.exams.models import Attempt
from probity.exams.saving import NotSaved, Saved
from probity.kernel.errors import Refused
from tests.factories.exams import add_exam, answer, sections_content, start_attempt

FREE = {"order": "free", "shuffle_items": True, "shuffle_options": True}
SEALED = {**FREE, "sections": "sealed"}
FORWARD = {**FREE, "order": "forward_only"}


def begun(app, session, person, *minutes, navigation=FREE, **changes):
    exam = add_exam(session, **sections_content(*minutes, navigation=navigation, **changes))
    with app.test_request_context():
        return start_attempt(session, exam, person)


def stretches(attempt):
    """How many questions lie in each step."""
    numbers = [slot.step for slot in paper.load(attempt.paper)]
    assert numbers == sorted(numbers)
    return [numbers.count(step) for step in sorted(set(numbers))]


def go_on(app, session, attempt, person, step):
    with app.test_request_context():
        return steps.advance(session, attempt, step, by=person)


def hold(attempt, **times):
    """Move the times of an attempt as if they had been set earlier."""
    for name, seconds in times.items():
        setattr(attempt, name, getattr(attempt, name) - timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("minutes", "navigation", "wanted"),
    [
        ((None, None), FREE, [6]),
        ((None, None), {**FREE, "sections": "open"}, [6]),
        ((None, None), SEALED, [3, 3]),
        ((10, None), FREE, [3, 3]),
        ((10, 5), SEALED, [3, 3]),
        ((None, None), FORWARD, [1, 1, 1, 3]),
        ((10, None), FORWARD, [1, 1, 1, 3]),
    ],
)
def test_a_paper_is_laid_out_in_steps(app, session, ada, minutes, navigation, wanted):
    attempt = begun(app, session, ada, *minutes, navigation=navigation)
    assert stretches(attempt) == wanted


def test_only_the_present_step_is_asked(app, session, ada):
    attempt = begun(app, session, ada, None, None, None, navigation=SEALED)
    assert [one.number for one in presenting.questions(session, attempt)] == [1, 2, 3]
    assert go_on(app, session, attempt, ada, 0) == 1
    assert [one.number for one in presenting.questions(session, attempt)] == [4, 5, 6]
    assert steps.open_items(attempt) == {"q4", "q5", "q6"}
    with app.test_request_context():
        actions.close(session, attempt, by=ada)
    assert len(presenting.questions(session, attempt)) == 9
    assert len(steps.open_items(attempt)) == 9


def test_nobody_comes_back_and_a_repeat_changes_nothing(app, session, ada):
    attempt = begun(app, session, ada, None, None, None, navigation=SEALED)
    assert isinstance(answer(session, attempt, "q1", "a"), Saved)
    assert [go_on(app, session, attempt, ada, 0) for _ in range(3)] == [1, 1, 1]
    session.flush()
    refused = answer(session, attempt, "q1", "b", base=1, step=0)
    assert refused == NotSaved(409, "late-kept")
    assert isinstance(answer(session, attempt, "q4", "b", step=1), Saved)
    recorded = session.scalars(
        select(AuditEntry.event).where(AuditEntry.subject == f"attempt/{attempt.id}")
    )
    assert list(recorded).count("attempt:advanced") == 1


def test_what_cannot_be_left_says_why(app, session, ada):
    attempt = begun(app, session, ada, None, None, navigation=SEALED)
    with pytest.raises(Refused) as early:
        go_on(app, session, attempt, ada, 1)
    assert early.value.reason == "not-reached"
    go_on(app, session, attempt, ada, 0)
    with pytest.raises(Refused) as last:
        go_on(app, session, attempt, ada, 1)
    assert last.value.reason == "last"
    attempt.paused_at = queries.now(session)
    with pytest.raises(Refused) as paused:
        go_on(app, session, attempt, ada, 1)
    assert paused.value.reason == "paused"
    assert go_on(app, session, attempt, ada, 0) == 1
    attempt.paused_at = None
    hold(attempt, deadline=3600, accept_until=3600)
    with pytest.raises(Refused) as over:
        go_on(app, session, attempt, ada, 0)
    assert over.value.reason == "closed"


def test_a_section_has_its_time_from_when_it_is_entered(app, session, ada):
    attempt = begun(app, session, ada, 10, 5, None)
    grace = timedelta(seconds=10)
    assert attempt.step_until == attempt.started_at + timedelta(minutes=10) + grace
    assert steps.way(attempt, queries.content_of(attempt.revision)).ends_at == (
        attempt.started_at + timedelta(minutes=10)
    )
    before = queries.now(session)
    go_on(app, session, attempt, ada, 0)
    assert before <= attempt.step_until - timedelta(minutes=5) - grace <= queries.now(session)
    go_on(app, session, attempt, ada, 1)
    assert attempt.step_until is None


def test_the_time_of_a_section_is_longer_by_the_persons_factor(app, session, ada):
    attempt = begun(app, session, ada, None, 10, navigation=SEALED)
    attempt.terms = {**attempt.terms, "factor": "5/4"}
    before = queries.now(session)
    go_on(app, session, attempt, ada, 0)
    given = attempt.step_until - before - timedelta(seconds=10)
    assert timedelta(minutes=12.5) <= given <= timedelta(minutes=12.6)


def test_the_time_of_a_section_ends_with_the_exam_at_the_latest(app, session, ada):
    attempt = begun(app, session, ada, 20, 20, None)
    hold(attempt, deadline=1200, accept_until=1200, step_until=1200)
    go_on(app, session, attempt, ada, 0)
    assert attempt.step_until == attempt.accept_until


def test_when_the_time_of_a_section_is_over_its_answers_are_closed(app, session, ada):
    attempt = begun(app, session, ada, 10, None)
    hold(attempt, step_until=605)
    assert isinstance(answer(session, attempt, "q1", "a"), Saved)  # in the grace
    hold(attempt, step_until=6)
    session.flush()
    late = answer(session, attempt, "q2", "a")
    assert late == NotSaved(409, "late-kept")
    assert go_on(app, session, attempt, ada, 0) == 1
    session.flush()
    assert isinstance(answer(session, attempt, "q4", "a", step=1), Saved)


def test_forward_only_keeps_one_clock_for_a_section_and_passes_over_what_is_left(app, session, ada):
    attempt = begun(app, session, ada, 10, None, navigation=FORWARD)
    until = attempt.step_until
    assert go_on(app, session, attempt, ada, 0) == 1
    assert attempt.step_until == until
    hold(attempt, step_until=611)
    assert go_on(app, session, attempt, ada, 1) == 3
    assert attempt.step_until is None


def test_the_way_shows_sections_without_what_they_ask(app, session, ada):
    attempt = begun(app, session, ada, 10, 5, None)
    go_on(app, session, attempt, ada, 0)
    way = steps.way(attempt, queries.content_of(attempt.revision))
    rows = [(part.number, part.first, part.last, part.state) for part in way.parts]
    assert rows == [(1, 1, 3, "done"), (2, 4, 6, "current"), (3, 7, 9, "coming")]
    assert (way.total, way.ahead, way.is_last, way.leaves_section) == (9, 3, False, True)
    assert (way.current.number, way.following.number, way.is_stepped) == (2, 3, True)
    go_on(app, session, attempt, ada, 1)
    end = steps.way(attempt, queries.content_of(attempt.revision))
    assert (end.ahead, end.is_last, end.following, end.leaves_section) == (0, True, None, False)


def test_a_free_paper_has_no_steps(app, session, ada):
    attempt = begun(app, session, ada, None, None)
    way = steps.way(attempt, queries.content_of(attempt.revision))
    assert (way.is_stepped, way.is_last, way.ends_at) == (False, True, None)
    assert session.get(Attempt, attempt.id).step_until is None
