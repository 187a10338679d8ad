import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.bank.areas import Area, area_at, place_inside

PLACES = st.integers(0, 60)


def area(shape, *coords, name="a"):
    return Area(id=name, shape=shape, coords=list(coords), label={"en": "Area"})


@pytest.mark.parametrize(
    ("shape", "coords", "inside", "outside"),
    [
        ("rect", (10, 10, 20, 30), [(10, 10), (20, 30), (15, 20)], [(9, 10), (20, 31)]),
        ("circle", (10, 10, 5), [(10, 15), (13, 14), (10, 10)], [(14, 14), (10, 16)]),
        ("ellipse", (10, 10, 8, 2), [(18, 10), (10, 12)], [(17, 12), (10, 13)]),
        ("poly", (0, 0, 10, 0, 0, 10), [(0, 0), (5, 5), (3, 3)], [(6, 5), (11, 0), (-1, 0)]),
        ("poly", (0, 0, 10, 0, 5, 5, 10, 10, 0, 10), [(2, 5), (5, 5)], [(6, 5), (9, 5)]),
    ],
)
def test_the_edge_belongs_to_an_area(shape, coords, inside, outside):
    found = area(shape, *coords)
    assert [found.holds(*place) for place in inside] == [True] * len(inside)
    assert [found.holds(*place) for place in outside] == [False] * len(outside)


def test_the_first_area_counts_where_two_lie_over_each_other():
    over, under = area("rect", 0, 0, 10, 10), area("rect", 0, 0, 20, 10, name="b")
    assert area_at(5, 5, [over, under]) is over
    assert area_at(15, 5, [over, under]) is under
    assert area_at(30, 5, [over, under]) is None
    assert place_inside(under, [over, under])[0] > 10
    assert place_inside(over, [under, over]) is None


@given(st.lists(st.tuples(PLACES, PLACES), min_size=3, max_size=8))
def test_every_polygon_has_a_place_that_lies_in_it_and_in_its_box(corners):
    found = area("poly", *(number for corner in corners for number in corner))
    x, y = place_inside(found, [found])
    left, top, right, bottom = found.box
    assert left <= x <= right
    assert top <= y <= bottom
    assert found.holds(x, y)


@given(st.lists(st.tuples(PLACES, PLACES), min_size=3, max_size=6), PLACES, PLACES)
def test_a_polygon_is_the_same_whichever_corner_comes_first(corners, x, y):
    flat = [number for corner in corners for number in corner]
    turned = [*flat[2:], *flat[:2]]
    mirrored = [number for corner in reversed(corners) for number in corner]
    found = {area("poly", *coords).holds(x, y) for coords in (flat, turned, mirrored)}
    assert len(found) == 1
