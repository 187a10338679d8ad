"""Web server and worker as one process tree. Imports nothing of the application: it stays small."""

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

STOP_SECONDS = 20


def main() -> int:
    """Run both until one ends or a signal comes; then stop the other.

    Returns 0 if it was asked to stop, 1 if one of the two failed by itself.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    chosen = parser.parse_args()
    address = ["--host", chosen.host, "--port", chosen.port]
    web = [sys.executable, "-m", "probity.kernel.server", *address]
    work = [sys.executable, "-m", "probity", "work"]
    children: list[subprocess.Popen[bytes]] = []
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        asked.append(number)
        _stop(children)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    # groups of their own: the terminal's Ctrl-C comes here only, and nothing is left behind
    children += [subprocess.Popen(command, process_group=0) for command in (web, work)]  # noqa: S603
    while not asked and all(child.poll() is None for child in children):
        time.sleep(0.2)
    _stop(children)
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    return 0 if asked else int(any(child.returncode for child in children))


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
