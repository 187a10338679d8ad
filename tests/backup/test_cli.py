"""The commands as an operator types them."""

import json

import pytest
import time_machine

from probity.backup import state
from probity.kernel import clock
from probity.kernel.settings import load
from tests.databases import environment


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)
    path.write_text("a passphrase of the tests\n")
    return "--passphrase-file", path


def test_make_check_and_refuse(told, say, secret, tmp_path):
    app, file = told.site.app, tmp_path / "x.backup"
    made = say(app, "backup", "create", file, *secret)
    assert (made.code, "3 certificates" in made.text) == (0, True)
    again = say(app, "backup", "create", file, *secret)
    assert (again.code, "exists already" in again.text) == (1, True)
    checked = say(app, "backup", "verify", file, *secret)
    assert checked.code == 0
    assert checked.text.count(" ok ") == 7
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(data)
    broken = say(app, "backup", "verify", file, *secret)
    assert (broken.code, "FAULT: Every byte" in broken.text) == (1, True)
    refused = say(app, "backup", "restore", file, "--into", tmp_path / "new", *secret)
    assert (refused.code, (tmp_path / "new").exists()) == (1, False)


def test_keys_that_this_machine_cannot_open(told, say, tmp_path):
    app, identity, file = told.site.app, tmp_path / "identity", tmp_path / "x.backup"
    public = say(app, "backup", "keygen", identity).text.strip()
    assert identity.stat().st_mode & 0o777 == 0o600
    assert say(app, "backup", "keygen", identity).code == 1
    assert say(app, "backup", "create", file, "--recipient", public).code == 0
    assert say(app, "backup", "verify", file, "--identity", identity).code == 0
    wrong = say(app, "backup", "create", tmp_path / "y", "--recipient", "somebody")
    assert (wrong.code, "keygen" in wrong.text) == (1, True)


def test_a_secret_must_be_named_private_and_long(told, say, secret, tmp_path):
    app, (_option, path) = told.site.app, secret
    for words in (["create", tmp_path / "x"], ["verify", path], ["create", "x", *secret, "--recipient", "y"]):  # fmt: skip
        assert say(app, "backup", *words).code == 2
    path.chmod(0o644)
    open_to_all = say(app, "backup", "create", tmp_path / "x", *secret)
    assert (open_to_all.code, "chmod 600" in open_to_all.text) == (1, True)
    path.chmod(0o600)
    path.write_text("short")
    short = say(app, "backup", "create", tmp_path / "x", *secret)
    assert (short.code, "shorter than 12" in short.text) == (1, True)


@pytest.mark.slow
@pytest.mark.parametrize("told", ["sqlite"], indirect=True)
def test_restored_and_reconciled_by_one_command(told, say, secret, tmp_path, capfd):
    """The part that follows runs in processes of its own, in the new installation."""
    place = told.place(tmp_path)
    where = ("--into", place.instance, "--database-url", place.database_url)
    done = say(
        told.site.app, "backup", "restore", told.older.path, *where, *secret,
        "--since-checkpoint", told.bundle,
    )  # fmt: skip
    assert done.code == 1, "it is held until somebody says why it may go on"
    assert "Restored what was there" in done.text
    followed = capfd.readouterr().out
    assert "taken back from" in followed
    assert "The log is held" in followed
    site = told.open(place)
    files = say(site.app, "backup", "restore", told.older.path, *where, *secret, "--only", "files")
    assert (files.code, "0 files" in files.text) == (0, True)
    released = say(site.app, "backup", "release", "--reason", "tests")
    assert (released.code, "goes on" in released.text) == (0, True)
    assert say(site.app, "backup", "release", "--reason", "tests").code == 1
    agreed = say(site.app, "backup", "reconcile")
    assert (agreed.code, "looked at" in agreed.text) == (0, True)


def test_the_bundle_is_exported(told, say, tmp_path):
    done = say(told.site.app, "bundle", "export", tmp_path / "b")
    assert (done.code, "2 status lists" in done.text) == (0, True)
    assert (tmp_path / "b" / "current" / "index.html").is_file()


def test_the_doctor_knows_the_age_of_the_last_backup(tmp_path):
    real = load(environment("sqlite:///x", tmp_path, BASE_URL="https://exams.example.org"))
    assert "there is no backup" in state.diagnose(real)
    note = tmp_path / state.LAST
    note.write_text(json.dumps({"made_at": clock.now().isoformat()}))
    assert state.diagnose(real) == ""
    with time_machine.travel(clock.now() + 2 * state.OLD):
        assert "52 hours old" in state.diagnose(real)
    note.write_text("{")
    assert "there is no backup" in state.diagnose(real)
    assert state.diagnose(load(environment("sqlite:///x", tmp_path))) == ""


def test_an_old_or_missing_program_is_told(monkeypatch, tmp_path):
    from probity.backup import commands
    from probity.kernel.errors import Refused

    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
    program.chmod(0o755)
    monkeypatch.setattr(commands, "PLACES", "/nowhere")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commands.tool("pg_dump") == str(program)
    with pytest.raises(Refused, match="is of version 9, the server of version 15"):
        commands.tool("pg_dump", 15)
    program.unlink()
    with pytest.raises(Refused, match=r"not installed.*postgresql-client"):
        commands.tool("pg_dump")
    shown, environ = commands.address("postgresql+psycopg://me:pa%40ss@db/x")
    assert (shown, environ["PGPASSWORD"]) == ("postgresql://me@db/x", "pa@ss")
