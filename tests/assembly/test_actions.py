"""Blueprints get revisions; drafts are changed by hand; whatever is frozen stays."""

import pytest
from sqlalchemy import select

from probity.assembly import actions, pool, queries
from probity.assembly.models import FormFrozen, FormState, SetState
from probity.assembly.optimiser import OutOfTime
from probity.audit.models import AuditEntry
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.factories.assembly import (
    add_blueprint,
    add_forms,
    approved,
    fill_bank,
    plan_content,
)


@pytest.fixture
def form_set(session, ivy):
    fill_bank(session, cases=2)
    return add_forms(session, ivy)


def spare(session, form):
    """An item of the bank that is in no form of the set."""
    used = {item for one in form.set.forms for _section, item, _version in one.items}
    return next(o for o in pool.offers(session, demonstration=True) if o.id not in used)


def test_saving_a_blueprint_twice_makes_one_revision(session, ivy):
    blueprint = add_blueprint(session, ivy)
    again = actions.revise_blueprint(session, blueprint, plan_content(), base=1, by=ivy)
    assert again.number == 1
    other = actions.revise_blueprint(session, blueprint, plan_content(forms=3), base=1, by=ivy)
    assert other.number == 2


def test_a_blueprint_saved_meanwhile_is_not_overwritten(session, ivy):
    blueprint = add_blueprint(session, ivy)
    actions.revise_blueprint(session, blueprint, plan_content(forms=3), base=1, by=ivy)
    with pytest.raises(Refused) as refusal:
        actions.revise_blueprint(session, blueprint, plan_content(forms=4), base=1, by=ivy)
    assert refusal.value.reason == "changed"


def test_forms_are_kept_with_pinned_versions_section_by_section(session, form_set):
    assert form_set.state is SetState.ASSEMBLED
    assert form_set.outcome["proved"]
    assert [form.name for form in form_set.forms] == ["A", "B"]
    for form in form_set.forms:
        sections = [section for section, _item, _version in form.items]
        assert sections == sorted(sections) == [1] * 5 + [2] * 5
    items = [item for form in form_set.forms for _section, item, _version in form.items]
    assert len(set(items)) == 20


@pytest.mark.bare
def test_an_impossible_blueprint_keeps_what_is_missing(session, ivy):
    fill_bank(session, each=2)
    found = add_forms(session, ivy)
    assert found.state is SetState.IMPOSSIBLE
    assert {one["name"] for one in found.outcome["shortages"]} == {
        *("GPP-1/recall", "GPP-1/apply", "GPP-2/recall", "GPP-2/apply")
    }


def test_an_exchange_is_recorded_and_can_be_undone(session, form_set, ivy):
    form = form_set.forms[0]
    before, new = list(form.items), spare(session, form)
    actions.exchange(session, form, before[0][1], new, by=ivy)
    session.flush()
    assert form.items[0] == [1, new.id, new.version]
    with pytest.raises(Refused) as refusal:
        actions.exchange(session, form, before[0][1], new, by=ivy)
    assert refusal.value.reason == "changed"
    actions.undo(session, form, by=ivy)
    session.flush()
    assert form.items == before
    with pytest.raises(Refused):
        actions.undo(session, form, by=ivy)
    kinds = session.scalars(select(AuditEntry.details).where(AuditEntry.event == "form:changed"))
    assert [one["kind"] for one in kinds] == ["exchange", "undo"]


def test_an_item_is_not_put_into_a_form_twice(session, form_set, ivy):
    form = form_set.forms[0]
    twice = pool.pinned(session, form)[1]
    with pytest.raises(Refused) as refusal:
        actions.exchange(session, form, form.items[0][1], twice, by=ivy)
    assert refusal.value.reason == "twice"


def test_another_order_moves_items_and_sections(session, form_set, ivy):
    form = form_set.forms[0]
    items = [item for _section, item, _version in form.items]
    turned = [(2 if place < 5 else 1, item) for place, item in enumerate(items)]
    actions.arrange(session, form, turned, by=ivy)
    assert [item for _section, item, _version in form.items] == [*items[5:], *items[:5]]
    actions.arrange(session, form, [(row[0], row[1]) for row in form.items], by=ivy)
    assert len(queries.changes_of(session, form)) == 1, "the same order again is no change"
    with pytest.raises(Refused):
        actions.arrange(session, form, turned[1:], by=ivy)


def test_a_frozen_form_is_changed_by_a_new_version_only(session, form_set, ivy, otto):
    with pytest.raises(Refused) as refusal:
        actions.renew(session, form_set.forms[0], by=ivy)
    assert refusal.value.reason == "draft"
    form = approved(session, form_set.forms[0], ivy, otto)
    for change in (
        lambda: actions.undo(session, form, by=ivy),
        lambda: actions.exchange(session, form, form.items[0][1], spare(session, form), by=ivy),
        lambda: actions.arrange(session, form, [(1, row[1]) for row in form.items], by=ivy),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert refusal.value.reason == "frozen"
    fresh = actions.renew(session, form, by=ivy)
    assert (fresh.name, fresh.version, fresh.state) == ("A", 2, FormState.DRAFT)
    assert fresh.items == form.items
    session.refresh(form_set)
    for forms in (form_set.forms, form_set.forms[::-1]):
        assert [one.version for one in queries.newest(forms)] == [2, 1]
    with pytest.raises(Refused):
        actions.renew(session, form, by=ivy)


def test_code_that_changes_a_frozen_form_is_stopped(session, form_set, ivy, otto):
    form = approved(session, form_set.forms[0], ivy, otto)
    form.items = form.items[1:]
    with pytest.raises(FormFrozen), session.begin_nested():
        session.flush()


def test_a_search_that_ran_out_of_time_says_so_and_makes_no_form(session, browse, ivy):
    asked = actions.ask(session, add_blueprint(session, ivy), by=ivy)
    actions.keep(session, asked, OutOfTime(7.0), by=SYSTEM)
    assert (asked.state, asked.outcome) == (SetState.OUT_OF_TIME, {"seconds": 7.0})
    assert asked.forms == []
    actions.keep(session, asked, OutOfTime(9.0), by=SYSTEM)
    assert asked.outcome == {"seconds": 7.0}, "what was found first stays"
    assert "Neither forms nor a proof" in browse(ivy).get(f"/studio/form-sets/{asked.id}/").text


def test_plans_read_once_are_not_kept_without_end(session, ivy, monkeypatch):
    monkeypatch.setattr(queries, "_plans", {})
    monkeypatch.setattr(queries, "MOST_PLANS", 2)
    made = [add_blueprint(session, ivy, forms=count) for count in (1, 2, 3)]
    revisions = [queries.revisions_of(session, blueprint)[0] for blueprint in made]
    assert [queries.plan_of(one).forms for one in revisions * 2] == [1, 2, 3] * 2
    assert len(queries._plans) <= 2
    assert queries.plan_of(revisions[-1]) is queries.plan_of(revisions[-1])
