from probity.bank.balance import key_positions
from tests.factories import bank


def single(number, key):
    names = ["a", "b", "c", "d"]
    return bank.item(
        "single", f"GPP-{number:04}", options=bank.options(*names, correct={names[key]})
    )


def test_keys_spread_over_all_positions_are_even():
    found = key_positions([single(n, n % 4) for n in range(20)])
    assert (found.counts, found.total) == ([5, 5, 5, 5], 20)
    assert found.is_even
    assert found.run == 1


def test_a_position_that_is_too_often_or_too_seldom_the_key_is_named():
    keys = [2, 2, 0, 2, 1, 2, 2, 0, 2, 2, 1, 2, 0, 2, 2, 1]
    found = key_positions([single(n, key) for n, key in enumerate(keys)])
    assert found.uneven == [3, 4]
    assert not found.is_even


def test_a_long_run_is_uneven_even_in_a_short_paper():
    found = key_positions([single(n, 1) for n in range(4)])
    assert (found.uneven, found.run, found.is_even) == ([], 4, False)


def test_parts_of_case_sets_count_and_other_kinds_do_not():
    found = key_positions([bank.item("case", "GPP-C001"), bank.item("numeric")])
    assert found.counts == [0, 1, 0]
    assert key_positions([]).counts == []
