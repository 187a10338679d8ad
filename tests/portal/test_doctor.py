"""What the doctor finds, and what it tells the operator to do."""

import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from fsspec import register_implementation
from fsspec.implementations.memory import MemoryFileSystem

from probity.kernel import clock, storage
from probity.portal import cli


class Garbler(MemoryFileSystem):
    """A store that keeps something else than it was given."""

    protocol = "garbler"

    def cat_file(self, path, **options):
        return super().cat_file(path, **options)[:-1]


@pytest.fixture
def doctor(app):
    """Ask the doctor; return what each check said, by its name."""

    def run():
        told = app.test_cli_runner().invoke(args=["doctor"])
        found = {}
        for line in told.output.splitlines():
            mark, _space, rest = line.partition(" ")
            name, _colon, problem = rest.strip().partition(": ")
            assert (mark == "FAIL") is bool(problem), line
            found[name] = problem
        assert told.exit_code == int(any(found.values()))
        return found

    return run


def test_each_check_is_named_and_what_is_well_says_so(doctor):
    found = doctor()
    assert list(found) == [name for name, _check in cli.CHECKS]
    ill = {name for name, problem in found.items() if problem}
    assert ill == {"schema is the newest"}, "these tables were made without a migration"
    assert found["schema is the newest"].endswith("run `probity migrate`")


def test_a_clock_that_is_wrong_is_noticed_where_there_are_two(app, doctor, database_url):
    with time_machine.travel(clock.now() + timedelta(seconds=90)):
        told = doctor()["clocks agree"]
    if database_url.startswith("sqlite"):
        assert told == "", "there the database has no clock of its own"
    else:
        assert told == "this machine's clock is 90 s from the database's; use NTP"


def test_a_store_that_refuses_is_noticed(app, doctor, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    broken = storage.open_storage(f"file://{tmp_path / 'file'}")
    monkeypatch.setitem(app.extensions, "probity-storage", broken)
    assert doctor()["storage keeps files"].startswith("NotADirectoryError")


def test_a_store_that_garbles_is_noticed(app, doctor, monkeypatch):
    register_implementation("garbler", Garbler, clobber=True)
    monkeypatch.setitem(app.extensions, "probity-storage", storage.open_storage("garbler://x"))
    assert doctor()["storage keeps files"] == "a file read back differs from what was written"


def test_the_probe_leaves_nothing_behind(app, doctor):
    doctor()
    with app.app_context():
        assert not storage.exists("doctor/probe")


def test_secrets_that_others_can_read_are_noticed(app, doctor):
    path = app.config["PROBITY"].instance_dir / "secrets.json"
    mode = path.stat().st_mode
    path.chmod(0o644)
    try:
        assert doctor()["secrets are private"] == f"{path} can be read by others; chmod 600 it"
    finally:
        path.chmod(mode)


def test_a_full_disk_is_noticed(doctor, monkeypatch):
    usage = SimpleNamespace(total=2**40, free=2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    assert doctor()["disk has room"] == "only 1 MB left in INSTANCE_DIR"


@pytest.mark.parametrize(
    ("base_url", "smtp_url", "told"),
    [
        ("http://localhost:8000", None, ""),
        ("https://exams.example.org", None, "SMTP_URL is not set: letters stay in the outbox"),
        ("https://exams.example.org", "smtp://mail.example.org:25", ""),
    ],
)
def test_letters_need_a_mail_server_where_others_wait_for_them(
    app, doctor, monkeypatch, base_url, smtp_url, told
):
    chosen = replace(app.config["PROBITY"], base_url=base_url, smtp_url=smtp_url)
    monkeypatch.setitem(app.config, "PROBITY", chosen)
    assert doctor()["mail can leave"] == told


def test_a_missing_typesetter_is_noticed(doctor, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert doctor()["certificates can be typeset"] == "WeasyPrint is not installed"
