"""The commands that run an installation, as an operator runs them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from probity.kernel import server, supervisor
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
        for pid in (process.pid, *descendants(process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
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
        with refused:
            return refused.code
    except (URLError, ConnectionError, TimeoutError):
        return None


def sealed(app):
    """Whether a worker has done the first periodic duty."""
    with app.app_context(), reading() as session:
        return session.scalar(
            select(Job.run_at > Job.created_at).where(Job.key == "periodic/audit.seal")
        )


def descendants(pid):
    """Every process below this one."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [one for child in map(int, text.split()) for one in (child, *descendants(child))]


@pytest.mark.first
@pytest.mark.parametrize(
    ("own_url", "at_a_terminal"), [("sqlite", True), ("postgresql", False)], indirect=["own_url"]
)
def test_one_command_runs_web_and_worker_and_one_signal_stops_both(installation, at_a_terminal):
    app, environ, port = installation
    with running(environ, "up", "--port", str(port)) as process:
        eventually(lambda: answers(port) == 200 and sealed(app))
        begun = descendants(process.pid)
        assert len(begun) >= 3, "server, its processes, worker of duties"
        if at_a_terminal:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert answers(port) is None
    assert not [pid for pid in begun if Path(f"/proc/{pid}").exists()]


@pytest.mark.first
@pytest.mark.parametrize("own_url", ["sqlite"], indirect=True)
def test_if_one_of_the_two_dies_the_other_is_stopped_and_the_failure_told(installation):
    app, environ, port = installation
    with running(environ, "up", "--port", str(port)) as process:
        eventually(lambda: answers(port) == 200 and sealed(app))
        *_web, worker = descendants(process.pid)
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


@pytest.mark.parametrize("own_url", ["sqlite"], indirect=True)
def test_the_web_server_alone_is_a_command_too(installation):
    _app, environ, port = installation
    with running(environ, "serve", "--port", str(port), "--processes", "1") as process:
        eventually(lambda: answers(port) == 200)
        assert b"MALLOC_ARENA_MAX=2\0" in Path(f"/proc/{process.pid}/environ").read_bytes()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert answers(port) is None


def test_the_web_server_says_what_is_wrong_with_a_setting(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["server"])
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("TIMEZONE", "Mars")
    with pytest.raises(SystemExit, match="Probity cannot start: TIMEZONE=Mars is unknown"):
        server.main()


def test_a_child_that_does_not_listen_is_ended(monkeypatch, tmp_path):
    deaf = tmp_path / "deaf"
    deaf.write_text("#!/bin/sh\ntrap '' TERM\nsleep 60 & wait\n")
    deaf.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(deaf))
    monkeypatch.setattr(sys, "argv", ["supervisor"])
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    others = set(descendants(os.getpid()))
    Timer(0.5, os.kill, [os.getpid(), signal.SIGTERM]).start()
    try:
        assert supervisor.main() == 0
    finally:
        for number, handling in before.items():
            signal.signal(number, handling)
    assert not set(descendants(os.getpid())) - others


def test_the_supervisor_stays_small():
    check = "import sys, probity.kernel.supervisor; sys.exit('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False).returncode == 0


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


def test_developers_reach_the_tool_for_migrations(app):
    runner = app.test_cli_runner()
    told = runner.invoke(args=["db", "--help"])
    assert told.exit_code == 0
    assert "probity db [OPTIONS] COMMAND" in told.output
    assert "revision" in told.output
    assert runner.invoke(args=["db", "nonsense"]).exit_code == 2
