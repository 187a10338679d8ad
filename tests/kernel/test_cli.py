"""The commands that run an installation, as an operator runs them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from probity.kernel.db import db
from probity.kernel.jobs import Job
from probity.kernel.settings import ROOT
from probity.kernel.work import reading
from tests.databases import environment
from tests.kernel import sites

PATIENCE_SECONDS = 150


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def installation(own_url, tmp_path):
    """A migrated database, the environment to run it in, and an address."""
    app = sites.build(own_url, tmp_path)
    result = app.test_cli_runner().invoke(args=["migrate"])
    assert result.exit_code == 0, result.output
    yield app, {**os.environ, **environment(own_url, tmp_path)}, free_port()
    with app.app_context():
        db.engine.dispose()


@contextmanager
def running(environ, *arguments):
    """One command in a session of its own; nothing of it is left behind."""
    command = [sys.executable, "-m", "probity", *arguments]
    process = subprocess.Popen(
        command, env=environ, cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.stderr.close()
        process.wait()


def eventually(check):
    """Ask until the answer is yes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := check()):
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.1)
    return found


def answers(port, path="/readyz"):
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as page:
            return page.status
    except HTTPError as refused:
        return refused.code
    except (URLError, ConnectionError, TimeoutError):
        return None


def sealed(app):
    """Whether a worker has done the first periodic duty."""
    with app.app_context(), reading() as session:
        return session.scalar(
            select(Job.run_at > Job.created_at).where(Job.key == "periodic/audit.seal")
        )


def children(pid):
    return [int(found) for found in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize(
    ("own_url", "at_a_terminal"), [("sqlite", True), ("postgresql", False)], indirect=["own_url"]
)
def test_one_command_runs_web_and_worker_and_one_signal_stops_both(installation, at_a_terminal):
    app, environ, port = installation
    with running(environ, "up", "--port", str(port)) as process:
        eventually(lambda: answers(port) == 200 and sealed(app))
        begun = children(process.pid)
        assert len(begun) == 2
        if at_a_terminal:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert answers(port) is None
    assert not [pid for pid in begun if Path(f"/proc/{pid}").exists()]


@pytest.mark.parametrize("own_url", ["sqlite"], indirect=True)
def test_if_one_of_the_two_dies_the_other_is_stopped_and_the_failure_told(installation):
    app, environ, port = installation
    with running(environ, "up", "--port", str(port)) as process:
        eventually(lambda: answers(port) == 200 and sealed(app))
        _web, worker = children(process.pid)
        os.kill(worker, signal.SIGKILL)
        assert process.wait(30) == 1
    assert answers(port) is None


@pytest.mark.parametrize("own_url", ["sqlite"], indirect=True)
def test_a_wrong_setting_is_one_sentence_and_not_a_traceback(installation):
    _app, environ, _port = installation
    with running({**environ, "TIMEZONE": "Mars"}, "migrate") as process:
        _out, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "TIMEZONE=Mars is unknown" in told
    assert "Traceback" not in told


def test_migrating_twice_changes_nothing(installation):
    app, _environ, _port = installation
    result = app.test_cli_runner().invoke(args=["migrate"])
    assert (result.exit_code, result.output) == (0, "")


def test_every_command_says_what_it_does(app):
    runner = app.test_cli_runner()
    for name in ("serve", "work", "migrate", "up"):
        told = runner.invoke(args=[name, "--help"])
        assert told.exit_code == 0
        assert json.dumps(told.output)
        assert app.cli.commands[name].help
