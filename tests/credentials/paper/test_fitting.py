"""Names keep to their area whatever their length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.credentials.paper import fitting
from probity.credentials.paper.layout import AREAS, Area

AREA = AREAS["holder"]


def test_a_short_name_is_set_as_large_as_the_design_wants():
    fit = fitting.fit_names(4.0, 2.0, AREA)
    assert (fit.latin, fit.beside) == (44.0, True)


def test_a_long_name_goes_above_the_native_one():
    fit = fitting.fit_names(22.0, 4.0, AREA)
    assert not fit.beside
    assert fit.native == pytest.approx(fit.latin * fitting.NATIVE_SHARE)


def test_a_name_that_no_size_fits_is_set_in_the_smallest():
    fit = fitting.fit_names(4000.0, 0.0, AREA)
    assert fit.latin == fitting.NAME_SIZES[-1]


@given(st.floats(0.5, 60), st.floats(0, 60))
def test_both_names_fit_their_area(latin, native):
    fit = fitting.fit_names(latin, native, AREA)
    points_per_mm = 72 / 25.4
    if fit.beside:
        wide = latin * fit.latin + native * fit.native
        assert wide / points_per_mm <= AREA.width
        return
    lines = -(-latin * fit.latin // (AREA.width * points_per_mm)) * fit.latin
    lines += -(-native * fit.native // (AREA.width * points_per_mm)) * fit.native
    smallest = fit.latin == fitting.NAME_SIZES[-1]
    assert smallest or lines * fitting.NAME_LEADING / points_per_mm <= AREA.height


def test_a_title_shrinks_to_its_area():
    assert fitting.fit_title(10, 8, AREAS["title"]) == fitting.TITLE_SIZES[0]
    assert fitting.fit_title(90, 60, AREAS["title"]) < fitting.TITLE_SIZES[0]
    assert fitting.fit_title(900, 0, Area(0, 0, 10, 5)) == fitting.TITLE_SIZES[-1]
