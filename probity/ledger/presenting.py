"""What the page of the log shows, in words and in order."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from probity.kernel.i18n import gettext, ngettext
from probity.kernel.ids import PUBLIC_ID
from probity.ledger import notes, queries
from probity.ledger.models import LogCosignature, LogLeaf
from probity.ledger.notes import Checkpoint

STALE = timedelta(days=2)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Watched:
    """A witness, what it stated last, and how long ago."""

    name: str
    size: int
    seen_at: datetime
    age: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An entry somebody asked for: its receipt, unless no checkpoint covers it yet."""

    index: int
    text: str
    receipt: dict[str, Any] | None
    size: int


def watched(session: Session, now: datetime) -> list[Watched]:
    return [_watched(row, now) for row in queries.last_cosigned(session)]


def find(session: Session, wanted: str) -> Found | None:
    """An entry by the public id of its certificate, or by its index."""
    leaf = _leaf(session, wanted)
    if leaf is None:
        return None
    newest = queries.latest(session)
    size = newest.size if newest else 0
    receipt = None
    if newest is not None and leaf.index < newest.size:
        receipt = queries.receipt_of(session, leaf, newest)
    return Found(leaf.index, leaf.entry, receipt, size)


def latest_checkpoints(session: Session) -> list[tuple[Checkpoint, datetime, int]]:
    """Checkpoint, when it was signed, and by how many witnesses it was confirmed."""
    return [
        (
            notes.read_checkpoint(row.text),
            row.signed_at,
            len({line.witness_id for line in row.cosignatures if not line.witness.removed_at}),
        )
        for row in queries.newest(session, SHOWN)
    ]


def age(passed: timedelta) -> str:
    """How long ago, in the largest whole unit."""
    minutes = round(passed.total_seconds() / 60)
    if minutes < 1:
        return str(gettext("just now"))
    if minutes < 60:  # noqa: PLR2004
        return str(ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes))
    hours = minutes // 60
    if hours < 48:  # noqa: PLR2004
        return str(ngettext("%(num)s hour ago", "%(num)s hours ago", hours))
    return str(ngettext("%(num)s day ago", "%(num)s days ago", hours // 24))


def _watched(row: LogCosignature, now: datetime) -> Watched:
    passed = now - row.seen_at
    size = row.checkpoint.size
    return Watched(row.witness.name, size, row.seen_at, age(passed), passed > STALE)


def _leaf(session: Session, wanted: str) -> LogLeaf | None:
    if wanted.isdecimal():
        return queries.entry_at(session, min(int(wanted), 2**53))
    public_id = wanted.lower()
    is_id = re.fullmatch(PUBLIC_ID, public_id) is not None
    return queries.entry(session, f"issue/{public_id}") if is_id else None
