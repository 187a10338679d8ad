"""Asking for a receipt, keeping its file, forgetting what it said."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.credentials.receipts.models import VerificationReceipt
from probity.kernel import clock, jobs
from probity.ledger import queries as ledger

MAKE = "credentials.make_receipt"
KEPT = timedelta(days=30)
AT_ONCE = 200


def ask(session: Session, sealed: str, told: dict[str, Any], asked_at: datetime) -> str:
    """Have a receipt made; the same answer asked twice is one receipt. Returns its address."""
    digest = hashlib.sha256(sealed.encode()).digest()
    token = base64.b32encode(digest[:16]).decode().rstrip("=").lower()
    if session.get(VerificationReceipt, token) is None:
        checkpoint = ledger.latest(session)
        text = checkpoint.text if checkpoint else None
        session.add(
            VerificationReceipt(
                token=token,
                number=f"V-{base64.b32encode(digest[16:24]).decode().rstrip('=')}",
                asked_at=asked_at,
                content={**told, "checkpoint": text},
            )
        )
        jobs.enqueue(session, MAKE, key=f"receipt/{token}", token=token)
    return token


def keep(session: Session, token: str, sha256: str, storage_key: str) -> None:
    """Register the finished file."""
    receipt = session.get_one(VerificationReceipt, token)
    receipt.sha256, receipt.storage_key = sha256, storage_key


def forget(session: Session) -> Sequence[str]:
    """Drop what old receipts say; returns the files to delete."""
    old = session.scalars(
        select(VerificationReceipt)
        .where(VerificationReceipt.asked_at < clock.now() - KEPT)
        .where(VerificationReceipt.content.is_not(None))
        .order_by(VerificationReceipt.asked_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    files = [row.storage_key for row in old if row.storage_key]
    for row in old:
        row.content, row.storage_key = None, None
    return files
