"""Loaded by every Python process that finds this folder on its path: its clock follows a file.

The file holds seconds to add to the time of day. The monotonic clock is left alone, as it is when
somebody sets the clock of a machine.
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
    real = time_machine.escape_hatch.time.time
    moved = float(file.read_text())
    traveller = time_machine.travel(real() + moved, tick=True).start()

    def watch() -> None:
        nonlocal moved
        while True:
            time.sleep(LOOK_SECONDS)
            with suppress(ValueError, OSError):  # it may be half written
                wanted = float(file.read_text())
                if wanted != moved:
                    traveller.shift(wanted - moved)
                    moved = wanted

    threading.Thread(target=watch, daemon=True).start()


if FILE:
    follow(Path(FILE))
