"""The courses that come with the product: without error, and every key earns full marks."""

import pytest

from probity.bank.marking import is_scorable, key_response, mark
from probity.catalogue.check import examine
from probity.catalogue.files import BUNDLED
from probity.catalogue.library import family


@pytest.fixture(scope="module")
def bundled():
    return examine(BUNDLED)


def test_bundled_courses_have_no_error(bundled):
    assert bundled.errors == []


def test_the_key_of_every_bundled_item_earns_everything(bundled):
    items = [item for whole in bundled.library.pool for item in family(whole) if is_scorable(item)]
    assert items
    for item in items:
        result = mark(item, key_response(item))
        assert result.earned == result.possible, item.id


def test_nothing_bundled_is_called_approved(bundled):
    """Only a person approves; what ships was not approved by one."""
    statuses = {item.status for item in bundled.library.pool}
    for pages in bundled.pages.values():
        statuses |= {page.content["status"] for lesson in pages.values() for page in lesson}
    assert "approved" not in statuses
