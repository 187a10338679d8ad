from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.exams.drawing import Demand, Unfillable, draw


def test_every_cell_gets_its_items_and_none_twice():
    cells = [Demand("a", 3, range(10)), Demand("b", 4, range(5, 15))]
    chosen = draw(cells, Random(1))
    assert [len(got) for got in chosen] == [3, 4]
    assert len({item for got in chosen for item in got}) == 7
    for cell, got in zip(cells, chosen, strict=True):
        assert set(got) <= set(cell.fitting)


def test_a_greedy_choice_is_undone_when_another_cell_needs_the_item():
    cells = [Demand("wide", 2, [1, 2, 3]), Demand("narrow", 1, [1]), Demand("other", 0, [])]
    for seed in range(50):
        wide, narrow, _other = draw(cells, Random(seed))
        assert narrow == [1]
        assert sorted(wide) == [2, 3]


def test_unfillable_cells_are_named_with_what_they_lack():
    with pytest.raises(Unfillable) as error:
        draw([Demand("a", 2, [1, 2]), Demand("b", 2, [2])], Random(1))
    assert sum(count for _name, count in error.value.missing) == 2


def test_unseen_items_come_first():
    for seed in range(30):
        [got] = draw([Demand("a", 3, range(6))], Random(seed), {0, 1, 2})
        assert sorted(got) == [3, 4, 5]


def test_seen_items_are_drawn_when_nothing_else_is_left():
    [got] = draw([Demand("a", 4, range(5))], Random(3), {0, 1, 2})
    assert {3, 4} < set(got)
    assert len(got) == 4


def test_the_same_seed_draws_the_same_paper():
    cells = [Demand("a", 5, range(50))]
    assert draw(cells, Random("seed")) == draw(cells, Random("seed"))
    assert draw(cells, Random("seed")) != draw(cells, Random("other"))


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sets(st.integers(0, 9), max_size=8)), min_size=1, max_size=4
    ),
    st.integers(),
)
def test_a_draw_fails_only_when_no_assignment_exists(cells, seed):
    demands = [Demand(str(n), count, sorted(items)) for n, (count, items) in enumerate(cells)]
    try:
        chosen = draw(demands, Random(seed))
    except Unfillable:
        assert not _is_fillable(demands)
    else:
        flat = [item for got in chosen for item in got]
        assert len(flat) == len(set(flat)) == sum(cell.draw for cell in demands)


def _is_fillable(demands):
    """Hall's condition over every set of cells."""
    for mask in range(1, 2 ** len(demands)):
        cells = [cell for n, cell in enumerate(demands) if mask >> n & 1]
        supply = set().union(*(set(cell.fitting) for cell in cells))
        if len(supply) < sum(cell.draw for cell in cells):
            return False
    return True
