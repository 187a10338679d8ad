"""Certificates: facts to typeset, passed attempts to issue for, and a press with shared fonts."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.bank import marking
from probity.bank import queries as bank
from probity.credentials.actions import IssuedFile
from probity.credentials.facts import CertificateFacts
from probity.credentials.models import Certificate
from probity.credentials.press import Press
from probity.credentials.proofs import credential
from probity.credentials.proofs.signers import NamedSigner
from probity.exams import actions, paper
from probity.exams.models import Attempt, Exam
from probity.kernel import clock, settings
from probity.ledger import merkle, notes
from tests.factories.catalogue import load_lamps
from tests.factories.exams import add_exam, answer, start_attempt

MADE_AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
PUBLIC_ID = "abcdefghijklmnopqrstuvwx23"


def share_fonts(instance: Path, cache: Path) -> None:
    """Let an installation use the font files that the last test run made."""
    link = instance / "fonts"
    if not link.exists():
        link.symlink_to(cache, target_is_directory=True)


def make_press(instance: Path, cache: Path, base_url: str = "http://localhost:8000") -> Press:
    instance.mkdir(parents=True, exist_ok=True)
    share_fonts(instance, cache)
    return Press(settings.load({"INSTANCE_DIR": str(instance), "BASE_URL": base_url}))


def make_facts(press: Press, **changes: Any) -> CertificateFacts:
    """What a certificate of Lin Wei states."""
    stated = {
        "public_id": PUBLIC_ID,
        "number": "PRB-2026-000123",
        "base_url": press.settings.base_url,
        "issuer": press.settings.issuer_name,
        "key_id": press.current.id,
        "name_latin": "Lin Wei",
        "name_native": "林蔚",
        "native_lang": "zh",
        "scheme": "GPP",
        "title": {"en": "Government Procurement Practitioner", "zh-Hans": "政府采购从业能力证书"},
        "summary": {"en": "Runs ordinary cases alone."},
        "standard": {
            "en": "Probity scheme GPP 2026",
            "zh-Hans": "政府采购从业能力认证方案（2026）",
        },
        "level": "P",
        "issued_on": date(2026, 11, 22),
        "valid_until": date(2029, 11, 21),
        "begins_at": datetime(2026, 11, 21, 16, tzinfo=UTC),
        "ends_at": datetime(2029, 11, 21, 15, 59, 59, tzinfo=UTC),
        "specimen": press.settings.demonstration,
    }
    return CertificateFacts(**{**stated, **changes})


def make_file(press: Press, facts: CertificateFacts) -> tuple[bytes, IssuedFile]:
    """The file of a certificate with its credential and the receipt of a log of one entry."""
    document = press.sign(facts, MADE_AT)
    return press.make(facts, MADE_AT, document, make_receipt(press, document))


def make_receipt(press: Press, document: bytes) -> dict[str, Any]:
    """The receipt of a log in which this is the second of three entries."""
    digest = credential.digest(credential.loads(document))
    entry = {"v": 1, "type": "issue", "digest": digest, "time": MADE_AT.isoformat()}
    tree, nodes = merkle.Frontier(), {}
    for leaf in (b"first", rfc8785.dumps(entry), b"third"):
        nodes.update(tree.add(merkle.leaf_hash(leaf)))
    origin = notes.origin_of(press.settings.base_url)
    signer = NamedSigner(origin, press.ring.private(press.current.id).log)
    proof = merkle.inclusion_proof(1, 3, lambda wanted: {node: nodes[node] for node in wanted})
    return {
        "log": origin,
        "index": 1,
        "entry": entry,
        "proof": [step.hex() for step in proof],
        "checkpoint": notes.sign(3, tree.root, signer).text,
    }


def add_certifying_exam(session: Session, folder: Path) -> Exam:
    """An exam that awards the scheme LMP of the sound courses."""
    load_lamps(session, folder / "courses")
    return define_certifying_exam(session)


def define_certifying_exam(session: Session) -> Exam:
    """The same where the sound courses are loaded."""
    return add_exam(session, certificate="LMP", attempts={"allowed": "unlimited"})


def pass_exam(
    session: Session,
    exam: Exam,
    person: Person,
    *,
    native: str | None = None,
    latin: str | None = None,
    closed_at: datetime | None = None,
) -> Attempt:
    """Sit an exam and answer everything right, under a name and at a time of choice."""
    attempt = start_attempt(session, exam, person)
    attempt.name_latin, attempt.name_native = latin or person.name_latin, native
    slots = paper.load(attempt.paper)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    for slot in slots:
        key = marking.key_response(paper.part_of(parsed[slot.version_id], slot.child))
        answer(session, attempt, slot.item, key)
    session.flush()
    actions.close(session, attempt, by=person)
    attempt.closed_at = closed_at or clock.now()
    session.commit()
    return attempt


def only_certificate(session: Session) -> Certificate:
    session.expire_all()
    return session.query(Certificate).one()
