"""The web server's own process. It only knows the settings: the application lives in its children."""

import argparse
import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from probity.kernel import settings
from probity.kernel.errors import Misconfigured

THREADS = 8
STOP_SECONDS = 10
"""A process may finish what it is at; a line that never ends must not keep the server up."""
HEAPS = "MALLOC_ARENA_MAX"
"""Heaps of glibc per process. One for each thread keeps what its thread freed from all the others,
and a process under load grows by it; two cost nothing here, where one thread computes at a time."""


def main() -> None:
    """Serve until a signal comes: one process on SQLite, one per core on PostgreSQL."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--processes", type=int)
    chosen = parser.parse_args()
    try:
        sqlite = settings.load().database_url.startswith("sqlite")
    except Misconfigured as error:
        sys.exit(f"Probity cannot start: {error}")
    if HEAPS not in os.environ:  # the C library reads it once, when a program begins
        os.execve(sys.executable, sys.orig_argv, {**os.environ, HEAPS: "2"})  # noqa: S606
    Granian(
        "app:app",
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.WSGI,
        workers=chosen.processes or (1 if sqlite else os.cpu_count() or 1),
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_SECONDS,
        working_dir=settings.ROOT,
        log_level=LogLevels.error,
        respawn_failed_workers=True,  # one that was killed must not take the others with it
    ).serve()


if __name__ == "__main__":
    main()
