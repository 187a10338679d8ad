"""Loaded by every Python process that finds this folder on its path: its clock follows a file.

The file holds seconds to add to the time of day; each process tells in a file of its own how far
its clock is off. The monotonic clock is left alone, as it is when somebody sets a machine's clock.
"""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import time_machine

FILE = os.environ.get("FAULT_CLOCK")
LOOK_SECONDS = 0.05


def follow(file: Path) -> None:
    """Set the clock of this process, and keep setting it when the file changes."""
    moved = float(file.read_text())
    traveller = time_machine.travel(time.time() + moved, tick=True).start()

    def watch() -> None:
        nonlocal moved
        told = file.with_name(f"{file.name}.{os.getpid()}")
        while True:
            with suppress(ValueError, OSError):
                wanted = float(file.read_text())
                traveller.shift(wanted - moved)
                moved = wanted
                told.write_text(repr(time.time() - time_machine.escape_hatch.time.time()))
            time.sleep(LOOK_SECONDS)

    def begin() -> None:
        threading.Thread(target=watch, daemon=True).start()

    begin()
    os.register_at_fork(after_in_child=begin)  # threads do not come along


if FILE:
    follow(Path(FILE))
