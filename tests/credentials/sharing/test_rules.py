"""What needs no database: masked names, handles, last moments."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from probity.credentials import rules as register
from probity.credentials.sharing import rules


def test_masked_names_show_beginnings_only():
    assert register.masked("Ada  Lim") == "A** L**"
    assert register.masked("欧阳询") == "欧**"
    assert register.masked("Wolfeschlegelstein") == "W****"
    assert register.masked("X") == "X*"


@pytest.mark.parametrize("handle", ["ada-lim", "a1b2", "a" * 40, "z-9-z-9"])
def test_handles(handle):
    assert rules.is_handle(handle)


@pytest.mark.parametrize("handle", ["ada", "-ada-", "ada--lim", "Ada-Lim", "a" * 41, "ada_lim", "ада-лим", "ada-"])  # fmt: skip
def test_what_no_handle_is(handle):
    assert not rules.is_handle(handle)


def test_a_day_ends_where_the_site_is():
    end = rules.end_of(date(2026, 11, 22), ZoneInfo("Asia/Shanghai"))
    assert end.isoformat() == "2026-11-23T00:00:00+08:00"
