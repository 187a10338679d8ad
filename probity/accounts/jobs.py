"""What nobody needs any more: sessions and invitations that ended long ago."""

from datetime import timedelta

from probity.accounts import actions
from probity.kernel.jobs import handler
from probity.kernel.worker import Claim

AT_ONCE = 500
"""Rows deleted in one transaction: few, for SQLite has one writer."""


@handler("accounts.sweep", every=timedelta(days=1))
def sweep(job: Claim) -> None:
    """Delete them, a few at a time."""
    for forget in (actions.forget_sessions, actions.forget_invitations):
        forgotten = AT_ONCE
        while forgotten == AT_ONCE:
            with job.step() as session:
                forgotten = forget(session, AT_ONCE)
