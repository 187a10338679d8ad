from probity.assembly.balance import key_balance
from tests.assembly.pools import offer, part


def form(*keys):
    return [offer(number, part(key=key, options=4)) for number, key in enumerate(keys, 1)]


def test_keys_spread_over_all_places_are_even():
    found = key_balance(form(*[1, 2, 3, 4] * 5))
    assert (found.counts, found.uneven) == ([5, 5, 5, 5], [])
    assert found.run == 1


def test_a_place_that_is_too_often_or_too_seldom_the_key_is_named():
    assert key_balance(form(3, 3, 1, 3, 2, 3, 3, 1, 3, 3, 2, 3, 1, 3, 3, 2)).uneven == [3, 4]


def test_a_long_run_is_told_even_of_a_short_form():
    found = key_balance(form(2, 2, 2, 2))
    assert (found.uneven, found.run, found.is_run_long) == ([], 4, True)


def test_questions_of_case_sets_count_and_those_without_options_do_not():
    case = offer(1, part(key=2, options=3), part(kind="numeric"), part(key=3, options=3))
    found = key_balance([case, offer(2, part(kind="numeric"))])
    assert (found.counts, found.is_run_long) == ([0, 1, 1], False)
    assert key_balance([]).counts == []
