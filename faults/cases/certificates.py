"""Certificates are issued while workers die, keys are missing, memory and time run out."""

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from faults.site import FaultSite
from faults.trial import Trial, case
from probity.accounts.roles import Role
from probity.credentials import queries
from probity.credentials.models import Certificate
from probity.exams.models import Exam
from probity.kernel import clock
from probity.kernel.jobs import Job, JobState
from probity.kernel.mail import Letter
from probity.kernel.settings import ROOT
from probity.ledger.models import LogLeaf
from tests.factories.accounts import add_person
from tests.factories.credentials import add_certifying_exam, pass_exam, share_fonts

PATIENCE = 900
MANY = int(os.environ.get("PASSES", "1000"))
"""Passes of the long form: `LONG=1 CASE=F17 PASSES=10000` is the issue after a national exam."""

SECONDS_EACH = 5
"""A machine that does much else may need so long for a certificate."""

SLOW = Path(__file__).resolve().parent.parent / "slow"
"""A folder whose `sitecustomize` makes typesetting hang, put before the worker's own path."""


@dataclass
class Workers:
    """Workers of one site, as many as wanted, one of which dies now and then."""

    site: FaultSite
    running: list["subprocess.Popen[bytes]"]

    def start(self, memory: int | None = None, **environ: str) -> "subprocess.Popen[bytes]":
        """Start one more; it and its descendants may be killed."""
        with self.site.web_log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "probity", "work"],
                cwd=ROOT,
                env={**os.environ, **self.site.environ, **environ},
                stdout=subprocess.DEVNULL,
                stderr=log,
                preexec_fn=_limit(memory) if memory else None,  # noqa: PLW1509 (it only sets a limit)
            )
        self.site.killer.own(process.pid)
        self.running.append(process)
        return process

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        self.site.killer.kill(process.pid)
        process.wait()
        self.running.remove(process)

    def stop(self) -> None:
        """Let each finish what it is doing."""
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            process.wait(120)
        self.running.clear()


def _limit(memory: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def own_site(trial: Trial, passes: int) -> FaultSite:
    """A site with so many passes that wait for their certificates."""
    site = trial.use(FaultSite(trial.site.kind)).fill()
    cache = ROOT / ".pytest_cache" / "d" / "certificate-fonts"
    cache.mkdir(parents=True, exist_ok=True)
    share_fonts(Path(site.environ["INSTANCE_DIR"]), cache)
    with site.writing() as session:
        exam = add_certifying_exam(session, site.folder)
        session.flush()
        exam_id = exam.id
    for first in range(0, passes, 50):
        with site.writing() as session:
            exam = session.get_one(Exam, exam_id)
            for number in range(first, min(first + 50, passes)):
                person = add_person(session, f"holder{number}@faults.example", Role.CANDIDATE)
                pass_exam(session, exam, person)
    return site


def seen(site: FaultSite) -> dict[str, Any]:
    """Everything that issuing leaves behind, to be counted and compared."""
    with site.reading() as session:
        rows = session.scalars(select(Certificate).order_by(Certificate.number)).all()
        told = session.scalars(select(Letter.key).where(Letter.key.like("certificate/%")))
        leaves = session.scalars(select(LogLeaf.subject).where(LogLeaf.subject.like("issue/%")))
        found = {
            "numbers": [row.number for row in rows],
            "attempts": sorted(row.attempt_id for row in rows),
            "sha256": {row.storage_key: row.sha256 for row in rows},
            "letters": sorted(told),
            "leaves": sorted(leaves),
            "expected_leaves": sorted(f"issue/{row.public_id}" for row in rows),
            "receipts": all(row.receipt for row in rows),
        }
    folder = Path(site.environ["INSTANCE_DIR"]) / "files"
    found["files"] = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.pdf")
    }
    return found


def issued(site: FaultSite) -> int:
    with site.reading() as session:
        return queries.count(session)


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def end_leases(site: FaultSite) -> None:
    """What a minute's waiting would do for the duties of the dead."""
    with site.writing() as session:
        held = update(Job).where(Job.state == JobState.QUEUED, Job.owner.is_not(None))
        session.execute(held.values(run_at=clock.now()))


def claim_all(trial: Trial, site: FaultSite, passes: int) -> dict[str, Any]:
    """One of everything for each pass."""
    found = seen(site)
    serials = [int(number[-6:]) for number in found["numbers"]]
    trial.claim("As many numbers as passes, without a gap", serials == list(range(1, passes + 1)))
    trial.claim("One certificate for each pass", len(set(found["attempts"])) == passes)
    trial.claim(
        "One file for each, byte for byte the registered one", found["files"] == found["sha256"]
    )
    trial.claim("One leaf in the log for each", found["leaves"] == found["expected_leaves"])
    trial.claim("Each has its receipt", found["receipts"])
    trial.claim("One letter for each", len(found["letters"]) == passes)
    return found


