"""Reads files of strangers in a process of its own, so that the worst file harms nobody else."""

import json
import subprocess
import sys
import threading
from pathlib import Path

from probity.credentials.checks.contents import Contents, Problem, from_json
from probity.credentials.paper.layout import AREAS
from probity.kernel.errors import TooMany

PROGRAM = Path(__file__).with_name("reading.py")
SECONDS = 10
AT_ONCE = 2

_places = threading.BoundedSemaphore(AT_ONCE)


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


def _run(data: bytes) -> Contents:
    areas = json.dumps({name: area.points() for name, area in AREAS.items()})
    command = [sys.executable, "-I", str(PROGRAM), areas]
    try:
        done = subprocess.run(  # noqa: S603 (our own program, fixed arguments)
            command, input=data, capture_output=True, timeout=SECONDS, check=True
        )
        return from_json(json.loads(done.stdout))
    except (KeyError, subprocess.SubprocessError, ValueError):
        return Contents(Problem.DAMAGED)
