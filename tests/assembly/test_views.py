"""The studio's pages about blueprints and forms."""

import csv
import io

import pytest

from probity.assembly import pool, queries
from probity.assembly.models import FormState, SetState
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


def typed(**changes):
    return {
        "title_en": "Ten questions",
        "title_zh": "十道题",
        "demonstration": "1",
        "measure": "questions",
        "forms": "2",
        "overlap": "0",
        "rows": "2",
        "r0-domain": "GPP-1",
        "r0-section": "1",
        "r0-apply": "5",
        "r1-domain": "GPP-2",
        "r1-section": "1",
        "r1-apply": "5",
        **changes,
    }


def test_a_blueprint_is_written_assembled_and_approved(session, browse, work, ivy, otto):
    fill_bank(session)
    author = browse(ivy)
    author.get("/studio/blueprints/new")
    saved = author.post("/studio/blueprints/new", typed())
    page = author.get(saved.location)
    assert "Ten questions" in page.text
    asked = author.post(f"{saved.location}form-sets", {"seconds": "10"})
    assert "The optimiser searches" in author.get(asked.location).text
    work()
    page = author.get(asked.location)
    assert "Every limit is kept" in page.text
    number = int(asked.location.rstrip("/").rpartition("/")[2])
    form = queries.find_set(session, number).forms[0]
    author.post(f"/studio/forms/{form.id}/submission")
    officer = browse(otto)
    assert "Approve and freeze" in officer.get(f"/studio/forms/{form.id}/").text
    officer.post(f"/studio/forms/{form.id}/approval")
    assert queries.find_form(session, form.id).state is FormState.APPROVED
    report = officer.get(f"/studio/forms/{form.id}/report")
    assert queries.find_form(session, form.id).approval.sha256 in report.text
    assert "questions in a row have their key at the same place" in report.text


@pytest.mark.bare
def test_what_the_bank_has_stands_beside_each_cell(session, browse, ivy):
    fill_bank(session, each=7)
    page = browse(ivy).post("/studio/blueprints/new", {**typed(), "do": "recount"}, expect=200)
    assert page.text.count('data-state="short"') == 2
    assert "of 7" in page.text


def test_a_wrong_cell_is_named_and_nothing_is_saved(session, browse, ivy):
    fill_bank(session)
    page = browse(ivy).post("/studio/blueprints/new", typed(**{"r0-apply": "x"}), expect=422)
    assert 'href="#r0-apply"' in page.text
    assert queries.listed(session) == []


def test_a_revision_saved_meanwhile_is_not_overwritten(session, browse, ivy):
    fill_bank(session)
    blueprint = add_blueprint(session, ivy)
    author = browse(ivy)
    address = f"/studio/blueprints/{blueprint.id}/edit"
    author.get(address)
    author.post(address, {**typed(), "base": "1"})
    page = author.post(address, {**typed(forms="3"), "base": "1"}, expect=409)
    assert "meanwhile" in page.text


@pytest.mark.bare
def test_what_is_missing_is_said_in_words(session, browse, ivy):
    fill_bank(session, each=2)
    found = add_forms(session, ivy)
    assert found.state is SetState.IMPOSSIBLE
    page = browse(ivy).get(f"/studio/form-sets/{found.id}/")
    assert "GPP-1 · Apply: 6 wanted in 2 forms, 2 can be had." in page.text
    assert "write 4 more" in page.text


def test_progress_tells_scripts_how_far_the_search_is(session, browse, ivy, form_set):
    state = browse(ivy).get(f"/studio/form-sets/{form_set.id}/progress").json
    assert state["state"] == "assembled"


def test_an_exchange_shows_its_effect_before_it_is_made(session, browse, ivy, form_set):
    form = form_set.forms[0]
    old = pool.pinned(session, form)[0]
    used = {item for one in form_set.forms for _section, item, _version in one.items}
    offers = [o for o in pool.offers(session, demonstration=True) if o.id not in used]
    other = next(o for o in offers if o.parts[0].cognitive == "apply" and o.domain == "GPP-1")
    author = browse(ivy)
    address = f"/studio/forms/{form.id}/items/{old.id}/exchange"
    assert old.parts[0].cognitive == "remember"
    page = author.get(f"{address}?to={other.ref}")
    assert "2 limits would be missed" in page.text
    assert "not be in use" not in page.text
    author.post(address, {"to": other.ref})
    page = author.get(f"/studio/forms/{form.id}/")
    assert "This form misses limits of its blueprint" in page.text
    assert "Submit for approval" not in page.text
    author.post(f"/studio/forms/{form.id}/submission", expect=409)
    author.post(f"/studio/forms/{form.id}/undo")
    assert "Submit for approval" in author.get(f"/studio/forms/{form.id}/").text


