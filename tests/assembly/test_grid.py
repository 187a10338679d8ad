"""What is typed into the form of a blueprint, and what is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from probity.assembly import grid
from probity.assembly.shapes import Plan, specification_of
from tests.factories.assembly import plan_content


def form(**changes):
    typed = {
        "title_en": "Ten questions",
        "title_zh": "十道题",
        "measure": "questions",
        "forms": "2",
        "overlap": "0",
        "rows": "2",
        "r0-domain": "GPP-1",
        "r0-section": "1",
        "r0-apply": "3",
        "r1-domain": "GPP-2",
        "r1-section": "2",
        "r1-recall": "2-4",
    }
    return MultiDict({**typed, **changes})


def plan(**changes):
    found = grid.checked(grid.read(form(**changes)))
    assert isinstance(found, Plan), found
    return found


def test_a_filled_form_becomes_a_blueprint():
    found = plan(mean="0.65", mean_off="0.02", information="-1; 0: 5", exposure="3")
    spec = specification_of(found)
    assert [(cell.name, cell.least, cell.most) for cell in spec.cells] == [
        ("GPP-1/apply", 3, 3),
        ("GPP-2/recall", 2, 4),
    ]
    assert spec.questions == (5, 7)
    assert (spec.mean.wanted, spec.mean.off) == (0.65, 0.02)
    assert [(goal.theta, goal.least) for goal in spec.information] == [(-1, 0), (0, 5)]
    assert [row.section for row in found.rows] == [1, 2]


def test_what_is_stored_comes_back_as_it_was_typed():
    stored = Plan.model_validate(
        plan_content(spread={"wanted": "0.1", "off": "0.05"}), strict=False
    )
    again = grid.show(stored, ["GPP-3"])
    assert [row.domain for row in again.rows] == ["GPP-1", "GPP-2", "GPP-3"]
    assert isinstance(found := grid.checked(again), Plan)
    assert found.model_dump(exclude={"title"}) == stored.model_dump(exclude={"title"})


@pytest.mark.parametrize(
    ("typed", "control"),
    [
        ({"r0-apply": "many"}, "r0-apply"),
        ({"r0-apply": "5-3"}, "r0-apply"),
        ({"forms": "9"}, "forms"),
        ({"forms": "none"}, "forms"),
        ({"mean": "65"}, "mean"),
        ({"spread": "0.1"}, "mean"),
        ({"information": "high"}, "information"),
        ({"maximise": "1"}, "information"),
        ({"title_en": ""}, "title_en"),
        ({"r0-apply": "", "r1-recall": "0"}, "r0-recall"),
        ({"further": "1", "f0-span": "x"}, "f0-span"),
        ({"further": "1", "f0-span": "2", "f0-competency": "?"}, "f0-competency"),
    ],
)
def test_what_is_wrong_is_said_beside_its_control(typed, control):
    problems = grid.checked(grid.read(form(**typed)))
    assert isinstance(problems, dict)
    assert control in problems


def test_a_further_limit_asks_for_a_kind():
    found = plan(further="1", **{"f0-kind": "multiple", "f0-span": "2+", "f0-measure": "points"})
    (cell,) = [one for one in specification_of(found).cells if not one.content]
    assert (cell.kinds, cell.measure, cell.least, cell.most) == (("multiple",), "points", 2, None)


def test_buttons_add_and_remove_further_limits():
    draft = grid.read(form())
    grid.press(draft, "add")
    assert len(draft.further) == 1
    grid.press(draft, "remove:0")
    grid.press(draft, "remove:7")
    assert draft.further == []


def test_supply_tells_cells_that_are_short_for_all_forms_together():
    draft = grid.read(form())
    stock = {("GPP-1", "apply"): 5.0, ("GPP-2", "recall"): 7.0}
    supply = grid.Supply(stock, grid.needs(draft))
    assert supply.state("GPP-1", "apply") == "short"
    assert supply.state("GPP-2", "recall") == "thin"
    assert supply.state("GPP-2", "apply") == "ok"
    draft.fields["overlap"] = "2"
    assert grid.Supply(stock, grid.needs(draft)).state("GPP-1", "apply") == "thin"


def test_totals_add_up_ranges():
    totals = grid.totals(grid.read(form(**{"r1-case": "1", "r0-judge": "2+"})))
    assert (totals["apply"], totals["recall"], totals["judge"]) == ("3", "2–4", "2+")
    assert (totals["all"], totals["case"]) == ("7+", "1")


@given(
    st.dictionaries(
        st.sampled_from([*form(), "r0-judge", "points", "further", "f0-span"]), st.text(max_size=12)
    )
)
def test_whatever_is_typed_is_a_blueprint_or_a_sentence(typed):
    found = grid.checked(grid.read(form(**typed)))
    if isinstance(found, Plan):
        specification_of(found)
    else:
        assert all(found.values())
