"""Between the exam form and the content of an exam."""

from zoneinfo import ZoneInfo

import pytest

from probity.catalogue.shapes import Exam
from probity.exams import authoring, matrix
from probity.exams.matrix import Section
from tests.factories.exams import exam_content, sections_content

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
RICH = {
    "window": {"opens": "2027-03-01T09:00+08:00", "closes": "2027-03-02T09:00+08:00"},
    "prerequisites": ["GP-M01-L1"],
    "honour": {"en": "Be fair.", "zh-Hans": "请诚信。"},
    "summary": {"en": "Short."},
    "attempts": {"allowed": "unlimited", "cooling_off_hours": 48},
    "release": {"result": "on_date", "on": "2027-03-05", "detail": "items", "answers": "never"},
    "cut_score": {"share": "2/3", "basis": {"en": "For tests"}},
    "formerly": ["older-exam"],
}


def edited(content, **typed):
    """The content after somebody opened the form, typed something and saved."""
    settings = {**authoring.settings_of(content, SHANGHAI), **typed}
    sections = matrix.show(content["sections"])
    return authoring.content_of(content["id"], settings, sections, SHANGHAI, base=content)


def problems(content, **typed):
    made = edited(content, **typed)
    found = authoring.checked(made, matrix.show(content["sections"]))
    return {} if isinstance(found, Exam) else found


SEALED = {"order": "forward_only", "sections": "sealed"}


BY_DOMAIN = {"share": "7/10", "each_domain": "1/2", "basis": {"en": "Tried out"}}


@pytest.mark.parametrize(
    "changes",
    [{}, RICH, {"cut_score": BY_DOMAIN}, sections_content(10, None, navigation=SEALED)],
    ids=["plain", "rich", "by-domain", "sealed"],
)
def test_opening_and_saving_changes_nothing(changes):
    content = exam_content(**changes)
    before = Exam.model_validate(content, strict=False)
    after = Exam.model_validate(edited(content), strict=False)
    assert after == before


def test_a_new_exam_is_complete_when_its_texts_and_numbers_are_typed():
    settings = dict.fromkeys(authoring.settings_of(exam_content(), SHANGHAI), "")
    settings |= authoring.NEW | {"title_en": "Spring exam", "basis_en": "Tried out"}
    section = Section(title={"en": "All", "zh-Hans": ""}, counts={("GPP-1", "apply"): "5"})
    made = authoring.content_of("GP-X21", settings, [section], SHANGHAI)
    exam = authoring.checked(made, [section])
    assert isinstance(exam, Exam)
    assert (exam.slug, exam.sections[0].id) == ("spring-exam", "section_1")
    assert exam.cut_score.share == "7/10"
    assert exam.attempts.allowed == 3


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("70", "7/10"),
        ("70 %", "7/10"),
        ("62.5%", "5/8"),
        ("7/10", "7/10"),
        ("100", "1/1"),
        ("66％", "33/50"),
        ("", ""),
        ("seven", "seven"),
        ("7/0", "7/0"),
    ],
)
def test_a_pass_mark_may_be_typed_in_many_ways(typed, share):
    assert authoring.share_of(typed) == share


@pytest.mark.parametrize(("share", "typed"), [("7/10", "70"), ("5/8", "62.5"), ("2/3", "2/3")])
def test_a_pass_mark_is_shown_exactly(share, typed):
    assert authoring.percent_of(share) == typed
    assert authoring.share_of(typed) == share


def test_times_are_those_of_the_installation():
    assert authoring.moment_of("2027-03-01T09:00", SHANGHAI) == "2027-03-01T09:00+08:00"
    assert authoring.moment_of("2027-07-01 09:00", BERLIN) == "2027-07-01T09:00+02:00"
    assert authoring.typed_moment("2027-03-01T01:00+00:00", SHANGHAI) == "2027-03-01T09:00"
    assert authoring.moment_of("2027-07-01T09:00+01:00", BERLIN) == "2027-07-01T09:00+01:00"
    assert authoring.typed_moment(None, SHANGHAI) == ""


