"""The range that a share of few questions may lie in."""

from fractions import Fraction

import pytest

from probity.exams import precision


@pytest.mark.parametrize(
    ("right", "questions", "low", "high"),
    [  # R. G. Newcombe, Stat. Med. 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_one_of_the_tables(right, questions, low, high):
    found = precision.wilson(Fraction(right, questions), questions)
    assert found == pytest.approx((low, high), abs=0.00006)


def test_five_right_answers_leave_a_wide_range():
    low, high = precision.wilson(Fraction(1), precision.LEAST_QUESTIONS)
    assert (round(low * 100), high) == (57, 1.0)


def test_more_questions_make_it_narrower():
    widths = [
        high - low for low, high in (precision.wilson(Fraction(3, 4), n) for n in (4, 40, 400))
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.09
