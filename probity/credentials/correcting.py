"""A corrected name: the holder asks with evidence, the registrar decides, a new certificate follows.

The old certificate stays as it is and is superseded in the moment in which the new one is entered.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts import rules as accounts
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import actions, letters, queries, rules
from probity.credentials.models import Certificate, Correction
from probity.credentials.rules import CorrectionState, Status
from probity.kernel import clock, ids, jobs, storage
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l
from probity.kernel.permissions import Actor

LARGEST = 5 * 1024 * 1024
KEPT = timedelta(days=90)
"""How long a document is kept after the decision; its SHA-256 stays."""

AT_ONCE = 100
NO_PASS = _l(
    "This certificate was entered again from its file, and the pass behind it is lost, so no other "
    "can be issued in its place. It can be revoked like any other."
)
KINDS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
"""What evidence may be, by its first bytes."""

TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a holder asks for: the right name, a few words, and a document that proves it."""

    name_latin: str
    name_native: str | None
    words: str
    evidence_name: str
    evidence: bytes


def kind_of(data: bytes) -> str | None:
    """`pdf`, `png` or `jpg`; None for anything else."""
    return next((kind for start, kind in KINDS.items() if data.startswith(start)), None)


def ask(session: Session, certificate: Certificate, wish: Wish, *, by: Actor) -> Correction:
    """Put a wish before the registrar. The certificate is the asker's own, and locked."""
    _refuse(session, certificate, wish)
    public_id = ids.public_id()
    key = f"corrections/{public_id}.{kind_of(wish.evidence)}"
    correction = Correction(
        public_id=public_id,
        certificate=certificate,
        name_latin=wish.name_latin,
        name_native=wish.name_native,
        words=wish.words,
        evidence_name=wish.evidence_name[-200:],
        evidence_sha256=hashlib.sha256(wish.evidence).hexdigest(),
        storage_key=key,
        state=CorrectionState.WAITING,
        asked_at=clock.now(),
        asked_by_id=by.id,
    )
    session.add(correction)
    session.flush()  # flush: a second wish that came meanwhile is refused before a file is kept
    storage.put(key, wish.evidence)
    audit.record(
        session,
        AuditEvent.CORRECTION_ASKED,
        f"certificate/{certificate.id}",
        by=by,
        correction=correction.id,
        evidence=correction.evidence_sha256,
    )
    return correction


def _refuse(session: Session, certificate: Certificate, wish: Wish) -> None:
    if certificate.attempt_id is None:
        raise Refused(str(NO_PASS), "no-pass")
    if queries.status_of(certificate) is not Status.VALID:
        raise Refused(_("Only a certificate that is valid can be corrected."), "status")
    if waiting_for(session, certificate) is not None:
        raise Refused(_("A correction of this certificate is being looked at already."), "waiting")
    if queries.being_replaced(session, certificate) or accepted(session, certificate):
        raise Refused(_("A newer certificate takes the place of this one."), "replaced")
    if (wish.name_latin, wish.name_native) == (certificate.name_latin, certificate.name_native):
        raise Refused(_("This is the name the certificate has now."), "same")
    if not accounts.is_latin(wish.name_latin) or not accounts.is_name(wish.name_native or "a"):
        raise Refused(_("A name has letters, and nothing that cannot be seen."), "name")
    if kind_of(wish.evidence) is None or len(wish.evidence) > LARGEST:
        raise Refused(_("Evidence is a PDF, PNG or JPEG of at most 5 MB."), "evidence")


def accept(session: Session, correction: Correction, *, by: Actor) -> None:
    """Have the certificate issued anew under the right name; the row is locked."""
    _decide(session, correction, CorrectionState.ACCEPTED, None, by)
    jobs.enqueue(
        session,
        queries.ISSUE,
        key=f"certificate/{correction.certificate.attempt_id}/correction/{correction.id}",
        attempt_id=correction.certificate.attempt_id,
        correction_id=correction.id,
    )


def refuse(session: Session, correction: Correction, *, reason: str, by: Actor) -> None:
    """Leave the certificate as it is and tell the holder why; the row is locked."""
    words = actions.checked_reason(reason)
    _decide(session, correction, CorrectionState.REFUSED, words, by)
    letters.tell_refusal(session, correction)


def _decide(
    session: Session, correction: Correction, state: CorrectionState, answer: str | None, by: Actor
) -> None:
    if correction.state is not CorrectionState.WAITING:
        raise Refused(_("Somebody has decided about this already."), "decided")
    if correction.asked_by_id == by.id:
        raise Refused(_("Somebody else has to decide about your own certificate."), "own")
    if state is CorrectionState.ACCEPTED and not rules.may_follow(
        rules.Decision.SUPERSEDED, queries.status_of(correction.certificate)
    ):
        raise Refused(_("The certificate was withdrawn meanwhile."), "status")
    correction.state, correction.answer = state, answer
    correction.decided_at, correction.decided_by_id = clock.now(), by.id
    audit.record(
        session,
        AuditEvent.CORRECTION_DECIDED,
        f"certificate/{correction.certificate_id}",
        by=by,
        correction=correction.id,
        accepted=state is CorrectionState.ACCEPTED,
    )


def open_evidence(session: Session, correction: Correction, *, by: Actor) -> tuple[bytes, str]:
    """The document as it was handed in, with its media type; that it was read is recorded."""
    if correction.storage_key is None:
        raise Refused(_("The document was deleted after the decision."), "gone")
    audit.record(
        session,
        AuditEvent.CORRECTION_EVIDENCE_READ,
        f"certificate/{correction.certificate_id}",
        by=by,
        correction=correction.id,
    )
    try:
        data = storage.get(correction.storage_key)
    except FileNotFoundError as error:
        raise Refused(
            _("The document is missing from the storage. Please tell the administrator."),
            "integrity",
        ) from error
    return data, TYPES[correction.storage_key.rpartition(".")[2]]


def forget_evidence(session: Session) -> list[str]:
    """Take leave of documents about which was decided long ago; the keys of the files to delete."""
    old = select(Correction).where(
        Correction.decided_at < clock.now() - KEPT, Correction.storage_key.is_not(None)
    )
    gone = []
    for correction in session.scalars(old.limit(AT_ONCE)):
        gone.append(correction.storage_key or "")
        correction.storage_key = None
    return gone


def waiting_for(session: Session, certificate: Certificate) -> Correction | None:
    """The wish about a certificate that nobody has decided yet."""
    return session.scalars(
        select(Correction).where(
            Correction.certificate_id == certificate.id,
            Correction.state == CorrectionState.WAITING,
        )
    ).one_or_none()


def accepted(session: Session, certificate: Certificate) -> bool:
    """Tell whether a newer certificate is being made."""
    found = select(Correction.id).where(Correction.certificate_id == certificate.id)
    return session.scalar(found.where(Correction.state == CorrectionState.ACCEPTED)) is not None
