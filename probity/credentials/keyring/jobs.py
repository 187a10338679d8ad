"""Duties about keys: the log knows every set, and what two people decided is carried out."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from probity.credentials.control import actions as control
from probity.credentials.keyring import lifecycle, proposals
from probity.credentials.keyring.proposals import Act
from probity.credentials.keyring.ring import Keyring, ring_of
from probity.credentials.queries import PUBLISH_LISTS
from probity.kernel import jobs
from probity.kernel.errors import Misconfigured, Refused
from probity.kernel.jobs import NeedsAttention, handler
from probity.kernel.permissions import SYSTEM
from probity.kernel.worker import Claim


@handler(proposals.TEND, every=timedelta(hours=1))
def tend_keys(job: Claim) -> None:
    """Make the first key set; keep log and folder agreed about all of them."""
    ring = _ring()
    with job.step() as session:
        lifecycle.tend(session, ring)
    with job.step() as session:
        if lifecycle.settle(session, ring):
            jobs.hasten(session, PUBLISH_LISTS)


@handler(proposals.CHANGE)
def change_keys(job: Claim, proposal_id: int, act: str, key_id: str, since: str | None) -> None:
    """Carry out what one person proposed and another approved."""
    ring = _ring()
    try:
        with job.step() as session:
            _carry_out(session, ring, Act(act), key_id, since)
    except (Misconfigured, Refused) as error:
        raise NeedsAttention(str(error)) from error
    with job.step(done=True) as session:
        lifecycle.settle(session, ring)
        control.executed(session, proposal_id)
        jobs.hasten(session, PUBLISH_LISTS)


def _carry_out(session: Session, ring: Keyring, act: Act, key_id: str, since: str | None) -> None:
    if act is Act.ROTATE:
        lifecycle.rotate(session, ring, key_id, by=SYSTEM)
    elif act is Act.RETIRE:
        lifecycle.retire(session, ring, key_id, by=SYSTEM)
    else:
        begun = datetime.fromisoformat(since or "")
        lifecycle.compromise(session, ring, key_id, begun, by=SYSTEM)


def _ring() -> Keyring:
    return ring_of(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
