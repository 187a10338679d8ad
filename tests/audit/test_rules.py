"""The chain: each hash covers the entry and the hash before it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from probity.audit import rules


@dataclass
class Entry:
    id: int = 1
    at: datetime = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    actor_id: int | None = 7
    event: str = "exam:created"
    subject: str = "exam/1"
    details: dict = field(default_factory=lambda: {"a": 1, "b": "投标"})


def chained(*entries):
    links, previous = [], rules.GENESIS
    for position, entry in enumerate(entries, start=1):
        previous = rules.chain(previous, rules.facts(entry))
        links.append((position, rules.facts(entry), previous))
    return links


def test_the_hash_is_fixed_for_ever():
    """Changing how a hash is made would make every existing log look broken."""
    digest = rules.chain(rules.GENESIS, rules.facts(Entry()))
    assert digest == "332d898ac7fd830f000e0c47c384ef545d3029d0ebc5009dbb497f73639b7de0"


@pytest.mark.parametrize(
    "change",
    [
        {"id": 2},
        {"at": datetime(2026, 11, 22, 8, 30, 0, 1, tzinfo=UTC)},
        {"actor_id": None},
        {"event": "exam:revised"},
        {"subject": "exam/11"},
        {"details": {"a": 1, "b": "投標"}},
        {"details": {"a": "1", "b": "投标"}},
        {"details": {}},
    ],
)
def test_every_part_of_an_entry_is_covered(change):
    first, second = rules.facts(Entry()), rules.facts(Entry(**change))
    assert rules.chain(rules.GENESIS, first) != rules.chain(rules.GENESIS, second)


def test_the_order_in_which_details_were_given_does_not_matter():
    turned = Entry(details={"b": "投标", "a": 1})
    assert chained(Entry()) == chained(turned)


def test_a_whole_chain_holds():
    assert rules.unbroken([]) == 0
    assert rules.unbroken(chained(*(Entry(id=number) for number in range(1, 6)))) == 5


@pytest.mark.parametrize("place", range(5))
def test_a_chain_holds_up_to_what_was_changed(place):
    links = chained(*(Entry(id=number) for number in range(1, 6)))
    position, facts, digest = links[place]
    changed = links.copy()
    changed[place] = (position, {**facts, "actor": 8}, digest)
    assert rules.unbroken(changed) == place
    removed = links[:place] + links[place + 1 :]
    assert rules.unbroken(removed) == place
    changed[place] = (position, facts, "0" * 64)
    assert rules.unbroken(changed) == place


def test_two_links_that_change_places_break_the_chain():
    links = chained(*(Entry(id=number) for number in range(1, 6)))
    links[1], links[3] = (2, *links[3][1:]), (4, *links[1][1:])
    assert rules.unbroken(links) == 1


def test_a_position_that_is_left_out_breaks_the_chain():
    links = chained(*(Entry(id=number) for number in range(1, 4)))
    assert rules.unbroken([*links[:2], (4, *links[2][1:])]) == 2
