from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.bank.kinds import numbers


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("84000", "84000"),
        ("84,000", "84000"),
        ("84 000", "84000"),
        ("84'000.5", "168001/2"),
        ("８４，０００", "84000"),
        ("8.4万元", "84000"),
        ("1.2亿", "120000000"),
        ("¥84,000", "84000"),
        ("RMB 84,000元", "84000"),
        ("30%", "3/10"),
        ("30 ％", "3/10"),
        ("−5", "-5"),
        ("+5.", "5"),
        (".5", "1/2"),
    ],
)
def test_numbers_as_people_write_them(words, value):
    reading = numbers.read(words, ["RMB", "元", "￥"])
    assert reading is not None
    assert reading.value == Fraction(value)


@pytest.mark.parametrize(
    "words", ["", "1,5", "1,50,000", "84.000.000", "1 2", "1e5", "½", "5-6", "ten", "-", "1" * 65]
)
def test_what_could_mean_two_things_or_none_is_not_read(words):
    assert numbers.read(words) is None


@pytest.mark.parametrize(
    ("words", "value"), [("1,5", "3/2"), ("1.500,25", "6001/4"), ("1.5", None), ("1.500", "1500")]
)
def test_german_readers_write_a_decimal_comma(words, value):
    reading = numbers.read(words, locale="de")
    assert (reading and reading.value) == (Fraction(value) if value else None)


def test_an_accepted_unit_is_worth_what_the_item_says():
    assert numbers.read("8.4万元", ["万元"]) == numbers.Reading(Fraction("8.4"), "万元")
    assert numbers.read("30%", ["%"]) == numbers.Reading(Fraction(30), "%")
    assert numbers.read("30", ["%"]) == numbers.Reading(Fraction(30))
    assert numbers.read("3 ＫＭ", ["km"]).unit == "km"


def test_an_unknown_language_has_no_decimal_comma():
    assert not numbers.has_decimal_comma("xx-unknown")
    assert not numbers.has_decimal_comma("zh-Hans")


@given(st.decimals(-(10**12), 10**12, places=4), st.sampled_from(["", "元", " RMB"]))
def test_every_decimal_is_read_exactly(number, unit):
    for written in (f"{number:f}", f"{number:,f}"):
        reading = numbers.read(f"{written}{unit}", ["元", "RMB"])
        assert reading is not None
        assert reading.value == Fraction(number)


@given(st.text(max_size=70))
def test_any_text_is_read_or_not_without_an_error(words):
    reading = numbers.read(words, ["元", "%", "m²"])
    assert reading is None or isinstance(reading.value, Fraction)
