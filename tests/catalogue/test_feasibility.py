"""Blueprints: whether all cells can be filled at once."""

import pytest

from probity.catalogue.feasibility import fill, fits, is_drawable, supplies
from probity.catalogue.shapes import Cell, Exam
from tests.factories.bank import item

EXAM = {
    "format": "probity/1",
    "id": "LA-X1",
    "slug": "x",
    "title": {"en": "x"},
    "demonstration": True,
    "time": {"minutes": 5},
    "attempts": {"allowed": 1},
    "cut_score": {"share": "1/2", "basis": {"en": "x"}},
    "navigation": {"order": "free"},
    "release": {"result": "at_once", "detail": "none", "answers": "never"},
}


def cell(draw=1, **rest):
    return Cell.model_validate({"domain": "GPP-1", "cognitive": ["apply"], "draw": draw, **rest})


def pool(*cognitive):
    return [
        item("single", ref=f"GPP-{number:04}", cognitive=level)
        for number, level in enumerate(cognitive, start=1)
    ]


def test_cells_that_share_items_are_filled_by_moving_over():
    cells = [cell(cognitive=["apply", "analyse"]), cell()]
    assert fill(cells, pool("apply", "analyse")) == [1, 1]
    assert fill([cell(2, cognitive=["apply", "analyse"]), cell(1)], pool("apply", "analyse")) == [
        2,
        0,
    ]


def test_no_item_is_counted_twice():
    assert sum(fill([cell(3), cell(3)], pool("apply", "apply", "apply"))) == 3


def test_a_large_bank_is_matched_quickly_and_fully():
    levels = ["apply", "analyse", "evaluate"] * 200
    cells = [
        cell(200, cognitive=["apply", "analyse"]),
        cell(200, cognitive=["analyse", "evaluate"]),
        cell(200, cognitive=["apply", "evaluate"]),
    ]
    assert fill(cells, pool(*levels)) == [200, 200, 200]


@pytest.mark.parametrize(
    ("use", "status", "demonstration", "expected"),
    [
        ("practice", "in_review", True, True),
        ("practice", "draft", True, False),
        ("practice", "retired", True, False),
        ("practice_only", "approved", True, False),
        ("practice", "approved", False, False),
        ("secure", "approved", False, True),
        ("secure", "in_review", False, False),
        ("secure", "approved", True, False),
    ],
)
def test_who_may_be_drawn(use, status, demonstration, expected):
    one = item("single", use=use, status=status)
    assert is_drawable(one, demonstration=demonstration) is expected


def test_essays_and_cases_do_not_fill_a_cell_that_does_not_name_them():
    assert not is_drawable(item("essay"), demonstration=True)
    assert not fits(item("case"), cell())
    assert fits(item("case"), cell(kinds=["case"]))
    assert not fits(item("single"), cell(competency="PR09"))


def test_supplies_tell_each_cell_apart():
    cells = [{"domain": "GPP-1", "cognitive": [level], "draw": 2} for level in ("apply", "analyse")]
    sections = [{"id": "a", "title": {"en": "x"}, "cells": cells}]
    exam = Exam.model_validate({**EXAM, "sections": sections})
    found = supplies(exam, pool("apply", "apply", "apply", "analyse"))
    assert [(one.section, one.cell, one.filled, one.fitting) for one in found] == [
        (0, 0, 2, 3),
        (0, 1, 1, 1),
    ]
