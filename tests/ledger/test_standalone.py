"""The program for anybody: a served log and an exported folder, whole and tampered with."""

import functools
import http.server
import json
import shutil
import subprocess
import sys
import threading

import pytest

from probity.ledger import actions, exporting, merkle, notes, queries, standalone, tiles
from tests.factories.ledger import Signer, add_entries

COUNT = 300


@pytest.fixture
def folder(session, tmp_path, key):
    add_entries(session, 250)
    actions.sign_checkpoint(session, Signer())
    add_entries(session, COUNT - 250, first=250)
    actions.sign_checkpoint(session, Signer())
    exporting.export(session, tmp_path / "log", [key])
    return tmp_path / "log"


def audit(folder, key, noted=()):
    return standalone.audit(standalone.opened(str(folder)), [key.text], noted)


def test_an_export_has_no_fault(folder, key, session):
    report = audit(folder, key)
    assert report.faults == []
    assert (report.size, report.checkpoints, report.signatures_checked) == (COUNT, 2, True)
    assert report.root == queries.latest(session).root.hex()


def test_a_log_whose_site_moved_goes_on_under_its_new_name(folder, session):
    moved = Signer("exams.example.org/log")
    add_entries(session, 5, first=COUNT)
    actions.sign_checkpoint(session, moved)
    exporting.export(session, folder, [moved.key])
    report = audit(folder, moved.key)
    assert (report.faults, report.checkpoints, report.origin) == ([], 3, "exams.example.org/log")
    stranger = Signer("exams.example.org/log", seed=2)
    faults = audit(folder, stranger.key).faults
    assert faults
    assert all("not signed with a known key" in fault for fault in faults)


def test_full_tiles_are_not_written_again(folder, session, key):
    full = folder / "tile/0/000"
    before = full.stat().st_mtime_ns
    add_entries(session, 1, first=COUNT)
    actions.sign_checkpoint(session, Signer())
    assert exporting.export(session, folder, [key]) == 3
    assert full.stat().st_mtime_ns == before
    assert audit(folder, key).faults == []


def edit(folder, path, change):
    entries = tiles.unpack((folder / path).read_bytes())
    change(entries)
    (folder / path).write_bytes(tiles.pack(entries))


def spoil_hash(folder, path, place):
    data = bytearray((folder / path).read_bytes())
    data[place * 32] ^= 1
    (folder / path).write_bytes(data)


BUNDLE = "tile/entries/000"
CASES = {
    "edited": (
        lambda f: edit(f, BUNDLE, lambda e: e.__setitem__(7, e[7].replace(b"issue", b"revok"))),
        "Entry 7 does not fit tile/0/000: it was changed after logging.",
    ),
    "moved": (
        lambda f: edit(f, BUNDLE, lambda e: e.__setitem__(slice(3, 5), [e[4], e[3]])),
        "Entry 3 is what was logged as entry 4: entries were moved.",
    ),
    "deleted": (
        lambda f: edit(f, BUNDLE, lambda e: e.pop(9)),
        "tile/entries/000 has 255 entries instead of 256.",
    ),
    "bundle cut off": (
        lambda f: (f / BUNDLE).write_bytes((f / BUNDLE).read_bytes()[:-5]),
        "Entries from 0 on cannot be read",
    ),
    "bundle gone": (lambda f: (f / BUNDLE).unlink(), "Entries from 0 on cannot be read"),
    "tile gone": (lambda f: (f / "tile/1/000.p/1").unlink(), "Hashes are missing"),
    "tile short": (
        lambda f: (f / "tile/1/000.p/1").write_bytes(b""),
        "tile/1/000.p/1 has 0 hashes instead of 1.",
    ),
    "upper tile": (lambda f: spoil_hash(f, "tile/1/000.p/1", 0), "Hash 0 in tile/1/000.p/1"),
    "entry and its hash": (
        lambda f: (
            edit(f, BUNDLE, lambda e: e.__setitem__(0, b"forged")),
            (f / "tile/0/000").write_bytes(
                merkle.leaf_hash(b"forged") + (f / "tile/0/000").read_bytes()[32:]
            ),
        ),
        "The checkpoint of 250 entries states the root",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_tampering_is_named(folder, key, case):
    change, words = CASES[case]
    change(folder)
    found = audit(folder, key).faults
    assert found[0].startswith(words), found


def test_one_edited_entry_is_one_fault(folder, key):
    CASES["edited"][0](folder)
    assert len(audit(folder, key).faults) == 1


def test_forks_and_roll_backs_are_named(folder, key, session):
    forked = notes.sign(250, merkle.EMPTY, Signer()).text
    later = notes.sign(999, merkle.EMPTY, Signer()).text
    found = audit(folder, key, [forked, later]).faults
    assert any(words.startswith("FORK: 2 different roots") for words in found)
    assert any("the log now has 300: its end was cut off (a roll-back)" in words for words in found)


def test_signatures_are_checked(folder, key):
    (fault, *_) = audit(folder, Signer(seed=9).key).faults
    assert fault == "The checkpoint of 300 entries is not signed with a known key of the log."
    path = folder / "checkpoint"
    newest = notes.read_checkpoint(path.read_text())
    wrong = notes.sign(300, newest.root, Signer(seed=9))
    path.write_text(newest.body + "\n" + f"— {key.name} " + notes._encode(
        key.hash + Signer(seed=9).sign(wrong.body.encode())) + "\n")  # fmt: skip
    assert any("signature of localhost" in words for words in audit(folder, key).faults)


@pytest.mark.parametrize("text", ["", "hello", "a\nb\nc\n\n— x y\n"])
def test_what_is_no_log_is_said_so(folder, key, text):
    (folder / "checkpoint").write_text(text)
    with pytest.raises(standalone.Unreadable, match="no checkpoint"):
        audit(folder, key)


def run(*arguments):
    """Run the downloaded program as a stranger would: alone, in a Python without our packages."""
    return subprocess.run(
        [sys.executable, "-I", "-S", *arguments], capture_output=True, text=True, check=False
    )


def test_the_program_runs_without_any_package(folder, tmp_path, key):
    program = shutil.copy(folder / exporting.AUDITOR, tmp_path / "check.py")
    good = run(program, str(folder))
    assert good.returncode == 0, good.stderr
    assert "SIGNATURES WERE NOT CHECKED" in good.stdout
    assert "Compare it with one you know from elsewhere" in good.stdout
    assert "No fault" in good.stdout
    CASES["edited"][0](folder)
    bad = run(program, str(folder), "--key", key.text)
    assert (bad.returncode, "FAULT: Entry 7" in bad.stdout) == (1, True)
    assert run(program, str(tmp_path / "nowhere")).returncode == 2


def test_a_receipt_is_checked_alone(session, folder, tmp_path, key, capsys):
    path = tmp_path / "receipt.json"
    receipt = queries.receipt(session, "issue/42")
    path.write_text(json.dumps(receipt))
    assert standalone.main([str(path), "--receipt", "--key", key.text]) == 0
    assert "Entry 42 is in localhost:8000/log" in capsys.readouterr().out
    receipt["entry"]["digest"] = "0" * 64
    path.write_text(json.dumps(receipt))
    assert standalone.main([str(path), "--receipt", "--key", key.text]) == 2
    assert "does not lead from entry 42" in capsys.readouterr().err


def test_any_web_server_will_do(folder, key):
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        fetch = standalone.opened(f"http://127.0.0.1:{server.server_port}")
        report = standalone.audit(fetch, [key.text])
        server.shutdown()
    assert (report.size, report.faults) == (COUNT, [])


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass
