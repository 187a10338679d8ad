"""Sealed sections and their times in the studio: typed, warned of, shown and told apart."""

import pytest

from probity.exams import queries
from tests.bank.pages import form_values
from tests.exams.test_studio_views import FORM, create, exam_of, save
from tests.factories.catalogue import load_lamps
from tests.factories.exams import fill_bank

TWO = {
    "sections": "2",
    "s1-title-en": "Rest",
    "s1-title-zh-Hans": "其余",
    "s1-GPP-1-apply": "3",
}


@pytest.fixture
def author(session, browse, ivy, tmp_path):
    load_lamps(session, tmp_path)
    fill_bank(session)
    return browse(ivy)


def content(session):
    return queries.content_of(queries.current_revision(session, exam_of(session)))


def test_an_author_seals_sections_and_gives_them_time(session, author):
    create(author, sealed="1", **TWO, **{"s0-minutes": "20"})
    made = content(session)
    assert made.navigation.sections == "sealed"
    assert [section.minutes for section in made.sections] == [20, None]
    page = author.get("/studio/exams/LA-X21/").text
    assert "Sealed: whoever goes on to the next cannot come back" in page
    assert "All: 20 minutes" in page
    values = form_values(author.get("/studio/exams/LA-X21/edit").text, FORM)
    assert (values["sealed"], values["s0-minutes"], values["s1-minutes"]) == ("y", "20", "")
    trial = author.get("/studio/exams/LA-X21/trial").text
    assert "Candidates do not see the whole paper at once" in trial
    assert "20 minutes</span></h2>" in trial


def test_the_history_tells_what_changed(session, author):
    create(author, **TWO)
    save(author, "/studio/exams/LA-X21/edit", **{"s1-minutes": "15"})
    page = author.get("/studio/exams/LA-X21/").text
    assert "<ins>Rest: 15 minutes</ins>" in page
    assert "<ins>Sealed: whoever goes on" in page
    save(author, "/studio/exams/LA-X21/edit", order="forward_only")
    page = author.get("/studio/exams/LA-X21/").text
    assert "<ins>Forward only: one question after the other, never back</ins>" in page
    assert "one question after the other" in author.get("/studio/exams/LA-X21/trial").text


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (("50", "30"), "The sections take 80 minutes in all, the exam 60"),
        (("20", "30"), "nobody can use the 60 minutes of the exam"),
    ],
)
def test_times_that_do_not_fit_are_warned_of_and_saved(author, times, words):
    typed = {**TWO, "s0-minutes": times[0], "s1-minutes": times[1]}
    assert words in create(author, 200, do="recount", **typed).text
    assert create(author, **typed).status_code == 303


@pytest.mark.parametrize("times", [("30", "30"), ("20", ""), ("", "")])
def test_times_that_fit_are_not_warned_of(author, times):
    typed = {**TWO, "s0-minutes": times[0], "s1-minutes": times[1]}
    assert "do not fit the exam" not in create(author, 200, do="recount", **typed).text


@pytest.mark.parametrize("typed", ["soon", "0", "601"])
def test_a_time_that_is_none_is_named_where_it_was_typed(author, typed):
    page = create(author, 422, **{"s0-minutes": typed}).text
    assert 'href="#s0-minutes"' in page
    assert form_values(page, FORM)["s0-minutes"] == typed
