"""Identifiers that may be seen, and the one clock."""

import re
from datetime import UTC, timedelta

from probity.kernel import clock
from probity.kernel.ids import PUBLIC_ID, public_id


def test_a_public_id_is_26_letters_that_cannot_be_mistaken():
    for made in {public_id() for _ in range(1000)}:
        assert re.fullmatch(PUBLIC_ID, made)
        assert not set("0189") & set(made)


def test_public_ids_do_not_repeat():
    assert len({public_id() for _ in range(10_000)}) == 10_000


def test_every_letter_of_a_public_id_varies():
    made = [public_id() for _ in range(2000)]
    assert all(len({one[place] for one in made}) > 15 for place in range(25))


def test_the_clock_is_utc_and_goes_on():
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert timedelta(0) <= second - first < timedelta(seconds=5)