@case(
    "F17",
    "Workers die while certificates are issued",
    "two workers; SIGKILL to one of them at random at least 12 times; both started again each time",
    "As many numbers without a gap, files, log leaves and letters as passes; done again: no change",
    quick=False,
)
def workers_die_issuing(trial: Trial) -> None:
    passes, deaths = trial.either(60, MANY), trial.either(12, 40)
    site = own_site(trial, passes)
    workers, began = Workers(site, []), time.monotonic()
    try:
        for _ in range(2):
            workers.start()
        killed = 0
        while killed < deaths and issued(site) < passes:
            enough = issued(site) + trial.rng.randint(1, max(2, passes // (deaths + 3)))
            wait_until(lambda wanted=enough: issued(site) >= min(wanted, passes - 1))  # type: ignore[misc]
            time.sleep(trial.rng.random() * 0.2)
            workers.kill(trial.rng.choice(workers.running))
            killed += 1
            end_leases(site)
            workers.start()
        trial.claim("At least twelve died before the end", killed >= min(deaths, 12))
        patience = max(PATIENCE, passes * SECONDS_EACH)
        done = wait_until(lambda: issued(site) == passes, patience)
        trial.claim("Everything is issued in the end", done)
    finally:
        workers.stop()
    found = claim_all(trial, site, passes)
    trial.figures |= {
        "certificates": passes,
        "workers killed": killed,
        "seconds": round(time.monotonic() - began, 1),
    }
    with site.writing() as session:
        again = update(Job).where(Job.name == queries.ISSUE)
        session.execute(again.values(state=JobState.QUEUED, owner=None, run_at=clock.now()))
    site.do_duties()
    trial.claim("Done again, nothing changes", seen(site) == found)


@case(
    "F18a",
    "The signing key is missing in the middle of a batch",
    "the private keys are moved away while certificates wait, and put back",
    "Issues stop with a sentence that names the file, nothing half made is registered; all issued afterwards",
    quick=False,
)
def key_missing(trial: Trial) -> None:
    passes = trial.either(6, 40)
    site = own_site(trial, passes)
    keys = Path(site.environ["INSTANCE_DIR"]) / "keys"
    workers = Workers(site, [])
    try:
        first = workers.start()
        wait_until(lambda: issued(site) >= 2)
        workers.kill(first)
        hidden = site.folder / "hidden"
        hidden.mkdir()
        for path in keys.glob("*.pem"):
            shutil.move(path, hidden / path.name)
        end_leases(site)
        before = issued(site)
        workers.start()
        trial.claim("The reason names the key", wait_until(lambda: _told(site, ".pem"), 120))
        trial.figures |= {"issued before": before, "told": _messages(site)}
        trial.claim("Nothing is registered meanwhile", issued(site) == before)
        workers.stop()
        for path in hidden.glob("*.pem"):
            shutil.move(path, keys / path.name)
        _try_again(site)
        workers.start()
        trial.claim("All are issued afterwards", wait_until(lambda: issued(site) == passes))
    finally:
        workers.stop()
    claim_all(trial, site, passes)


@case(
    "F18b",
    "Memory or time run out while a certificate is typeset",
    "a worker whose address space is too small, then one whose typesetting hangs longer than "
    "TYPESET_SECONDS, then a sound one",
    "Issues wait with a sentence that says so, nothing half made is registered; all issued afterwards",
    quick=False,
)
def typesetting_fails(trial: Trial) -> None:
    passes = trial.either(4, 20)
    site = own_site(trial, passes)
    workers = Workers(site, [])
    try:
        small = workers.start(memory=_too_small())
        told = wait_until(lambda: _told(site, "memory") or small.poll() is not None, 90)
        trial.claim("Want of memory is told, or ends the worker", told)
        trial.claim("Nothing is registered without memory", issued(site) == 0)
        if small.poll() is None:
            workers.kill(small)
        else:
            workers.running.remove(small)
        _try_again(site)
        slow = workers.start(PYTHONPATH=str(SLOW), TYPESET_SECONDS="1")
        trial.claim(
            "The delay is told", wait_until(lambda: _told(site, "longer than 1 second"), 90)
        )
        trial.claim("Nothing is registered while it hangs", issued(site) == 0)
        workers.kill(slow)
        _try_again(site)
        workers.start()
        trial.claim("All are issued afterwards", wait_until(lambda: issued(site) == passes))
    finally:
        workers.stop()
    claim_all(trial, site, passes)


def _too_small() -> int:
    """Enough to start and to read the database, not enough for the fonts of a page."""
    return 300 * 1024 * 1024


def _told(site: FaultSite, words: str) -> bool:
    with site.reading() as session:
        query = select(func.count()).where(Job.name == queries.ISSUE, Job.message.contains(words))
        return bool(session.scalar(query))


def _messages(site: FaultSite) -> list[str]:
    with site.reading() as session:
        told = select(Job.message).where(Job.name == queries.ISSUE, Job.message != "")
        return sorted({message[:120] for message in session.scalars(told)})


def _try_again(site: FaultSite) -> None:
    """What a registrar does on the page of stopped issues."""
    with site.writing() as session:
        undone = update(Job).where(Job.name == queries.ISSUE, Job.state != JobState.DONE)
        again = {"state": JobState.QUEUED, "owner": None, "tries": 0, "run_at": clock.now()}
        session.execute(undone.values(**again, message=""))
