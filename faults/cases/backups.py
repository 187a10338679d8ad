"""Backups under load, older ones put back, and bytes that flip."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text, update

from faults.cases.certificates import own_site, seen
from faults.site import FaultSite
from faults.trial import Trial, case
from probity.credentials.models import Certificate
from probity.exams.models import Attempt, ExamRevision, ResponseEvent
from probity.kernel import jobs, worker
from probity.kernel.db import db
from probity.kernel.jobs import Job, JobState
from probity.kernel.settings import ROOT
from probity.kernel.work import reading, writing
from probity.wiring import create_app
from tests.factories.accounts import add_person
from tests.factories.credentials import pass_exam

COMPLETE, REFUSED = 0, 1


@dataclass
class Command:
    """One `probity …` on a site, and what it said."""

    code: int
    text: str


def probity(environ: dict[str, str], *words: object) -> Command:
    done = subprocess.run(
        [sys.executable, "-m", "probity", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    return Command(done.returncode, done.stdout + done.stderr)


def inside(app: Flask, *words: object) -> Command:
    """The same in this process, which is quicker."""
    done = app.test_cli_runner().invoke(args=[str(word) for word in words])
    return Command(done.exit_code, done.output)


def passphrase(site: FaultSite) -> tuple[str, Path]:
    """The option, and a private file."""
    path = site.folder / "passphrase"
    path.touch(mode=0o600)
    path.write_text("a passphrase of the fault cases")
    return "--passphrase-file", path


def elsewhere(site: FaultSite, name: str) -> dict[str, str]:
    """The environment of an empty machine."""
    folder = site.folder / name
    url = f"sqlite:///{folder / 'probity.db'}"
    if site.postgres is not None:
        url = site.cluster.create_database(name)
    return {**site.environ, "INSTANCE_DIR": str(folder), "DATABASE_URL": url}


def restore(
    site: FaultSite, backup: Path, environ: dict[str, str], *more: object
) -> tuple[Command, float]:
    began = time.monotonic()
    place = ("--into", environ["INSTANCE_DIR"], "--database-url", environ["DATABASE_URL"])
    done = probity(site.environ, "backup", "restore", backup, *place, *passphrase(site), *more)
    return done, round(time.monotonic() - began, 1)


def opened(environ: dict[str, str]) -> Flask:
    return create_app(environ)


def closed(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def issue_one_more(app: Flask) -> None:
    """Somebody passes, and the certificate is made if it may be."""
    with app.app_context(), writing() as session:
        attempt = session.scalars(select(Attempt).order_by(Attempt.id).limit(1)).one()
        exam = session.get_one(ExamRevision, attempt.revision_id).exam
        person = add_person(session, f"late{time.monotonic_ns()}@faults.example")
        pass_exam(session, exam, person)


def numbers(app: Flask) -> list[str]:
    with app.app_context(), reading() as session:
        return list(session.scalars(select(Certificate.number).order_by(Certificate.number)))


@case(
    "F22",
    "A backup is made while candidates answer, and restored on an empty machine",
    "`probity backup create` beside saves and certificates; verify; restore into an empty folder and "
    "database; everything is compared",
    "Every answer acknowledged before the backup began is in the restored site; numbers, files and log "
    "agree; the time until it stands is told",
    quick=False,
)
def backup_under_load(trial: Trial) -> None:
    site = own_site(trial, trial.either(2, 50))
    site.do_duties()
    before_load = seen(site)
    people = trial.people(trial.either(6, 30), site.node().start().port)
    backup = site.folder / "site.backup"
    with trial.saving(people):
        trial.saved_before(trial.either(60, 2000))
        acknowledged = set(trial.ledger.acknowledged)
        began = time.monotonic()
        made = probity(site.environ, "backup", "create", backup, *passphrase(site))
        trial.figures["create_s"] = round(time.monotonic() - began, 1)
        trial.claim("The backup is complete", made.code == COMPLETE)
        during = len(trial.ledger.acknowledged) - len(acknowledged)
        trial.claim("Saves went on meanwhile", during > 0)
    checked = inside(site.shared, "backup", "verify", backup, *passphrase(site))
    trial.claim("It verifies", checked.code == COMPLETE)
    environ = elsewhere(site, "empty_machine")
    done, seconds = restore(site, backup, environ, "--nothing-since")
    trial.claim("It is restored and agrees with itself", done.code == COMPLETE)
    trial.figures |= {"restore_s": seconds, "answers_before": len(acknowledged)}
    app = opened(environ)
    with app.app_context(), reading() as session:
        kept = {(str(row.client), row.seq) for row in session.scalars(select(ResponseEvent))}
    trial.claim("All acknowledged before are restored", acknowledged <= kept)
    trial.claim("The same numbers", numbers(app) == before_load["numbers"])
    issue_one_more(app)
    site_duties(app)
    serials = [int(number[-6:]) for number in numbers(app)]
    trial.claim("The series goes on", serials == list(range(1, len(serials) + 1)))
    trial.claim("One more was issued", len(serials) == len(before_load["numbers"]) + 1)
    closed(app)


def site_duties(app: Flask) -> None:
    worker.run_pending(app)


@case(
    "F23",
    "An older backup is put back",
    "a backup, more certificates, a bundle; then the backup is restored elsewhere, with and without "
    "the bundle",
    "Nothing is issued or signed before a reason is given; no number is given twice; the log goes on "
    "where the bundle ends; without it, a witness that saw more notices",
    quick=False,
)
def older_backup(trial: Trial) -> None:
    site = own_site(trial, 2)
    site.do_duties()
    backup, bundle = site.folder / "older.backup", site.folder / "bundle"
    inside(site.shared, "backup", "create", backup, *passphrase(site))
    for _ in range(trial.either(1, 20)):
        issue_one_more(site.shared)
    site.do_duties()
    exported = inside(site.shared, "bundle", "export", bundle)
    trial.claim("The bundle is written", exported.code == COMPLETE)
    given = set(numbers(site.shared))
    checkpoint = bundle / "current" / "log" / "checkpoint"

    environ = elsewhere(site, "with_bundle")
    done, trial.figures["restore_s"] = restore(site, backup, environ, "--since-checkpoint", bundle)
    trial.claim("It says that the log is held", done.code == REFUSED and "is held" in done.text)
    app = opened(environ)
    before = numbers(app)
    issue_one_more(app)
    site_duties(app)
    trial.claim("Nothing is issued before a word", numbers(app) == before)
    released = inside(app, "backup", "release", "--reason", "the bundle was complete")
    trial.claim("It is let go with a reason", released.code == COMPLETE)
    _try_again(app)
    fresh = set(numbers(app)) - set(before)
    trial.claim("What waited is issued then", fresh)
    trial.claim("No number is given twice", not fresh & given)
    noted = inside(app, "log", "audit", "--noted", checkpoint)
    trial.claim("The log is the one of before, longer", noted.code == COMPLETE)
    closed(app)

    alone = elsewhere(site, "without_bundle")
    restore(site, backup, alone)
    app = opened(alone)
    inside(app, "backup", "release", "--reason", "nothing else was kept")
    noticed = inside(app, "log", "audit", "--noted", checkpoint)
    closed(app)
    words = re.search(r"roll-back|fork", noticed.text)
    trial.claim("Who noted a checkpoint notices", noticed.code == REFUSED and words)


def _try_again(app: Flask) -> None:
    with app.app_context(), writing() as session:
        for job in session.scalars(select(Job).where(Job.state != JobState.DONE)):
            jobs.requeue(job)
    site_duties(app)


@case(
    "F25",
    "Bytes flip in a stored file and in the database",
    "one byte of a PDF; one letter in the stored credential (SQLite: in the page of the file, "
    "PostgreSQL: past its trigger); on SQLite, a page of zeros",
    "The check and the backup name it; no verification calls it valid",
    quick=False,
)
def flipped_bytes(trial: Trial) -> None:
    site = own_site(trial, 2)
    site.do_duties()
    with site.reading() as session:
        first, second = session.scalars(select(Certificate).order_by(Certificate.number)).all()
        told = {"number": second.number, "name": second.name_latin}
        file = Path(site.environ["INSTANCE_DIR"]) / "files" / first.storage_key
        names, credential = (first.number, second.number), second.credential
    broken = bytearray(file.read_bytes())
    broken[len(broken) // 3] ^= 1
    file.write_bytes(broken)
    checked = inside(site.shared, "certificates", "check", "--every-file")
    trial.claim("The check names the file", f"file-differs: {names[0]}" in checked.text)
    copy = site.folder / "flipped.pdf"
    copy.write_bytes(broken)
    verified = inside(site.shared, "certificates", "verify", copy, "--json")
    trial.claim(
        "The file is not valid", json.loads(verified.text.splitlines()[-1])["status"] != "valid"
    )
    backup = site.folder / "flipped.backup"
    inside(site.shared, "backup", "create", backup, *passphrase(site))
    sound = inside(site.shared, "backup", "verify", backup, *passphrase(site))
    trial.claim("The backup's check names it", sound.code == REFUSED and names[0] in sound.text)

    trial.claim("It was valid before", _status(site, told) == "valid")
    _flip_credential(site, credential)
    checked = inside(site.shared, "certificates", "check", "--every-file")
    trial.claim("The check names the entry", f": {names[1]}" in checked.text)
    trial.figures["told"] = [line for line in checked.text.splitlines() if names[1] in line]
    trial.figures["status"] = _status(site, told)
    trial.claim("A flipped entry is not valid", trial.figures["status"] != "valid")
    if not trial.on_postgres:
        _zero_a_page(site)
        refused = probity(
            site.environ, "backup", "create", site.folder / "x.backup", *passphrase(site)
        )
        trial.figures["refused"] = refused.text[-200:]
        trial.claim("A broken database is not backed up in silence", refused.code == REFUSED)
        site.file.unlink()
        for ending in ("-wal", "-shm"):
            site.file.with_name(site.file.name + ending).unlink(missing_ok=True)
        restored, _seconds = restore(
            site, backup, {**site.environ}, "--only", "database", "--nothing-since"
        )
        trial.figures["restored"] = restored.text[-400:]
        trial.claim("The database comes back from the backup", "Restored" in restored.text)


def _status(site: FaultSite, told: dict[str, str]) -> str:
    answer = site.shared.test_client().post("/api/v1/verifications", json=told)
    return str((answer.json or {}).get("status", answer.status_code))


def _flip_credential(site: FaultSite, credential: str) -> None:
    """One letter of what was signed."""
    if site.postgres is None:
        site.forget_lines()
        with closing(sqlite3.connect(site.file)) as line:
            line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        data, flips = bytearray(site.file.read_bytes()), 0
        for found in re.finditer(rb'"proofValue": "z', bytes(data)):
            if _belongs(data, found.start(), credential):
                data[found.end() + 5] ^= 1
                flips += 1
        if not flips:
            raise RuntimeError("the signature lies elsewhere in the file")
        site.file.write_bytes(data)
        return
    broken = credential.replace('"proofValue": "z', '"proofValue": "y', 1)
    with site.writing() as session:
        session.execute(text("ALTER TABLE certificate DISABLE TRIGGER freeze_certificate"))
        wrong = update(Certificate).where(Certificate.credential == credential)
        session.execute(wrong.values(credential=broken))


def _belongs(data: bytearray, place: int, credential: str) -> bool:
    start = credential.index('"proofValue": "z')
    return data[place : place + 40] == credential[start : start + 40].encode()


def _zero_a_page(site: FaultSite) -> None:
    """A page of the table that holds the certificates."""
    site.forget_lines()
    with site.reading() as session:
        root = session.scalar(text("SELECT rootpage FROM sqlite_master WHERE name = 'certificate'"))
        size = session.scalar(text("PRAGMA page_size"))
    site.forget_lines()
    with site.file.open("r+b") as file:
        file.seek((int(root or 1) - 1) * int(size or 4096))
        file.write(bytes(int(size or 4096)))
