"""A page of a longer list."""

import pytest
from sqlalchemy import select

from probity.kernel.pagination import PER_PAGE, paginate
from probity.kernel.ratelimit import Throttle
from tests.kernel.rows import throttle

LIST = select(Throttle).order_by(Throttle.key)


@pytest.fixture
def rows(session):
    session.add_all([throttle(f"{number:02}") for number in range(7)])
    session.flush()


@pytest.mark.parametrize(
    ("page", "expected", "shown"),
    [
        (1, ["00", "01", "02"], (1, 1, 3)),
        (2, ["03", "04", "05"], (2, 4, 6)),
        (3, ["06"], (3, 7, 7)),
        (4, ["06"], (3, 7, 7)),
        (10**30, ["06"], (3, 7, 7)),
        (0, ["00", "01", "02"], (1, 1, 3)),
        (-5, ["00", "01", "02"], (1, 1, 3)),
    ],
)
def test_a_page_beyond_either_end_shows_the_nearest(session, rows, page, expected, shown):
    found = paginate(session, LIST, page, per_page=3)
    assert [row.key for row in found.items] == expected
    assert (found.page, found.first, found.last) == shown
    assert (found.total, found.pages) == (7, 3)


def test_nothing_is_one_empty_page(session):
    found = paginate(session, LIST, 1)
    assert (found.items, found.page, found.pages, found.first, found.last) == ([], 1, 1, 0, 0)
    assert found.per_page == PER_PAGE


def test_a_full_last_page_is_not_followed_by_an_empty_one(session, rows):
    assert paginate(session, LIST, 9, per_page=7).pages == 1
