"""Messages to authors: where, what, how to mend it."""

from datetime import date

import pytest

from probity.catalogue.check import examine
from probity.catalogue.problems import Problem, Report, show
from probity.kernel.yamlfile import Place
from tests.factories.catalogue import TODAY, sound_courses, spoil

QUESTIONS = "lamps/questions/basics.yaml"
LESSON = "lamps/modules/01-start/01-first-light.md"


@pytest.fixture
def courses(tmp_path):
    return sound_courses(tmp_path)


def found(courses, code, today=TODAY):
    return [problem for problem in examine(courses, today=today).problems if problem.code == code]


def test_a_problem_is_printed_with_its_line_and_a_caret():
    problem = Problem("a.yaml", 2, 6, "S02", "`tolerence` is not a known key.", "Mend it.")
    assert show(problem, "x: 1\n采购 tolerence: 2\n").split("\n") == [
        "a.yaml:2:6: error S02: `tolerence` is not a known key.",
        "    2 | 采购 tolerence: 2",
        "      |        ^",
        "        Mend: Mend it.",
    ]


def test_a_long_line_is_cut_around_the_place():
    problem = Problem("a.md", 1, 400, "M04", "x.", "y.")
    _head, line, caret, _mend = show(problem, "a" * 399 + "<" + "b" * 400).split("\n")
    assert len(line) < 170
    assert line[caret.index("^")] == "<"


def test_one_slip_gives_one_message_a_place():
    report = Report()
    report.add("a", Place(1, 1), "S01", "first", "x")
    report.add("a", Place(1, 1), "S03", "second", "x")
    report.add("a", Place(1, 1), "T03", "also", "x", "warning")
    assert [problem.message for problem in report.problems()] == ["first", "also"]
    assert report.has_errors("a")
    assert not report.has_errors("b")


def test_a_misspelt_key_is_named_once_with_the_right_spelling(courses):
    spoil(
        courses,
        QUESTIONS,
        "    tolerance: {absolute: 0}\n    why: {en: 4",
        "    tolerence: {absolute: 0}\n    why: {en: 4",
    )
    (problem,) = [one for one in examine(courses, today=TODAY).problems if one.is_error]
    assert (problem.line, problem.column) == (24, 5)
    assert problem.mend == "Did you mean `tolerance`?"


def test_a_wrong_kind_lists_the_kinds(courses):
    spoil(courses, QUESTIONS, "kind: numeric\n    stem: {en: A", "kind: number\n    stem: {en: A")
    (problem,) = found(courses, "S03")
    assert problem.message == "`number` is not allowed for `kind`."
    assert "Did you mean `numeric`?" in problem.mend


def test_old_checks_and_past_articles_are_warnings(courses):
    later = date(2028, 1, 2)
    assert {problem.severity for problem in found(courses, "L04", later)} == {"warning"}
    spoil(
        courses,
        LESSON,
        "checked_on: 2026-10-01",
        "effective_to: 2026-10-31, checked_on: 2026-10-01",
    )
    (past,) = found(courses, "L06")
    assert past.severity == "warning"
    spoil(courses, LESSON, "effective_from: 2018-03-01", "effective_from: 2010-03-01")
    assert found(courses, "L07")


def test_a_translation_of_an_older_text_is_a_warning_that_says_what_to_write(courses):
    (problem,) = found(courses, "T01")
    assert problem.severity == "warning"
    assert "translated_from: " in problem.mend


def test_an_option_that_gives_itself_away_is_a_warning(courses):
    spoil(courses, QUESTIONS, "{en: Light on a pole,", f"{{en: Light on {'a very tall ' * 5}pole,")
    assert found(courses, "I10")[0].severity == "warning"


def test_a_secure_item_is_welcome_in_a_private_folder(courses):
    spoil(courses, QUESTIONS, "use: practice_only", "use: secure")
    assert found(courses, "I09")
    assert not [one for one in examine(courses, private=True, today=TODAY).problems if one.is_error]


def test_one_course_is_checked_against_its_neighbours(courses):
    other = courses / "torches"
    other.mkdir()
    course = (courses / "lamps/course.yaml").read_text("utf-8")
    course = course.replace("id: LA", "id: TO").replace("slug: lamps", "slug: torches")
    (other / "course.yaml").write_text(course.replace("[LMP-0099]", "[LMP-0004]"), "utf-8")
    (other / "glossary.yaml").write_text("format: probity/1\nterms: []\n", "utf-8")
    problems = [one for one in examine(other, today=TODAY).problems if one.is_error]
    assert {one.file for one in problems} == {"torches/course.yaml"}
    assert {(one.code, "lamps/" in one.message) for one in problems} == {("R01", True)}
    assert "LMP-0004" in " ".join(one.message for one in problems)


