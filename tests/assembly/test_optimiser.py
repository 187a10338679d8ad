"""Every form that is found keeps every limit; what cannot be had is named."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from probity.assembly import rules
from probity.assembly.optimiser import Found, Impossible, OutOfTime, assemble
from probity.assembly.rules import Information, Level, Measure, Specification
from probity.assembly.solver import Settings
from tests.assembly.checker import faults
from tests.assembly.pools import cases, cell, offer, part, pool

ENOUGH = Settings(seconds=120)
"""No machine is so busy that time decides: each search takes a fraction of a second."""


def spec_of(*cells, questions=(9, 9), **more):
    return Specification(cells=tuple(cells), questions=questions, **more)


THREE = tuple(cell(f"GPP-{number}", 3) for number in (1, 2, 3))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_what_is_found_keeps_every_limit_and_what_is_not_is_explained(case):
    spec, offers = case
    outcome = assemble(spec, offers, ENOUGH)
    if isinstance(outcome, Found):
        assert len(outcome.forms) == spec.forms
        assert faults(spec, outcome.forms) == []
        assert rules.broken(rules.checks(spec, outcome.forms)) == []
    else:
        assert isinstance(outcome, Impossible)
        assert outcome.shortages


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_what_is_called_impossible_has_no_form_at_all_that_the_solver_overlooked(case):
    """A bank doubled in size by copies can only make more possible, never less."""
    spec, offers = case
    outcome = assemble(spec, offers, ENOUGH)
    copies = [
        replace(one, id=one.id + 1000, ref=f"{one.ref}b", enemies=frozenset()) for one in offers
    ]
    if isinstance(outcome, Found):
        assert isinstance(assemble(spec, [*offers, *copies], ENOUGH), Found)


def test_parallel_forms_are_alike_in_difficulty_and_share_nothing():
    spec = spec_of(*THREE, questions=(20, 20), forms=3)
    found = assemble(spec, pool(120), ENOUGH)
    assert isinstance(found, Found)
    assert found.is_proved
    means = [rules.mean_p(form, spec.assumed_p) for form in found.forms]
    assert max(means) - min(means) < 0.01
    assert faults(spec, found.forms) == []


def test_a_target_of_mean_and_spread_is_reached():
    spec = spec_of(
        *THREE, questions=(20, 20), forms=2, mean=Level(0.65, 0.02), spread=Level(0.15, 0.02)
    )
    found = assemble(spec, pool(120), ENOUGH)
    assert isinstance(found, Found)
    assert faults(spec, found.forms) == []


def test_least_information_is_made_as_large_as_it_can_be():
    goals = (Information(-1, 0), Information(1, 0))
    spec = spec_of(*THREE, forms=2, information=goals, maximise=True)
    found = assemble(spec, pool(60), ENOUGH)
    assert isinstance(found, Found)
    assert found.bound >= found.value
    assert found.bound <= found.value * 1.011
    least = min(
        rules.total_information(form, goal.theta, spec.assumed_p)
        for form in found.forms
        for goal in goals
    )
    assert found.value == pytest.approx(least)


def test_case_sets_come_whole_and_each_of_their_questions_counts():
    sets = [
        offer(number, part("GPP-1", "remember"), part("GPP-1", "apply"), part("GPP-1", "apply"))
        for number in (101, 102)
    ]
    singles = [offer(number, part("GPP-1", "apply")) for number in range(1, 6)]
    spec = spec_of(
        cell("GPP-1", 4, 4, levels=("apply",), name="apply"),
        cell("GPP-1", 1, 1, levels=("remember",), name="remember"),
        cell("GPP-1", 1, 1, measure=Measure.SETS),
        questions=(5, 5),
    )
    found = assemble(spec, [*sets, *singles], ENOUGH)
    assert isinstance(found, Found)
    assert [one.is_set for one in found.forms[0]].count(True) == 1
    assert faults(spec, found.forms) == []


def test_no_case_set_enters_a_form_that_asks_for_none():
    sets = [offer(number, part(), part()) for number in range(1, 9)]
    outcome = assemble(spec_of(cell("GPP-1", 4, 4), questions=(4, 4)), sets, ENOUGH)
    assert isinstance(outcome, Impossible)


def test_enemies_stay_apart():
    pair = [offer(1, enemies=frozenset({2})), offer(2), offer(3)]
    found = assemble(spec_of(cell("GPP-1", 2, 2), questions=(2, 2)), pair, ENOUGH)
    assert isinstance(found, Found)
    assert {one.id for one in found.forms[0]} != {1, 2}


def test_an_item_is_not_used_more_often_than_its_exposure_allows():
    items = [offer(1, exposure=2), *(offer(number) for number in (2, 3, 4))]
    spec = spec_of(cell("GPP-1", 2, 2), questions=(2, 2), forms=2, overlap=2, exposure=2)
    found = assemble(spec, items, ENOUGH)
    assert isinstance(found, Found)
    assert 1 not in {one.id for form in found.forms for one in form}


def test_points_can_be_asked_for_instead_of_questions():
    items = [offer(number, part(points=Fraction(3, 2))) for number in range(1, 9)]
    spec = spec_of(cell("GPP-1", 6, 6, measure=Measure.POINTS), questions=(1, 9))
    found = assemble(spec, items, ENOUGH)
    assert isinstance(found, Found)
    assert len(found.forms[0]) == 4


def test_a_cell_that_is_short_is_named_with_what_the_bank_has():
    items = [
        *(offer(n, part("GPP-1")) for n in range(1, 5)),
        *(offer(n, part("GPP-2")) for n in range(5, 15)),
    ]
    spec = spec_of(cell("GPP-1", 6, 6, name="one"), cell("GPP-2", 3, 3, name="two"))
    outcome = assemble(spec, items, ENOUGH)
    assert isinstance(outcome, Impossible)
    (short,) = outcome.shortages
    assert (short.kind, short.name) == ("cell", "one")
    assert (short.wanted, short.reached, short.supply) == (6, 4, 4)


def test_a_short_cell_names_a_cell_that_could_give_more():
    items = [
        *(offer(n, part("GPP-1", "apply")) for n in range(1, 5)),
        *(offer(n, part("GPP-1", "remember")) for n in range(5, 15)),
    ]
    spec = spec_of(
        cell("GPP-1", 6, 6, name="apply", levels=("apply",)),
        cell("GPP-1", 3, 3, name="recall", levels=("remember",)),
    )
    outcome = assemble(spec, items, ENOUGH)
    assert isinstance(outcome, Impossible)
    assert [one.spare for one in outcome.shortages] == ["recall"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"mean": Level(0.95, 0.01)}, "mean"),
        ({"questions": (40, 40)}, "questions"),
        ({"information": (Information(0, 50),)}, "information"),
        ({"points": (Fraction(30), Fraction(40))}, "points"),
    ],
)
def test_a_target_out_of_reach_is_named(change, kind):
    cells = tuple(cell(f"GPP-{number}", 3, 4) for number in (1, 2, 3))
    spec = replace(spec_of(*cells), **change)
    outcome = assemble(spec, pool(60), ENOUGH)
    assert isinstance(outcome, Impossible)
    assert kind in [one.kind for one in outcome.shortages]


def test_the_same_seed_gives_the_same_forms():
    spec = spec_of(*THREE, questions=(12, 12), forms=2)
    first, second = (assemble(spec, pool(90), Settings(seed=7)) for _ in range(2))
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert first.forms == second.forms


def test_the_order_in_which_items_come_plays_no_part():
    spec = spec_of(*THREE, questions=(12, 12), forms=2)
    first, second = (assemble(spec, items, ENOUGH) for items in (pool(90), pool(90)[::-1]))
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert first.forms == second.forms


def test_whoever_watches_can_stop_a_search():
    goals = tuple(Information(theta / 2, 0) for theta in range(-4, 5))
    spec = spec_of(*THREE, questions=(20, 20), forms=4, information=goals, maximise=True)
    precise = Settings(relative_gap=0.0, absolute_gap=0.0, seconds=60)
    outcome = assemble(spec, pool(300), precise, lambda _seconds, _gap: False)
    assert isinstance(outcome, OutOfTime) or not outcome.is_proved


def test_what_a_cell_lacks_is_told_over_all_forms():
    items = [offer(number, part("GPP-1")) for number in range(1, 15)]
    spec = spec_of(cell("GPP-1", 3, 3, name="one"), questions=(3, 3), forms=8)
    outcome = assemble(spec, items, ENOUGH)
    assert isinstance(outcome, Impossible)
    (short,) = outcome.shortages
    assert (short.wanted, short.reached, short.forms, short.supply) == (24, 14, 8, 14)
