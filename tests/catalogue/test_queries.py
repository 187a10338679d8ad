"""The catalogue: found in either language, narrowed by level."""

import pytest

from probity.catalogue import queries
from tests.factories.catalogue import load_lamps


@pytest.fixture(autouse=True)
def lamps(session, tmp_path):
    return load_lamps(session, tmp_path)


@pytest.mark.parametrize("text", ["", "street", "BUY lamps", "路灯", "第一盏灯", "Second Light"])
def test_courses_are_found_by_their_words_and_those_of_their_lessons(session, ada, text):
    assert [card.course.code for card in queries.catalogue(session, ada, text=text)] == ["LA"]


@pytest.mark.parametrize("text", ["torches", "政府", "street torches"])
def test_what_is_nowhere_is_not_found(session, ada, text):
    assert queries.catalogue(session, ada, text=text) == []


def test_the_lessons_that_were_meant_are_named(session, ada):
    (card,) = queries.catalogue(session, ada, text="什么是路灯")
    assert [lesson["slug"] for lesson in card.lessons] == ["first-light"]


def test_a_level_narrows_the_list(session, ada):
    assert queries.catalogue(session, ada, level="F")
    assert queries.catalogue(session, ada, level="X") == []


def test_revisions_and_lessons_are_found_by_address(session, lamps):
    revision = queries.find_revision(session, lamps.id)
    assert queries.find_lesson(session, revision, "first-light").code == "LA-M01-L1"
    assert queries.find_lesson(session, revision, "nothing") is None
    assert queries.lesson_formerly_at(revision, "light-one") == "first-light"
    assert queries.lesson_formerly_at(revision, "nothing") is None
    assert queries.find_revision(session, 0) is None
    course = queries.course_by_code(session, "LA")
    assert course.slug == "lamps"
    assert queries.current_revision(session, course).content == revision.content
    assert queries.revision_known(session, lamps.id).items == revision.items
    assert queries.domain_titles(session) == {"LMP-1": {"en": "Lamps", "zh-Hans": "路灯"}}
