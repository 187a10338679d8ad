"""Numbers, names, periods and status."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from probity.credentials import rules
from probity.credentials.rules import Decision, Status

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    "typed",
    [
        "PRB-2026-000123",
        " prb 2026 000123 ",
        "PRB–2026–000123",
        "ＰＲＢ－２０２６－０００１２３",
        "PRB2026-123",
        "prb.2026/123",
    ],
)
def test_a_number_is_understood_however_it_is_typed(typed):
    assert rules.parse_number(typed) == "PRB-2026-000123"


@pytest.mark.parametrize("typed", ["", "PRB", "PRB-26-1", "ABC-2026-000123", "PRB-2026-", "2026"])
def test_what_is_no_number_is_none(typed):
    assert rules.parse_number(typed) is None


def test_numbers_grow_beyond_six_digits():
    assert rules.parse_number(rules.number(2026, 1_234_567)) == "PRB-2026-1234567"


@pytest.mark.parametrize(
    "typed",
    ["Lin Wei", "lin  wei", "ＬＩＮ　ＷＥＩ", "林蔚", " 林蔚 ", "Lin Wei 林蔚", "林蔚 Lin Wei"],
)
def test_names_match_in_either_writing(typed):
    assert rules.is_name_of(typed, "Lin Wei", "林蔚")


@pytest.mark.parametrize("typed", ["", "Lin", "LinWei", "林", "Lin Wey", "Wei Lin", "L1n Wei"])
def test_other_names_do_not_match(typed):
    assert not rules.is_name_of(typed, "Lin Wei", "林蔚")


def test_a_missing_native_name_matches_nothing():
    assert not rules.is_name_of("None", "Lin Wei", None)
    assert not rules.is_name_of("", "Lin Wei", None)


def test_combining_and_precomposed_letters_are_the_same():
    assert rules.is_name_of("Jose\u0301 A\u0301lvarez", "José Álvarez", None)


@pytest.mark.parametrize(
    ("issued", "years", "last"),
    [
        (date(2026, 11, 22), 3, date(2029, 11, 21)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2025, 3, 1), 3, date(2028, 2, 29)),
        (date(2026, 1, 1), 1, date(2026, 12, 31)),
    ],
)
def test_a_period_ends_on_the_eve_of_the_anniversary(issued, years, last):
    assert rules.last_day(issued, years) == last


def test_a_day_begins_and_ends_where_the_issuer_is():
    zone = ZoneInfo("Asia/Shanghai")
    day = date(2026, 11, 22)
    assert rules.first_moment(day, zone) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert rules.last_moment(day, zone) == datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)


@dataclass
class Change:
    decision: Decision
    effective_at: datetime = NOW
    id: int = 0
    cancels_id: int | None = None


def status(*decisions, ends_at=LATER, now=NOW):
    return rules.status([Change(d) for d in decisions], ends_at, now)


def test_status_follows_the_decisions():
    assert status() == Status.VALID
    assert status(ends_at=NOW - timedelta(seconds=1)) == Status.EXPIRED
    assert status(Decision.SUSPENDED) == Status.SUSPENDED
    assert status(Decision.SUSPENDED, Decision.REINSTATED) == Status.VALID
    assert status(Decision.SUSPENDED, Decision.REINSTATED, Decision.SUSPENDED) == Status.SUSPENDED


@pytest.mark.parametrize("final", [Decision.REVOKED, Decision.SUPERSEDED])
def test_final_decisions_outlast_everything(final):
    for before, after in product((Decision.SUSPENDED, Decision.REINSTATED), repeat=2):
        assert status(before, final, after) == Status(final.value)
    assert status(final, ends_at=NOW - timedelta(days=1)) == Status(final.value)


def test_a_suspended_certificate_expires():
    assert status(Decision.SUSPENDED, ends_at=NOW - timedelta(days=1)) == Status.EXPIRED


def test_a_decision_holds_from_its_effective_time():
    change = Change(Decision.REVOKED, LATER)
    far = LATER + timedelta(days=9)
    assert rules.status([change], far, NOW) == Status.VALID
    assert rules.status([change], far, LATER) == Status.REVOKED


def test_which_decisions_are_open():
    def open_now(present):
        return {d for d in Decision if rules.may_follow(d, present)}

    always = {Decision.REVOKED, Decision.SUPERSEDED}
    assert open_now(Status.VALID) == always | {Decision.SUSPENDED, Decision.EXPIRED}
    assert open_now(Status.SUSPENDED) == always | {Decision.REINSTATED, Decision.EXPIRED}
    assert open_now(Status.EXPIRED) == {Decision.REVOKED, Decision.SUPERSEDED}
    assert open_now(Status.REVOKED) == open_now(Status.SUPERSEDED) == set()


def test_a_decision_for_later_can_be_cancelled_before_it_holds():
    planned = Change(Decision.REVOKED, LATER, id=1)
    cancelled = Change(Decision.CANCELLED, NOW, id=2, cancels_id=1)
    far = LATER + timedelta(days=9)
    assert rules.scheduled([planned], NOW) == [planned]
    assert rules.scheduled([planned, cancelled], NOW) == []
    assert rules.status([planned], far, LATER) == Status.REVOKED
    assert rules.status([planned, cancelled], far, LATER) == Status.VALID


def test_ending_early_is_expiry_without_blame():
    assert status(Decision.EXPIRED) == Status.EXPIRED
    assert status(Decision.SUSPENDED, Decision.EXPIRED) == Status.EXPIRED
    assert status(Decision.EXPIRED, Decision.REVOKED) == Status.REVOKED


@pytest.mark.parametrize(
    ("days", "step"),
    [
        *((91, None), (90, 90), (61, 90), (60, 60), (31, 60), (30, 30), (1, 30)),
        *((0, 0), (-1, 0), (-29, 0), (-30, -30), (-60, -30), (-61, None)),
    ],
)
def test_which_letter_a_day_asks_for(days, step):
    last = date(2029, 11, 21)
    assert rules.reminder_due(last, last - timedelta(days=days)) == step
