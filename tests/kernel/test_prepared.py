"""A start that finds everything prepared loads nothing of the application."""

import os
import subprocess
import sys

import pytest

from probity.kernel import prepared, settings, start
from probity.kernel.settings import ROOT


@pytest.fixture
def chosen(tmp_path):
    courses = tmp_path / "courses"
    courses.mkdir()
    (courses / "course.yaml").write_text("a: 1")
    (tmp_path / "probity.db").touch()
    return settings.load(
        {
            "INSTANCE_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'probity.db'}",
            "COURSES_DIRS": str(courses),
        }
    )


def test_nothing_is_prepared_at_first(chosen):
    assert prepared.greeting(chosen) is None


def test_what_was_prepared_is_greeted_until_something_changes(chosen, tmp_path):
    prepared.note(chosen, "Welcome")
    assert prepared.greeting(chosen) == "Welcome"
    (tmp_path / "courses" / "course.yaml").write_text("a: 22")
    assert prepared.greeting(chosen) is None


def test_a_database_that_is_gone_is_made_anew(chosen, tmp_path):
    prepared.note(chosen, "Welcome")
    (tmp_path / "probity.db").unlink()
    assert prepared.greeting(chosen) is None


@pytest.mark.parametrize("damage", ["", "[]", '{"stamp": 1}', "{"])
def test_a_damaged_note_is_no_note(chosen, tmp_path, damage):
    (tmp_path / prepared.FILE).write_text(damage)
    assert prepared.greeting(chosen) is None


def test_the_note_is_private(chosen, tmp_path):
    prepared.note(chosen, "the password is tulip")
    assert (tmp_path / prepared.FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("known", [True, False])
def test_the_start_becomes_what_is_needed(chosen, monkeypatch, capsys, known):
    if known:
        prepared.note(chosen, "Welcome")
    became = []
    monkeypatch.setattr("os.execv", lambda _program, words: became.extend(words[2:]))
    monkeypatch.setattr(settings, "load", lambda: chosen)
    monkeypatch.setattr(sys, "argv", ["start", "--port", "8123"])
    start.main()
    first = ["probity.kernel.supervisor"] if known else ["probity", "demo", "run"]
    assert became == [*first, "--host", "127.0.0.1", "--port", "8123"]
    assert capsys.readouterr().out == ("Welcome\n" if known else "")


def test_a_wrong_setting_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["start"])
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("TIMEZONE", "Mars")
    with pytest.raises(SystemExit, match="Probity cannot start: TIMEZONE=Mars is unknown"):
        start.main()


def test_it_is_run_as_a_module(tmp_path):
    environ = {**os.environ, "INSTANCE_DIR": str(tmp_path), "TIMEZONE": "Mars"}
    command = [sys.executable, "-m", "probity.kernel.start"]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Probity cannot start: TIMEZONE=Mars is unknown")


def test_the_start_stays_small():
    check = "import sys, probity.kernel.start; sys.exit('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False).returncode == 0
