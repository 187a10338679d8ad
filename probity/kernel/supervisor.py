"""Web server and worker as one process tree. Imports nothing of the application: it stays small."""

import argparse
import signal
import subprocess
import sys
import time

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
    children = [subprocess.Popen(web), subprocess.Popen(work)]  # noqa: S603
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        asked.append(number)
        _stop(children)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while all(child.poll() is None for child in children):
        time.sleep(0.2)
    _stop(children)
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    return 0 if asked else int(any(child.returncode for child in children))


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
