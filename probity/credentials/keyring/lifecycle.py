"""Adding, retiring and giving up key sets. Everything here may be interrupted and done again.

The folder says which sets there are, the log when they came and went. What the log does not know
yet, `tend` enters; what only the log knows, a compromise, `settle` writes into the folder.
"""

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials.keyring import entries
from probity.credentials.keyring.ring import Keyring
from probity.credentials.proofs import keys
from probity.credentials.proofs.keys import Compromise, PublicKeys
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor
from probity.ledger import actions as ledger
from probity.ledger import queries as log


def sets(ring: Keyring) -> tuple[PublicKeys, ...]:
    """The sets of this kind of installation, oldest first."""
    return keys.trusted(ring.folder, demonstration=ring.settings.demonstration)


def tend(session: Session, ring: Keyring) -> int:
    """Enter in the log what it does not know of the sets; how many entries that were."""
    current = ring.current
    wanted = [entry for found in sets(ring) for entry in entries.lasting(found)]
    missing = [entry for entry in wanted if log.entry(session, entry.subject) is None]
    if missing:
        ledger.append(session, missing)
        ledger.sign_checkpoint(session, ring.signer_of_log(current))
    return len(missing)


def rotate(session: Session, ring: Keyring, succeeding: str, *, by: Actor) -> PublicKeys:
    """Make the set that signs from now on. Done once for each set that is succeeded."""
    demonstration = ring.settings.demonstration
    find(ring, succeeding)
    with keys.locked(ring.folder):
        present = keys.current(ring.folder, demonstration=demonstration)
        if present is not None and present.id != succeeding:
            made = present
        else:
            made = keys.add(
                ring.folder,
                demonstration=demonstration,
                issuer=ring.settings.issuer_name,
                now=clock.now(),
                backend=ring.backend,
            )
    if tend(session, ring):
        audit.record(session, AuditEvent.KEY_ADDED, f"key/{made.id}", by=by, after=succeeding)
    return made


def retire(session: Session, ring: Keyring, key_id: str, *, by: Actor) -> PublicKeys:
    """Let a set sign no more; what it signed stays good. Raises Refused for the one in use."""
    found = find(ring, key_id)
    if found.id == ring.current.id:
        raise Refused(_("This set signs now. Make its successor first, then retire it."), "in-use")
    if found.compromised is not None:
        raise Refused(_("This set is given up already."), "compromised")
    if found.retired_at is None:
        with keys.locked(ring.folder):
            found = replace(found, retired_at=clock.now().isoformat(timespec="seconds"))
            keys.replace_set(ring.folder, found)
    if tend(session, ring):
        audit.record(session, AuditEvent.KEY_RETIRED, f"key/{key_id}", by=by)
    return found


def compromise(session: Session, ring: Keyring, key_id: str, since: datetime, *, by: Actor) -> int:
    """Enter in the log that others may have a set; what came before in the log stays good.

    A set in use is succeeded first. `settle` has to follow when this is committed. Gives the index
    of the leaf.
    """
    found = find(ring, key_id)
    told = entries.subject(key_id, "compromised")
    present = log.entry(session, told)
    if present is not None:
        return present.index
    now = clock.now()
    if since > now:
        raise Refused(_("The time lies in the future."), "since")
    if found.id == ring.current.id:
        rotate(session, ring, key_id, by=by)
    tend(session, ring)
    (index,) = ledger.append(session, [entries.compromised(found, since, now)])
    ledger.sign_checkpoint(session, ring.signer_of_log(ring.current))
    audit.record(session, AuditEvent.KEY_COMPROMISED, f"key/{key_id}", by=by, leaf=index)
    return index


def settle(session: Session, ring: Keyring) -> list[str]:
    """Write into the folder which sets the log calls compromised; the ids of those that were new."""
    news = []
    for found in sets(ring):
        leaf = log.entry(session, entries.subject(found.id, "compromised"))
        if leaf is not None and found.compromised is None:
            told = Compromise(json.loads(leaf.entry)["since"], leaf.index)
            with keys.locked(ring.folder):
                keys.replace_set(ring.folder, replace(found, compromised=told))
            news.append(found.id)
    return news


def find(ring: Keyring, key_id: str) -> PublicKeys:
    """Raises Refused if there is no such set."""
    for found in sets(ring):
        if found.id == key_id:
            return found
    raise Refused(_("There is no key set %(key)s.", key=key_id), "unknown")
