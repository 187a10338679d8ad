"""Databases that are locked, and disks that are full, slow or broken."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cpu import children
from faults.site import FaultSite
from faults.trial import POSTGRESQL, SQLITE, Skipped, Trial, case

MEGABYTE = 1024**2
SMALL = {SQLITE: 24, POSTGRESQL: 160}
"""Megabytes of a disk that is soon full: the schema fits, and some thousand answers."""

HOLD = """
import sqlite3, sys, time
line = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
line.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
line.execute("COMMIT")
"""


@case(
    "F7",
    "SQLite is locked by another process",
    "a second process holds `BEGIN EXCLUSIVE`: five seconds, then longer than the site waits",
    "Short of the wait every save succeeds; beyond it 503, never an acknowledgement or another error",
    (SQLITE,),
)
def locked(trial: Trial) -> None:
    people = trial.people(6, trial.node.port)
    holds = (5, 20) if trial.long else (3,)
    with trial.saving(people):
        for seconds in holds:
            trial.saved_before(30)
            refused = trial.ledger.answers[503]
            with _holding(trial.site.file, seconds):
                time.sleep(0.5)
                before = len(trial.ledger.acknowledged)
                time.sleep(seconds - 1.5)
                now = len(trial.ledger.acknowledged)
                trial.claim("Nothing is acknowledged while it is locked", now == before)
            trial.claim("Saves go on", trial.saved_before(30))
            if seconds <= 5:
                trial.claim("A short lock refuses nobody", trial.ledger.answers[503] == refused)
    trial.figures["locks_s"] = holds


@contextmanager
def _holding(file: Path, seconds: float) -> Iterator[None]:
    command = [sys.executable, "-c", HOLD, str(file), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield


class SmallDisk(FaultSite):
    """A site whose database lies on a file system of a few megabytes in memory."""

    def __init__(self, kind: str) -> None:
        folder = Path(tempfile.mkdtemp(prefix="probity-small-disk-"))
        command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL[kind]}m", "tmpfs", str(folder)]
        if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
            folder.rmdir()
            raise Skipped("mounting a small file system needs root and the right to mount")
        super().__init__(kind, folder)
        self.logs = Path(tempfile.mkdtemp(prefix="probity-logs-"))
        self.web_log = self.logs / "web.log"  # a full disk must not hide what was said about it

    @property
    def free(self) -> int:
        return shutil.disk_usage(self.folder).free

    def fill_disk(self) -> Path:
        """Leave nothing free; deleting the file that is returned frees it again."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (MEGABYTE, 4096):
                while self.free >= size:
                    file.write(b"\0" * size)
        return filler

    def close(self) -> None:
        super().close()
        subprocess.run(["umount", str(self.folder)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.logs, ignore_errors=True)


@case(
    "F8a",
    "The disk is full",
    "the database on a small file system in memory, a file that takes the rest of it, then its removal",
    "503 and no acknowledgement while nothing can be written; saves go on after, without a restart",
    quick=False,
)
def disk_full(trial: Trial) -> None:
    site = SmallDisk(trial.site.kind)
    trial.use(site)
    site.fill()
    people = trial.people(trial.either(6, 12), trial.node.port)
    with trial.saving(people):
        for _ in range(trial.either(1, 3)):
            trial.saved_before(30)
            refused = trial.ledger.answers[503]
            filler = site.fill_disk()
            until = time.monotonic() + 60
            while trial.ledger.answers[503] < refused + 10 and time.monotonic() < until:
                time.sleep(0.1)
            trial.claim("It says so with 503", trial.ledger.answers[503] > refused)
            filler.unlink()
            if trial.on_postgres:
                _revive(site)
            trial.claim("Saves go on", trial.saved_before(30))
    trial.site.forget_lines()


def _revive(site: FaultSite) -> None:
    """PostgreSQL ends itself if its log cannot grow; then it needs a start, as in life."""
    time.sleep(3)
    pid_file = site.cluster.data / "postmaster.pid"
    if not pid_file.exists():
        site.cluster.start_again()


@case(
    "F8b",
    "A file may not grow",
    "the soft limit on file sizes of the running web server (`prlimit --fsize`), then none",
    "As F8a; this one needs no root",
    (SQLITE,),
)
def no_growth(trial: Trial) -> None:
    node = trial.node
    people = trial.people(6, node.port)
    files = [trial.site.file, Path(f"{trial.site.file}-wal")]
    with trial.saving(people):
        trial.saved_before(30)
        for pid in node.workers:
            _limit(pid, min(path.stat().st_size for path in files) // 2)
        until = time.monotonic() + 30
        while trial.ledger.answers[503] < 10 and time.monotonic() < until:
            time.sleep(0.05)
        trial.claim("It says so with 503", trial.ledger.answers[503] > 0)
        for pid in node.workers:
            _limit(pid, resource.RLIM_INFINITY)
        trial.claim("Saves go on", trial.saved_before(30))


def _limit(pid: int, size: int) -> None:
    _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


@contextmanager
def injecting(pids: list[int], fault: str) -> Iterator[None]:
    """Let system calls of running processes be slow or fail, as long as the block runs."""
    if shutil.which("strace") is None:
        raise Skipped("strace is not installed: apt-get install strace")
    command = ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync"]
    command += ["-e", f"inject=fdatasync,fsync:{fault}"]
    for pid in pids:
        command += ["-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as tracer:
        time.sleep(1)
        if tracer.poll():  # it also ends, with 0 or a signal's number, when all it traced have died
            assert tracer.stderr is not None
            if said := tracer.stderr.read().decode()[:200]:
                raise Skipped(f"strace may not trace here: {said}")
        try:
            yield
        finally:
            tracer.terminate()


def writers(trial: Trial) -> list[int]:
    """The processes that bring answers to the disk."""
    if trial.on_postgres:
        return children(trial.site.cluster.postmaster)
    return trial.node.workers


@case(
    "F9",
    "The disk is slow",
    "strace lets every fdatasync and fsync of the database's processes take 200 ms longer",
    "Slow and nothing else: no error, no save twice",
)
def slow_disk(trial: Trial) -> None:
    people = trial.people(6, trial.node.port)
    with trial.saving(people):
        trial.saved_before(30)
        with injecting(writers(trial), "delay_enter=200000"):
            trial.claim("Saves go on, slowly", trial.saved_before(trial.either(20, 200), 120))
        trial.claim("Saves go on", trial.saved_before(30))
    trial.claim("No answer but 200", set(trial.ledger.answers) == {200})


@case(
    "F10",
    "The disk fails",
    "strace lets an fdatasync fail with EIO: on SQLite every third, on PostgreSQL the third of a backend",
    "What could not be brought to the disk is not acknowledged; the database is whole afterwards",
)
def failing_disk(trial: Trial) -> None:
    people = trial.people(6, trial.node.port)
    before = trial.site.log_count("save.again")
    fault = "error=EIO:when=3" if trial.on_postgres else "error=EIO:when=8+3"
    with trial.saving(people):
        trial.saved_before(30)
        with injecting(_backends(trial) if trial.on_postgres else writers(trial), fault):
            time.sleep(trial.either(3, 10))
        if trial.on_postgres:
            _revive(trial.site)
        trial.claim("Saves go on", trial.saved_before(30))
    trial.site.forget_lines()
    again = trial.site.log_count("save.again") - before
    trial.figures["saves that the server tried a second time"] = again
    trial.claim("It happened", trial.ledger.answers[503] or again)


def _backends(trial: Trial) -> list[int]:
    """Those that serve the site; the ones that start later, to recover, are left alone."""
    found = []
    for pid in children(trial.site.cluster.postmaster):
        words = Path(f"/proc/{pid}/cmdline").read_text()
        if "postgres bench" in words:
            found.append(pid)
    return found
