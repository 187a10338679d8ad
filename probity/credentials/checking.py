"""Whether everything that belongs to a certificate agrees: pass, entry, file, log, receipt, status."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.credentials import queries
from probity.credentials.lists import encoding
from probity.credentials.lists import queries as lists
from probity.credentials.models import Certificate, Reservation
from probity.credentials.proofs import credential
from probity.exams import queries as exams
from probity.exams.models import Attempt, ExamRevision, Result
from probity.kernel import clock, storage
from probity.kernel.work import reading
from probity.ledger import receipts
from probity.ledger.notes import Key

CHECK = "credentials.check"
FOLDER = "certificates"
AT_ONCE = 200
SLICES = 30
"""Every file is read again within so many nights; those of the last days each night."""

RECENT = timedelta(days=2)
PATIENCE = timedelta(hours=1)
"""What is under way is not missing yet."""

MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: what kind, and which number, attempt, file or list."""

    kind: str
    subject: str


@dataclass(slots=True)
class Report:
    """What a check found."""

    certificates: int = 0
    files_read: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, kind: str, subjects: Iterable[object]) -> None:
        self.findings += [Finding(kind, str(subject)) for subject in subjects]

    def as_json(self) -> dict[str, object]:
        return {
            "at": clock.now().isoformat(timespec="seconds"),
            "certificates": self.certificates,
            "files_read": self.files_read,
            "problems": len(self.findings),
            "findings": [[one.kind, one.subject] for one in self.findings[:MOST_TOLD]],
        }


def run(log_keys: Sequence[Key], *, every_file: bool) -> Report:
    """Check everything in short reading transactions; files are read between them."""
    report, last, now = Report(), 0, clock.now()
    while True:
        with reading() as session:
            batch = queries.after(session, last, AT_ONCE)
            if not batch:
                break
            last = batch[-1].id
            for certificate in batch:
                report.findings += _entry(session, certificate, log_keys)
            due = [_File.of(one) for one in batch if every_file or _is_due(one, now)]
        report.certificates += len(batch)
        report.files_read += len(due)
        report.findings += [found for file in due for found in file.look()]
    with reading() as session:
        report.add("pass-without-certificate", _unissued(session, now))
        report.add("decision-not-logged", _unlogged(session, now))
        report.add("status-list-differs", _lists(session, now))
        known = _known_files(session)
    report.add("file-without-certificate", _strangers(known))
    return report


@dataclass(frozen=True, slots=True)
class _File:
    """The file of a certificate, as the register knows it."""

    number: str
    storage_key: str
    sha256: str

    @classmethod
    def of(cls, certificate: Certificate) -> "_File":
        return cls(certificate.number, certificate.storage_key, certificate.sha256)

    def look(self) -> Iterator[Finding]:
        try:
            data = storage.get(self.storage_key)
        except FileNotFoundError:
            yield Finding("file-missing", self.number)
            return
        if hashlib.sha256(data).hexdigest() != self.sha256:
            yield Finding("file-differs", self.number)


def _is_due(certificate: Certificate, now: datetime) -> bool:
    turn = certificate.id % SLICES == now.timetuple().tm_yday % SLICES
    return turn or now - certificate.issued_at < RECENT


def _entry(session: Session, certificate: Certificate, keys: Sequence[Key]) -> Iterator[Finding]:
    """The leaf of a certificate and its receipt; those issued before the log have neither."""
    if certificate.receipt is None:
        return
    number = certificate.number
    leaf = queries.leaf_of(session, certificate)
    digest = credential.digest(json.loads(certificate.credential))
    if leaf is None:
        yield Finding("leaf-missing", number)
    elif json.loads(leaf.entry).get("digest") != digest:
        yield Finding("leaf-differs", number)
    try:
        # a site that moved had another name when it signed; its keys are the same
        named = [Key(str(certificate.receipt.get("log")), key.public) for key in keys]
        proven = receipts.check(certificate.receipt, named)
    except receipts.BadReceipt:
        yield Finding("receipt-wrong", number)
        return
    if proven.entry.get("digest") != digest:
        yield Finding("receipt-of-another", number)


def _unissued(session: Session, now: datetime) -> list[str]:
    """Passes that earn a certificate and have none, though there was time to issue it."""
    revisions = session.scalars(select(ExamRevision))
    certifying = [one.id for one in revisions if exams.content_of(one).certificate is not None]
    issued = select(Certificate.id).where(Certificate.attempt_id == Attempt.id)
    missing = (
        select(Attempt.id)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(Result.passed, Result.released_at < now - PATIENCE)
        .where(Attempt.revision_id.in_(certifying), ~issued.exists())
        .order_by(Attempt.id)
    )
    return [f"attempt {attempt_id}" for attempt_id in session.scalars(missing)]


def _unlogged(session: Session, now: datetime) -> list[str]:
    late = [
        change
        for change in queries.unlogged(session, AT_ONCE)
        if change.decided_at < now - PATIENCE
    ]
    return [change.certificate.number for change in late]


def _lists(session: Session, now: datetime) -> list[str]:
    """Lists that were signed some time ago and do not say what the register says."""
    begun = {row.id: row.created_at for row in lists.places_taken(session)}
    published = lists.all_published(session)
    wrong = []
    for key, places in lists.set_bits(session, now).items():
        row, told = published.get(key), None
        if row is not None:
            stated = credential.loads(row.document.encode())
            told = stated["credentialSubject"]["encodedList"]
        since = row.built_at if row is not None else begun[key[0]]
        if told != encoding.encode(places) and since < now - PATIENCE:
            wrong.append(f"{key[0]} ({key[1]})")
    return wrong


def _known_files(session: Session) -> set[str | None]:
    """Files that belong to an entry or to an issue that is under way."""
    return {
        *session.scalars(select(Certificate.storage_key)),
        *session.scalars(select(Reservation.storage_key)),
    }


def _strangers(known: set[str | None]) -> list[str]:
    return sorted(key for key in storage.keys(FOLDER) if key not in known)
