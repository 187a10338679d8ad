"""Classical figures against values worked out by hand and by other formulas."""

import math
from random import Random
from statistics import correlation as pearson
from statistics import pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.exams import statistics
from probity.exams.statistics import Sitting

ROWS = ["1111", "1110", "1100", "1000", "0000"]
"""Guttman's perfect scale: five candidates, four questions."""


def sitting(marks, passed=False, keys=None):
    names = keys or range(len(marks))
    return Sitting(
        {name: (float(mark), 1.0) for name, mark in zip(names, marks, strict=True)},
        passed,
    )


def own_papers(rows):
    """The same marks, but everybody sat questions of their own."""
    return [
        sitting(row, keys=[(number, place) for place in range(len(row))])
        for number, row in enumerate(rows)
    ]


def test_a_score_is_a_share_of_the_points_of_the_paper():
    marks = {"a": (1.5, 2.0), "b": (0.0, 4.0)}
    assert Sitting(marks, False).share == 0.25
    assert Sitting({}, False).share == 0.0


def test_mean_deviation_and_pass_rate():
    found = statistics.scores([sitting("1110", True), sitting("1100"), sitting("1000")])
    assert found.mean == pytest.approx(0.5)
    assert found.deviation == pytest.approx(0.25)
    assert (found.sittings, found.passes) == (3, 1)
    assert statistics.scores([]) is None
    assert statistics.scores([sitting("11")]).deviation == 0.0


def test_the_interval_of_a_share_is_wilsons():
    found = statistics.wilson(5, 10)
    assert (found.low, found.high) == (
        pytest.approx(0.2366, abs=1e-4),
        pytest.approx(0.7634, abs=1e-4),
    )
    assert statistics.wilson(0, 20).low == 0.0
    assert statistics.wilson(20, 20).high == 1.0


def test_one_paper_for_all_gives_alpha():
    found = statistics.reliability([sitting(row) for row in ROWS])
    # sum of p(1-p) with n-1: 4 questions .2 .3 .3 .2 -> 1.0; variance of 4 3 2 1 0 is 2.5
    assert found.same_paper
    assert found.figure.value == pytest.approx(4 / 3 * (1 - 1.0 / 2.5))
    assert found.figure.low < found.figure.value < found.figure.high < 1


def test_the_interval_of_alpha_is_bonetts():
    rows = [sitting(row) for row in ROWS * 20]
    found = statistics.reliability(rows)
    reach = 1.959964 * math.sqrt(2 * 4 / (3 * 98))
    assert math.log(1 - found.figure.low) - math.log(1 - found.figure.value) == pytest.approx(reach)


def test_papers_of_their_own_give_kr21():
    scores = [row.count("1") for row in ROWS]
    mean, spread, questions = 2.0, pvariance(scores), 4
    kr21 = questions / (questions - 1) * (1 - mean * (questions - mean) / (questions * spread))
    found = statistics.reliability(own_papers(ROWS))
    assert not found.same_paper
    assert found.figure.value == pytest.approx(kr21)


def test_the_error_of_a_score_follows_from_reliability():
    found = statistics.reliability([sitting(row) for row in ROWS])
    deviation = math.sqrt(2.5) / 4
    assert found.error == pytest.approx(deviation * math.sqrt(1 - found.figure.value))


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=3, max_size=30))
def test_kr21_never_exceeds_alpha(rows):
    marks = ["".join("01"[value] for value in row) for row in rows]
    alpha = statistics.reliability([sitting(row) for row in marks])
    kr21 = statistics.reliability(own_papers(marks))
    if alpha is not None and kr21 is not None:
        assert kr21.figure.value <= alpha.figure.value + 1e-9


@pytest.mark.parametrize(
    "rows",
    [[], ["10", "01"], ["1", "0", "1"], ["10", "01", "10"]],
    ids=["nobody", "two", "one question", "all the same score"],
)
def test_where_reliability_means_nothing_there_is_none(rows):
    assert statistics.reliability([sitting(row) for row in rows]) is None
    assert statistics.reliability(own_papers(rows)) is None


def test_perfect_agreement_has_no_interval():
    found = statistics.reliability([sitting("1111"), sitting("0000"), sitting("1111")])
    assert found.figure.low == found.figure.value == pytest.approx(1)


def test_bands_run_from_the_lowest_score_or_the_cut_to_a_hundred():
    sat = [sitting("1110", True), sitting("1111", True), sitting("1110"), sitting("1100")]
    bands = statistics.bands(sat, 0.7)
    assert [band.low for band in bands] == list(range(50, 100, 5))
    assert {b.low: (b.sittings, b.passes) for b in bands if b.sittings} == {
        50: (1, 0),
        75: (2, 1),
        95: (1, 1),
    }
    assert statistics.bands(sat, 0.3)[0].low == 30
    assert statistics.bands([]) == []


def test_a_score_on_the_edge_of_a_band_belongs_to_the_upper_one():
    seven_tenths = sitting("1111111000")
    assert [b.low for b in statistics.bands([seven_tenths]) if b.sittings] == [70]


def graded(question, count=60):
    """Candidates of rising ability on three questions, and one more marked by `question`."""
    rng = Random(4)
    sat = []
    for number in range(count):
        ability = number / count
        marks = {key: (float(rng.random() < ability), 1.0) for key in "abc"}
        marks["q"] = (float(question(number, ability)), 1.0)
        sat.append(Sitting(marks, False))
    return sat


def figures_of(sat):
    return next(one for one in statistics.items(sat) if one.key == "q")


def test_discrimination_is_the_correlation_with_the_rest_of_the_paper():
    sat = graded(lambda _number, ability: ability > 0.4)
    found = figures_of(sat)
    own = [(one.marks["q"][0]) for one in sat]
    rest = [(sum(one.marks[key][0] for key in "abc")) for one in sat]
    assert found.discrimination.value == pytest.approx(pearson(own, rest))
    assert found.facility.value == pytest.approx(sum(own) / 60)
    reach = math.atanh(found.discrimination.high) - math.atanh(found.discrimination.value)
    assert reach == pytest.approx(1.959964 / math.sqrt(57))
    assert found.flag is None


@pytest.mark.parametrize(
    ("question", "flag"),
    [
        (lambda _number, ability: ability < 0.5, "reversed"),
        (lambda number, _ability: number % 2, "flat"),
        (lambda number, _ability: number != 3, "easy"),
        (lambda number, _ability: number > 56, "hard"),
        (lambda _number, _ability: 1, "easy"),
    ],
)
def test_items_that_deserve_a_look_are_flagged(question, flag):
    assert figures_of(graded(question)).flag == flag


def test_an_item_that_never_varies_has_no_discrimination():
    assert figures_of(graded(lambda _number, _ability: 1)).discrimination is None


def test_few_answers_give_no_figures():
    assert statistics.items(graded(lambda *_: 1, count=29)) == []


def test_flagged_items_come_first():
    found = statistics.items(graded(lambda number, _ability: number != 3))
    assert [one.flag for one in found] == ["easy", None, None, None]


def test_the_only_question_of_a_paper_and_one_worth_nothing_do_no_harm():
    sat = [Sitting({"q": (0.0, 0.0)}, False) for _ in range(30)]
    assert figures_of(sat).discrimination is None
    assert statistics.correlation([(0.0, 1.0), (1.0, 0.0), (0.0, 1.0)]) is None


def test_a_perfect_correlation_is_certain():
    found = statistics.correlation([(float(x), float(x)) for x in range(9)])
    assert (found.low, found.value, found.high) == (1.0, 1.0, 1.0)
