"""What the log says about keys: pure, so that the same act always gives the same leaf."""

import hashlib
from datetime import datetime
from typing import Any

import rfc8785

from probity.credentials.proofs import multikey
from probity.credentials.proofs.integrity import moment
from probity.credentials.proofs.keys import PublicKeys
from probity.ledger.actions import Entry


def digest(keys: PublicKeys) -> str:
    """SHA-256 over the canonical form of all public halves of a set."""
    stated = {
        "id": keys.id,
        "credential": multikey.from_key(keys.credential),
        "log": multikey.from_key(keys.log) if keys.log else None,
        "signer": hashlib.sha256(keys.signer).hexdigest(),
        "authority": hashlib.sha256(keys.authority).hexdigest(),
    }
    return hashlib.sha256(rfc8785.dumps(stated)).hexdigest()


def subject(key_id: str, act: str) -> str:
    return f"key/{key_id}/{act}"


def lasting(keys: PublicKeys) -> list[Entry]:
    """The leaves that follow from what the folder says of a set."""
    found = [_entry(keys, "added", {"time": _utc(keys.created_at)})]
    if keys.retired_at:
        found.append(_entry(keys, "retired", {"time": _utc(keys.retired_at)}))
    return found


def compromised(keys: PublicKeys, since: datetime, now: datetime) -> Entry:
    return _entry(keys, "compromised", {"since": moment(since), "time": moment(now)})


def _entry(keys: PublicKeys, act: str, more: dict[str, Any]) -> Entry:
    stated = {"v": 1, "type": f"key-{act}", "key": keys.id, "digest": digest(keys)}
    return Entry(subject(keys.id, act), {**stated, **more})


def _utc(told: str) -> str:
    return moment(datetime.fromisoformat(told))
