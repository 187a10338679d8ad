"""The commands for course files, and what they answer."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from probity.catalogue.models import CourseRevision
from tests.factories.catalogue import sound_courses, spoil

CHINESE = "lamps/modules/01-start/01-first-light.zh-Hans.md"


@pytest.fixture
def courses(tmp_path):
    return sound_courses(tmp_path)


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["courses", *map(str, words)])


def test_a_sound_folder_is_accepted(run, courses):
    result = run("check", courses)
    assert result.exit_code == 0
    assert result.output.endswith("0 errors, 7 warnings\n")


def test_errors_are_printed_and_refused(run, courses):
    spoil(courses, "lamps/course.yaml", "level: F", "level: G")
    result = run("check", courses)
    assert result.exit_code == 1
    assert "lamps/course.yaml:9:8: error S03: `G` is not allowed for `level`." in result.output
    assert "    9 | level: G" in result.output
    assert "\n1 error, " in result.output


def test_scripts_get_one_object_a_line(run, courses):
    spoil(courses, "lamps/course.yaml", "level: F", "level: G")
    rows = [json.loads(line) for line in run("check", "--json", courses).output.splitlines()]
    assert [row["code"] for row in rows if row["severity"] == "error"] == ["S03"]
    assert set(rows[0]) == {"file", "line", "column", "code", "message", "mend", "severity"}


def test_a_folder_without_courses_is_refused(run, tmp_path):
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert "no folder with a course.yaml" in result.output


def test_a_translation_is_accepted_as_it_is(run, courses):
    assert "T01" in run("check", courses).output
    accepted = run("check", "--accept-translation", courses)
    assert accepted.exit_code == 0
    assert "T01" not in accepted.output
    assert 'translated_from: "000000000000"' not in (courses / CHINESE).read_text("utf-8")
    assert "T01" not in run("check", courses).output


def test_only_the_translations_that_are_stale_are_accepted(run, courses):
    text = (courses / CHINESE).read_text("utf-8")
    run("check", "--accept-translation", courses)
    fresh = (courses / CHINESE).read_text("utf-8")
    assert fresh != text
    again = run("check", "--accept-translation", courses)
    assert "translated_from is now" not in again.output
    assert (courses / CHINESE).read_text("utf-8") == fresh


def test_without_a_path_the_folders_of_the_installation_are_meant(run, app, courses, monkeypatch):
    chosen = replace(app.config["PROBITY"], courses_dirs=(courses,))
    monkeypatch.setitem(app.config, "PROBITY", chosen)
    assert run("check").output == run("check", courses).output


def test_schemas_are_written_for_editors(run, tmp_path):
    assert run("schema", tmp_path / "schemas").exit_code == 0
    lesson = json.loads((tmp_path / "schemas/lesson.schema.json").read_text())
    assert "legal_basis" in lesson["properties"]
    assert set(json.loads(run("schema").output)) >= {"course", "exam", "questions", "schemes"}


def test_courses_are_loaded_and_given_back(run, session, courses, tmp_path):
    session.commit()
    loaded = run("load", courses)
    assert loaded.exit_code == 0
    assert "LA: revision 1, 3 lessons, 5 items" in loaded.output
    assert run("load", courses).output == f"{courses}: unchanged\n"
    private = run("load", "--private", courses).output
    assert "LA: revision 2, 3 lessons, 5 items" in private
    assert "LA: revision 3" in run("load", courses).output
    exported = run("export", "LA", tmp_path / "out")
    assert exported.exit_code == 0
    assert (tmp_path / "out" / CHINESE.removeprefix("lamps/")).is_file()
    assert run("export", "LA", tmp_path / "out").exit_code == 1
    assert run("export", "XX", tmp_path / "new").exit_code == 1
    assert session.scalar(select(func.count()).select_from(CourseRevision)) == 3


def test_a_broken_folder_is_not_loaded(run, session, courses):
    session.commit()
    spoil(courses, "lamps/course.yaml", "level: F", "level: G")
    result = run("load", courses)
    assert result.exit_code == 1
    assert "1 error in the course files; nothing was loaded." in result.output
    assert session.scalar(select(func.count()).select_from(CourseRevision)) == 0


def test_a_course_at_a_taken_address_is_refused_with_its_name(run, session, courses):
    session.commit()
    assert run("load", courses).exit_code == 0
    for file in (courses / "lamps").rglob("*.*"):
        if file.suffix in {".yaml", ".md"}:
            text = file.read_text("utf-8").replace("LA-M", "LB-M").replace("id: LA\n", "id: LB\n")
            file.write_text(text.replace("LMP-0", "LMQ-0").replace("LMP-C", "LMQ-C"), "utf-8")
    result = run("load", courses)
    assert result.exit_code == 1
    assert "LB: The address lamps belongs to the course LA." in result.output


def test_only_the_course_that_changed_gets_a_revision(run, session, courses):
    session.commit()
    other = courses / "torches"
    other.mkdir()
    course = (courses / "lamps/course.yaml").read_text("utf-8").replace("id: LA", "id: TO")
    course = course.replace("lamps", "torches").replace("[LMP-0099]", "[]")
    (other / "course.yaml").write_text(course, "utf-8")
    (other / "glossary.yaml").write_text("format: probity/1\nterms: []\n", "utf-8")
    assert "TO: revision 1" in run("load", courses).output
    spoil(courses, "lamps/course.yaml", "How a small town", "How a large town")
    output = run("load", courses).output
    assert "LA: revision 2" in output
    assert "TO: unchanged" in output


def test_a_folder_that_is_none_is_refused_by_load(run, session, tmp_path):
    session.commit()
    assert run("load", tmp_path).exit_code == 1
