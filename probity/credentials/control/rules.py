"""What holds for proposals whatever they are about."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

OPEN_FOR = timedelta(days=7)
LONGEST_REASON = 500


class Verdict(StrEnum):
    """How a proposal ended."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Proposal(Protocol):
    """What the rules need to know of a proposal."""

    @property
    def proposed_by_id(self) -> int: ...

    @property
    def expires_at(self) -> datetime: ...

    @property
    def verdict(self) -> Verdict | None: ...


def is_open(proposal: Proposal, now: datetime) -> bool:
    return proposal.verdict is None and now < proposal.expires_at


def may_approve(proposal: Proposal, person_id: int | None, now: datetime) -> bool:
    """Somebody else, while it is open. Nobody approves what they proposed."""
    return is_open(proposal, now) and person_id not in {None, proposal.proposed_by_id}


def ending(proposal: Proposal, person_id: int | None) -> Verdict:
    """How a proposal ends that is not wanted: its author withdraws it, others reject it."""
    return Verdict.WITHDRAWN if person_id == proposal.proposed_by_id else Verdict.REJECTED