def test_items_of_the_sister_form_are_not_offered_when_nothing_may_be_shared(
    session, browse, ivy, form_set
):
    form, sister = form_set.forms
    theirs = queries.refs_of(session, sister)
    old = form.items[0][1]
    author, address = browse(ivy), f"/studio/forms/{form.id}/items/{old}/exchange"
    page = author.get(address)
    assert "items fit the blueprint" in page.text
    assert [ref for ref in theirs.values() if f"?to={ref}" in page.text] == []
    taken = next(iter(theirs.values()))
    assert "1 limit would be missed" in author.get(f"{address}?to={taken}").text


def test_an_item_that_cannot_stand_here_is_refused_in_words(session, browse, ivy, form_set):
    form = form_set.forms[0]
    item = form.items[0][1]
    page = browse(ivy).get(f"/studio/forms/{form.id}/items/{item}/exchange?to=GPP-9999")
    assert "GPP-9999 cannot stand here" in page.text


def test_items_are_put_in_order_with_and_without_scripts(session, browse, ivy, form_set):
    form = form_set.forms[0]
    first = [item for section, item, _version in form.items if section == 1]
    author, address = browse(ivy), f"/studio/forms/{form.id}/order"
    author.post(address, {"section-1": [str(one) for one in reversed(first)]})
    kept = queries.find_form(session, form.id).items
    assert [item for section, item, _version in kept if section == 1] == first[::-1]
    positions = {f"section-1-position-{one}": place for place, one in enumerate(first, 1)}
    author.post(address, {"section-1": [str(one) for one in reversed(first)], **positions})
    kept = queries.find_form(session, form.id).items
    assert [item for section, item, _version in kept if section == 1] == first
    author.post(address, {"sections": ["2", "1"]})
    kept = queries.find_form(session, form.id).items
    assert [item for section, item, _version in kept if section == 2] == first


def test_the_list_of_a_form_can_be_downloaded(session, browse, ivy, form_set):
    form = form_set.forms[0]
    reply = browse(ivy).get(f"/studio/forms/{form.id}/items.csv")
    rows = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    refs = queries.refs_of(session, form)
    assert [row["item"] for row in rows] == [refs[item] for _s, item, _v in form.items]
    assert all(len(row["sha256"]) == 64 for row in rows)


def test_the_author_is_not_offered_to_approve(session, browse, ivy, otto, form_set):
    form = approved(session, form_set.forms[0], ivy, otto)
    other = form_set.forms[1]
    author = browse(ivy)
    author.post(f"/studio/forms/{other.id}/submission")
    author.post(f"/studio/forms/{other.id}/approval", expect=403)
    officer = browse(otto)
    officer.post(f"/studio/forms/{other.id}/return", {"reason": ""}, expect=409)
    officer.post(f"/studio/forms/{other.id}/return", {"reason": "Too dated."})
    assert "Too dated." in author.get(f"/studio/forms/{other.id}/").text
    officer.post(f"/studio/forms/{form.id}/withdrawal", {"reason": "It leaked."})
    assert "It leaked." in officer.get(f"/studio/forms/{form.id}/").text
    author.post(f"/studio/forms/{form.id}/versions")


@pytest.mark.parametrize("who", ["ada", "rosa", "vera"])
def test_others_see_nothing_of_forms(request, session, browse, form_set, who):
    visitor = browse(request.getfixturevalue(who))
    visitor.get("/studio/blueprints/", expect=403)
    visitor.get(f"/studio/forms/{form_set.forms[0].id}/", expect=403)


def test_an_officer_reads_and_does_not_write(session, browse, otto, form_set):
    officer = browse(otto)
    officer.get("/studio/blueprints/")
    officer.get(f"/studio/blueprints/{form_set.revision.blueprint_id}/")
    officer.get("/studio/blueprints/new", expect=403)
    officer.post(f"/studio/forms/{form_set.forms[0].id}/undo", expect=403)


def test_a_blueprint_can_be_copied(session, browse, ivy):
    fill_bank(session)
    blueprint = add_blueprint(session, ivy, **plan_content(information=[{"theta": "0"}]))
    page = browse(ivy).get(f"/studio/blueprints/new?from={blueprint.id}")
    assert 'value="Ten questions"' in page.text
