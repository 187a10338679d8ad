"""A backup of an installation: whole, private, and everything in it agrees."""

import json
import sqlite3
import threading
from contextlib import closing

import pytest

from probity.backup import archive, creating, verifying
from probity.backup.sealing import SealedReader
from probity.kernel.errors import Refused
from tests.backup.conftest import SECRET, quiet


def names(path):
    found = []
    with path.open("rb") as source:
        archive.read(SealedReader(source, SECRET), lambda member: found.append(member.name))
    return found


def test_it_holds_database_files_keys_and_secrets(told):
    found = names(told.newer.path)
    assert found[0] == "database"
    assert {"instance/secrets.json", "instance/keys/public.json"} <= set(found)
    assert sum(name.endswith(".pem") for name in found) == 4
    assert {f"files/{key}" for key in told.site.files().values()} <= set(found)
    manifest = told.newer.manifest
    assert manifest.counts["certificate"] == 3
    assert list(manifest.numbers.values()) == [3]
    assert manifest.log.checkpoint is not None
    assert manifest.missing == []


def test_it_is_private_and_nothing_is_left_beside_it(told):
    path = told.newer.path
    assert path.stat().st_mode & 0o777 == 0o600
    assert not list(path.parent.glob("*.part"))
    assert not (told.site.instance / creating.WORK).exists()
    note = json.loads((told.site.instance / creating.LAST).read_text())
    assert note.keys() == {"made_at", "path", "bytes", "log"}
    assert note["path"].endswith(".backup")


def test_it_verifies(told):
    report = verifying.verify(told.newer.path, SECRET)
    assert [problems for _, _, problems in report.checks if problems] == []
    assert report.sound
    assert len(report.checks) == 7


def test_an_existing_file_and_a_second_run_are_refused(told, tmp_path):
    app = told.site.app
    with app.app_context():
        with pytest.raises(Refused, match="exists already"):
            creating.create(app, told.newer.path, SECRET, quiet)
        with pytest.raises(Refused, match="cannot be written"):
            creating.create(app, tmp_path / "none" / "x.backup", SECRET, quiet)
        with creating._alone(told.site.instance), pytest.raises(Refused, match="Another backup"):
            creating.create(app, tmp_path / "x.backup", SECRET, quiet)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_keeps_the_newest(told, tmp_path):
    for day in (1, 2, 3):
        (tmp_path / f"probity-2026010{day}-000000.backup").write_bytes(b"")
    (tmp_path / "notes.backup").write_bytes(b"")
    with told.site.app.app_context():
        made = creating.create(told.site.app, tmp_path, SECRET, quiet, keep=2)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["notes.backup", "probity-20260103-000000.backup", made.path.name]
    assert len(made.pruned) == 2


def test_what_cannot_be_read_is_named(told, tmp_path, monkeypatch):
    storage = told.site.app.extensions["probity-storage"]
    (number, key), *_ = told.site.files().items()
    real = storage.get

    def broken(wanted):
        if wanted == key:
            raise OSError(5, "Input/output error")
        return real(wanted)

    monkeypatch.setattr(storage, "get", broken)
    with told.site.app.app_context():
        made = creating.create(told.site.app, tmp_path / "x.backup", SECRET, quiet)
    assert made.manifest.missing == [f"{key}: Input/output error"]
    monkeypatch.undo()
    wrong = {name: problems for name, _, problems in verifying.verify(made.path, SECRET).checks}
    assert wrong["Every certificate has its file"] == [f"{number}: the file is missing"]
    assert wrong["Nothing was unreadable when it was made"]


def test_a_copy_is_of_one_moment_while_others_write(tmp_path):
    """Two tables that always hold the same count are the same in the copy."""
    source, target, stop = tmp_path / "a.db", tmp_path / "b.db", threading.Event()
    with closing(sqlite3.connect(source)) as line:
        line.execute("PRAGMA journal_mode = WAL")
        line.executescript("CREATE TABLE a (x TEXT); CREATE TABLE b (x TEXT);")

    def write():
        with closing(sqlite3.connect(source, timeout=10)) as line:
            while not stop.is_set():
                with line:
                    line.execute("INSERT INTO a VALUES (?)", ("x" * 4000,))
                    line.execute("INSERT INTO b VALUES (?)", ("y" * 4000,))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        from probity.backup import databases

        steps = []
        while len(steps) < 5:
            steps.clear()
            target.unlink(missing_ok=True)
            before = source.stat().st_size
            databases.PAGES, kept = 16, databases.PAGES
            databases.copy_sqlite(source, target, lambda done, _of: steps.append(done))
            databases.PAGES = kept
    finally:
        stop.set()
        writer.join()
    with closing(sqlite3.connect(target)) as line:
        counts = [line.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in "ab"]
    assert before
    assert counts[0] == counts[1] > 0
