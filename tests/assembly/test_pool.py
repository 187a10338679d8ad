"""What the bank offers for forms, and what is known of it."""

from fractions import Fraction

import pytest
from sqlalchemy import select

from probity.assembly import pool
from probity.bank import usage
from probity.bank.models import Enemy, Item, Shelved
from probity.kernel import clock
from tests.factories.assembly import add_forms, fill_bank


@pytest.fixture(autouse=True)
def _bank(session):
    fill_bank(session, each=3, cases=1)


def offered(session):
    return {offer.ref: offer for offer in pool.offers(session, demonstration=True)}


def test_single_items_and_case_sets_are_offered_with_what_is_known(session):
    found = offered(session)
    one = found["GPP-1100"].parts[0]
    assert (one.domain, one.cognitive, one.points, one.p) == ("GPP-1", "apply", Fraction(1), 0.65)
    case = found["GPP-C001"]
    assert case.is_set
    assert [part.kind for part in case.parts] == ["single", "numeric", "matching"]
    assert not pool.offers(session, demonstration=False)


def test_what_candidates_did_counts_more_than_an_estimate_once_enough_answered(session):
    item = session.scalars(select(Item).where(Item.ref == "GPP-1100")).one()
    version = session.scalars(select(Shelved.version_id).where(Shelved.item_id == item.id)).first()
    for answers, p in ((29, 0.65), (30, 0.4)):
        figures = usage.Found(item.id, version, answers, 0.4, 0.2)
        usage.note_figures(session, [figures], clock.now())
        assert offered(session)["GPP-1100"].parts[0].p == p


def test_enemies_know_each_other(session):
    found = offered(session)
    one, other = found["GPP-1100"], found["GPP-2100"]
    low, high = sorted((one.id, other.id))
    session.add(Enemy(one_id=low, other_id=high, reason="alike", at=clock.now()))
    session.flush()
    found = offered(session)
    assert found["GPP-1100"].enemies == {other.id}
    assert found["GPP-2100"].enemies == {one.id}


def test_a_form_shows_the_place_of_each_key(session, ivy):
    cells = {"apply": {"least": "2", "most": "2"}}
    rows = [{"domain": "GPP-1", "section": 1, "cells": cells}]
    (form,) = add_forms(session, ivy, rows=rows, forms=1, mean=None).forms
    assert [offer.parts[0].key for offer in pool.pinned(session, form)] == [2, 2]


@pytest.mark.bare
def test_stock_is_counted_by_place_and_in_points(session):
    stock = pool.stock(session, demonstration=True, measure="points")
    assert stock["GPP-1", "apply"] == 3.0
    assert stock["GPP-1", "case"] == 1.0
    assert pool.domains(session, demonstration=True) == ["GPP-1", "GPP-2"]
