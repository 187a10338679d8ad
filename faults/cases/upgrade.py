"""A new version is put into service while an exam is open."""

import io
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from random import Random

from benchmarks.site import PASSWORD
from faults.candidate import Account, Sitter
from faults.site import FaultSite
from faults.trial import Skipped, Trial, case
from probity.exams.actions import HONOUR_VERSION
from probity.kernel.settings import ROOT

EXAM = "government-procurement-foundations"
PEOPLE = 6
PREPARE = """
import sys
from benchmarks.site import prepare
from probity.wiring import create_app
print(*prepare(create_app(), int(sys.argv[1])))
"""


@case(
    "F4",
    "A rolling restart onto a new schema",
    "the version before the newest migration, from the history of this checkout, serves saves; the new "
    "one migrates the database under it, starts beside it, takes over, and the old one is stopped",
    "The exam goes on across both versions: nothing acknowledged is lost, nobody signs in again",
    quick=False,
)
def rolling_restart(trial: Trial) -> None:
    site = trial.use(FaultSite(trial.site.kind))
    before = _version_before(site.folder / "before")
    emails = _run(site, before, "-c", PREPARE, str(PEOPLE)).split()[-PEOPLE:]
    old = site.node(root=before, PYTHONPATH=str(before)).start()
    door = trial.proxy(("127.0.0.1", old.port))
    people = [_enter(trial, email, door.port) for email in emails]
    deadlines = [person.sheet["deadline"] for person in people]
    with trial.saving(people):
        trial.saved_before(trial.either(100, 1000))
        began = time.monotonic()
        _run(site, ROOT, "-m", "probity", "migrate")
        trial.figures["migration_s"] = round(time.monotonic() - began, 1)
        trial.claim("The old version saves on the new schema", trial.saved_before(50))
        new = site.node().start()
        door.targets.append(("127.0.0.1", new.port))
        door.cut_all()
        trial.claim("Both versions save side by side", trial.saved_before(100))
        door.targets.remove(("127.0.0.1", old.port))
        old.stop()
        trial.claim("The new version saves", trial.saved_before(trial.either(100, 1000)))
    again = [person.open_room().sheet["deadline"] for person in people]
    trial.claim("Deadlines stay", again == deadlines)
    receipts = [person.hand_in() for person in people]
    trial.claim("The same receipt again", [one.hand_in() for one in people] == receipts)


def _version_before(folder: Path) -> Path:
    """The newest version whose last migration is the one before this checkout's last."""
    newest = max((ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    path = str(newest.relative_to(ROOT))
    added = _git("log", "--diff-filter=A", "--format=%H", "--", path).decode().split()
    if not added:
        raise Skipped(f"the history does not say which version came before {path}")
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(_git("archive", f"{added[-1]}^"))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _git(*arguments: str) -> bytes:
    try:
        return subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, check=True
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise Skipped("the version before comes from git's history, and there is none") from error


def _run(site: FaultSite, root: Path, *arguments: str) -> str:
    """A command of one version on the site's database."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, **site.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{arguments} in {root.name}: {done.stderr[-1500:]}")
    return done.stdout


def _enter(trial: Trial, email: str, port: int) -> Sitter:
    """Sign in and start with the old version."""
    person = Sitter(port, Account(0, email, ""), trial.ledger, Random(trial.rng.random()))
    person.password = PASSWORD
    person.open_sign_in()
    person.sign_in()
    person.start(EXAM, HONOUR_VERSION)
    return person.open_room()
