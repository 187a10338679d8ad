"""Seal the log every few seconds."""

from datetime import timedelta

from probity.audit import actions
from probity.kernel.jobs import handler
from probity.kernel.worker import Claim


@handler("audit.seal", every=timedelta(seconds=5))
def seal(job: Claim) -> None:
    with job.step(done=True) as session:
        actions.seal(session)
