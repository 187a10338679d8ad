"""What counts for what, and what checks say."""

import math
from fractions import Fraction

import pytest

from probity.assembly import rules
from probity.assembly.rules import Check, Information, Level, Measure, Specification
from tests.assembly.pools import cell, offer, part


def test_a_case_set_adds_each_of_its_questions_and_one_set():
    case = offer(1, part("GPP-1", "apply", points=2), part("GPP-1", "remember"), part("GPP-2"))
    assert cell("GPP-1", 0).weight(case) == 2
    assert cell("GPP-1", 0, levels=("apply",)).weight(case) == 1
    assert cell("GPP-1", 0, measure=Measure.POINTS).weight(case) == 3
    assert cell("GPP-1", 0, measure=Measure.SETS).weight(case) == 1
    assert cell("GPP-2", 0, measure=Measure.SETS).weight(case) == 0


@pytest.mark.parametrize(
    ("wanted", "weight"), [("PR01", 1), ("PR01.F", 1), ("PR0", 0), ("PR02", 0)]
)
def test_a_competency_holds_its_levels(wanted, weight):
    assert cell("", 0, competency=wanted).weight(offer(1)) == weight


def test_an_item_outside_the_grid_is_not_eligible():
    spec = Specification(cells=(cell("GPP-1", 1),), questions=(1, 1))
    assert rules.is_eligible(spec, offer(1))
    assert not rules.is_eligible(spec, offer(2, part("GPP-9")))


def test_information_is_largest_where_the_item_is_as_hard_as_the_person_is_able():
    one = part(a=1.5, b=0.5)
    at_peak = rules.information(one, 0.5, 0.6)
    assert at_peak == pytest.approx(1.5**2 / 4)
    assert rules.information(one, 2.0, 0.6) < at_peak


def test_an_item_that_is_not_calibrated_takes_its_difficulty_from_its_share():
    a, b = rules.curve(part(p=0.75), 0.6)
    assert (a, b) == (1.0, pytest.approx(-math.log(3)))
    assert rules.curve(part(p=None), 0.5) == (1.0, pytest.approx(0))


def test_expected_share_weighs_by_points():
    form = [offer(1, part(p=0.5, points=3)), offer(2, part(p=0.9))]
    assert rules.expected_share(form, 0.6) == pytest.approx((1.5 + 0.9) / 4)
    assert rules.mean_p(form, 0.6) == pytest.approx(0.7)
    assert rules.standard_error(form, 0.6) == pytest.approx(100 * math.sqrt(9 * 0.25 + 0.09) / 4)


def test_checks_name_enemies_and_items_that_stand_twice():
    spec = Specification(cells=(cell("GPP-1", 1, 9),), questions=(1, 9))
    twice = offer(1, enemies=frozenset({2}))
    found = rules.broken(rules.checks(spec, [[twice, twice, offer(2)]]))
    kinds = {check.kind: check.facts for check in found}
    assert kinds["twice"] == ("GPP-0001",)
    assert "GPP-0001 – GPP-0002" in kinds["enemies"]


def test_shared_questions_are_counted_by_pair():
    case = offer(3, part(), part())
    assert rules.shared([offer(1), case], [case, offer(2)]) == 2


@pytest.mark.parametrize(("found", "kept"), [(2, True), (5, True), (1, False), (6, False)])
def test_a_check_is_kept_within_its_limits(found, kept):
    assert Check("cell", "", 0, 2, 5, found).is_kept is kept


def test_supply_adds_up_what_a_cell_could_get():
    offers = [offer(1), offer(2, part("GPP-2")), offer(3, part(), part())]
    assert rules.supply(cell("GPP-1", 0), offers) == Fraction(3)


def test_the_spread_is_checked_around_the_mean_that_is_wanted():
    level = {"mean": Level(0.5, 0.05), "spread": Level(0.2, 0.05)}
    spec = Specification(cells=(cell("", 1),), questions=(2, 2), **level)
    for shares, broken in (((0.3, 0.7), set()), ((0.5, 0.9), {"mean", "spread"})):
        form = [offer(number, part(p=share)) for number, share in enumerate(shares, 1)]
        assert {check.kind for check in rules.broken(rules.checks(spec, [form]))} == broken


def test_information_is_checked_at_each_point_of_the_scale():
    goals = (Information(0.5, 1.0), Information(3.0, 1.0))
    spec = Specification(cells=(cell("", 1),), questions=(2, 2), information=goals)
    form = [offer(number, part(a=1.5, b=0.5)) for number in (1, 2)]
    found = [check for check in rules.checks(spec, [form]) if check.kind == "information"]
    assert [(check.name, check.is_kept) for check in found] == [("0.5", True), ("3", False)]
    assert found[0].found == pytest.approx(2 * 1.5**2 / 4)


def test_an_item_joins_a_form_without_enemies_and_within_what_may_be_shared():
    one, other = offer(1), offer(2)
    none, some = (
        Specification(cells=(cell("GPP-1", 1),), questions=(1, 9), overlap=most) for most in (0, 1)
    )
    assert rules.joins(none, offer(3), [one], [[other]])
    assert not rules.joins(none, other, [one], [[other]])
    assert rules.joins(some, other, [one], [[other]])
    assert not rules.joins(some, other, [one], [[other, one]])
    assert rules.joins(none, offer(3), [one], [[one]])
    assert not rules.joins(none, offer(3, enemies=frozenset({1})), [one], [])
    assert not rules.joins(none, one, [offer(3, enemies=frozenset({1}))], [])
