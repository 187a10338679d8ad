"""Files that are no course files at all: encodings, sizes, links, names."""

import os

import pytest

from probity.catalogue.check import examine
from probity.catalogue.files import NoCourses
from tests.factories.catalogue import TODAY, sound_courses

LESSON = "lamps/modules/01-start/01-first-light.md"
QUESTIONS = "lamps/questions/basics.yaml"


@pytest.fixture
def courses(tmp_path):
    return sound_courses(tmp_path)


def errors(courses):
    return {
        (problem.file, problem.code): problem
        for problem in examine(courses, today=TODAY).problems
        if problem.is_error
    }


@pytest.mark.parametrize("file", [LESSON, QUESTIONS])
def test_a_byte_order_mark_is_named(courses, file):
    path = courses / file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert list(errors(courses)) == [(file, "F02")]


@pytest.mark.parametrize("file", [LESSON, QUESTIONS])
def test_a_gbk_file_is_named(courses, file):
    path = courses / file
    path.write_bytes(path.read_bytes() + "政府采购".encode("gbk"))
    assert list(errors(courses)) == [(file, "F01")]


def test_a_tab_in_a_lesson_is_shown_where_it_stands(courses):
    path = courses / LESSON
    path.write_text(path.read_text("utf-8").replace("It has no pole.", "It has\tno pole."), "utf-8")
    (problem,) = errors(courses).values()
    assert (problem.code, problem.column) == ("Y05", 7)


def test_a_lesson_of_five_megabytes_is_refused_without_being_parsed(courses):
    with (courses / LESSON).open("ab") as stream:
        stream.write(b"light " * 900_000)
    assert list(errors(courses)) == [(LESSON, "F03")]


def test_a_link_out_of_the_folder_is_not_followed(courses, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("---\nid: LA-M01-L8\n---\nsecret", "utf-8")
    (courses / "lamps/modules/01-start/08-secret.md").symlink_to(secret)
    assert list(errors(courses)) == [("lamps/modules/01-start/08-secret.md", "F04")]


def test_a_linked_folder_is_not_followed(courses, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.yaml").write_text("format: probity/1\nitems: []\n", "utf-8")
    (courses / "lamps/assets/more").symlink_to(tmp_path / "elsewhere")
    assert list(errors(courses)) == [("lamps/assets/more", "F04")]


def test_a_pipe_is_not_opened(courses):
    os.mkfifo(courses / "lamps/questions/pipe.yaml")
    assert list(errors(courses)) == [("lamps/questions/pipe.yaml", "F04")]


@pytest.mark.parametrize(
    "name",
    [
        "lamps/modules/01-start/first.md",
        "lamps/modules/01-start/03-..md",
        "lamps/questions/Basics Two.yaml",
        "lamps/modules/start/module.yaml",
        "lamps/assets/photo.png",
        "lamps/notes.txt",
    ],
)
def test_a_file_outside_the_format_is_named(courses, name):
    path = courses / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", "utf-8")
    assert list(errors(courses)) == [(name, "F09")]


def test_names_that_differ_by_capitals_only_are_refused(courses):
    path = courses / "lamps/questions"
    (path / "Basics.yaml").write_bytes((path / "basics.yaml").read_bytes())
    assert "F06" in {code for _file, code in errors(courses)}


def test_hidden_files_are_left_alone(courses):
    (courses / "lamps/.DS_Store").write_bytes(b"\x00\x01")
    (courses / ".git").mkdir()
    assert errors(courses) == {}


def test_a_missing_file_is_named(courses):
    (courses / "lamps/glossary.yaml").unlink()
    (courses / "lamps/modules/02-further/module.yaml").unlink()
    assert sorted(errors(courses)) == [
        ("lamps/glossary.yaml", "F07"),
        ("lamps/modules/02-further/module.yaml", "F07"),
    ]


def test_a_folder_without_courses_is_refused(tmp_path):
    with pytest.raises(NoCourses):
        examine(tmp_path)
    with pytest.raises(NoCourses):
        examine(tmp_path / "nowhere")


def test_lists_that_cannot_be_read_give_one_error_each(courses):
    (courses / "_shared/instruments.yaml").write_text("format: probity/1\nlaws: []\n", "utf-8")
    assert {file for file, _code in errors(courses)} == {"_shared/instruments.yaml"}


def test_a_missing_list_is_named_once(courses):
    (courses / "_shared/schemes.yaml").unlink()
    assert list(errors(courses)) == [("_shared/schemes.yaml", "F07")]


def test_a_folder_with_too_many_files_is_not_read_to_the_end(courses, monkeypatch):
    monkeypatch.setattr("probity.catalogue.files.MOST_FILES", 3)
    assert "F08" in {code for _file, code in errors(courses)}
