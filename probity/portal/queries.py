"""Figures and lists that span several folders."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.bank.models import Item
from probity.catalogue.models import Course
from probity.credentials.models import Certificate


def figures(session: Session) -> dict[str, int]:
    """How much there is of each thing."""
    return {
        "courses": session.scalar(select(func.count()).select_from(Course)) or 0,
        "items": session.scalar(select(func.count()).select_from(Item)) or 0,
        "certificates": session.scalar(select(func.count()).select_from(Certificate)) or 0,
    }
