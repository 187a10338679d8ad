"""Seal the log every few seconds, check the whole chain every day."""

from datetime import timedelta

import structlog

from probity.audit import actions, queries
from probity.kernel import clock
from probity.kernel.jobs import handler
from probity.kernel.work import reading
from probity.kernel.worker import Claim

log = structlog.get_logger()


@handler("audit.seal", every=timedelta(seconds=5))
def seal(job: Claim) -> None:
    with job.step(done=True) as session:
        actions.seal(session)


@handler(queries.CHECK, every=timedelta(days=1))
def check(job: Claim) -> None:
    with job.step() as session:
        actions.seal(session, thorough=True)
    with reading() as session:
        verdict = queries.verify(session)
    if verdict.broken is not None:
        log.error("audit.broken", position=verdict.broken, sealed=verdict.sealed)
    found = {
        "at": clock.now().isoformat(),
        "sealed": verdict.sealed,
        "broken": verdict.broken,
    }
    with job.step(done=True, progress=found):
        pass
