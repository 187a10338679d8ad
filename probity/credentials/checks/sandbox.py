"""Reads files of strangers in a process of their own, so that the worst file harms nobody else.

Each file gets a fresh process with strict limits. It is forked from a helper that has loaded the
parsers and never looks at a file itself, for loading them costs ten times what reading does.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from probity.credentials.checks.contents import Contents, Problem, from_json
from probity.credentials.paper.layout import every_box
from probity.kernel.errors import TooMany

PROGRAM = Path(__file__).with_name("reading.py")
SECONDS = 10
AT_ONCE = 2
STARTED = b"+"
"""What a reading process says before it takes the file."""

_places = threading.BoundedSemaphore(AT_ONCE)


class Gone(Exception):
    """The helper ended, as it does after some hundred files, or says nothing."""


class Helper:
    """The process from which readers are forked; ends when its line to us does."""

    def __init__(self) -> None:
        areas = json.dumps(every_box())
        self.owner = os.getpid()
        self.line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            command = [sys.executable, "-I", str(PROGRAM), str(other.fileno()), areas]
            self.process = subprocess.Popen(  # noqa: S603 (our own program, fixed arguments)
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
            )

    def read(self, data: bytes) -> bytes:
        """The answer of a fresh reader; raises Gone, or OSError if the reader broke."""
        here, there = socket.socketpair()
        with here:
            here.settimeout(SECONDS)
            with there:
                self._hand_over(there)
            if _first(here) != STARTED:
                raise Gone
            here.sendall(data)
            here.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: here.recv(65536), b""))

    def _hand_over(self, line: socket.socket) -> None:
        try:
            socket.send_fds(self.line, [STARTED], [line.fileno()])
        except OSError as error:
            raise Gone from error

    def close(self) -> None:
        """Let it end. One that belongs to the process we were forked from is only forgotten."""
        self.line.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


def _first(line: socket.socket) -> bytes:
    with contextlib.suppress(ConnectionError, TimeoutError):
        return line.recv(1)
    return b""


_lock = threading.Lock()
_kept: list[Helper] = []


def read(data: bytes) -> Contents:
    """What reading.py finds; a file that breaks or exhausts the reader is called damaged.

    Raises TooMany while all places are taken.
    """
    if not _places.acquire(timeout=SECONDS):
        raise TooMany(SECONDS)
    try:
        return _run(data)
    finally:
        _places.release()


def close() -> None:
    """End the helper; the next file starts another."""
    with _lock:
        while _kept:
            _kept.pop().close()


def _run(data: bytes) -> Contents:
    for _ in range(2):
        helper = _helper()
        try:
            return from_json(json.loads(helper.read(data)))
        except Gone:
            _forget(helper)
        except (KeyError, OSError, ValueError):
            break
    return Contents(Problem.DAMAGED)


def _helper() -> Helper:
    with _lock:
        if not _kept or _kept[0].owner != os.getpid():
            _kept[:] = [Helper()]
        return _kept[0]


def _forget(helper: Helper) -> None:
    with _lock:
        if helper in _kept:
            _kept.remove(helper)
            helper.close()
