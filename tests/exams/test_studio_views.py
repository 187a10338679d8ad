"""The studio's pages about exams: an author creates, revises, tries and publishes one."""

import re

import pytest
from sqlalchemy import func, select

from probity.audit.models import AuditEntry
from probity.exams import actions, publishing, queries
from probity.exams.models import Attempt, Exam, ExamRevision, ExamState
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.bank.pages import form_values
from tests.factories.bank import HIDDEN
from tests.factories.catalogue import load_lamps
from tests.factories.exams import add_exam, exam_content, fill_bank, start_attempt

FORM = "data-blueprint"
TYPED = {
    "title_en": "Spring exam",
    "title_zh": "春季考试",
    "course": "LA",
    "demonstration": "1",
    "basis_en": "For tests",
    "s0-title-en": "All",
    "s0-GPP-1-apply": "9",
    "s0-GPP-1-case": "1",
}


@pytest.fixture
def studio(session, browse, ivy, tmp_path):
    """An instructor's browser, a course, and a bank of 24 items and a case set in one cell."""
    load_lamps(session, tmp_path)
    fill_bank(session)
    return browse(ivy)


def save(browser, url, expect=303, do="save", **typed):
    """Open the form, type, press a button."""
    values = form_values(browser.get(url).text, FORM)
    for name, value in typed.items():
        values.setlist(name, [value]) if value else values.pop(name, None)
    return browser.post(url, {**values.to_dict(flat=False), "do": do}, expect)


def create(browser, expect=303, **typed):
    return save(browser, "/studio/exams/new", expect, **{**TYPED, **typed})


def exam_of(session, code="LA-X21"):
    return session.scalars(select(Exam).where(Exam.code == code)).one()


def revisions(session):
    """How many revisions there are of exams made in the browser."""
    own = select(func.count()).join(Exam).where(Exam.created_by_id.is_not(None))
    return session.scalar(own.select_from(ExamRevision))


def test_an_author_makes_an_exam_wholly_in_the_browser(session, studio, ada):
    reply = create(studio)
    assert reply.location.endswith("/studio/exams/LA-X21/")
    exam = exam_of(session)
    content = queries.content_of(queries.current_revision(session, exam))
    assert (exam.state, exam.slug, exam.course_code) == (ExamState.DRAFT, "spring-exam", "LA")
    assert content.title == {"en": "Spring exam", "zh-Hans": "春季考试"}
    assert [cell.draw for cell in content.sections[0].cells] == [9, 1]
    assert "a draft" in studio.get(reply.location).text
    studio.post("/studio/exams/LA-X21/state", {"state": "published"})
    session.refresh(exam)
    with_paper = start_attempt(session, exam, ada)
    assert len(with_paper.paper["slots"]) == 9 + 3


def test_the_next_exam_of_the_course_gets_the_next_code(session, studio):
    create(studio)
    assert create(studio, slug="another").location.endswith("/LA-X22/")


def test_nothing_typed_is_lost_when_something_is_wrong(session, studio):
    page = create(studio, 422, minutes="an hour", honour_zh="请诚信", **{"s0-GPP-1-judge": "many"})
    values = form_values(page.text, FORM)
    assert values["minutes"] == "an hour"
    assert values["s0-GPP-1-judge"] == "many"
    assert values["honour_zh"] == "请诚信"
    assert 'href="#minutes"' in page.text
    assert 'href="#s0-GPP-1-judge"' in page.text
    assert revisions(session) == 0


def test_more_than_the_bank_has_is_refused_with_cell_and_number(session, studio):
    page = create(studio, 422, **{"s0-GPP-1-apply": "30"})
    assert "GPP-1, Apply: draws 30, the bank has 24" in page.text
    assert "write 6 more" in page.text
    assert revisions(session) == 0


def test_cells_that_share_their_items_are_counted_together(session, studio):
    further = {"s0-further": "1", "s0-x0-domain": "GPP-1", "s0-x0-draw": "20"}
    more = {"s0-x0-cognitive": "apply", "s0-x0-competency": "PR01"}
    page = create(studio, 422, **further, **more)
    assert "its items are wanted by other cells too; 5 are missing" in page.text


def test_a_thin_cell_warns_and_is_saved(session, studio):
    page = create(studio, 200, do="recount", **{"s0-GPP-1-apply": "13"})
    assert "Papers will be much alike" in page.text
    assert 'data-state="thin"' in page.text
    assert create(studio, **{"s0-GPP-1-apply": "13"}).status_code == 303


def test_recounting_without_scripts_shows_totals_and_stores_nothing(session, studio):
    page = create(studio, 200, do="recount", **{"s0-GPP-1-recall": "0", "minutes": "24"})
    assert re.search(r"data-section-total>10<", page.text)
    assert "9 items + 1 case set" in page.text
    assert "2 min" in page.text
    assert "The bank fills this blueprint" in page.text
    assert revisions(session) == 0


