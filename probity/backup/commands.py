"""Programs of PostgreSQL: where they are, whether they are new enough, and how they are called."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import make_url

from probity.kernel.errors import Refused

PLACES = "/usr/lib/postgresql/*/bin"
"""Debian keeps the programs of each version here, off the path."""


def tool(name: str, server: int | None = None) -> str:
    """The newest program of this name. Raises Refused if there is none that knows the server."""
    found = {str(path) for path in Path("/").glob(f"{PLACES[1:]}/{name}")}
    on_path = shutil.which(name)
    known = {_version(path): path for path in [*found, *([on_path] if on_path else [])]}
    if not known:
        raise Refused(
            f"{name} is not installed, and a backup of PostgreSQL needs it. Install the client "
            "programs of the server's version (Debian: apt-get install postgresql-client)."
        )
    newest = max(known)
    if server is not None and newest < server:
        raise Refused(
            f"{known[newest]} is of version {newest}, the server of version {server}. An older "
            f"{name} cannot read it: install the client programs of version {server}."
        )
    return known[newest]


def _version(path: str) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def address(url: str) -> tuple[str, dict[str, str]]:
    """The address without its password, which others could see, and the environment with it."""
    parsed = make_url(url).set(drivername="postgresql")
    secret = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    # a password of None would be written as three stars
    shown = parsed.set(password="").render_as_string(hide_password=False).replace(":@", "@", 1)
    return shown, {**os.environ, **secret}


def run(command: list[str], url: str) -> None:
    """Run a program on a database; `{}` in the command is its address. Raises Refused."""
    shown, environ = address(url)
    done = subprocess.run(  # noqa: S603 (a program of PostgreSQL, no shell)
        [shown if word == "{}" else word for word in command],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(f"{Path(command[0]).name} failed: {done.stderr.strip()[-1000:]}")


@contextmanager
def script(dump: Path) -> Iterator[IO[bytes]]:
    """The data of a dump as the text of COPY commands; needs no server. Raises Refused."""
    command = [tool("pg_restore"), "--data-only", "--file=-", str(dump)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        if process.stdout is None or process.stderr is None:
            raise RuntimeError("pipes were asked for")
        yield process.stdout
        process.stdout.close()
        told = process.stderr.read().decode(errors="replace")
        if process.wait():
            raise Refused(f"pg_restore cannot read the dump: {told.strip()[-1000:]}")
