"""What the site leans on fails: the storage of files, and the mail server."""

import subprocess
from pathlib import Path

from sqlalchemy import func, select, update

from faults.cases.certificates import claim_all, issued, own_site
from faults.site import FaultSite
from faults.trial import Skipped, Trial, case
from probity.credentials import queries
from probity.kernel import clock, mail
from probity.kernel.jobs import Job, JobState
from probity.kernel.mail import Letter
from tests.kernel import smtp


def again(site: FaultSite) -> None:
    """What minutes of waiting would do."""
    with site.writing() as session:
        waiting = update(Job).where(Job.state == JobState.QUEUED, Job.owner.is_(None))
        session.execute(waiting.values(run_at=clock.now()))
    site.do_duties()


class Mounted:
    """The storage of a site on a file system of its own, in memory."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))

    def remount(self, how: str) -> None:
        self._mount("-o", f"remount,{how}", str(self.folder))

    def fill(self) -> Path:
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                return filler
        return filler

    def close(self) -> None:
        subprocess.run(["umount", str(self.folder)], check=False)

    @staticmethod
    def _mount(*words: str) -> None:
        if subprocess.run(["mount", *words], capture_output=True, check=False).returncode:
            raise Skipped("mounting a small file system needs root and the right to mount")


@case(
    "F20",
    "The storage is full, then it may only be read",
    "the folder of files on a small file system in memory: filled, emptied, mounted read-only, writable "
    "again, while certificates are due",
    "No entry without its file, no rest of a file that was not finished; all issued afterwards",
    quick=False,
)
def storage_fails(trial: Trial) -> None:
    passes = trial.either(4, 40)
    site = own_site(trial, passes)
    files = Mounted(Path(site.environ["INSTANCE_DIR"]) / "files", 4)
    try:
        for name in ("No space", "Read-only"):
            filler = files.fill()
            if name == "Read-only":
                filler.unlink()
                files.remount("ro")
            again(site)
            trial.claim(f"The reason is told: {name}", _told(site, name))
            trial.claim("Nothing is registered meanwhile", issued(site) == 0)
            files.remount("rw")
            filler.unlink(missing_ok=True)
            trial.claim("Nothing half written lies there", not list(files.folder.rglob("*.part")))
        for _ in range(3):
            again(site)
        claim_all(trial, site, passes)
    finally:
        files.close()


def _told(site: FaultSite, words: str) -> bool:
    with site.reading() as session:
        query = select(func.count()).where(Job.name == queries.ISSUE, Job.message.contains(words))
        return bool(session.scalar(query))


@case(
    "F21",
    "The mail server is away for a day, then greylists, then forgets to answer",
    "letters wait for a closed port, for a real SMTP server that says 450, and for one that takes the "
    "letter and cuts the line; a day passes between tries",
    "Every letter arrives; one that arrives twice has the same Message-ID; nothing is left to send",
    quick=False,
)
def mail_fails(trial: Trial) -> None:
    letters = trial.either(6, 200)
    site = trial.use(FaultSite(trial.site.kind))
    with smtp.running() as server:
        port = server.port
    site.environ["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    site.fill()
    with site.writing() as session:
        for number in range(letters):
            to = f"reader{number}@faults.example"
            mail.send(session, to=to, subject="Your result", text="…", key=f"fault/{number}")
    for _ in range(12):
        again(site)
    trial.claim("All wait, none is given up", _waiting(site) == letters)
    with smtp.running(port=port) as server:
        server.answer_to_rcpt = "450 come back later"
        again(site)
        trial.claim("Greylisted letters wait", not server.letters and _waiting(site) == letters)
        server.answer_to_rcpt, server.cuts = "250 ok", 2
        for _ in range(4):
            again(site)
        arrived = [str(letter["Message-ID"]) for letter in server.letters]
    trial.claim("Nothing waits any more", _waiting(site) == 0)
    trial.claim("Every letter arrived", len(set(arrived)) == letters)
    trial.claim("Only what was not answered came twice", len(arrived) == letters + 2)
    again(site)
    with site.reading() as session:
        unsent = session.scalar(select(func.count()).where(Letter.sent_at.is_(None)))
    trial.claim("Each is noted as sent", unsent == 0)
    trial.figures |= {"letters": letters, "arrived": len(arrived)}


def _waiting(site: FaultSite) -> int:
    with site.reading() as session:
        query = select(func.count()).where(Job.name == "mail.deliver", Job.state == JobState.QUEUED)
        return session.scalar(query) or 0
