"""How long ago, in words."""

from datetime import timedelta

import pytest

from probity.ledger import presenting


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-40), "just now"),
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_ages_are_told_in_the_largest_whole_unit(passed, words, app):
    with app.app_context():
        assert presenting.age(passed) == words
