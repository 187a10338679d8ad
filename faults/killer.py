"""Kills processes by number, and only those of trees that this run started."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.cpu import children


class NotOurs(RuntimeError):
    """Somebody asked to kill a process that this run did not start."""


class Killer:
    """Knows the roots of our process trees and counts the deaths."""

    def __init__(self) -> None:
        self._roots: set[int] = set()
        self.kills = 0

    def own(self, pid: int) -> None:
        """Add a process that this run started; its descendants belong to it."""
        self._roots.add(pid)

    def tree(self, root: int) -> list[int]:
        """A process of ours and all its living descendants."""
        return [root, *children(root)]

    def kill(self, pid: int) -> None:
        """Let one process die at once, as by the kernel's own hand."""
        if not any(pid in self.tree(root) for root in self._roots):
            raise NotOurs(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills += 1

    def kill_tree(self, root: int) -> None:
        """Let a process and all its descendants die: a power cut for them."""
        if root not in self._roots:
            raise NotOurs(root)
        for pid in self.tree(root):  # the parent first: it must not start new ones
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills += 1
        self._roots.discard(root)

    def wait_gone(self, pids: list[int], seconds: float = 10) -> None:
        """Wait until none of these runs any more; one that nobody reaps counts as gone."""
        until = time.monotonic() + seconds
        while any(_runs(pid) for pid in pids):
            if time.monotonic() > until:
                raise TimeoutError(f"still running: {[pid for pid in pids if _runs(pid)]}")
            time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in ("Z", "X")
