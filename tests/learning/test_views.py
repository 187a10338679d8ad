"""Course pages, enrolment, checks and practice as readers meet them."""

import re
import shutil

import pytest
from sqlalchemy import event

from probity.bank import living
from probity.bank import queries as bank
from probity.bank.actions import load_items
from probity.bank.life import Act
from probity.bank.marking import candidate_view
from probity.bank.shapes import parse_item
from probity.kernel.permissions import SYSTEM
from probity.learning import actions, queries
from tests.factories.bank import content as bank_content
from tests.factories.bank import item, text
from tests.factories.catalogue import load_lamps, sound_courses, spoil
from tests.factories.learning import complete, enrolled

L1, L2, L3 = "LA-M01-L1", "LA-M01-L2", "LA-M02-L1"
LESSON = "/courses/lamps/first-light/"


@pytest.fixture
def courses(tmp_path):
    return sound_courses(tmp_path)


@pytest.fixture
def revision(session, courses):
    return load_lamps(session, courses)


@pytest.fixture
def enrolment(session, revision, ada):
    return enrolled(session, revision, ada)


def test_the_catalogue_is_open_to_everybody(browse, revision):
    page = browse().get("/courses/")
    assert 'href="/courses/lamps/"' in page.text
    assert (
        "采购路灯"
        in browse().get("/courses/?q=%E8%B7%AF%E7%81%AF", headers={"Accept-Language": "zh"}).text
    )


def test_a_search_without_result_says_so(browse, revision):
    page = browse().get("/courses/?q=submarine&level=Q")
    assert "No course matches" in page.text


def test_an_empty_catalogue_says_so(browse):
    assert "No courses yet" in browse().get("/courses/").text


def test_the_course_page_shows_outline_plans_exams_and_certificate(browse, revision):
    page = browse().get("/courses/lamps/").text
    for words in (
        "First lamps",
        "First light",
        "Lamps in winter",
        "Lamp check",
        "Lamp Practitioner",
    ):
        assert words in page
    assert "Start reading" in page
    assert "2 questions, 5 minutes" in page


def test_a_module_without_a_lesson_yet_is_in_preparation(browse, session, courses):
    modules = courses / "lamps" / "modules"
    later = modules / "03-later"
    shutil.copytree(modules / "02-further", later, ignore=lambda *_: ["01-whole-town.md"])
    spoil(courses, "lamps/modules/03-later/module.yaml", "LA-M02", "LA-M03")
    spoil(courses, "lamps/modules/03-later/module.yaml", "requires: [LA-M01]\n", "")
    planned = (modules / "01-start" / "planned.yaml").read_text("utf-8")
    (later / "planned.yaml").write_text(planned.replace("LA-M01-L3", "LA-M03-L1"), "utf-8")
    load_lamps(session, courses)
    page = browse().get("/courses/lamps/").text
    heads = re.findall(r'<span class="outline__n">.*?</summary>', page, re.DOTALL)
    assert ["In preparation" in head for head in heads] == [False, False, True]


def test_former_addresses_are_sent_on(browse, revision):
    visitor = browse()
    assert visitor.get("/courses/old-lamps/", expect=301).location.endswith("/courses/lamps/")
    moved = visitor.get("/courses/old-lamps/light-one/", expect=301)
    assert moved.location.endswith("/courses/lamps/light-one/")
    assert visitor.get("/courses/lamps/light-one/", expect=301).location.endswith(LESSON)


@pytest.mark.parametrize("address", ["/courses/torches/", "/courses/lamps/nothing/"])
def test_unknown_addresses_are_not_found(browse, revision, address):
    browse().get(address, expect=404)


def test_a_lesson_shows_text_figure_check_law_and_terms(browse, revision):
    page = browse().get(LESSON).text
    assert "In review" in page
    assert 'id="law-LAW-2"' in page
    assert "to be confirmed by a legal reviewer" in page
    assert "Two lamps stand side by side and give light." in page
    assert 'class="term"' in page
    assert "A thing that gives light in a street." in page
    assert 'name="LMP-0001"' in page


def test_a_translation_is_shown_and_said_to_be_behind(browse, revision):
    page = browse().get(LESSON, headers={"Accept-Language": "zh-CN"}).text
    assert "第一盏灯" in page
    assert "alert--warn" in page


def test_a_missing_translation_falls_back_to_english_and_is_marked(browse, revision):
    page = browse().get("/courses/lamps/second-light/", headers={"Accept-Language": "zh"}).text
    assert '<h1 id="t" lang="en">Second light</h1>' in page
    assert 'class="alert"' in page


def test_a_visitor_may_try_a_check_and_nothing_is_kept(browse, session, revision):
    visitor = browse()
    right = visitor.get(f"{LESSON}?check=LMP-0001&LMP-0001=pole").text
    assert "It stands in the street." in right
    wrong = visitor.get(f"{LESSON}?check=LMP-0001&LMP-0001=torch").text
    assert "Not right" in wrong
    assert "Choose or write an answer first." in visitor.get(f"{LESSON}?check=LMP-0001").text
    assert "It stands in the street." not in visitor.get(LESSON).text
    assert "It stands" not in visitor.get(f"{LESSON}?check=LMP-0004&LMP-0004=pole").text


