"""Tidy up attempts whose time is over, and results whose day has come."""

from datetime import timedelta

from sqlalchemy import select

from probity.exams import actions, queries
from probity.exams.models import Attempt
from probity.kernel.jobs import handler
from probity.kernel.permissions import SYSTEM
from probity.kernel.worker import Claim

AT_ONCE = 50


@handler("exams.sweep", every=timedelta(seconds=5))
def sweep(job: Claim) -> None:
    """Expiry is computed wherever it matters; this only writes it down."""
    with job.step(done=True) as session:
        for attempt_id in queries.expired(session, AT_ONCE):
            attempt = session.scalars(
                select(Attempt).where(Attempt.id == attempt_id).with_for_update()
            ).one()
            actions.close(session, attempt, by=SYSTEM)
