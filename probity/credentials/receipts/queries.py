"""Reads of receipts: by their unguessable address, or by the hash of their file."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.credentials.receipts.models import VerificationReceipt


def find(session: Session, token: str) -> VerificationReceipt | None:
    return session.get(VerificationReceipt, token)


def by_file(session: Session, sha256: str) -> VerificationReceipt | None:
    chosen = select(VerificationReceipt).where(VerificationReceipt.sha256 == sha256)
    return session.scalars(chosen).one_or_none()
