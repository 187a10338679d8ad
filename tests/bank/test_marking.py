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
        ("gap_match", {"who": "moon"}, "does not offer"),
        ("matrix", {"bid": ["yes", "no"]}, "one answer in each row"),
        ("matrix", {"bid": "yes"}, "list"),
        ("matrix", {"moon": ["yes"]}, "does not offer"),
        ("hotspot", ["moon"], "does not offer"),
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
        ("gap_match", {"who": ""}),
        ("matrix", {"bid": []}),
        ("hotspot", []),
        ("case", {}),
    ],
)
def test_blank_clears(kind, blank):
    assert marking.check_response(bank.item(kind), blank) is None


@pytest.mark.parametrize(
    "point", [[1], [1, 2, 3], ["1", "2"], [1.5, 2], [True, 1], [101, 0], [0, -1]]
)
def test_a_point_outside_the_picture_is_refused(point):
    with pytest.raises(marking.BadResponse, match="point"):
        marking.check_response(bank.item("hotspot", by="point"), [point])


def share(item, response, locale="en"):
    return marking.mark(item, response, locale).share


@pytest.mark.parametrize(
    ("credit", "response", "earned"),
    [
        ("per_cell", {"bid": ["yes"], "tea": ["yes"]}, 0),
        ("per_cell", {"bid": ["yes"], "tea": ["no"]}, Fraction(2, 3)),
        ("per_row", {"bid": ["yes"], "tea": ["yes"]}, Fraction(1, 3)),
        ("all_or_nothing", {"bid": ["yes"], "tea": ["no"]}, 0),
        ("all_or_nothing", {"bid": ["yes"], "tea": ["no"], "car": ["no"]}, 1),
    ],
)
def test_a_table_is_marked_by_its_policy(credit, response, earned):
    assert share(bank.item("matrix", credit=credit), response) == earned


@pytest.mark.parametrize(
    ("credit", "points", "earned"),
    [
        ("all_or_nothing", [[70, 60]], 1),
        ("all_or_nothing", [[70, 70]], 1),
        ("all_or_nothing", [[70, 71]], 0),
        ("all_or_nothing", [[70, 60], [50, 40]], 0),
        ("right_minus_wrong", [[70, 60], [50, 40]], 0),
        ("per_option", [[70, 60], [50, 40]], Fraction(3, 4)),
        ("per_option", [[5, 5]], Fraction(1, 3)),
    ],
)
def test_points_count_for_the_area_they_hit(credit, points, earned):
    assert share(bank.item("hotspot", by="point", credit=credit), points) == earned


@pytest.mark.parametrize(
    ("tolerance", "right", "wrong"),
    [
        ({"low": 10, "high": 20}, ["10", "20", "18.95"], ["9.99", "20.01"]),
        ({"low": 10, "high": 20, "open_low": True, "open_high": True}, ["10.1"], ["10", "20"]),
        ({"decimals": 1}, ["18.95", "19.0", "19.049"], ["18.94", "19.05"]),
        ({"figures": 2}, ["19", "18.5", "19.49"], ["18.4", "19.5", "190"]),
    ],
)
def test_numbers_are_right_within_their_tolerance(tolerance, right, wrong):
    item = bank.item("numeric", tolerance=tolerance, traps=[])
    assert {share(item, number) for number in right} == {1}
    assert {share(item, number) for number in wrong} == {0}


def test_other_numbers_earn_a_share_and_other_units_are_converted():
    unit = {"code": "m", "ask": True, "factors": {"km": 1000}}
    also = [{"value": 3000, "share": "1/2", "why": bank.why("half")}]
    item = bank.item("numeric", answer=1500, unit=unit, also=also, traps=[])
    assert [share(item, words) for words in ("1.5 km", "1500m", "1500", "3 km")] == [
        1,
        1,
        0,
        Fraction(1, 2),
    ]
    assert "half" in marking.feedback(item, "3 km", "en")["trap"]


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        (
            "pro* limit",
            ["procurement limit", "Pro limit.", "pro  x y limit"],
            ["limit", "prolimit"],
        ),
        ("*", ["anything", "?"], []),
        (r"2\*3", ["2*3"], ["213", "23"]),
        ("a*a", ["aa", "aba"], ["a"]),
        ("*采购*限额*", ["政府采购的限额标准"], ["限额采购"]),
    ],
)
def test_an_asterisk_stands_for_any_run(pattern, right, wrong):
    item = bank.item("short_text", accept=[{"text": pattern}], wildcards=True, traps=[])
    assert {share(item, words) for words in right} == {1}
    assert {share(item, words) for words in wrong} <= {0}


def test_gaps_have_weights_and_choices_may_cost():
    choose = [
        {"id": "a", "text": bank.text("a"), "correct": True},
        {"id": "b", "text": bank.text("b"), "share": "-1/2", "why": bank.why("never")},
    ]
    gaps = [{"id": "x", "choose": choose, "weight": 3}, {"id": "y", "number": 5}]
    text = bank.text("[[x]] [[y]]", "[[x]][[y]]")
    item = bank.item("cloze", text=text, gaps=gaps, status="draft")
    assert share(item, {"x": "a"}) == Fraction(3, 4)
    assert share(item, {"x": "b"}) == 0
    assert share(item.model_copy(update={"lower": None}), {"x": "b"}) == Fraction(-3, 8)
    assert "never" in marking.feedback(item, {"x": "b"}, "en")["gaps"]["x"]["why"]


def test_remarks_of_the_author_follow_the_state():
    said = {name: bank.text(f"said {name}") for name in ("right", "partial", "wrong", "general")}
    item = bank.item("matching", feedback=said)
    for response, word in (
        (marking.key_response(item), "right"),
        ({"fuel": "goods"}, "partial"),
        ({"fuel": "works"}, "wrong"),
    ):
        told = [str(remark) for remark in marking.feedback(item, response, "en")["remarks"]]
        assert told == [f"<p>said {word}</p>", "<p>said general</p>"]
