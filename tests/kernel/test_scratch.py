"""What a process leaves behind is taken away by the next one, and nothing of the living is."""

import os
import signal
import subprocess
import sys

import pytest

from probity.kernel import scratch

HOLDER = (
    "import sys, pathlib; from probity.kernel import scratch;"
    "own = scratch.folder(pathlib.Path(sys.argv[1])); (own / 'face').write_bytes(b'x' * 1000);"
    "print(own, flush=True); sys.stdin.readline();"
    "import os; os.execv(sys.executable, [sys.executable, '-c', 'input()'])"
)


@pytest.fixture
def holder(tmp_path):
    """Another process with a folder of its own below the same parent."""
    started = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield started, started.stdout.readline().strip()
    started.kill()
    started.communicate()


def folders(parent):
    return {str(path) for path in parent.iterdir() if path.is_dir()}


def forget(parent):
    """As if this process had just begun."""
    held = scratch._own.pop(parent)
    held[2].close()


def test_a_process_has_one_folder(tmp_path):
    own = scratch.folder(tmp_path / "new")
    assert own.is_dir()
    assert scratch.folder(tmp_path / "new") == own
    assert scratch.folder(tmp_path / "other").parent != own.parent


def test_what_lives_stays_and_what_was_killed_goes(tmp_path, holder):
    process, theirs = holder
    own = scratch.folder(tmp_path)
    assert folders(tmp_path) == {theirs, str(own)}
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    forget(tmp_path)
    again = scratch.folder(tmp_path)
    assert folders(tmp_path) == {str(again)}


def test_a_process_that_starts_afresh_in_its_place_leaves_its_folder(tmp_path, holder):
    process, theirs = holder
    process.stdin.write("\n")
    process.stdin.flush()
    for _ in range(100):  # the lock ends with the old program, a moment later
        own = scratch.folder(tmp_path)
        if theirs not in folders(tmp_path):
            break
        forget(tmp_path)
        signal.sigtimedwait([], 0.05)
    assert folders(tmp_path) == {str(own)}
    assert process.poll() is None


def test_a_folder_whose_maker_died_before_it_held_it_goes(tmp_path):
    (tmp_path / "half made").mkdir()
    own = scratch.folder(tmp_path)
    assert folders(tmp_path) == {str(own)}