def test_a_visitor_is_asked_to_sign_in_before_enrolling(browse, revision):
    browse().post("/courses/lamps/enrolments", expect=401)


def test_enrolling_leads_to_the_first_lesson(browse, session, revision, ada):
    visitor = browse(ada)
    assert "Enrol and keep my progress" in visitor.get("/courses/lamps/").text
    answer = visitor.post("/courses/lamps/enrolments")
    assert answer.location.endswith(LESSON)
    assert "Continue: First light" in visitor.get("/courses/lamps/").text


def test_an_enrolled_learner_answers_a_check_and_sees_it_again(browse, session, enrolment, ada):
    visitor = browse(ada)
    answer = visitor.post(f"{LESSON}responses", {"check": "LMP-0001", "LMP-0001": "torch"})
    assert answer.location.endswith("#check-LMP-0001")
    page = visitor.get(LESSON).text
    assert "Not right" in page
    assert re.search(r'value="torch" checked', page)
    visitor.post(f"{LESSON}responses", {"check": "LMP-0001"}, expect=422)
    visitor.post(f"{LESSON}responses", {"check": "LMP-0004"}, expect=404)
    visitor.post("/courses/lamps/nothing/responses", {"check": "LMP-0001"}, expect=404)


def test_without_enrolment_nothing_can_be_stored(browse, revision, enrolment, bob):
    visitor = browse(bob)
    visitor.post(f"{LESSON}responses", {"check": "LMP-0001", "LMP-0001": "pole"}, expect=409)
    visitor.post(f"{LESSON}completion", expect=409)
    visitor.post("/courses/lamps/revision", expect=409)


def test_lessons_are_completed_one_after_the_other(browse, session, enrolment, ada):
    visitor = browse(ada)
    assert visitor.post(f"{LESSON}completion").location.endswith("/courses/lamps/second-light/")
    assert "1 of 3" in visitor.get("/courses/lamps/second-light/").text
    visitor.post("/courses/lamps/second-light/completion")
    last = visitor.post("/courses/lamps/whole-town/completion")
    assert last.location.endswith("/courses/lamps/")
    assert "You have completed every lesson." in visitor.get("/courses/lamps/").text


def test_a_locked_lesson_says_what_opens_it(browse, session, enrolment, ada):
    page = browse(ada).get("/courses/lamps/whole-town/").text
    assert "This lesson is locked" in page
    assert "First light" in page
    assert "A town has streets" not in page
    browse(ada).post("/courses/lamps/whole-town/completion", expect=409)
    complete(session, enrolment, ada, L1, L2)
    assert "A town has streets" in browse(ada).get("/courses/lamps/whole-town/").text


def test_a_newer_edition_is_offered_not_forced(browse, session, courses, enrolment, ada):
    file = "lamps/modules/01-start/02-second-light.md"
    spoil(courses, file, "title: Second light", "title: Another light")
    (courses / file).rename(courses / "lamps/modules/01-start/02-another-light.md")
    load_lamps(session, courses)
    visitor = browse(ada)
    assert "There is a newer edition of this course" in visitor.get("/courses/lamps/").text
    assert "edition 2 is out" in visitor.get("/learning/").text
    assert "Second light" in visitor.get("/courses/lamps/second-light/").text
    elsewhere = visitor.get("/courses/lamps/another-light/", expect=303)
    assert elsewhere.location.endswith("/courses/lamps/")
    visitor.post("/courses/lamps/revision")
    assert "Another light" in visitor.get("/courses/lamps/another-light/").text
    visitor.post("/courses/lamps/revision", expect=409)


def test_the_dashboard_before_and_in_a_course(browse, session, revision, ada):
    visitor = browse(ada)
    assert "You are not in a course yet" in visitor.get("/learning/").text
    enrolled(session, revision, ada)
    page = visitor.get("/learning/").text
    assert 'href="/courses/lamps/first-light/"' in page
    assert "0 of 3 lessons" in page


def test_practice_asks_explains_and_goes_on(browse, session, revision, ada):
    visitor = browse(ada)
    page = visitor.get("/practice/").text
    ref = re.search(r'name="item" value="([^"]+)"', page)[1]
    assert ref == "LMP-0001"
    answer = visitor.post("/practice/responses", {"item": ref, ref: "pole", "domain": "LMP-1"})
    assert answer.location.endswith("/practice/LMP-0001/?domain=LMP-1")
    shown = visitor.get(answer.location).text
    assert "It stands in the street." in shown
    assert "comes back tomorrow" in shown
    following = visitor.get("/practice/?domain=LMP-1&after=LMP-0001").text
    assert 'name="item" value="LMP-0002"' in following
    assert queries.practice_cards(session, ada)["LMP-0001"].tries == 1


