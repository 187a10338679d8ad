"""The sound course has no error; each broken variant gives its own and no other."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from probity.catalogue.check import examine
from probity.catalogue.problems import show
from tests.factories.catalogue import SOUND, TODAY, sound_courses, spoil

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))


def read(case):
    return YAML(typ="safe", pure=True).load(case.read_text("utf-8"))


def test_sound_course_has_no_error():
    assert [problem for problem in examine(SOUND, today=TODAY).problems if problem.is_error] == []


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.stem)
def test_broken_course_gives_one_error_with_its_place(case, tmp_path):
    spec = read(case)
    courses = spoil(sound_courses(tmp_path), spec["file"], spec["find"], spec["put"])
    examination = examine(courses, today=TODAY)
    assert {problem.code for problem in examination.errors} == {spec["expect"]}
    for problem in examination.errors:
        lines = examination.text_of(problem).split("\n")
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert problem.mend.endswith((".", "…", "?"))
        assert f"error {spec['expect']}: " in show(problem, examination.text_of(problem))


SHARED_BROKEN = 16


@pytest.fixture
def trial(shared):
    return shared / "course-format"


def test_cases_of_the_specification_give_their_codes(trial, tmp_path):
    cases = sorted((trial / "broken").glob("*.yaml"))
    assert len(cases) == SHARED_BROKEN
    for case in cases:
        spec = read(case)
        courses = copy_example(trial, tmp_path / case.stem)
        spoil(courses, spec["file"], spec["find"], spec["put"])
        problems = examine(courses, today=TODAY).problems
        assert {problem.code for problem in problems if problem.is_error} == {spec["expect"]}


def copy_example(trial, folder):
    """The example of the specification, with the list of certificates that came later."""
    courses = folder / "courses"
    for file in (trial / "example").rglob("*.*"):
        target = courses / file.relative_to(trial / "example")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    schemes = (SOUND / "_shared" / "schemes.yaml").read_text("utf-8")
    (courses / "_shared" / "schemes.yaml").write_text(schemes.replace("LMP", "GPP"), "utf-8")
    return courses
