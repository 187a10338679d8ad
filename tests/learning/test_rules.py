"""Progress, locks and the order of practice, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from probity.learning import rules

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LESSONS = ["L1", "L2", "L3"]
MODULES = [
    {"id": "M1", "requires": [], "lessons": [{"id": "L1"}, {"id": "L2"}]},
    {"id": "M2", "requires": ["M1", "L1"], "lessons": [{"id": "L3"}]},
]


def test_progress_counts_lessons_of_the_course_only():
    done = rules.progress(LESSONS, {"L1", "OTHER"})
    assert (done.done, done.total, done.percent, done.is_complete) == (1, 3, 33, False)
    assert rules.progress(LESSONS, LESSONS).is_complete
    assert rules.progress([], []).percent == 0
    assert not rules.progress([], []).is_complete


def test_percent_is_never_whole_before_the_end():
    assert rules.progress(range(300), range(299)).percent == 99


@pytest.mark.parametrize(
    ("completed", "last", "expected"),
    [
        ([], None, "L1"),
        ([], "L2", "L2"),
        (["L2"], "L2", "L3"),
        (["L3"], "L3", "L1"),
        (["L1"], "GONE", "L2"),
        (LESSONS, "L3", None),
    ],
)
def test_reading_goes_on_where_it_stopped(completed, last, expected):
    assert rules.resume_at(LESSONS, completed, last) == expected


def test_neighbours_of_a_lesson():
    assert rules.neighbours(LESSONS, "L1") == (None, "L2")
    assert rules.neighbours(LESSONS, "L3") == ("L2", None)


def test_a_required_module_stands_for_its_lessons():
    assert rules.requirements(MODULES, "M2") == ["L1", "L2"]
    assert rules.requirements(MODULES, "M1") == []
    assert rules.requirements(MODULES, "GONE") == []
    assert rules.missing(["L1", "L2"], {"L2"}) == ["L1"]


@pytest.mark.parametrize(
    ("box", "state", "expected"),
    [
        (0, "right", 1),
        (5, "right", 5),
        (4, "partial", 1),
        (0, "partial", 0),
        (4, "wrong", 0),
        (3, "empty", 0),
    ],
)
def test_a_right_answer_moves_an_item_up_and_a_wrong_one_sends_it_back(box, state, expected):
    assert rules.next_box(box, state) == expected


def test_items_rest_longer_in_higher_boxes():
    rests = [rules.due_at(box, NOW) - NOW for box in range(len(rules.INTERVAL_DAYS))]
    assert rests == sorted(rests)
    assert rests[0] == timedelta(0)


def test_due_items_come_first_then_new_then_early_ones():
    due = {
        "late": NOW - timedelta(days=3),
        "now": NOW,
        "early": NOW + timedelta(days=2),
    }
    refs = ["early", "new", "now", "late"]
    assert rules.practice_order(refs, due, NOW) == ["late", "now", "new", "early"]
    assert rules.practice_order(refs, due, NOW, skip="late") == ["now", "new", "early", "late"]
