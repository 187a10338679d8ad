"""`make run`: a prepared installation starts at once, any other is prepared first."""

import argparse
import os
import sys

from probity.kernel import prepared, settings
from probity.kernel.errors import Misconfigured


def main() -> None:
    """Become the supervisor if nothing has to be prepared, else the command that prepares."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    chosen = parser.parse_args()
    address = ["--host", chosen.host, "--port", chosen.port]
    try:
        greeting = prepared.greeting(settings.load())
    except Misconfigured as error:
        sys.exit(f"Probity cannot start: {error}")
    command = ["probity.kernel.supervisor"] if greeting else ["probity", "demo", "run"]
    if greeting:
        print(greeting, flush=True)  # noqa: T201
    os.execv(sys.executable, [sys.executable, "-m", *command, *address])  # noqa: S606


if __name__ == "__main__":
    main()