def test_practice_gives_hints_one_by_one_and_never_in_the_answer_or_an_exam(browse, session, ada):
    helped = item(
        "multiple",
        hints=[text("Think of **money**."), text("There are two.")],
        status="approved",
    )
    load_items(session, [helped], source="test", by=SYSTEM)
    page = browse(ada).get("/practice/").text
    first, second = page.index("Hint 1 of 2"), page.index("Hint 2 of 2")
    assert first < page.index("<strong>money</strong>") < second < page.index("There are two.")
    assert page.count("</details>", second) >= page.count("</details>", first)
    assert "</details>" not in page[first:second]
    assert "money" not in str(candidate_view(helped, "en"))


@pytest.mark.parametrize(
    ("chosen", "said"),
    [(["budget", "fees"], "All of it"), (["budget"], "Half of it"), (["gift"], "None of it")],
)
def test_practice_says_what_the_author_wrote_for_such_an_answer(browse, session, ada, chosen, said):
    words = {"right": "All of it", "partial": "Half of it", "wrong": "None of it"}
    told = {name: text(sentence) for name, sentence in words.items()}
    row = item("multiple", feedback={**told, "general": text("For all")}, status="approved")
    load_items(session, [row], source="test", by=SYSTEM)
    visitor = browse(ada)
    answer = visitor.post("/practice/responses", {"item": row.id, row.id: chosen})
    page = visitor.get(answer.location).text
    assert {one for one in words.values() if f"<p>{one}</p>" in page} == {said}
    assert "<p>For all</p>" in page


def test_a_case_set_gives_the_hints_of_its_questions_and_what_is_said_to_all(browse, session, ada):
    content = bank_content("case", "GPP-C001", feedback={"general": text("Read it all.")})
    content["items"][1]["hints"] = [text("Add up.")]
    row = parse_item({**content, "status": "approved"})
    load_items(session, [row], source="test", by=SYSTEM)
    visitor = browse(ada)
    page = visitor.get("/practice/").text
    assert page.index("Hint 1 of 1") < page.index("Question 2") < page.index("Add up.")
    form = {"item": row.id, f"{row.id}-{row.items[1].id}": "3"}
    answer = visitor.post("/practice/responses", form)
    assert "Read it all." in visitor.get(answer.location).text


def test_practice_refuses_what_is_no_answer(browse, session, revision, ada):
    visitor = browse(ada)
    assert visitor.post("/practice/responses", {"item": "LMP-0001"}).location.endswith("/practice/")
    assert "Choose or write an answer first." in visitor.get("/practice/").text
    visitor.post("/practice/responses", {"item": "XXX-0001"}, expect=404)
    visitor.get("/practice/LMP-0002/", expect=404)


def test_practice_without_items_says_so(browse, ada):
    assert "No questions here yet" in browse(ada).get("/practice/").text


def test_what_others_practised_is_not_shown(browse, session, revision, ada, bob):
    item = queries.check_item(session, revision, "LMP-0001")
    actions.answer_practice(session, item, revision.items["LMP-0001"], "pole", by=ada)
    session.commit()
    browse(bob).get("/practice/LMP-0001/", expect=404)


def test_a_compromised_item_is_not_shown_even_to_who_answered_it(
    browse, session, revision, ada, otto
):
    item = queries.check_item(session, revision, "LMP-0001")
    actions.answer_practice(session, item, revision.items["LMP-0001"], "pole", by=ada)
    visitor = browse(ada)
    visitor.get("/practice/LMP-0001/")
    row = bank.items_by_ref(session, ["LMP-0001"])["LMP-0001"]
    living.take(session, row, Act.COMPROMISE, by=otto, reason="Seen in a chat.")
    session.commit()
    visitor.get("/practice/LMP-0001/", expect=404)
    visitor.post("/practice/responses", {"item": "LMP-0001", "LMP-0001": "pole"}, expect=404)


def test_an_answer_to_an_older_wording_is_not_shown(browse, session, courses, enrolment, ada):
    visitor = browse(ada)
    visitor.post(f"{LESSON}responses", {"check": "LMP-0001", "LMP-0001": "torch"})
    spoil(courses, "lamps/questions/basics.yaml", "{id: torch,", "{id: hand,")
    load_lamps(session, courses)
    visitor.post("/courses/lamps/revision")
    page = visitor.get(LESSON).text
    assert "Not right" not in page
    assert 'value="hand"' in page


def test_a_course_without_lessons_can_be_entered(browse, session, courses, ada):
    for folder in ("modules", "exams", "questions"):
        shutil.rmtree(courses / "lamps" / folder)
    load_lamps(session, courses)
    visitor = browse(ada)
    assert visitor.post("/courses/lamps/enrolments").location.endswith("/courses/lamps/")
    visitor.get("/courses/lamps/")
    visitor.get("/learning/")


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/courses/", 6),
        ("/courses/lamps/", 8),
        ("/courses/lamps/second-light/", 12),
        ("/learning/", 13),
        ("/practice/", 10),
    ],
)
def test_pages_cost_a_bounded_number_of_queries(browse, session, enrolment, ada, address, most):
    visitor = browse(ada)
    statements = []

    def count(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", count)
    visitor.get(address)
    event.remove(connection, "before_cursor_execute", count)
    reads = [one for one in statements if one.startswith("SELECT")]
    assert 0 < len(reads) <= most