def test_a_time_that_the_clocks_skip_is_no_time():
    assert authoring.moment_of("2027-03-28T02:30", BERLIN) == "2027-03-28T02:30"
    assert "no such time" in problems_in(BERLIN, opens="2027-03-28T02:30")["opens"]


def problems_in(zone, **typed):
    content = exam_content()
    settings = {**authoring.settings_of(content, zone), **typed}
    sections = matrix.show(content["sections"])
    found = authoring.checked(authoring.content_of("GP-X7", settings, sections, zone), sections)
    assert not isinstance(found, Exam)
    return found


@pytest.mark.parametrize(
    ("control", "typed", "says"),
    [
        ("title_en", "", "English text"),
        ("basis_en", "", "English text"),
        ("slug", "Not A Slug", "small letters"),
        ("minutes", "0", "above 0"),
        ("minutes", "601", "at most 600"),
        ("minutes", "an hour", "whole number"),
        ("grace", "-1", "at least 0"),
        ("allowed", "", "how many attempts"),
        ("cooling_off", "1.5", "whole number"),
        ("cut", "0", "70 or 7/10"),
        ("cut", "101", "70 or 7/10"),
        ("cut", "most", "70 or 7/10"),
        ("each_domain", "101", "50 or 1/2"),
        ("each_domain", "half", "50 or 1/2"),
        ("opens", "tomorrow", "no such time"),
        ("order", "", "Choose"),
        ("result", "on_date", "day"),
        ("certificate", "not one", "Choose"),
        ("prerequisites", ["nonsense"], "expected form"),
    ],
)
def test_what_is_wrong_is_said_beside_the_control(control, typed, says):
    found = problems(exam_content(), **{control: typed})
    assert set(found) == {control}
    assert says in found[control]


@pytest.mark.parametrize("typed", ["", "0", "0 %"])
def test_nothing_asked_of_each_domain_leaves_the_whole_score(typed):
    made = edited(exam_content(cut_score=BY_DOMAIN), each_domain=typed)
    assert "each_domain" not in made["cut_score"]


def test_a_day_of_release_without_the_rule_for_it_is_refused():
    assert "result" in problems(exam_content(), on="2027-03-05")
    assert "date such as" in problems(exam_content(), result="on_date", on="soon")["on"]


def test_a_window_must_not_close_before_it_opens():
    found = problems(exam_content(), opens="2027-03-02T09:00", closes="2027-03-01T09:00")
    assert "before it opens" in found["closes"]


def test_faults_of_the_blueprint_are_said_where_they_are_typed():
    content = exam_content()
    sections = [
        Section(id="a", counts={("GPP-1", "apply"): "lots", ("GPP-1", "judge"): "501"}),
        Section(id="b", title={"en": "B", "zh-Hans": ""}),
        Section(id="c", title={"en": "C", "zh-Hans": ""}, further=[matrix.Further(draw="1")]),
    ]
    settings = authoring.settings_of(content, SHANGHAI)
    made = authoring.content_of("GP-X7", settings, sections, SHANGHAI)
    found = authoring.checked(made, sections)
    assert not isinstance(found, Exam)
    assert set(found) == {
        *("s0-title-en", "s0-GPP-1-apply", "s0-GPP-1-judge"),
        *("s1-matrix", "s2-x0-domain", "s2-x0-cognitive"),
    }
    assert "whole number" in found["s0-GPP-1-apply"]


def test_a_fault_that_no_control_shows_is_still_told():
    content = exam_content()
    sections = matrix.show(content["sections"])
    made = edited(content) | {"id": "nonsense"}
    assert set(authoring.checked(made, sections)) == {""}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Suppliers and avoidance", "suppliers-and-avoidance"),
        ("2027: Spring, 2nd sitting!", "spring-2nd-sitting"),
        ("政府采购", ""),
    ],
)
def test_an_address_is_made_of_the_english_title(title, slug):
    assert authoring.slug_of(title) == slug


def test_codes_of_the_browser_leave_those_of_course_files_free():
    assert authoring.next_code("GP", ["GP-X1", "GP-X2", "GP-M01-X1"]) == "GP-X21"
    assert authoring.next_code("GP", ["GP-X21", "GP-X30", "GPX-X40"]) == "GP-X31"
    assert authoring.next_code("GP", ["GP-X99"]) is None
