"""What speaks for a certificate beside the register: log, witnesses, status list, time stamp, key."""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from probity.credentials import lookups
from probity.credentials.checks import listing, recording
from probity.credentials.checks.container import Container
from probity.credentials.checks.inspection import Check, Inspection, Result
from probity.credentials.checks.recording import Recorded, Today
from probity.credentials.entries import Registered
from probity.credentials.proofs import keys as key_sets
from probity.credentials.proofs.keys import PublicKeys
from probity.ledger import merkle
from probity.ledger import queries as ledger
from probity.ledger.notes import Checkpoint

LIES = {
    "log-fork": "log-fork",
    "log-shorter": "log-rolled-back",
    "receipt-borrowed": "receipt-borrowed",
    "receipt-missing": "receipt-missing",
    "receipt-not-included": "receipt-broken",
    "receipt-malformed": "receipt-broken",
    "checkpoint-unsigned": "checkpoint-foreign",
    "after-compromise": "key-compromised",
    "key-compromised-unlogged": "key-compromised",
    "list-differs": "list-differs",
    "list-foreign": "list-foreign",
    "list-malformed": "list-foreign",
}
"""Findings that are told as a reason of their own."""


FRESH = timedelta(minutes=1)
MOST_KEPT = 4096
_kept: dict[Any, tuple[datetime, "Evidence"]] = {}
"""What was found good a moment ago: a certificate in the register and its receipt never change."""


@dataclass(frozen=True, slots=True)
class Trust:
    """The published keys of an installation."""

    keys: tuple[PublicKeys, ...]

    @property
    def credential_keys(self) -> dict[str, Ed25519PublicKey]:
        return {key.id: key.credential for key in self.keys}

    @property
    def log_keys(self) -> tuple[Ed25519PublicKey, ...]:
        """Newest first."""
        return tuple(key.log for key in reversed(self.keys) if key.log is not None)

    @property
    def list_keys(self) -> dict[str, Ed25519PublicKey]:
        """A list has no entry in the log that could prove it older than a theft."""
        return {key.id: key.credential for key in self.keys if key.compromised is None}

    def find(self, key_id: str) -> PublicKeys | None:
        return next((key for key in self.keys if key.id == key_id), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`broken` means: log or key speak against it, so that the register alone does not count."""

    checks: tuple[Check, ...]
    reasons: tuple[str, ...]
    recorded: Recorded | None
    witnesses: int
    broken: bool


def gather(session: Session, trust: Trust, certificate: Registered, now: datetime) -> Evidence:
    """What can be told of a certificate in the register, without its file."""
    if certificate.receipt is None or certificate.changes:
        return _gather(session, trust, certificate, now)
    signer = trust.find(certificate.key_id)
    key = (
        certificate.sha256,
        certificate.receipt["index"],
        certificate.receipt["checkpoint"],
        signer and (signer.retired_at, signer.compromised),
    )
    at, kept = _kept.get(key, (now, None))
    if kept is not None and timedelta() <= now - at < FRESH:
        return kept
    found = _gather(session, trust, certificate, now)
    if all(check.result is Result.PASS for check in found.checks):
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = now, found
    return found


def _gather(session: Session, trust: Trust, certificate: Registered, now: datetime) -> Evidence:
    document = _loaded(certificate.credential)
    log, recorded = _log(session, trust, certificate, document)
    lists = listing.check(document, lookups.status_lists(session), trust.list_keys, now)
    withdrawn = {change.decision.value for change in certificate.changes}
    key = check_key(trust.find(certificate.key_id), recorded, certificate.key_id)
    found = (log, _agrees(lists, withdrawn=bool(withdrawn)), key)
    late = recorded is not None and recording.is_late(recorded, document)
    return Evidence(
        checks=found,
        reasons=(*reasons(found), *(("back-dated",) if late else ())),
        recorded=recorded,
        witnesses=lookups.witnesses(session, recorded.index) if recorded else 0,
        broken=Result.FAIL in {log.result, key.result},
    )


def check_file(session: Session, trust: Trust, found: Inspection) -> tuple[Check, ...]:
    """What the receipt inside a file proves about the credential inside it."""
    if found.contents.receipt is None or found.document is None:
        return ()
    receipt = recording.loads(found.contents.receipt)
    done, _ = recording.check_issue(found.document, receipt, trust.log_keys, confirm(session))
    return (done,)


def check_time(found: Container | None) -> Check:
    """Whether an authority outside has dated the signature."""
    if found is None or found.stamp is None:
        return Check("timestamp", Result.NOT_CHECKED, "no-stamp")
    if not found.stamp.fits:
        return Check("timestamp", Result.FAIL, "stamp-other")
    told = {"authority": found.stamp.authority, "time": found.stamp.at.isoformat()}
    return Check("timestamp", Result.PASS, "stamped", told)


def reasons(checks: Iterable[Check]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(LIES[check.code] for check in checks if check.code in LIES))


def confirm(session: Session) -> recording.Confirm:
    """Compare with the log as it is today: a checkpoint that we signed must stay true for ever."""

    def compare(checkpoint: Checkpoint) -> Today:
        if checkpoint.size > ledger.size(session):
            return Today.SHORTER
        root = merkle.root(checkpoint.size, ledger.reader(session))
        return Today.SAME if root == checkpoint.root else Today.FORK

    return compare


def _log(
    session: Session, trust: Trust, certificate: Registered, document: Mapping[str, Any]
) -> tuple[Check, Recorded | None]:
    if certificate.receipt is None:
        began = lookups.log_began(session)
        if began is None or certificate.issued_at < began:
            return Check(recording.NAME, Result.NOT_CHECKED, "before-log"), None
        return Check(recording.NAME, Result.FAIL, "receipt-missing"), None
    return recording.check_issue(document, certificate.receipt, trust.log_keys, confirm(session))


def _agrees(found: listing.Found, *, withdrawn: bool) -> Check:
    """The public list against the register: a bit that nobody decided is told; one not yet set is not."""
    if found.check.result is Result.PASS and found.purposes and not withdrawn:
        return Check(listing.NAME, Result.FAIL, "list-differs")
    return found.check


def check_key(key: PublicKeys | None, recorded: Recorded | None, key_id: str) -> Check:
    standing = key_sets.standing(key, recorded.index if recorded else None)
    result = Result.PASS if standing.ok else Result.FAIL
    return Check("key", result, standing.reason, {"key": key_id})


@functools.lru_cache(maxsize=256)
def _loaded(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(text)
    return found
