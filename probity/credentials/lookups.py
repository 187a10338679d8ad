"""What verification asks the database beside the entry itself."""

import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from probity.credentials.checks.listing import Fetch
from probity.credentials.lists.models import PublishedList
from probity.credentials.lists.rules import Purpose
from probity.ledger import queries as ledger
from probity.ledger.models import LogCheckpoint, LogCosignature

_LIST = PublishedList.metadata.tables[PublishedList.__tablename__].c
_DOCUMENT = select(_LIST.document).where(
    _LIST.list_id == bindparam("number"), _LIST.purpose == bindparam("purpose")
)
_SEEN = (
    select(func.count(LogCosignature.witness_id.distinct()))
    .join(LogCosignature.checkpoint)
    .where(LogCheckpoint.size > bindparam("index"))
)
# made once, and without the ORM: every check asks them


def status_lists(session: Session) -> Fetch:
    """The lists as we published them last."""

    def fetch(url: str) -> str | None:
        number, _, purpose = urlsplit(url).path.removeprefix("/status/").partition("-")
        if not number.isdecimal() or purpose not in {member.value for member in Purpose}:
            return None
        wanted = {"number": int(number), "purpose": Purpose(purpose)}
        found: str | None = session.connection().execute(_DOCUMENT, wanted).scalar_one_or_none()
        return found

    return fetch


def witnesses(session: Session, index: int) -> int:
    """How many others have seen the log since it held an entry."""
    number: int = session.connection().execute(_SEEN, {"index": index}).scalar_one()
    return number


def log_began(session: Session) -> datetime | None:
    """When the log got its first entry about a certificate's key or issue; None before that."""
    first = ledger.entry_at(session, 0)
    if first is None:
        return None
    return datetime.fromisoformat(json.loads(first.entry)["time"]).astimezone(UTC)