def test_buttons_add_and_take_away_sections_and_cells(studio):
    page = create(studio, 200, do="add")
    assert form_values(page.text, FORM)["sections"] == "2"
    page = create(studio, 200, do="add:0")
    assert form_values(page.text, FORM)["s0-further"] == "1"
    page = create(studio, 200, do="remove:0", sections="2", **{"s1-title-en": "Rest"})
    assert form_values(page.text, FORM)["s0-title-en"] == "Rest"


def test_a_bank_without_secure_items_says_what_to_tick(studio):
    assert form_values(studio.get("/studio/exams/new").text, FORM)["demonstration"]
    page = create(studio, 200, do="recount", demonstration="")
    assert "The bank has no approved secure items" in page.text


def test_the_lessons_of_the_chosen_course_are_offered(studio):
    page = studio.get("/studio/exams/new?course=LA")
    assert 'value="LA-M01-L1"' in page.text


def test_what_the_catalogue_no_longer_offers_stays_while_editing(session, studio):
    create(studio)
    content = dict(queries.current_revision(session, exam_of(session)).content)
    gone = {"certificate": "OLD", "prerequisites": ["LA-M01-L9"]}
    actions.define(session, content | gone, course_code="LA", by=SYSTEM)
    session.commit()
    save(studio, "/studio/exams/LA-X21/edit", minutes="50")
    kept = queries.current_revision(session, exam_of(session)).content
    assert {name: kept[name] for name in gone} == gone
    assert kept["time"]["minutes"] == 50


def test_a_course_without_free_numbers_is_refused(session, studio, ivy):
    create(studio)
    content = dict(queries.current_revision(session, exam_of(session)).content)
    last = content | {"id": "LA-X99", "slug": "last"}
    actions.define(session, last, course_code="LA", by=ivy)
    session.commit()
    page = create(studio, 409, slug="one-more")
    assert "Every exam number of LA is used up" in page.text


def test_a_course_that_does_not_exist_is_refused(session, studio):
    page = create(studio, 422, course="XX")
    assert 'href="#course"' in page.text
    with pytest.raises(Refused):
        publishing.create(session, exam_content(), course="XX", by=SYSTEM)


def test_an_address_in_use_is_refused_beside_its_field(session, studio):
    create(studio)
    page = create(studio, 409)
    assert "Another exam, LA-X21, has this address" in page.text
    assert 'href="#slug"' in page.text


def test_saving_makes_a_revision_and_running_attempts_keep_theirs(session, studio, ada):
    create(studio)
    exam = exam_of(session)
    actions.set_state(session, exam, ExamState.PUBLISHED, by=ada)
    attempt = start_attempt(session, exam, ada)
    save(studio, "/studio/exams/LA-X21/edit", minutes="30", **{"s0-GPP-1-apply": "5"})
    session.refresh(attempt)
    assert attempt.revision.number == 1
    assert len(attempt.paper["slots"]) == 9 + 3
    page = studio.get("/studio/exams/LA-X21/").text
    assert "<del>60 minutes</del>" in page
    assert "<ins>30 minutes</ins>" in page
    assert "All, GPP-1, Apply: 9" in page
    assert "Revision 2" in page


def test_saving_without_a_change_makes_no_revision(session, studio):
    create(studio)
    save(studio, "/studio/exams/LA-X21/edit")
    assert revisions(session) == 1
    assert "Nothing was changed" in studio.get("/studio/exams/LA-X21/").text


def test_recounting_an_exam_that_exists_stores_nothing(session, studio):
    create(studio)
    page = save(studio, "/studio/exams/LA-X21/edit", 200, do="recount", **{"s0-GPP-1-apply": "7"})
    assert "7 items + 1 case set" in page.text
    page = save(studio, "/studio/exams/LA-X21/edit", 422, minutes="0")
    assert 'href="#minutes"' in page.text
    assert revisions(session) == 1


def test_a_stale_form_is_refused_and_keeps_what_was_typed(session, studio):
    create(studio)
    stale = form_values(studio.get("/studio/exams/LA-X21/edit").text, FORM)
    save(studio, "/studio/exams/LA-X21/edit", minutes="30")
    stale["minutes"] = "90"
    page = studio.post("/studio/exams/LA-X21/edit", stale.to_dict(flat=False), 409)
    assert "another revision meanwhile" in page.text
    assert form_values(page.text, FORM)["minutes"] == "90"
    assert revisions(session) == 2


def test_an_exam_of_course_files_is_copied_instead_of_edited(session, studio):
    add_exam(session)
    session.commit()
    assert studio.get("/studio/exams/GP-X7/edit", 303).location.endswith("/studio/exams/GP-X7/")
    assert "comes from course files" in studio.get("/studio/exams/GP-X7/").text
    values = form_values(studio.get("/studio/exams/new?from=GP-X7").text, FORM)
    assert values["slug"] == "short-exam-copy"
    assert values["s0-GPP-1.PR01-apply"] == "9"
    values["course"], values["certificate"] = "LA", "LMP"
    studio.post("/studio/exams/new", {**values.to_dict(flat=False), "do": "save"})
    copied = queries.current_revision(session, exam_of(session)).content
    first = {"domain": "GPP-1", "competency": "PR01", "cognitive": ["apply"], "draw": 9}
    assert copied["sections"][0]["cells"][0] == first


