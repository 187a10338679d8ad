"""Signs the lists anew when they have something new to say, or were last signed an hour ago."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from probity.credentials.facts import did_of
from probity.credentials.lists import encoding, queries, rules
from probity.credentials.lists.models import PublishedList
from probity.credentials.lists.queries import Key
from probity.credentials.proofs import credential
from probity.credentials.proofs.integrity import moment, prove
from probity.credentials.proofs.keys import PrivateKeys, PublicKeys
from probity.kernel.db import insert
from probity.ledger import actions as ledger
from probity.ledger.actions import Entry

REFRESHED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Signed:
    """A list ready to be kept and served."""

    key: Key
    document: str
    sha256: str


def due(
    session: Session, now: datetime, keys: PublicKeys, homes: Mapping[int, str]
) -> dict[Key, str]:
    """The lists that have to be signed, encoded: changed, old, or signed by another key."""
    present = queries.all_published(session)
    bits = {key: encoding.encode(places) for key, places in queries.set_bits(session, now).items()}
    methods = {number: method_of(home, keys) for number, home in homes.items()}
    return {
        key: told
        for key, told in bits.items()
        if _is_due(present.get(key), told, now, methods[key[0]])
    }


def _is_due(present: PublishedList | None, told: str, now: datetime, method: str) -> bool:
    if present is None or now - present.built_at >= REFRESHED:
        return True
    stated = credential.loads(present.document.encode())
    same = stated["credentialSubject"]["encodedList"] == told
    return not same or any(proof["verificationMethod"] != method for proof in stated["proof"])


def method_of(base_url: str, keys: PublicKeys) -> str:
    """How proofs name a key."""
    return f"{did_of(base_url)}#{keys.id}"


def sign(
    encoded: Mapping[Key, str], keys: PrivateKeys, homes: Mapping[int, str], now: datetime
) -> list[Signed]:
    """The signed credentials of some lists, each in the name its certificates know.

    A site that moved goes on signing the lists it began elsewhere in its former name.
    """
    done = []
    for (list_id, purpose), told in encoded.items():
        home = homes[list_id]
        did, method = did_of(home), method_of(home, keys.public)
        url = rules.address(home, list_id, purpose)
        bare = encoding.unsigned(url, did, purpose.value, told, now)
        text = credential.dumps(prove(bare, keys.credential, method, now))
        done.append(Signed((list_id, purpose), text.decode(), hashlib.sha256(text).hexdigest()))
    return done


def publish(session: Session, signed: list[Signed], now: datetime) -> None:
    """Replace what is served, and write the digests into the log."""
    for one in signed:
        list_id, purpose = one.key
        changed = {"document": one.document, "sha256": one.sha256, "built_at": now}
        row = insert(session, PublishedList).values(list_id=list_id, purpose=purpose, **changed)
        identity = [PublishedList.list_id, PublishedList.purpose]
        session.execute(row.on_conflict_do_update(index_elements=identity, set_=changed))
    ledger.append(session, [_entry(signed, now)])


def _entry(signed: list[Signed], now: datetime) -> Entry:
    """One leaf for all lists signed together: SHA-256 of each as served, by its name."""
    lists = {rules.name(*one.key): one.sha256 for one in signed}
    digest = hashlib.sha256(rfc8785.dumps(_plain(lists))).hexdigest()
    body = {"v": 1, "type": "status-list", "digest": digest, "lists": lists, "time": moment(now)}
    return Entry(f"status/{digest}", body)


def _plain(lists: Mapping[str, str]) -> dict[str, Any]:
    return dict(lists)
