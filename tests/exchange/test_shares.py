"""Exact shares out of rounded percentages, and numbers as items write them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from probity.exchange.shares import decimal, exact_share, is_lossless, number, percent_text


@pytest.mark.parametrize(
    ("percent", "share"),
    [
        ("33.33333", "1/3"),
        ("33.33", "1/3"),
        ("33,333", "1/3"),
        ("-16.66667", "-1/6"),
        ("-16.66666", "-1/6"),
        ("14.28571", "1/7"),
        ("83.3333333", "5/6"),
        ("12.5", "1/8"),
        ("100", "1"),
        ("33", "33/100"),
        ("37.42", "1871/5000"),
        ("0", "0"),
    ],
)
def test_a_percentage_is_the_share_it_rounds(percent, share):
    assert exact_share(percent) == Fraction(share)


def test_shares_up_to_sixtieths_come_back():
    for parts in range(1, 61):
        for count in range(-parts, parts + 1):
            assert is_lossless(Fraction(count, parts))
    assert percent_text(Fraction(1, 3)) == "33.33333"
    assert percent_text(Fraction(-1, 2)) == "-50"


@pytest.mark.parametrize("words", ["", "x", "1/2", "1.2.3", "NaN", "1e999", "--1"])
def test_what_is_no_number_is_none(words):
    assert decimal(words) is None


@pytest.mark.parametrize(
    ("value", "written"),
    [("1822.0000", 1822), ("6.250", "6.25"), ("-0.5", "-0.5"), ("0", 0), ("1e3", 1000)],
)
def test_numbers_are_written_as_items_write_them(value, written):
    assert number(Decimal(value)) == written
    assert number(Fraction(1, 3)) is None
