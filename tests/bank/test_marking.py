"""Marks by hand-computed cases, kind by kind and credit by credit."""

from fractions import Fraction

import pytest

from probity.bank import marking
from tests.factories import bank


def earned(item, response, **more):
    return marking.mark(item, response, **more).earned


@pytest.mark.parametrize(("response", "mark"), [("whole", 1), ("part", 0), (None, 0), ("", 0)])
def test_single_is_all_or_nothing(response, mark):
    assert earned(bank.item("single"), response) == mark


@pytest.mark.parametrize(
    ("credit", "chosen", "mark"),
    [
        ("right_minus_wrong", ["budget", "fees"], "2"),
        ("right_minus_wrong", ["budget"], "1"),
        ("right_minus_wrong", ["budget", "gift"], "0"),
        ("right_minus_wrong", ["gift", "sales"], "0"),
        ("right_minus_wrong", ["budget", "fees", "gift"], "1"),
        ("per_option", ["budget", "fees"], "2"),
        ("per_option", ["budget"], "3/2"),
        ("per_option", ["budget", "fees", "gift", "sales"], "1"),
        ("per_option", [], "0"),
        ("all_or_nothing", ["budget"], "0"),
        ("all_or_nothing", ["fees", "budget"], "2"),
    ],
)
def test_multiple_follows_its_credit_policy(credit, chosen, mark):
    assert earned(bank.item("multiple", credit=credit, points=2), chosen) == Fraction(mark)


@pytest.mark.parametrize(("response", "mark"), [(False, 1), (True, 0), (None, 0)])
def test_true_false(response, mark):
    assert earned(bank.item("true_false"), response) == mark


@pytest.mark.parametrize(
    ("response", "mark"),
    [
        ("18.95", 1),
        ("18.96", 1),
        ("18.94", 1),
        ("18.961", 0),
        ("18.939", 0),
        (" １８．９５ 元", 1),
        ("RMB 18.95", 1),
        ("18,95", 0),
        ("no idea", 0),
        ("   ", 0),
    ],
)
def test_numeric_counts_within_its_tolerance_exactly(response, mark):
    assert earned(bank.item("numeric"), response) == mark


def test_a_relative_tolerance_is_a_share_of_the_answer():
    item = bank.item("numeric", answer=-200, tolerance={"relative": "1/100"}, traps=[])
    assert earned(item, "-202") == 1
    assert earned(item, "-202.01") == 0


def test_a_unit_that_is_asked_for_must_be_given():
    item = bank.item("numeric", unit={"code": "%", "ask": True, "accept": ["percent"]})
    assert earned(item, "18.95") == 0
    assert earned(item, "18.95 ％") == 1
    assert earned(item, "18.95 Percent") == 1


def test_a_decimal_comma_counts_only_where_the_language_has_one():
    item = bank.item("numeric")
    assert earned(item, "18,95", locale="de") == 1
    assert earned(item, "18,95", locale="zh-Hans") == 0


@pytest.mark.parametrize(
    ("response", "mark"),
    [
        ("Procurement  LIMIT.", "2"),
        ("采购限额标准。", "2"),
        ("采购 限额标准", "2"),
        ("canary threshold", "1"),
        ("procurement limits", "0"),
        ("。", "0"),
    ],
)
def test_short_text_earns_the_share_of_the_best_key(response, mark):
    assert earned(bank.item("short_text", points=2), response) == Fraction(mark)


@pytest.mark.parametrize(
    ("credit", "given", "mark"),
    [
        ("per_pair", {"fuel": "goods", "boiler": "works", "care": "services"}, "1"),
        ("per_pair", {"fuel": "goods", "boiler": "goods"}, "1/3"),
        ("per_pair", {"fuel": "works"}, "0"),
        ("all_or_nothing", {"fuel": "goods", "boiler": "works"}, "0"),
        ("all_or_nothing", {"fuel": "goods", "boiler": "works", "care": "services"}, "1"),
    ],
)
def test_matching(credit, given, mark):
    assert earned(bank.item("matching", credit=credit), given) == Fraction(mark)


@pytest.mark.parametrize(
    ("credit", "steps", "mark"),
    [
        ("adjacent_pairs", "body money split limit", "1"),
        ("adjacent_pairs", "limit body money split", "2/3"),
        ("adjacent_pairs", "split limit body money", "2/3"),
        ("adjacent_pairs", "limit split money body", "0"),
        ("all_or_nothing", "limit body money split", "0"),
    ],
)
def test_ordering_counts_neighbours(credit, steps, mark):
    assert earned(bank.item("ordering", credit=credit), steps.split()) == Fraction(mark)


@pytest.mark.parametrize(
    ("credit", "given", "mark"),
    [
        ("per_gap", {"days": "30", "who": "BUYER", "rate": "ten"}, "1"),
        ("per_gap", {"days": "３０.0", "rate": "two"}, "1/3"),
        ("per_gap", {"days": "thirty"}, "0"),
        ("all_or_nothing", {"days": "30", "who": "buyer"}, "0"),
    ],
)
def test_cloze(credit, given, mark):
    assert earned(bank.item("cloze", credit=credit), given) == Fraction(mark)


def test_a_case_is_the_sum_of_its_items():
    case = bank.item("case")
    first, second, third = (child.id for child in case.items)
    mark = marking.mark(case, {first: "whole", second: "18", third: {"fuel": "goods"}})
    assert (mark.earned, mark.possible) == (Fraction(4, 3), 3)
    assert mark.state == "partial"
    assert mark.share == Fraction(4, 9)


@pytest.mark.parametrize(
    ("kind", "response", "word"),
    [
        ("single", "unknown", "does not offer"),
        ("single", ["whole"], "does not offer"),
        ("multiple", "budget", "list"),
        ("multiple", ["budget", "budget"], "twice"),
        ("multiple", ["budget", 7], "does not offer"),
        ("true_false", "true", "true or false"),
        ("true_false", 1, "true or false"),
        ("numeric", 18.95, "text"),
        ("numeric", "9" * 65, "too long"),
        ("short_text", "x" * 501, "too long"),
        ("short_text", "a\x00b", "cannot be stored"),
        ("short_text", "a\ud800b", "cannot be stored"),
        ("matching", {"fuel": "moon"}, "does not offer"),
        ("matching", {"moon": "goods"}, "does not offer"),
        ("matching", ["fuel"], "pairs"),
        ("ordering", ["body"], "every step"),
        ("cloze", {"rate": "three"}, "does not offer"),
        ("cloze", {"who": 3}, "text"),
        ("case", {"GPP-9999": "x"}, "does not offer"),
        ("essay", 3, "text"),
    ],
)
def test_a_response_of_the_wrong_form_is_refused_in_words(kind, response, word):
    with pytest.raises(marking.BadResponse, match=word):
        marking.check_response(bank.item(kind), response)


def test_more_choices_than_asked_for_are_refused():
    item = bank.item("multiple", choose=2)
    with pytest.raises(marking.BadResponse, match="at most 2"):
        marking.check_response(item, ["budget", "fees", "gift"])


@pytest.mark.parametrize(
    ("kind", "blank"),
    [
        ("multiple", []),
        ("short_text", " "),
        ("matching", {"fuel": None}),
        ("matching", {"fuel": ""}),
        ("ordering", []),
        ("cloze", {"who": " "}),
        ("case", {}),
    ],
)
def test_blank_clears(kind, blank):
    assert marking.check_response(bank.item(kind), blank) is None