def test_a_private_folder_may_use_the_bundled_lists(courses, tmp_path):
    alone = tmp_path / "alone"
    (courses / "lamps").rename(alone)
    codes = {one.code for one in examine(alone, today=TODAY).errors}
    assert "F07" not in codes
    assert {"R05", "L01", "R09"} <= codes


def test_an_essay_is_no_check(courses):
    essay = """
  - id: LMP-0007
    kind: essay
    stem: {en: Why light?, zh-Hans: 为什么要有光？}
    rubric: [{id: a, text: {en: It is dark, zh-Hans: 因为暗}, points: 1}]
"""
    with (courses / QUESTIONS).open("a", encoding="utf-8") as stream:
        stream.write(essay)
    spoil(courses, "lamps/modules/01-start/02-second-light.md", "LMP-0002", "LMP-0007")
    assert found(courses, "R07")


def test_a_question_file_without_a_list_of_items_is_refused(courses):
    (courses / QUESTIONS).write_text("format: probity/1\nitems: none\n", "utf-8")
    assert {problem.file for problem in examine(courses, today=TODAY).errors} == {QUESTIONS}
    (courses / QUESTIONS).write_text("format: probity/1\nitems: [\n", "utf-8")
    assert {problem.code for problem in examine(courses, today=TODAY).errors} == {"Y01"}


def test_figures_want_a_narrow_twin_and_an_original(courses):
    assets = courses / "lamps/assets"
    (assets / "two-lamps.narrow.svg").unlink()
    (assets / "two-lamps.narrow.zh-Hans.svg").unlink()
    assert {one.file.rpartition("/")[2] for one in found(courses, "A05")} == {
        "two-lamps.svg",
        "two-lamps.zh-Hans.svg",
    }
    wide = (assets / "two-lamps.svg").read_text("utf-8")
    (assets / "two-lamps.narrow.svg").write_text(wide, "utf-8")
    assert "two-lamps.narrow.svg" in {one.file.rpartition("/")[2] for one in found(courses, "A05")}
    (assets / "sun.zh-Hans.svg").write_text(wide.replace("two-lamps-t", "sun-t"), "utf-8")
    (original,) = found(courses, "A06")
    assert original.file == "lamps/assets/sun.zh-Hans.svg"


def test_an_item_without_chinese_is_a_warning(courses):
    spoil(
        courses,
        QUESTIONS,
        "{en: A torch is a lamp., zh-Hans: 手电是路灯。}",
        "{en: A torch is a lamp.}",
    )
    assert found(courses, "T03")[0].severity == "warning"


EXAM = "lamps/exams/short.yaml"


def timed(courses, minutes, navigation="order: free"):
    """Give the only section of the exam a time of its own."""
    spoil(courses, EXAM, "  - id: all\n", f"  - id: all\n    minutes: {minutes}\n")
    spoil(courses, EXAM, "{order: free}", f"{{{navigation}}}")


def test_a_section_with_a_time_of_its_own_cannot_be_open(courses):
    timed(courses, 5, "order: free, sections: open")
    (problem,) = found(courses, "E08")
    assert (problem.line, problem.is_error) == (21, True)
    assert problem.message == (
        "A section with `minutes` is closed when its time is over, so sections cannot be open."
    )
    assert problem.mend == "Write `sections: sealed`, or leave `sections` out."


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (6, "The sections take 6 minutes in all, the exam 5."),
        (4, "The sections take 4 minutes in all, so the exam's 5 are never used."),
    ],
)
def test_times_of_sections_that_do_not_fit_the_exam_are_a_warning(courses, minutes, words):
    timed(courses, minutes)
    (problem,) = found(courses, "E09")
    assert (problem.line, problem.message, problem.severity) == (18, words, "warning")


def test_times_of_sections_that_fit_are_accepted(courses):
    timed(courses, 5)
    assert not found(courses, "E09")


def test_a_seal_without_a_second_section_is_a_warning(courses):
    spoil(courses, EXAM, "{order: free}", "{order: free, sections: sealed}")
    (problem,) = found(courses, "E10")
    assert (problem.line, problem.severity) == (20, "warning")
