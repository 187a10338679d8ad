"""Folders for files that matter only while this process lives; what dead processes left goes."""

import fcntl
import os
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import IO

GATE, ALIVE = "gate", "alive"

_own: dict[Path, tuple[int, Path, IO[bytes]]] = {}
"""By parent: the process, its folder and the lock that ends with it, however it ends."""


def folder(parent: Path) -> Path:
    """The folder of this process below `parent`; its maker deletes single files, nobody the folder.

    A process that is killed, or that starts afresh in its place, leaves its folder behind. The
    next one that asks takes it away.
    """
    held = _own.get(parent)
    if held is None or held[0] != os.getpid():
        held = _own[parent] = (os.getpid(), *_made(parent))
    return held[1]


def _made(parent: Path) -> tuple[Path, IO[bytes]]:
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / GATE).open("ab") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        for left in parent.iterdir():
            if left.is_dir() and not _is_alive(left):
                rmtree(left, ignore_errors=True)
        made = Path(mkdtemp(dir=parent))
        lock = (made / ALIVE).open("ab")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return made, lock


def _is_alive(left: Path) -> bool:
    """Tell whether the process of a folder still holds it."""
    try:
        with (left / ALIVE).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
