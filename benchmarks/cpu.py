"""CPU seconds that process trees have used, by the kernel's own accounting."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """All living descendants of a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            named = task.read_text().split()
        except OSError:  # the thread, or the process, has ended meanwhile
            continue
        for child in named:
            found += [int(child), *children(int(child))]
    return found


def used(pids: list[int]) -> float:
    """User and system seconds of these processes, finished threads included."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def resident_mb(pids: list[int]) -> float:
    """Memory these processes hold alone plus their share of what they hold together (PSS)."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except (FileNotFoundError, PermissionError):
            continue
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024