def test_an_exam_of_course_files_refuses_a_forged_revision(session, studio):
    add_exam(session)
    session.commit()
    values = form_values(studio.get("/studio/exams/new?from=GP-X7").text, FORM)
    sent = {**values.to_dict(flat=False), "do": "save", "base": "1"}
    assert "comes from course files" in studio.post("/studio/exams/GP-X7/edit", sent, 409).text


def test_states_follow_each_other_with_an_audit_entry(session, studio):
    create(studio)
    for state in ("published", "closed", "published"):
        assert f'name="state" value="{state}"' in studio.get("/studio/exams/LA-X21/").text
        studio.post("/studio/exams/LA-X21/state", {"state": state})
        assert exam_of(session).state == state
    studio.post("/studio/exams/LA-X21/state", {"state": "published"})
    studio.post("/studio/exams/LA-X21/state", {"state": "draft"}, 409)
    studio.post("/studio/exams/LA-X21/state", {"state": "nonsense"}, 422)
    entries = session.scalars(select(AuditEntry.details)).all()
    assert [entry["state"] for entry in entries if "state" in entry] == [
        *("published", "closed", "published")
    ]


def test_an_exam_the_bank_no_longer_fills_is_not_published(session, studio, ivy):
    create(studio)
    revision = queries.current_revision(session, exam_of(session))
    content = {**revision.content, "slug": "wants-more"}
    content["sections"][0]["cells"][0]["draw"] = 30
    actions.define(session, content, course_code="LA", state=ExamState.DRAFT, by=ivy)
    session.commit()
    page = studio.post("/studio/exams/LA-X21/state", {"state": "published"}, 409)
    assert "lacks 6 items" in page.text
    shown = studio.get("/studio/exams/LA-X21/trial").text
    assert "draws 30, the bank has 24" in shown


def test_a_trial_paper_shows_questions_without_keys_and_stores_nothing(session, studio):
    create(studio)
    page = studio.get("/studio/exams/LA-X21/trial?seed=7").text
    assert page.count('class="qhead"') == 12
    assert HIDDEN not in page
    assert studio.get("/studio/exams/LA-X21/trial?seed=7").text.count("Which one?") == page.count(
        "Which one?"
    )
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


@pytest.mark.bare
def test_without_an_exam_the_list_says_what_to_do(browse, ivy):
    assert "No exam yet" in browse(ivy).get("/studio/exams/").text


def test_the_list_shows_every_exam(studio):
    create(studio)
    page = studio.get("/studio/exams/").text
    assert "Spring exam" in page
    assert "9 + 1 case set" in page
    assert "Draft" in page


def test_an_unknown_exam_is_not_found(studio):
    for path in ("", "edit", "trial"):
        studio.get(f"/studio/exams/GP-X77/{path}", 404)
    studio.post("/studio/exams/GP-X77/state", {"state": "closed"}, 404)


@pytest.mark.parametrize("path", ["", "new", "GP-X7/", "GP-X7/edit", "GP-X7/trial"])
def test_only_authors_enter(session, browse, ada, otto, path):
    add_exam(session, slug=exam_content()["slug"])
    for person in (ada, otto):
        browse(person).get(f"/studio/exams/{path}", 403)
    assert "/sign-in" in browse().get(f"/studio/exams/{path}", 303).location


DOCUMENT = {
    "documents": "1",
    "d0-title-en": "Act",
    "d0-title-zh-Hans": "法",
    "d0-text-en": "| Rate |\n|---|\n| 10% |",
    "d0-text-zh-Hans": "第一条",
}


def test_documents_and_tools_of_the_room_are_set_in_the_browser(session, studio, browse, ada):
    opened = create(studio, do="document", expect=200)
    assert 'name="d0-title-en"' in opened.text
    create(studio, **DOCUMENT, with_calculator=None)
    content = queries.content_of(queries.current_revision(session, exam_of(session)))
    assert content.without == ["calculator"]
    assert content.references[0].title == {"en": "Act", "zh-Hans": "法"}
    studio.post("/studio/exams/LA-X21/state", {"state": "published"})
    attempt = start_attempt(session, exam_of(session), ada)
    session.commit()
    assert "Act / 法" in studio.get("/studio/exams/LA-X21/").text
    room = browse(ada).get(f"/attempts/{attempt.public_id}/").text
    assert 'id="pane-documents"' in room
    assert "<td>10%</td>" in room
    assert 'id="pane-notes"' in room
    assert 'id="pane-calculator"' not in room


def test_a_document_without_words_says_which_and_nothing_is_lost(session, studio):
    reply = create(studio, expect=422, **{**DOCUMENT, "d0-text-en": ""})
    assert 'href="#d0-text-en"' in reply.text
    assert "第一条" in reply.text
    assert revisions(session) == 0
