"""Windows, doors, jitter, factors and rosters as pure functions."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.sittings import rules
from probity.sittings.rules import Door, Phase, Place, Problem, Row, Span

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (NINE - timedelta(microseconds=1), Phase.COMING),
        (NINE, Phase.RUNNING),
        (NINE + HOUR - timedelta(microseconds=1), Phase.RUNNING),
        (NINE + HOUR, Phase.PAST),
    ],
)
def test_the_window_holds_its_opening_but_not_its_closing(now, phase):
    assert rules.phase(NINE, NINE + HOUR, now) is phase


def place(number, opens, *, used=False):
    return Place(number, NINE + opens * HOUR, NINE + (opens + 1) * HOUR, used)


@pytest.mark.parametrize(
    ("places", "chosen"),
    [
        ([], None),
        ([place(1, 0, used=True)], None),
        ([place(1, 2), place(2, 0), place(3, -4)], 2),
        ([place(1, 0, used=True), place(2, 3), place(3, 5)], 2),
        ([place(1, -5), place(2, -2)], 2),
        ([place(1, -5), place(2, -2), place(3, 9)], 3),
    ],
)
def test_the_place_that_counts_is_the_one_to_sit_next(places, chosen):
    assert rules.choose(places, NINE + HOUR / 2) == chosen


def door(**changes):
    usual = {
        "networks": [],
        "address": "10.0.0.1",
        "access_code": None,
        "given_code": "",
        "must_be_authorised": False,
        "is_authorised": False,
    }
    return Door(**{**usual, **changes})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"networks": ["10.0.0.0/8"]}, None),
        ({"networks": ["10.1.0.0/16"], "access_code": "X"}, "address"),
        ({"access_code": "X", "must_be_authorised": True}, "access-code"),
        ({"access_code": "X", "given_code": "x"}, None),
        ({"must_be_authorised": True}, "not-authorised"),
        ({"must_be_authorised": True, "is_authorised": True}, None),
    ],
)
def test_the_door_names_the_first_thing_in_the_way(changes, reason):
    assert rules.turned_away(door(**changes)) == reason


@pytest.mark.parametrize(
    ("address", "is_inside"),
    [
        ("10.1.2.3", True),
        ("10.1.3.3", False),
        ("::ffff:10.1.2.3", True),
        ("2001:db8:0:1::9", True),
        ("fe80::1%eth0", False),
        ("unknown", False),
    ],
)
def test_addresses_are_looked_up_in_either_family(address, is_inside):
    assert rules.admits(["10.1.2.0/24", "2001:db8::/48"], address) is is_inside


def test_ranges_are_read_with_every_mistake_named():
    found, problems = rules.read_networks("10.1.2.0/24, 10.1.2.0/24\n\n10.1.2.7/24\nhall 192.0.2.1")
    assert found == ["10.1.2.0/24", "192.0.2.1/32"]
    assert problems == [
        Problem(3, "host-bits", "10.1.2.7/24 → 10.1.2.0/24"),
        Problem(4, "not-a-range", "hall"),
    ]


@pytest.mark.parametrize(
    ("typed", "zone", "found"),
    [
        ("2027-03-01T09:00", "Asia/Shanghai", datetime(2027, 3, 1, 1, tzinfo=UTC)),
        ("2027-03-28T02:30", "Europe/Berlin", None),  # skipped by summer time
        ("2027-03-01T09:00+08:00", "Asia/Shanghai", None),
        ("tomorrow", "UTC", None),
    ],
)
def test_a_moment_is_one_that_clocks_of_the_zone_show(typed, zone, found):
    assert rules.moment(typed, ZoneInfo(zone)) == found


@given(st.text(max_size=30), st.integers(1, 10**9))
def test_nobody_is_held_back_longer_than_told(sitting, person):
    held = rules.held_back(sitting, person)
    assert timedelta(0) <= held < rules.LONGEST_HOLD
    assert rules.held_back(sitting, person) == held


def test_people_are_spread_over_the_whole_time():
    held = [rules.held_back("s", number) / rules.LONGEST_HOLD for number in range(3000)]
    tenths = [sum(n / 10 <= one < (n + 1) / 10 for one in held) for n in range(10)]
    assert min(tenths) > 200


@pytest.mark.parametrize(
    ("limit", "factor", "result"),
    [
        (timedelta(minutes=60), Fraction(1), timedelta(minutes=60)),
        (timedelta(minutes=75), Fraction(5, 4), timedelta(minutes=93, seconds=45)),
        (timedelta(microseconds=10), Fraction(4, 3), timedelta(microseconds=14)),
    ],
)
def test_extra_time_is_exact_and_never_rounded_down(limit, factor, result):
    assert rules.extended(limit, factor) == result


@pytest.mark.parametrize(
    ("after", "extra", "end"),
    [
        (timedelta(seconds=2), timedelta(0), HOUR + timedelta(seconds=3)),
        (rules.RUSH, timedelta(0), HOUR),
        (HOUR / 2, timedelta(minutes=15), HOUR + timedelta(minutes=15)),
    ],
)
def test_the_latest_end_gives_back_what_was_waited(after, extra, end):
    found = rules.latest_end(NINE + HOUR, extra, NINE, NINE + after, timedelta(seconds=3))
    assert found == NINE + end


@pytest.mark.parametrize(
    ("typed", "factor"),
    [
        ("5/4", Fraction(5, 4)),
        (" 1.5 ", Fraction(3, 2)),
        ("125 %", Fraction(5, 4)),
        ("+25%", Fraction(5, 4)),
        ("+12.5％", Fraction(9, 8)),
        ("1", Fraction(1)),
        ("4", Fraction(4)),
        ("1/2", None),
        ("5", None),
        ("25%", None),
        ("5/0", None),
        ("1e99999999", None),
        ("１.5", None),
        ("", None),
    ],
)
def test_a_factor_is_read_as_people_write_it(typed, factor):
    assert rules.read_factor(typed) == factor


MONDAY, TUESDAY, FRIDAY = (date(2027, 3, day) for day in (1, 2, 5))


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (Span(None, None), Span(FRIDAY, FRIDAY), True),
        (Span(MONDAY, TUESDAY), Span(TUESDAY, FRIDAY), True),
        (Span(MONDAY, TUESDAY), Span(FRIDAY, None), False),
        (Span(FRIDAY, None), Span(None, TUESDAY), False),
    ],
)
def test_spans_meet_if_a_day_lies_in_both(one, other, meet):
    assert one.meets(other) is meet
    assert other.meets(one) is meet


def test_a_roster_may_be_parted_in_several_ways():
    text = (
        "\ufeffEmail,Room,Seat\nAda@Example.org, Hall 1 , 7\n\nbob@x.cn;;3\neve@x.cn\tA\nivy@x.cn"
    )
    rows, problems = rules.read_roster(text)
    assert problems == []
    assert rows == [
        Row(2, "ada@example.org", "Hall 1", "7"),
        Row(4, "bob@x.cn", "", "3"),
        Row(5, "eve@x.cn", "A", ""),
        Row(6, "ivy@x.cn", "", ""),
    ]


def test_every_bad_line_of_a_roster_is_named():
    lines = [
        "ada@x.cn,A,1",
        "nobody",
        "bob@x.cn,A,1,extra",
        "ADA@x.cn,B,2",
        f"eve@x.cn,{'r' * 81},1",
        f"fay@x.cn,A,{'s' * 41}",
        "a@b@c,A,1",
        f"{'g' * 700}@x.cn",
        f"{'h' * 250}@x.cn",
    ]
    rows, problems = rules.read_roster("\n".join(lines))
    assert [row.email for row in rows] == ["ada@x.cn"]
    assert [(one.line, one.code) for one in problems] == [
        (2, "not-an-address"),
        (3, "columns"),
        (4, "twice"),
        (5, "too-long"),
        (6, "too-long"),
        (7, "not-an-address"),
        (8, "too-long"),
        (9, "not-an-address"),
    ]
    assert problems[2].words == "1"


def test_a_list_without_end_is_cut_and_said_so():
    text = "\n".join(f"p{number}@x.cn" for number in range(rules.MOST_ROWS + 50))
    rows, problems = rules.read_roster(text)
    assert len(rows) == rules.MOST_ROWS
    assert [one.code for one in problems] == ["too-many"]


@given(st.text(max_size=400))
def test_whatever_is_pasted_is_read_or_named(text):
    rows, problems = rules.read_roster(text)
    assert len({row.email for row in rows}) == len(rows)
    assert all(problem.line >= 1 for problem in problems)


def test_a_seat_is_given_to_one_person():
    rows = [
        Row(1, "ada@x.cn", "A", "1"),
        Row(2, "bob@x.cn", "A", "1"),
        Row(3, "eve@x.cn", "B", "1"),
        Row(4, "fay@x.cn", "A", ""),
        Row(5, "gus@x.cn", "C", "9"),
    ]
    taken = [("old@x.cn", "C", "9"), ("ada@x.cn", "B", "1")]
    found = list(rules.seats_taken_twice(rows, taken))
    assert [(one.line, one.code) for one in found] == [(2, "seat-taken"), (5, "seat-taken")]
