"""What verification asks the database beside the certificate itself."""

import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.credentials import rules
from probity.credentials.checks.listing import Fetch
from probity.credentials.lists.models import PublishedList
from probity.credentials.lists.rules import Purpose
from probity.credentials.models import Certificate
from probity.ledger import queries as ledger
from probity.ledger.models import LogCheckpoint, LogCosignature

NOBODY = ("", "Somebody Unknown", "某人")


def named(session: Session, typed: str, name: str) -> str | None:
    """The public id of a certificate whose number and holder's name were both typed.

    A wrong name costs the same query and the same comparison as a number that nobody has.
    """
    row = session.execute(
        select(Certificate.public_id, Certificate.name_latin, Certificate.name_native).where(
            Certificate.number == (rules.parse_number(typed) or "")
        )
    ).one_or_none()
    public_id, latin, native = row or NOBODY
    return public_id if rules.is_name_of(name, latin, native) and row else None


def status_lists(session: Session) -> Fetch:
    """The lists as we published them last."""

    def fetch(url: str) -> str | None:
        number, _, purpose = urlsplit(url).path.removeprefix("/status/").partition("-")
        if not number.isdecimal() or purpose not in {member.value for member in Purpose}:
            return None
        found = session.get(PublishedList, (int(number), Purpose(purpose)))
        return None if found is None else found.document

    return fetch


def witnesses(session: Session, index: int) -> int:
    """How many others have seen the log since it held an entry."""
    return (
        session.scalar(
            select(func.count(LogCosignature.witness_id.distinct()))
            .join(LogCosignature.checkpoint)
            .where(LogCheckpoint.size > index)
        )
        or 0
    )


def log_began(session: Session) -> datetime | None:
    """When the log got its first entry about a certificate's key or issue; None before that."""
    first = ledger.entry_at(session, 0)
    if first is None:
        return None
    return datetime.fromisoformat(json.loads(first.entry)["time"]).astimezone(UTC)
