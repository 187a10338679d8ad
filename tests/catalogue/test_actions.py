"""Loading courses: revisions, items, and what is refused."""

import pytest
from sqlalchemy import func, select

from probity.audit.models import AuditEntry
from probity.bank.models import Item, ItemState
from probity.catalogue import actions, queries
from probity.catalogue.check import examine
from probity.catalogue.content import course_content
from probity.catalogue.events import CourseRevisionLoaded
from probity.catalogue.models import Course, CourseRevision, RevisionChanged
from probity.kernel import events
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.factories.catalogue import TODAY, load_lamps, sound_courses, spoil

LESSON = "lamps/modules/01-start/02-second-light.md"


@pytest.fixture
def courses(tmp_path):
    return sound_courses(tmp_path)


def revisions(session):
    return session.scalar(select(func.count()).select_from(CourseRevision))


def test_a_load_makes_a_revision_with_lessons_and_items(session, courses):
    revision = load_lamps(session, courses)
    course = session.scalars(select(Course)).one()
    assert (course.code, course.slug, course.current, course.is_public) == ("LA", "lamps", 1, True)
    assert [module["id"] for module in revision.content["modules"]] == ["LA-M01", "LA-M02"]
    assert [lesson["id"] for lesson in queries.lessons_of(revision)] == [
        "LA-M01-L1",
        "LA-M01-L2",
        "LA-M02-L1",
    ]
    assert revision.content["modules"][0]["planned"][0]["title"]["zh-Hans"] == "冬天的路灯"
    assert set(revision.items) == {"LMP-0001", "LMP-0002", "LMP-0003", "LMP-0004", "LMP-C001"}
    assert revision.content["exams"][0]["certificate"] == "LMP"
    assert queries.current_schemes(session)["LMP"]["valid_years"] == 2
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "course:loaded")).one()
    assert entry.subject == f"course/{course.id}"


def test_the_same_files_again_change_nothing(session, courses):
    first = load_lamps(session, courses)
    assert load_lamps(session, courses).id == first.id
    assert actions.load_courses(session, courses, by=SYSTEM) == []
    assert revisions(session) == 1


def test_a_change_makes_a_new_revision_and_keeps_the_old_one(session, courses):
    first = load_lamps(session, courses)
    spoil(courses, LESSON, "title: Second light", "title: Another light")
    second = load_lamps(session, courses)
    assert (first.number, second.number) == (1, 2)
    slugs = ("second-light",)
    old, new = (queries.find_lesson(session, one, slugs[0]) for one in (first, second))
    assert old.content["en"]["title"] == "Second light"
    assert new.content["en"]["title"] == "Another light"


def test_a_broken_course_never_replaces_a_good_one(session, courses):
    load_lamps(session, courses)
    spoil(courses, LESSON, "term:lumen", "term:lumber")
    with pytest.raises(Refused) as caught:
        actions.load_courses(session, courses, by=SYSTEM)
    assert caught.value.reason == "broken-course"
    assert [
        problem["code"]
        for problem in caught.value.facts["problems"]
        if problem["severity"] == "error"
    ] == ["R03"]
    assert revisions(session) == 1


def test_a_new_revision_is_announced_after_its_items_are_in(session, courses):
    heard = []

    def listen(session, event):
        heard.append((event.course_code, session.scalar(select(func.count()).select_from(Item))))

    events.subscribe(CourseRevisionLoaded, listen)
    load_lamps(session, courses)
    events._subscribers[CourseRevisionLoaded].remove(listen)
    assert heard == [("LA", 5)]


def test_what_was_loaded_cannot_be_changed(session, courses):
    revision = load_lamps(session, courses)
    revision.card = {}
    with pytest.raises(RevisionChanged):
        session.flush()
    session.rollback()


def test_an_item_on_an_article_no_longer_in_force_is_retired(session, courses):
    spoil(
        courses,
        "lamps/questions/basics.yaml",
        "checked_on: 2026-11-22, confidence: A",
        "effective_to: 2026-01-01, checked_on: 2026-11-22, confidence: A",
    )
    load_lamps(session, courses)
    assert session.scalars(select(Item).where(Item.ref == "LMP-0001")).one().state is (
        ItemState.RETIRED
    )


def test_a_former_address_leads_on(session, courses, ada):
    load_lamps(session, courses)
    assert queries.find_course(session, ada, "old-lamps") is None
    assert queries.course_formerly_at(session, ada, "old-lamps").slug == "lamps"


def test_an_address_of_another_course_is_refused(session, courses):
    load_lamps(session, courses)
    (content,) = actions.read_courses(courses)
    other = type(content)(
        **{**{name: getattr(content, name) for name in content.__slots__}, "code": "LB"}
    )
    with pytest.raises(Refused, match="belongs to the course LA"):
        actions.load_content(session, other, by=SYSTEM)


def test_a_folder_without_courses_is_refused(session, tmp_path):
    with pytest.raises(Refused, match="no folder"):
        actions.load_courses(session, tmp_path, by=SYSTEM)


def test_private_courses_are_for_learners_only(session, courses, ada, app):
    from flask_login import AnonymousUserMixin

    (revision,) = actions.load_courses(session, courses / "lamps", by=SYSTEM, private=True)
    assert revision.course.is_public is False
    nobody = AnonymousUserMixin()
    nobody.may = lambda permission: False
    assert queries.find_course(session, nobody, "lamps") is None
    assert queries.find_course(session, ada, "lamps") is not None
    actions.load_courses(session, courses / "lamps", by=SYSTEM)
    assert queries.find_course(session, nobody, "lamps") is not None


def test_files_are_given_back_as_they_were(session, courses):
    load_lamps(session, courses)
    files = queries.files_of(session, "LA")
    assert files["course.yaml"] == (courses / "lamps/course.yaml").read_text("utf-8")
    assert "modules/01-start/01-first-light.zh-Hans.md" in files
    assert queries.files_of(session, "XX") is None


def test_a_course_with_errors_has_no_content(courses):
    spoil(courses, LESSON, "term:lumen", "term:lumber")
    with pytest.raises(ValueError, match="has no content"):
        course_content(examine(courses, today=TODAY), "lamps", TODAY)
