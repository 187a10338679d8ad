"""The killer reaches processes of our own trees and no others."""

import os
import subprocess
import sys

import pytest

from faults.killer import Killer, NotOurs

SLEEPS = "import time; time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPS!r}])"


@pytest.fixture
def tree():
    """A process with a child."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT])
    killer = Killer()
    while len(killer.tree(parent.pid)) < 2:
        assert parent.poll() is None
    yield parent
    if parent.poll() is None:
        parent.kill()
    parent.wait()


def test_a_stranger_is_left_alone(tree):
    killer = Killer()
    with pytest.raises(NotOurs):
        killer.kill(tree.pid)
    with pytest.raises(NotOurs):
        killer.kill_tree(os.getpid())
    assert tree.poll() is None
    assert killer.kills == 0
    killer.own(tree.pid)
    killer.kill_tree(tree.pid)


def test_a_descendant_dies_alone(tree):
    killer = Killer()
    killer.own(tree.pid)
    child = killer.tree(tree.pid)[1]
    killer.kill(child)
    killer.wait_gone([child])
    assert killer.kills == 1
    assert tree.wait(10) == 0


def test_a_whole_tree_dies(tree):
    killer = Killer()
    killer.own(tree.pid)
    pids = killer.tree(tree.pid)
    killer.kill_tree(tree.pid)
    killer.wait_gone(pids)
    assert killer.kills == 2
    assert tree.wait(10) == -9
